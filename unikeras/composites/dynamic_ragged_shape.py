"""`DynamicRaggedShape`: the shape of a ragged tensor, with the lengths of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras.composites.ragged_tensor import RaggedTensor, convert_to_ragged
from unikeras.composites.row_partition import RowPartition, host_of, tensor_of
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.shape import TensorShape
from unikeras.core.tensor import Tensor

__all__ = ["DynamicRaggedShape"]


class DynamicRaggedShape:
    """Row partitions and the shape of what is below them (mirrors `tf.experimental.DynamicRaggedShape`).

    What `tf.shape` gives of a ragged tensor; made by the `from_*` methods.

    Args:
        row_partitions: those of the ragged axes, the outermost first.
        inner_shape: the dimensions of the flat values, of the first alone if there are no partitions.
        dtype: int32 or int64.

    Example:
        >>> import unikeras as tf
        >>> tf.shape(tf.ragged.constant([[1, 2], [3], []]))
        <DynamicRaggedShape lengths=[3, (2, 1, 0)] num_row_partitions=1>
    """

    def __init__(self, row_partitions: Sequence[RowPartition], inner_shape: Any, dtype: Any = None) -> None:
        self._dtype = as_dtype(dtype or (row_partitions[0].dtype if row_partitions else "int64"))
        self._partitions = tuple(p.with_dtype(self._dtype) for p in row_partitions)
        self._inner = tuple(int(d) for d in np.asarray(host_of(inner_shape)))

    @classmethod
    def from_lengths(
        cls, lengths: Sequence[Any], num_row_partitions: int | None = None, dtype: Any = "int64"
    ) -> DynamicRaggedShape:
        """A shape of numbers (uniform axes) and tuples of row lengths (ragged axes).

        Args:
            lengths: the first a number; after the last tuple only numbers.
            num_row_partitions: how many axes are kept as row partitions; those up to the last tuple by default.
            dtype: int32 or int64.

        Raises:
            ValueError: lengths that do not fit together.

        Example:
            >>> import unikeras as tf
            >>> tf.experimental.DynamicRaggedShape.from_lengths([2, (1, 3), 5])
            <DynamicRaggedShape lengths=[2, (1, 3), 5] num_row_partitions=1>
        """
        if not isinstance(lengths, (list, tuple)):
            raise ValueError("lengths should be a list.")
        if lengths and not isinstance(lengths[0], int):
            raise ValueError("lengths[0] should be an int.")
        ragged = [i for i, n in enumerate(lengths) if isinstance(n, (list, tuple))]
        depth = (ragged[-1] if ragged else 0) if num_row_partitions is None else num_row_partitions
        if ragged and depth < ragged[-1]:
            raise ValueError(f"num_row_partitions ({depth}) should not be less than {ragged[-1]}.")
        if depth and depth >= len(lengths):
            raise ValueError(f"num_row_partitions ({depth}) should be less than the rank ({len(lengths)}).")
        count = lengths[0] if lengths else 1
        partitions = []
        for axis in range(1, depth + 1):
            length = lengths[axis]
            if isinstance(length, int):
                rows = RowPartition.of_lengths(np.full(count, length), length, dtype)
            else:
                if len(length) != count:
                    raise ValueError(f"lengths[{axis}] must have {count} entries, not {len(length)}.")
                rows = RowPartition.of_lengths(np.asarray(length, np.int64), dtype=dtype)
            partitions.append(rows)
            count = rows.static_nvals or 0
        return cls(partitions, [*([count] if lengths else []), *lengths[depth + 1 :]], dtype)

    @classmethod
    def from_row_partitions(
        cls, row_partitions: Sequence[RowPartition], dtype: Any = None
    ) -> DynamicRaggedShape:
        """The shape of row partitions over values without further dimensions."""
        if not row_partitions:
            raise ValueError("row_partitions cannot be empty.")
        return cls(row_partitions, [row_partitions[-1].static_nvals or 0], dtype)

    @classmethod
    def from_tensor(cls, t: Any, dtype: Any = None) -> DynamicRaggedShape:
        """The shape of a tensor or ragged tensor."""
        t = convert_to_ragged(t)
        if isinstance(t, RaggedTensor):
            return cls(t._nested_row_partitions, tuple(t.flat_values.shape), dtype)
        return cls((), tuple(t.shape), dtype)

    @property
    def dtype(self) -> DType:
        """int32 or int64."""
        return self._dtype

    @property
    def row_partitions(self) -> tuple[RowPartition, ...]:
        """Those of the ragged axes, the outermost first."""
        return self._partitions

    @property
    def num_row_partitions(self) -> int:
        """How many axes are kept as row partitions."""
        return len(self._partitions)

    @property
    def inner_shape(self) -> Tensor:
        """The dimensions of the flat values."""
        return tensor_of(np.asarray(self._inner, self._dtype.np_dtype))

    @property
    def inner_rank(self) -> int:
        """The number of dimensions of the flat values."""
        return len(self._inner)

    @property
    def rank(self) -> int:
        """The number of dimensions."""
        return len(self._partitions) + len(self._inner)

    def is_uniform(self, axis: int) -> bool:
        """Whether an axis has one length by construction."""
        if not 0 <= axis < self.rank:
            raise IndexError(f"axis {axis} is not in [0, {self.rank}).")
        return axis == 0 or axis > len(self._partitions) or self._partitions[axis - 1].is_uniform()

    def static_lengths(self, ragged_lengths: bool = True) -> list[Any]:
        """The lengths of the axes: numbers, and for ragged axes tuples of lengths (or `None`).

        Args:
            ragged_lengths: whether the lengths of ragged axes are wanted.
        """
        if not self._partitions:
            return list(self._inner)
        found: list[Any] = [self._partitions[0].static_nrows]
        for rows in self._partitions:
            if rows._uniform is not None:
                found.append(rows._uniform)
            else:
                found.append(tuple(rows.lengths.tolist()) if ragged_lengths else None)
        return found + list(self._inner[1:])

    def with_dtype(self, dtype: Any) -> DynamicRaggedShape:
        """The same shape with numbers of another dtype."""
        return DynamicRaggedShape(self._partitions, self._inner, dtype)

    def _to_tensor_shape(self) -> TensorShape:
        return TensorShape([n if isinstance(n, int) else None for n in self.static_lengths(False)])

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            raise NotImplementedError("slices of a DynamicRaggedShape are not available.")
        axis = int(index)
        if not self.is_uniform(axis):
            raise ValueError(f"Index {axis} is not uniform.")
        return tensor_of(np.asarray(self.static_lengths()[axis], self._dtype.np_dtype))

    def __eq__(self, other: Any) -> bool:
        return (
            isinstance(other, DynamicRaggedShape)
            and self._dtype == other._dtype
            and self.static_lengths() == other.static_lengths()
        )

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        shown = ", ".join(
            "(" + ", ".join(map(str, n)) + ("," if len(n) == 1 else "") + ")"
            if isinstance(n, tuple)
            else str(n)
            for n in self.static_lengths()
        )
        return f"<DynamicRaggedShape lengths=[{shown}] num_row_partitions={self.num_row_partitions}>"
