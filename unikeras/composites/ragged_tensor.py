"""`RaggedTensor`: a tensor with rows of different lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from unikeras.composites.ragged_spec import RaggedTensorSpec
from unikeras.composites.row_partition import RowPartition, host_of, tensor_of
from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.operators import Operators
from unikeras.core.shape import TensorShape
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = ["RaggedTensor", "convert_to_ragged", "is_ragged"]


class RaggedTensor(CompositeTensor, Operators):
    """Rows of different lengths: values, and the places where rows begin (mirrors `tf.RaggedTensor`).

    Made by the `from_*` methods, by `tf.ragged.constant` and by ops. The values may be ragged themselves; `flat_values` are the
    innermost, a tensor. Operators and ops work on it as on a tensor; gradients flow through `flat_values`.

    Inside `tf.function` the flat values and row splits of an argument are arrays of their shapes: another number of values or rows
    is another compilation. An op that needs the rows' lengths (`to_tensor`, a slice) makes the function compile once for
    each distinct set of lengths, so pad to a few lengths outside where they vary much.

    Example:
        >>> import unikeras as tf
        >>> x = tf.RaggedTensor.from_row_lengths([1, 2, 3], [2, 0, 1])
        >>> x
        <tf.RaggedTensor [[1, 2], [], [3]]>
        >>> (x * 10).to_list(), x.shape
        ([[10, 20], [], [30]], TensorShape([3, None]))
    """

    __slots__ = ("__weakref__", "_keras_mask", "_rows", "_values")

    _dense_hint = "ragged.to_tensor(), or tf.ragged.map_flat_values"

    def __init__(self, values: Any, row_partition: RowPartition, internal: bool = True) -> None:
        self._values = values
        self._rows = row_partition
        if row_partition._nvals is None and values.shape[0] is not None:
            row_partition._nvals = int(values.shape[0])

    # Making.

    @classmethod
    def _from_partition(
        cls, values: Any, make: Callable[[Any], RowPartition], what: str, validate: bool
    ) -> Any:
        values = convert_to_ragged(values)
        hint = values._rows.dtype if isinstance(values, RaggedTensor) else None
        rows = make(hint)
        if isinstance(values, RaggedTensor):
            values, rows = _same_splits_dtype(values, rows)
        if not values.shape.rank:
            raise InvalidArgumentError(f"Shape {values.shape} must have rank at least 1: values.")
        count = values.shape[0]
        if validate and rows.known and count is not None and rows.static_nvals != count:
            kind = ValueError if what == "from_value_rowids" else InvalidArgumentError
            raise kind(
                f"Arguments to {what} do not form a valid RaggedTensor: the rows hold {rows.static_nvals} values, but there are {count}."
            )
        return cls(values, rows)

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Row i has the values [row_splits[i], row_splits[i + 1]).

        Args:
            values: a tensor or ragged tensor of one dimension or more.
            row_splits: integers [nrows + 1], from 0 to the number of values, not decreasing.
            name: ignored.
            validate: whether that is checked.

        Raises:
            InvalidArgumentError: the splits are not such.

        Example:
            >>> import unikeras as tf
            >>> tf.RaggedTensor.from_row_splits([3, 1, 4], [0, 2, 2, 3])
            <tf.RaggedTensor [[3, 1], [], [4]]>
        """
        return cls._from_partition(
            values,
            lambda hint: RowPartition.from_row_splits(row_splits, validate, dtype_hint=hint),
            "from_row_splits",
            validate,
        )

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows of the lengths [nrows]; see `from_row_splits`."""
        return cls._from_partition(
            values,
            lambda hint: RowPartition.from_row_lengths(row_lengths, validate, dtype_hint=hint),
            "from_row_lengths",
            validate,
        )

    @classmethod
    def from_row_starts(
        cls, values: Any, row_starts: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows that begin at [nrows] places, the first at 0; see `from_row_splits`."""
        values = convert_to_ragged(values)
        count = values.shape[0]
        return cls._from_partition(
            values,
            lambda hint: RowPartition.from_row_starts(row_starts, count, validate, dtype_hint=hint),
            "from_row_starts",
            validate,
        )

    @classmethod
    def from_row_limits(
        cls, values: Any, row_limits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows that end before [nrows] places, the last at the number of values; see `from_row_splits`."""
        return cls._from_partition(
            values,
            lambda hint: RowPartition.from_row_limits(row_limits, validate, dtype_hint=hint),
            "from_row_limits",
            validate,
        )

    @classmethod
    def from_value_rowids(
        cls, values: Any, value_rowids: Any, nrows: Any = None, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Value i is in row value_rowids[i]; the ids do not decrease. `nrows` says how many rows there are, for empty ones at the end."""
        return cls._from_partition(
            values,
            lambda hint: RowPartition.from_value_rowids(value_rowids, nrows, validate, dtype_hint=hint),
            "from_value_rowids",
            validate,
        )

    @classmethod
    def from_uniform_row_length(
        cls,
        values: Any,
        uniform_row_length: Any,
        nrows: Any = None,
        validate: bool = True,
        name: str | None = None,
    ) -> RaggedTensor:
        """Rows of one length, so that the second dimension is known; `nrows` is needed if it is 0."""
        values = convert_to_ragged(values)
        count = values.shape[0]
        return cls._from_partition(
            values,
            lambda hint: RowPartition.from_uniform_row_length(
                uniform_row_length, count, nrows, validate, dtype_hint=hint
            ),
            "from_uniform_row_length",
            validate,
        )

    @classmethod
    def from_nested_row_splits(
        cls,
        flat_values: Any,
        nested_row_splits: Sequence[Any],
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """Several ragged axes, the outermost's splits first.

        Example:
            >>> import unikeras as tf
            >>> tf.RaggedTensor.from_nested_row_splits([1, 2, 3], [[0, 2, 2], [0, 1, 3]])
            <tf.RaggedTensor [[[1], [2, 3]], []]>
        """
        _list_of(nested_row_splits, "nested_row_splits")
        result = flat_values
        for splits in reversed(nested_row_splits):
            result = cls.from_row_splits(result, splits, validate=validate)
        return result

    @classmethod
    def from_nested_row_lengths(
        cls,
        flat_values: Any,
        nested_row_lengths: Sequence[Any],
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """Several ragged axes, the outermost's lengths first; see `from_nested_row_splits`."""
        _list_of(nested_row_lengths, "nested_row_lengths")
        result = flat_values
        for lengths in reversed(nested_row_lengths):
            result = cls.from_row_lengths(result, lengths, validate=validate)
        return result

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Sequence[Any],
        nested_nrows: Sequence[Any] | None = None,
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """Several ragged axes, the outermost's row ids (and numbers of rows) first; see `from_nested_row_splits`."""
        _list_of(nested_value_rowids, "nested_value_rowids")
        if nested_nrows is None:
            nested_nrows = [None] * len(nested_value_rowids)
        elif len(nested_nrows) != len(nested_value_rowids):
            raise ValueError(
                f"nested_nrows ({len(nested_nrows)}) must have the length of nested_value_rowids ({len(nested_value_rowids)})."
            )
        result = flat_values
        for ids, nrows in zip(reversed(nested_value_rowids), reversed(nested_nrows), strict=True):
            result = cls.from_value_rowids(result, ids, nrows, validate=validate)
        return result

    @classmethod
    def from_tensor(
        cls,
        tensor: Any,
        lengths: Any = None,
        padding: Any = None,
        ragged_rank: int = 1,
        name: str | None = None,
        row_splits_dtype: Any = "int64",
    ) -> RaggedTensor:
        """A tensor as a ragged one, perhaps without what fills up its rows.

        Args:
            tensor: [d0, d1, ...], of two dimensions or more.
            lengths: integers [d0]: how many entries of each row are kept; a list of such: for every ragged axis from the outermost on.
            padding: a value that is left out where it stands at the end of a row; of the shape of what is below the ragged axes.
            ragged_rank: how many axes are ragged.
            name: ignored.
            row_splits_dtype: int32 or int64.

        Raises:
            ValueError: both lengths and padding, or a `ragged_rank` that the tensor has not.

        Example:
            >>> import unikeras as tf
            >>> tf.RaggedTensor.from_tensor([[5, 7, 0], [0, 3, 0], [6, 0, 0]], padding=0)
            <tf.RaggedTensor [[5, 7], [0, 3], [6]]>
        """
        from unikeras.composites.ragged_convert import from_tensor

        return from_tensor(tensor, lengths, padding, ragged_rank, as_dtype(row_splits_dtype))

    @classmethod
    def from_sparse(
        cls, st_input: Any, name: str | None = None, row_splits_dtype: Any = "int64"
    ) -> RaggedTensor:
        """The values of a sparse matrix whose rows are filled from the left.

        Raises:
            ValueError: another rank than 2.
            InvalidArgumentError: rows with a hole.

        Example:
            >>> import unikeras as tf
            >>> x = tf.SparseTensor(indices=[[0, 0], [0, 1], [2, 0]], values=[1, 2, 3], dense_shape=[3, 4])
            >>> tf.RaggedTensor.from_sparse(x)
            <tf.RaggedTensor [[1, 2], [], [3]]>
        """
        from unikeras.composites.ragged_convert import from_sparse

        return from_sparse(st_input, as_dtype(row_splits_dtype))

    # Parts.

    @property
    def values(self) -> Any:
        """All rows one after the other, without the division into rows."""
        return self._values

    @property
    def flat_values(self) -> Any:
        """The innermost values, a tensor."""
        values = self._values
        while isinstance(values, RaggedTensor):
            values = values._values
        return values

    @property
    def _row_partition(self) -> RowPartition:
        return self._rows

    @property
    def _nested_row_partitions(self) -> tuple[RowPartition, ...]:
        found, x = [], self
        while isinstance(x, RaggedTensor):
            found.append(x._rows)
            x = x._values
        return tuple(found)

    @property
    def row_splits(self) -> Tensor:
        """Where rows begin and end, [nrows + 1]."""
        return self._rows.row_splits()

    @property
    def nested_row_splits(self) -> tuple[Tensor, ...]:
        """The row splits of every ragged axis, the outermost's first."""
        return tuple(rows.row_splits() for rows in self._nested_row_partitions)

    @property
    def uniform_row_length(self) -> Tensor | None:
        """The rows' length, if the axis is uniform by construction."""
        return self._rows.uniform_row_length()

    @property
    def ragged_rank(self) -> int:
        """How many axes are kept as row partitions."""
        return len(self._nested_row_partitions)

    @property
    def shape(self) -> TensorShape:
        """The dimensions, `None` where ragged."""
        values = tuple(self._values.shape)
        return TensorShape((self._rows.static_nrows, self._rows.static_uniform_row_length, *values[1:]))

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self.flat_values.dtype

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def _type_spec(self) -> RaggedTensorSpec:
        return RaggedTensorSpec(self.shape, self.dtype, self.ragged_rank, self._rows.dtype)

    @property
    def _entries(self) -> Any:
        return self.flat_values

    def _with_entries(self, entries: Any) -> RaggedTensor:
        return self.with_flat_values(entries)

    def value_rowids(self, name: str | None = None) -> Tensor:
        """The row of every value, [nvals]."""
        return self._rows.value_rowids()

    def nested_value_rowids(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The row ids of every ragged axis, the outermost's first."""
        return tuple(rows.value_rowids() for rows in self._nested_row_partitions)

    def nrows(self, out_type: Any = None, name: str | None = None) -> Tensor:
        """The number of rows."""
        return tensor_of(np.asarray(self._rows.static_nrows, as_dtype(out_type or self._rows.dtype).np_dtype))

    def row_starts(self, name: str | None = None) -> Tensor:
        """Where the rows begin, [nrows]."""
        return self._rows.row_starts()

    def row_limits(self, name: str | None = None) -> Tensor:
        """Where the rows end, [nrows]."""
        return self._rows.row_limits()

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Any:
        """The lengths of the rows along `axis`: [nrows], or ragged for an inner axis.

        Example:
            >>> import unikeras as tf
            >>> tf.ragged.constant([[[3, 1], [4]], [], [[5]]]).row_lengths(axis=2)
            <tf.RaggedTensor [[2, 1], [], [1]]>
        """
        from unikeras.composites.ragged_convert import row_lengths

        return row_lengths(self, axis)

    def nested_row_lengths(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The row lengths of every ragged axis, the outermost's first."""
        return tuple(rows.row_lengths() for rows in self._nested_row_partitions)

    def bounding_shape(self, axis: Any = None, name: str | None = None, out_type: Any = None) -> Tensor:
        """The shape of the smallest tensor that has room for it, or its dimension along `axis`.

        Example:
            >>> import unikeras as tf
            >>> tf.ragged.constant([[1, 2, 3, 4], [5], []]).bounding_shape().numpy().tolist()
            [3, 4]
        """
        from unikeras.composites.ragged_convert import bounding_shape

        dims = np.asarray(bounding_shape(self), as_dtype(out_type or self._rows.dtype).np_dtype)
        if axis is None:
            return tensor_of(dims)
        return tensor_of(dims[np.asarray(axis)])

    def consumers(self) -> list[Any]:
        """What uses it: nothing is noted here."""
        return []

    # The same rows with something else.

    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other values.

        Raises:
            ValueError: there are more or fewer of them.
        """
        values = convert_to_ragged(new_values)
        if values.shape.rank is not None and self._values.shape[0] != values.shape[0]:
            raise ValueError(
                f"with_values: {self._values.shape[0]} values are needed, not {values.shape[0]}."
            )
        rows = self._rows
        if isinstance(values, RaggedTensor):
            values, rows = _same_splits_dtype(values, rows)
        return RaggedTensor(values, rows)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other innermost values.

        Example:
            >>> import unikeras as tf
            >>> x = tf.ragged.constant([[1, 2], [3]])
            >>> x.with_flat_values(x.flat_values * 2)
            <tf.RaggedTensor [[2, 4], [6]]>
        """
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        return self.with_values(new_values)

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The same with row splits of another dtype, int32 or int64."""
        values = self._values
        if isinstance(values, RaggedTensor):
            values = values.with_row_splits_dtype(dtype)
        return RaggedTensor(values, self._rows.with_dtype(dtype))

    def merge_dims(self, outer_axis: int, inner_axis: int) -> Any:
        """With the axes from `outer_axis` to `inner_axis` made one.

        Example:
            >>> import unikeras as tf
            >>> tf.ragged.constant([[[1, 2], [3]], [[4]]]).merge_dims(1, 2)
            <tf.RaggedTensor [[1, 2, 3], [4]]>
        """
        from unikeras.composites.ragged_convert import merge_dims

        return merge_dims(self, outer_axis, inner_axis)

    # As something else.

    def to_tensor(self, default_value: Any = None, name: str | None = None, shape: Any = None) -> Tensor:
        """As a tensor, rows filled up with `default_value`.

        Args:
            default_value: what fills the rows up, of a shape that broadcasts to that of the flat values' entries; zero or "" by default.
            name: ignored.
            shape: dimensions, `None` for the longest row's; rows are cut where it is shorter.

        Example:
            >>> import unikeras as tf
            >>> tf.ragged.constant([[9, 8, 7], [], [6]]).to_tensor(-1).numpy().tolist()
            [[9, 8, 7], [-1, -1, -1], [6, -1, -1]]
        """
        from unikeras.composites.ragged_convert import to_tensor

        return to_tensor(self, default_value, shape)

    def to_sparse(self, name: str | None = None) -> Any:
        """As a sparse tensor.

        Example:
            >>> import unikeras as tf
            >>> tf.ragged.constant([[1, 2], [], [3]]).to_sparse().indices.numpy().tolist()
            [[0, 0], [0, 1], [2, 0]]
        """
        from unikeras.composites.ragged_convert import to_sparse

        return to_sparse(self)

    def numpy(self) -> np.ndarray:
        """As an array: of arrays, the rows, if their lengths differ.

        Raises:
            AttributeError: the values belong to a function being traced.
        """
        from unikeras.composites.ragged_convert import to_numpy

        return to_numpy(self)

    def to_list(self) -> list[Any]:
        """As nested Python lists.

        Example:
            >>> import unikeras as tf
            >>> tf.ragged.constant([["a", "b"], []]).to_list()
            [[b'a', b'b'], []]
        """
        splits = self._rows.host
        inner = (
            self._values.to_list()
            if isinstance(self._values, RaggedTensor)
            else self._values.numpy().tolist()
        )
        return [inner[a:b] for a, b in pairwise(splits.tolist())]

    def tolist(self) -> list[Any]:
        """Same as `to_list`."""
        return self.to_list()

    # Python's protocols.

    def __getitem__(self, key: Any) -> Any:
        from unikeras.composites.ragged_index import get_item

        return get_item(self, key)

    def __iter__(self) -> Iterator[Any]:
        splits = self._rows.host.tolist()
        return iter([self._values[a:b] for a, b in pairwise(splits)])

    def __eq__(self, other: Any) -> Any:
        return Operators.__eq__(self, other)

    def __ne__(self, other: Any) -> Any:
        return Operators.__ne__(self, other)

    def __hash__(self) -> int:
        raise TypeError("RaggedTensor is unhashable.")

    def __bool__(self) -> bool:
        raise TypeError("RaggedTensor may not be used as a boolean.")

    def __repr__(self) -> str:
        from unikeras.composites.ragged_convert import text

        if host_of(self.flat_values) is None or not all(r.known for r in self._nested_row_partitions):
            return f"tf.RaggedTensor(values={self._values!r}, row_splits={self.row_splits!r})"
        return f"<tf.RaggedTensor {text(self)}>"

    def __copy__(self) -> RaggedTensor:
        return self

    def __deepcopy__(self, memo: Any) -> RaggedTensor:
        return self

    def __reduce__(self) -> Any:
        return _unpickle, (self._type_spec, [t.numpy() for t in self._type_spec._to_components(self)])

    @classmethod
    def _handlers(cls) -> dict[str, Callable[..., Any]]:
        from unikeras.composites import ragged_dispatch

        return ragged_dispatch.handlers


def _unpickle(spec: RaggedTensorSpec, components: list[np.ndarray]) -> RaggedTensor:
    return spec._from_components([convert_to_tensor(c) for c in components])


def is_ragged(value: Any) -> bool:
    """Whether `value` is a ragged tensor (mirrors `tf.ragged.is_ragged`)."""
    return isinstance(value, RaggedTensor)


def convert_to_ragged(value: Any, dtype: Any = None) -> Any:
    """A ragged tensor as it is, everything else as a tensor."""
    return value if isinstance(value, RaggedTensor) else convert_to_tensor(value, dtype)


def _list_of(value: Any, what: str) -> None:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"Argument `{what}` must be a list of tensors. Received {value!r}.")


def _same_splits_dtype(values: RaggedTensor, rows: RowPartition) -> tuple[RaggedTensor, RowPartition]:
    """int64 for both, where one is int32."""
    if values._rows.dtype == rows.dtype:
        return values, rows
    return values.with_row_splits_dtype("int64"), rows.with_dtype("int64")
