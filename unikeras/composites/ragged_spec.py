"""`RaggedTensorSpec`: what a ragged tensor looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec, TypeSpec
from unikeras.core.tensor import convert_to_tensor

__all__ = ["RaggedTensorSpec"]


class RaggedTensorSpec(TypeSpec):
    """A shape with `None` for ragged axes, a dtype, and how many axes are ragged (mirrors `tf.RaggedTensorSpec`).

    Args:
        shape: dimensions; `None` for those that may be anything.
        dtype: the elements' type.
        ragged_rank: how many axes after the first are kept as row partitions; all but the first by default.
        row_splits_dtype: int32 or int64.
        flat_values_spec: the spec of the flat values, accepted if it is a `TensorSpec`.

    Raises:
        ValueError: neither a shape of known rank nor `ragged_rank`, or a `ragged_rank` that the shape does not allow.

    Example:
        >>> import unikeras as tf
        >>> tf.RaggedTensorSpec([None, None], tf.int32)
        RaggedTensorSpec(TensorShape([None, None]), tf.int32, 1, tf.int64)
    """

    __slots__ = ("_dtype", "_flat", "_ragged_rank", "_row_splits_dtype", "_shape")

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = "float32",
        ragged_rank: int | None = None,
        row_splits_dtype: Any = "int64",
        flat_values_spec: Any = None,
    ) -> None:
        self._shape = TensorShape(shape)
        self._row_splits_dtype = as_dtype(row_splits_dtype)
        if flat_values_spec is not None:
            dtype = flat_values_spec.dtype if dtype is None else dtype
        self._dtype = as_dtype(dtype)
        self._flat = flat_values_spec
        rank = self._shape.rank
        if ragged_rank is None:
            if rank is None:
                raise ValueError("Must specify ragged_rank or a shape with a known rank.")
            ragged_rank = rank - 1
        if not isinstance(ragged_rank, int):
            raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank!r}.")
        if rank is not None and ragged_rank >= max(rank, 1):
            raise ValueError(f"Argument `ragged_rank` ({ragged_rank}) must be less than rank ({rank}).")
        self._ragged_rank = ragged_rank

    @property
    def shape(self) -> TensorShape:
        """The dimensions, `None` where ragged or unknown."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self._dtype

    @property
    def ragged_rank(self) -> int:
        """How many axes are kept as row partitions."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self) -> DType:
        """The type of the row splits."""
        return self._row_splits_dtype

    @property
    def flat_values_spec(self) -> Any:
        """The spec of the flat values that was given."""
        return self._flat

    @property
    def value_type(self) -> type:
        """`tf.RaggedTensor`, or `tf.Tensor` if no axis is ragged."""
        from unikeras.composites.ragged_tensor import RaggedTensor
        from unikeras.core.tensor import Tensor

        return RaggedTensor if self._ragged_rank else Tensor

    @property
    def _component_specs(self) -> tuple[TensorSpec, ...]:
        """Of the flat values, then of the row splits from the outermost on."""
        if not self._ragged_rank:
            return (TensorSpec(self._shape, self._dtype),)
        if self._shape.rank is None:
            flat: Any = None
            rows = None
        else:
            flat = [None, *self._shape[self._ragged_rank + 1 :]]
            rows = None if self._shape[0] is None else self._shape[0] + 1
        outer = TensorSpec([rows], self._row_splits_dtype)
        inner = [TensorSpec([None], self._row_splits_dtype)] * (self._ragged_rank - 1)
        return (TensorSpec(flat, self._dtype), outer, *inner)

    def _to_components(self, value: Any) -> list[Any]:
        from unikeras.composites.ragged_tensor import RaggedTensor

        if isinstance(value, RaggedTensor):
            if value.ragged_rank != self._ragged_rank:
                raise ValueError(f"Ragged rank of {value!r} is {value.ragged_rank}, not that of {self}.")
            return [value.flat_values, *value.nested_row_splits]
        if not self._ragged_rank:
            return [convert_to_tensor(value, self._dtype)]
        raise TypeError(f"{self} takes ragged tensors apart, not {value!r}.")

    def _from_components(self, components: Sequence[Any]) -> Any:
        from unikeras.composites.ragged_tensor import RaggedTensor
        from unikeras.composites.row_partition import RowPartition

        result, *splits = (convert_to_tensor(c) for c in components)
        for axis in reversed(range(self._ragged_rank)):
            uniform = None if self._shape.rank is None else self._shape[axis + 1]
            result = RaggedTensor(result, RowPartition(splits[axis], uniform))
        return result

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a ragged tensor (a tensor, if no axis is ragged), or those of another spec, could be of this spec."""
        if not self._ragged_rank and not isinstance(spec_or_value, RaggedTensorSpec):
            return TensorSpec(self._shape, self._dtype).is_compatible_with(spec_or_value)
        return super().is_compatible_with(spec_or_value)

    @classmethod
    def from_value(cls, value: Any) -> RaggedTensorSpec:
        """The spec of a ragged tensor.

        Example:
            >>> import unikeras as tf
            >>> tf.RaggedTensorSpec.from_value(tf.ragged.constant([[1.0], []]))
            RaggedTensorSpec(TensorShape([2, None]), tf.float32, 1, tf.int64)
        """
        return value._type_spec

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype
