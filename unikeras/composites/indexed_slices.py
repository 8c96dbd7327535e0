"""`IndexedSlices`: rows of a tensor that are given, and which ones they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unikeras.composites.row_partition import host_of
from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec, TypeSpec
from unikeras.core.tensor import convert_to_tensor

__all__ = ["IndexedSlices", "IndexedSlicesSpec"]


class IndexedSlicesSpec(TypeSpec):
    """What indexed slices look like (mirrors `tf.IndexedSlicesSpec`).

    Args:
        shape: the dense shape.
        dtype: the values' type.
        indices_dtype: int32 or int64.
        dense_shape_dtype: int32, int64, or `None` if there is no dense shape.
        indices_shape: the shape of the indices.

    Example:
        >>> import unikeras as tf
        >>> tf.IndexedSlicesSpec([None, 3])
        IndexedSlicesSpec(TensorShape([None, 3]), tf.float32, tf.int64, None, TensorShape([None]))
    """

    __slots__ = ("_dense_shape_dtype", "_dtype", "_indices_dtype", "_indices_shape", "_shape")

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = "float32",
        indices_dtype: Any = "int64",
        dense_shape_dtype: Any = None,
        indices_shape: Any = None,
    ) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._indices_dtype = as_dtype(indices_dtype)
        self._dense_shape_dtype = None if dense_shape_dtype is None else as_dtype(dense_shape_dtype)
        self._indices_shape = TensorShape([None] if indices_shape is None else indices_shape)

    @property
    def shape(self) -> TensorShape:
        """The dense shape."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The values' type."""
        return self._dtype

    @property
    def value_type(self) -> type:
        """`tf.IndexedSlices`."""
        return IndexedSlices

    @property
    def _component_specs(self) -> tuple[TensorSpec, ...]:
        values = TensorSpec(tuple(self._indices_shape) + tuple(self._shape)[1:], self._dtype)
        found = (values, TensorSpec(self._indices_shape, self._indices_dtype))
        if self._dense_shape_dtype is None:
            return found
        return (*found, TensorSpec([self._shape.rank], self._dense_shape_dtype))

    def _to_components(self, value: Any) -> list[Any]:
        parts = [value.values, value.indices]
        return parts if self._dense_shape_dtype is None else [*parts, value.dense_shape]

    def _from_components(self, components: Sequence[Any]) -> Any:
        return IndexedSlices(*components)

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._indices_dtype, self._dense_shape_dtype, self._indices_shape


class IndexedSlices(CompositeTensor):
    """The rows `values` at `indices` of a tensor whose other rows are zero (mirrors `tf.IndexedSlices`).

    Gradients are dense here, also those of `tf.gather`; what takes `IndexedSlices` (optimizers, ops) makes a tensor of them.

    Args:
        values: [n, ...].
        indices: integers [n]; rows that are named twice are added.
        dense_shape: the dimensions of the tensor.

    Example:
        >>> import unikeras as tf
        >>> x = tf.IndexedSlices(tf.ones([2, 2]), tf.constant([2, 0]), tf.constant([3, 2]))
        >>> tf.convert_to_tensor(x).numpy().tolist()
        [[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]
    """

    __slots__ = ("__weakref__", "_dense_shape", "_indices", "_values")

    _dense_hint = "give it a dense_shape"

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self._values = convert_to_tensor(values)
        self._indices = convert_to_tensor(indices)
        self._dense_shape = None if dense_shape is None else convert_to_tensor(dense_shape)

    @property
    def values(self) -> Any:
        """The rows, [n, ...]."""
        return self._values

    @property
    def indices(self) -> Any:
        """Which rows they are, [n]."""
        return self._indices

    @property
    def dense_shape(self) -> Any:
        """The dimensions of the tensor, if they are known."""
        return self._dense_shape

    @property
    def shape(self) -> TensorShape:
        """The dimensions, `None` where unknown."""
        host = None if self._dense_shape is None else host_of(self._dense_shape)
        return TensorShape((None, *tuple(self._values.shape)[1:]) if host is None else host.tolist())

    @property
    def dtype(self) -> DType:
        """The values' type."""
        return self._values.dtype

    @property
    def name(self) -> str:
        """That of the values."""
        return self._values.name

    @property
    def _type_spec(self) -> IndexedSlicesSpec:
        dense = None if self._dense_shape is None else self._dense_shape.dtype
        return IndexedSlicesSpec(self.shape, self.dtype, self._indices.dtype, dense, self._indices.shape)

    @property
    def _entries(self) -> Any:
        return self._values

    def _with_entries(self, entries: Any) -> IndexedSlices:
        return IndexedSlices(entries, self._indices, self._dense_shape)

    def _moved(self, move: Callable[[Any], Any]) -> IndexedSlices:
        return IndexedSlices(*(move(part) for part in self._type_spec._to_components(self)))

    def _read(self) -> Any:
        """The tensor's array."""
        from unikeras import ops

        if self._dense_shape is None:
            raise ValueError(
                "Tensor conversion requested for IndexedSlices without a dense_shape: give it one."
            )
        shape = np.asarray(self._dense_shape).tolist()
        rows = ops.expand_dims(ops.cast(self._indices, "int64"), -1)
        return ops.tensor_scatter_nd_add(ops.zeros(shape, self.dtype), rows, self._values)._array

    def _apply_op(self, op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
        """Ops work on the tensor; a factor and a sign on the rows alone."""
        if op.__name__ == "negative" or (
            op.__name__ == "multiply" and args[0] is self and not len(np.shape(args[1]))
        ):
            values = op(self._values, *args[1:], **attributes)
            return IndexedSlices(values, self._indices, self._dense_shape)
        dense = [convert_to_tensor(a) if isinstance(a, IndexedSlices) else a for a in args]
        return (op.strict if strict else op)(*dense, **attributes)

    @property
    def op(self) -> Any:
        """Eager tensors have none."""
        raise AttributeError("Tensor.op is undefined when eager execution is enabled.")

    def consumers(self) -> list[Any]:
        """What uses it: nothing is noted here."""
        return []

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self._values, self._indices, self._dense_shape)

    def __str__(self) -> str:
        dense = "" if self._dense_shape is None else f", dense_shape={self._dense_shape}"
        return f"IndexedSlices(indices={self._indices}, values={self._values}{dense})"

    def __reduce__(self) -> Any:
        return IndexedSlices, (self._values, self._indices, self._dense_shape)

    @classmethod
    def _handlers(cls) -> dict[str, Callable[..., Any]]:
        return {}
