"""`RowPartition`: how a sequence of values is cut into rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import InvalidArgumentError, NeedsValues
from unikeras.core.operators import Operators
from unikeras.core.state import thread
from unikeras.core.strict import user_line
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor

__all__ = ["PartitionNotKnown", "RowPartition", "host_of", "known", "ranges", "same_partition", "tensor_of"]


class PartitionNotKnown(NeedsValues):
    """The values of a row partition are needed, but belong to a function being traced: `tf.function` then runs op by op."""


def ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The numbers [start, start + length) of every row, one after the other.

    Example:
        >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
        [5, 6, 0, 1, 2]
    """
    lengths = np.asarray(lengths)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) + np.repeat(np.asarray(starts) - (ends - lengths), lengths)


def host_of(value: Any) -> np.ndarray | None:
    """A tensor's or list's value as NumPy; `None` if it is not known while tracing."""
    if isinstance(value, Tensor):
        if engine.current().is_traced(value._array):
            return None
    elif isinstance(value, Operators):
        value = value.value()  # type: ignore[attr-defined]
        return host_of(value)
    return np.asarray(value)


def tensor_of(host: np.ndarray) -> Tensor:
    """A NumPy array as a tensor."""
    return Tensor(as_array(host))


class RowPartition:
    """Cuts `nvals` values into `nrows` rows (mirrors `tf.experimental.RowPartition`). Made by the `from_*` methods.

    What can be computed on the host is: splits that are not known (in a function being traced) keep their tensor alone.

    Example:
        >>> import unikeras as tf
        >>> rows = tf.experimental.RowPartition.from_row_lengths([2, 0, 1])
        >>> rows.row_splits().numpy().tolist(), rows.value_rowids().numpy().tolist()
        ([0, 2, 2, 3], [0, 0, 2])
    """

    __slots__ = ("_dtype", "_host", "_nvals", "_tensor", "_uniform")

    def __init__(
        self, splits: Any, uniform: int | None = None, dtype: Any = None, nvals: int | None = None
    ) -> None:
        self._host: np.ndarray | None = None
        self._tensor: Tensor | None = None
        if isinstance(splits, np.ndarray):
            self._dtype = as_dtype(dtype or splits.dtype)
            self._host = splits.astype(self._dtype.np_dtype)
        else:
            self._tensor = splits
            self._dtype = splits.dtype
            host = host_of(splits)
            self._host = None if host is None else np.array(host)
        self._uniform = uniform
        self._nvals = nvals if self._host is None else int(self._host[-1])

    # Making.

    @classmethod
    def from_row_splits(
        cls, row_splits: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Rows [splits[i], splits[i + 1]).

        Args:
            row_splits: integers [nrows + 1], from 0 on, not decreasing.
            validate: whether that is checked.
            dtype: int32 or int64.
            dtype_hint: the dtype of what has none; int64 by default.

        Raises:
            InvalidArgumentError: the splits are not such.
            ValueError: they are empty, or of another dtype.
        """
        given = _integers(row_splits, "row_splits", dtype, dtype_hint)
        if given.shape[0] == 0:
            raise ValueError("row_splits tensor may not be empty.")
        host = host_of(given)
        if host is not None and validate:
            if host[0] != 0:
                raise InvalidArgumentError(
                    f"Arguments to from_row_splits do not form a valid RaggedTensor: row_splits must begin with 0, not {host[0]}."
                )
            if (np.diff(host) < 0).any():
                raise InvalidArgumentError(
                    f"Arguments to from_row_splits do not form a valid RaggedTensor: row_splits must not decrease: {host.tolist()}."
                )
        return cls(given if host is None else host)

    @classmethod
    def from_row_lengths(
        cls, row_lengths: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Rows of these lengths.

        Args:
            row_lengths: integers [nrows], not negative.
            validate: whether that is checked.
            dtype: int32 or int64.
            dtype_hint: the dtype of what has none; int64 by default.

        Raises:
            InvalidArgumentError: a length is negative.
        """
        given = _integers(row_lengths, "row_lengths", dtype, dtype_hint)
        host = host_of(given)
        if host is None:
            from unikeras import ops

            return cls(ops.pad(ops.cumsum(given), [[1, 0]]))
        if validate and (host < 0).any():
            raise InvalidArgumentError(
                f"Arguments to from_row_lengths do not form a valid RaggedTensor: row_lengths are negative: {host.tolist()}."
            )
        return cls.of_lengths(host)

    @classmethod
    def of_lengths(cls, lengths: np.ndarray, uniform: int | None = None, dtype: Any = None) -> RowPartition:
        """Rows of lengths that are known and right."""
        splits = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=splits[1:])
        return cls(splits, uniform, dtype or lengths.dtype)

    @classmethod
    def from_row_starts(
        cls, row_starts: Any, nvals: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Rows that begin at these places of `nvals` values; see `from_row_splits`."""
        starts = known(_integers(row_starts, "row_starts", dtype, dtype_hint), "row_starts")
        nvals = int(nvals)
        if validate and len(starts) and starts[0] != 0:
            raise InvalidArgumentError(
                f"Arguments to from_row_starts do not form a valid RaggedTensor: row_starts must begin with 0, not {starts[0]}."
            )
        splits = np.append(starts, np.asarray(nvals, starts.dtype))
        if validate and (np.diff(splits) < 0).any():
            raise InvalidArgumentError(
                f"Arguments to from_row_starts do not form a valid RaggedTensor: row_starts must not decrease, or be beyond "
                f"the {nvals} values: {starts.tolist()}."
            )
        return cls(splits)

    @classmethod
    def from_row_limits(
        cls, row_limits: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """Rows that end before these places; see `from_row_splits`."""
        limits = known(_integers(row_limits, "row_limits", dtype, dtype_hint), "row_limits")
        splits = np.append(np.zeros(1, limits.dtype), limits)
        if validate and (np.diff(splits) < 0).any():
            raise InvalidArgumentError(
                f"Arguments to from_row_limits do not form a valid RaggedTensor: row_limits must not decrease: {limits.tolist()}."
            )
        return cls(splits)

    @classmethod
    def from_value_rowids(
        cls,
        value_rowids: Any,
        nrows: Any = None,
        validate: bool = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """Value i is in row `value_rowids[i]`.

        Args:
            value_rowids: integers [nvals], not decreasing.
            nrows: the number of rows; that of the last value plus one by default.
            validate: whether the row ids are checked.
            dtype: int32 or int64.
            dtype_hint: the dtype of what has none; int64 by default.

        Raises:
            InvalidArgumentError: the row ids decrease, are negative or not below `nrows`.
            ValueError: `nrows` is negative.
        """
        rowids = known(_integers(value_rowids, "value_rowids", dtype, dtype_hint), "value_rowids")
        if nrows is None:
            nrows = int(rowids[-1]) + 1 if len(rowids) else 0
        else:
            nrows = int(known(convert_to_tensor(nrows), "nrows"))
            if nrows < 0:
                raise ValueError(f"Expected nrows >= 0; got {nrows}.")
            if validate and len(rowids) and rowids[-1] >= nrows:
                if not isinstance(value_rowids, Operators):
                    raise ValueError(
                        f"Expected nrows >= value_rowids[-1] + 1; got nrows={nrows}, value_rowids[-1]={int(rowids[-1])}."
                    )
                raise InvalidArgumentError(
                    f"Arguments to from_value_rowids do not form a valid RaggedTensor: value_rowids[-1] is {rowids[-1]}, nrows {nrows}."
                )
        if validate and ((np.diff(rowids) < 0).any() or (len(rowids) and rowids[0] < 0)):
            raise InvalidArgumentError(
                f"Arguments to from_value_rowids do not form a valid RaggedTensor: value_rowids decrease or are negative: {rowids.tolist()}."
            )
        lengths = np.bincount(rowids.astype(np.int64), minlength=nrows)[:nrows]
        return cls.of_lengths(lengths, dtype=rowids.dtype)

    @classmethod
    def from_uniform_row_length(
        cls,
        uniform_row_length: Any,
        nvals: Any = None,
        nrows: Any = None,
        validate: bool = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """Rows of one length.

        Args:
            uniform_row_length: the length.
            nvals: the number of values.
            nrows: the number of rows; needed if the length is 0 or `nvals` is not given.
            validate: whether the numbers fit.
            dtype: int32 or int64.
            dtype_hint: the dtype of what has none; int64 by default.

        Raises:
            ValueError: the numbers do not fit together, or one is missing.
        """
        length = _integers(uniform_row_length, "uniform_row_length", dtype, dtype_hint, rank=0)
        size = int(known(length, "uniform_row_length"))
        if size < 0:
            raise ValueError(f"uniform_row_length must be greater than or equal to 0, not {size}.")
        if nrows is None:
            if nvals is None:
                raise ValueError("At least one of nvals and nrows must be given.")
            nrows = int(nvals) // size if size else 0
        nrows = int(nrows)
        if nrows < 0:
            raise ValueError(f"nrows must be greater than or equal to 0, not {nrows}.")
        if validate and nvals is not None and nrows * size != int(nvals):
            raise ValueError(
                f"nvals={int(nvals)} is not nrows={nrows} times uniform_row_length={size}."
                if size
                else f"Expected nvals=0 for rows of length 0; got nvals={int(nvals)}."
            )
        return cls.of_lengths(np.full(nrows, size, length.dtype.np_dtype), size)

    # Looking.

    @property
    def dtype(self) -> DType:
        """int32 or int64."""
        return self._dtype

    @property
    def known(self) -> bool:
        """Whether the values of the splits are known."""
        return self._host is not None

    @property
    def host(self) -> np.ndarray:
        """The splits on the host.

        Raises:
            PartitionNotKnown: they belong to a function being traced.
        """
        if self._host is None:
            raise PartitionNotKnown(
                f"{user_line()}: this needs the lengths of a ragged tensor's rows, which are not known while a function is traced. Give "
                "ragged tensors as arguments of the tf.function, or compute it outside."
            )
        return self._host

    @property
    def lengths(self) -> np.ndarray:
        """The rows' lengths on the host."""
        return np.diff(self.host)

    @property
    def rowids(self) -> np.ndarray:
        """Each value's row on the host."""
        return np.repeat(np.arange(self.static_nrows, dtype=self.host.dtype), self.lengths)

    @property
    def longest(self) -> int:
        """The longest row's length."""
        return int(self.lengths.max(initial=0))

    def row_splits(self) -> Tensor:
        """Where rows begin and end, [nrows + 1]."""
        if self._tensor is not None:
            return self._tensor
        made = tensor_of(self.host)
        if not thread.tracing and thread.engine is None:
            self._tensor = made
        return made

    def row_lengths(self) -> Tensor:
        """The rows' lengths, [nrows]."""
        if self._host is not None:
            return tensor_of(self.lengths)
        splits = self.row_splits()
        return splits[1:] - splits[:-1]

    def row_starts(self) -> Tensor:
        """Where the rows begin, [nrows]."""
        return self.row_splits()[:-1]

    def row_limits(self) -> Tensor:
        """Where the rows end, [nrows]."""
        return self.row_splits()[1:]

    def value_rowids(self) -> Tensor:
        """The row of every value, [nvals]."""
        if self._host is not None:
            return tensor_of(self.rowids)
        from unikeras import ops
        from unikeras.ops.selection import searchsorted

        if self._nvals is None:
            self.host  # noqa: B018 - says what is missing
        places = ops.range(self._nvals, dtype=self._dtype)
        return searchsorted(self.row_limits(), places, side="right", out_type=self._dtype.name)

    def offsets_in_rows(self) -> Tensor:
        """The place of every value in its row, [nvals]."""
        splits = self.host
        return tensor_of(np.arange(splits[-1], dtype=splits.dtype) - np.repeat(splits[:-1], self.lengths))

    def nrows(self) -> Tensor:
        """The number of rows."""
        return tensor_of(np.asarray(self.static_nrows, self._dtype.np_dtype))

    def nvals(self) -> Tensor:
        """The number of values."""
        if self._host is None and self._nvals is None:
            return self.row_splits()[-1]
        return tensor_of(np.asarray(self._nvals, self._dtype.np_dtype))

    def uniform_row_length(self) -> Tensor | None:
        """The rows' length, if it is one by construction."""
        return None if self._uniform is None else tensor_of(np.asarray(self._uniform, self._dtype.np_dtype))

    def is_uniform(self) -> bool:
        """Whether the rows have one length by construction."""
        return self._uniform is not None

    @property
    def static_nrows(self) -> int:
        """The number of rows as a Python number."""
        splits: Any = self._tensor if self._host is None else self._host
        return int(splits.shape[0]) - 1

    @property
    def static_nvals(self) -> int | None:
        """The number of values as a Python number, if it is known."""
        return self._nvals

    @property
    def static_uniform_row_length(self) -> int | None:
        """The rows' length as a Python number, if it is one by construction."""
        return self._uniform

    def with_dtype(self, dtype: Any) -> RowPartition:
        """The same rows with splits of another dtype.

        Raises:
            ValueError: it is neither int32 nor int64.
        """
        dtype = as_dtype(dtype)
        if dtype.name not in ("int32", "int64"):
            raise ValueError(f"dtype must be int32 or int64, not {dtype.name}.")
        if dtype == self._dtype:
            return self
        if self._host is not None:
            return RowPartition(self._host, self._uniform, dtype)
        from unikeras import ops

        return RowPartition(ops.cast(self.row_splits(), dtype), self._uniform, nvals=self._nvals)

    def __repr__(self) -> str:
        if self._uniform is not None:
            return f"tf.RowPartition(nrows={self.static_nrows}, uniform_row_length={self._uniform})"
        splits = self._host if self._host is not None else self._tensor
        return f"tf.RowPartition(row_splits={np.array2string(splits) if isinstance(splits, np.ndarray) else splits})"


def _integers(value: Any, what: str, dtype: Any, hint: Any, rank: int = 1) -> Tensor:
    """Integers as an int32 or int64 tensor of a rank."""
    if dtype is not None and isinstance(value, Operators):
        from unikeras import ops

        value = ops.cast(value, dtype)
    if not hasattr(value, "dtype") or (isinstance(value, np.ndarray) and value.dtype.kind != "i"):
        host = np.asarray(value)
        if host.size and host.dtype.kind not in "iu":
            raise ValueError(f"{what} must be integers, not {value!r}.")
        value = host.astype(as_dtype(dtype or hint or "int64").np_dtype)
    if isinstance(value, np.ndarray) and dtype is not None:
        value = value.astype(as_dtype(dtype).np_dtype)
    tensor = Tensor(value) if isinstance(value, np.ndarray) else convert_to_tensor(value)
    if tensor.dtype.name not in ("int32", "int64"):
        raise ValueError(f"{what} must have dtype int32 or int64, not {tensor.dtype.name}.")
    if len(tensor.shape) != rank:
        raise ValueError(f"Shape {tensor.shape} must have rank {rank}: {what}.")
    return tensor


def known(value: Any, what: str) -> np.ndarray:
    """The value of what a ragged or sparse tensor's structure depends on.

    Raises:
        PartitionNotKnown: it belongs to a function being traced.
    """
    host = host_of(convert_to_tensor(value))
    if host is None:
        raise PartitionNotKnown(
            f"{user_line()}: {what} must be known here, but its value belongs to a function that is being traced."
        )
    return host


def same_partition(a: RowPartition, b: RowPartition) -> bool:
    """Whether two partitions make the same rows."""
    if a is b or (a._tensor is not None and a._tensor is b._tensor):
        return True
    return np.array_equal(a.host, b.host)
