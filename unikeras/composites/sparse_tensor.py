"""`SparseTensor`: the entries of a tensor that are given, and where they are; `SparseTensorSpec`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from unikeras.composites.row_partition import PartitionNotKnown, host_of, tensor_of
from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.operators import Operators
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec, TypeSpec
from unikeras.core.strict import user_line
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = ["SparseTensor", "SparseTensorSpec", "SparseTensorValue", "is_sparse"]


class SparseTensorValue(NamedTuple):
    """The parts of a sparse tensor as arrays (mirrors `tf.compat.v1.SparseTensorValue`)."""

    indices: Any
    values: Any
    dense_shape: Any


class SparseTensorSpec(TypeSpec):
    """A dense shape and a dtype (mirrors `tf.SparseTensorSpec`).

    Args:
        shape: dimensions; `None` for those that may be anything.
        dtype: the elements' type.

    Example:
        >>> import unikeras as tf
        >>> tf.SparseTensorSpec([None, 3])
        SparseTensorSpec(TensorShape([None, 3]), tf.float32)
    """

    __slots__ = ("_dtype", "_shape")

    def __init__(self, shape: Any = None, dtype: Any = "float32") -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)

    @property
    def shape(self) -> TensorShape:
        """The dimensions."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self._dtype

    @property
    def value_type(self) -> type:
        """`tf.SparseTensor`."""
        return SparseTensor

    @property
    def _component_specs(self) -> tuple[TensorSpec, ...]:
        """Of the indices, the values, the dense shape."""
        rank = self._shape.rank
        return TensorSpec([None, rank], "int64"), TensorSpec([None], self._dtype), TensorSpec([rank], "int64")

    def _to_components(self, value: Any) -> list[Any]:
        if not isinstance(value, (SparseTensor, SparseTensorValue)):
            raise TypeError(f"{self} takes sparse tensors apart, not {value!r}.")
        value = SparseTensor.from_value(value)
        return [value.indices, value.values, value.dense_shape]

    def _from_components(self, components: Sequence[Any]) -> Any:
        result = SparseTensor(*components)
        if not result.shape.is_fully_defined():
            result._static = self._shape
        return result

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype


class SparseTensor(CompositeTensor):
    """The entries of a tensor that are given, the others being zero (mirrors `tf.SparseTensor`).

    Ops on sparse tensors are in `tf.sparse`. Indices should be in row-major order, and once each; `tf.sparse.reorder` sorts them.

    Args:
        indices: integers [n, rank]: where the entries are.
        values: the entries, [n].
        dense_shape: integers [rank].

    Raises:
        ValueError: the shapes do not fit together.

    Example:
        >>> import unikeras as tf
        >>> x = tf.SparseTensor(indices=[[0, 0], [1, 2]], values=[1, 2], dense_shape=[3, 4])
        >>> tf.sparse.to_dense(x).numpy().tolist()
        [[1, 0, 0, 0], [0, 0, 2, 0], [0, 0, 0, 0]]
    """

    __slots__ = ("__weakref__", "_indices", "_shape_tensor", "_static", "_values")

    _dense_hint = "tf.sparse.to_dense(sparse)"

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        self._indices = _int64(indices, "indices")
        self._values = convert_to_tensor(values)
        self._shape_tensor = _int64(dense_shape, "dense_shape")
        found, count, dims = self._indices.shape, self._values.shape, self._shape_tensor.shape
        for shape, rank, what in ((found, 2, "indices"), (count, 1, "values"), (dims, 1, "dense_shape")):
            if len(shape) != rank:
                raise ValueError(f"Shape {shape} must have rank {rank}: {what} of a SparseTensor.")
        if found[0] != count[0]:
            raise ValueError(
                f"Dimensions {found[0]} and {count[0]} are not compatible: indices and values of a SparseTensor."
            )
        if found[1] != dims[0]:
            raise ValueError(
                f"Dimensions {found[1]} and {dims[0]} are not compatible: indices and dense_shape of a SparseTensor."
            )
        host = host_of(self._shape_tensor)
        self._static = TensorShape([None] * int(dims[0])) if host is None else TensorShape(host.tolist())

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """A sparse tensor as it is; one of a `SparseTensorValue`.

        Raises:
            TypeError: something else.
        """
        if isinstance(sparse_tensor_value, SparseTensor):
            return sparse_tensor_value
        if isinstance(sparse_tensor_value, tuple) and hasattr(sparse_tensor_value, "dense_shape"):
            return cls(*sparse_tensor_value)
        raise TypeError(f"Neither a SparseTensor nor SparseTensorValue: {sparse_tensor_value!r}.")

    @property
    def indices(self) -> Tensor:
        """Where the entries are, int64 [n, rank]."""
        return self._indices

    @property
    def values(self) -> Tensor:
        """The entries, [n]."""
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        """The dimensions as a tensor, int64 [rank]."""
        return self._shape_tensor

    @property
    def shape(self) -> TensorShape:
        """The dimensions."""
        return self._static

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self._values.dtype

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._static)

    @property
    def _type_spec(self) -> SparseTensorSpec:
        return SparseTensorSpec(self._static, self.dtype)

    @property
    def _entries(self) -> Any:
        return self._values

    def _with_entries(self, entries: Any) -> SparseTensor:
        return self.with_values(entries)

    def _moved(self, move: Callable[[Any], Any]) -> SparseTensor:
        return self._type_spec._from_components([move(part) for part in self._type_spec._to_components(self)])

    @property
    def _host_indices(self) -> np.ndarray:
        found = host_of(self._indices)
        if found is None:
            raise PartitionNotKnown(
                f"{user_line()}: this needs the indices of a sparse tensor, which are not known while a function is traced. Give sparse "
                "tensors as arguments of the tf.function, or compute it outside."
            )
        return found

    @property
    def _host_shape(self) -> np.ndarray:
        if self._static.is_fully_defined():
            return np.asarray(self._static.as_list(), np.int64)
        found = host_of(self._shape_tensor)
        if found is None:
            raise PartitionNotKnown(
                f"{user_line()}: this needs the shape of a sparse tensor, which is not known while a function is traced."
            )
        return found

    @property
    def op(self) -> Any:
        """Eager tensors have none."""
        raise AttributeError("Tensor.op is undefined when eager execution is enabled.")

    @property
    def graph(self) -> Any:
        """Eager tensors have none."""
        raise AttributeError("Tensor.graph is undefined when eager execution is enabled.")

    def set_shape(self, shape: Any) -> None:
        """Check that the shape is compatible with `shape`."""
        self._static = self._static.merge_with(shape)

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other entries at the same places.

        Example:
            >>> import unikeras as tf
            >>> x = tf.sparse.from_dense([[0, 1], [2, 0]])
            >>> tf.sparse.to_dense(x.with_values(x.values * 10)).numpy().tolist()
            [[0, 10], [20, 0]]
        """
        result = SparseTensor(self._indices, new_values, self._shape_tensor)
        result._static = self._static
        return result

    def consumers(self) -> list[Any]:
        """What uses it: nothing is noted here."""
        return []

    def eval(self, feed_dict: Any = None, session: Any = None) -> SparseTensorValue:
        """The parts as arrays; as in TF 1 within a session, here always available."""
        return SparseTensorValue(self.indices.numpy(), self.values.numpy(), self.dense_shape.numpy())

    def __mul__(self, other: Any) -> SparseTensor:
        return self._times("multiply", other)

    def __truediv__(self, other: Any) -> SparseTensor:
        return self._times("divide", other)

    def _times(self, name: str, other: Any) -> SparseTensor:
        from unikeras.composites.sparse_math import entrywise

        return entrywise(self, name, other)

    def __repr__(self) -> str:
        return f"SparseTensor(indices={self.indices}, values={self.values}, dense_shape={self.dense_shape})"

    def __copy__(self) -> SparseTensor:
        return self

    def __deepcopy__(self, memo: Any) -> SparseTensor:
        return self

    def __reduce__(self) -> Any:
        return SparseTensor, tuple(self.eval())

    @classmethod
    def _handlers(cls) -> dict[str, Callable[..., Any]]:
        from unikeras.composites import sparse_dispatch

        return sparse_dispatch.handlers


def _int64(value: Any, what: str) -> Tensor:
    if isinstance(value, Operators):
        if value.dtype.name != "int64":  # type: ignore[attr-defined]
            raise ValueError(
                f"{what} of a SparseTensor must be int64, not {value.dtype.name}: use tf.cast."  # type: ignore[attr-defined]
            )
        return convert_to_tensor(value)
    host = np.asarray(value)
    if host.size and host.dtype.kind not in "iu":
        raise TypeError(f"{what} of a SparseTensor must be integers, not {value!r}.")
    return tensor_of(host.astype(np.int64))


def is_sparse(value: Any) -> bool:
    """Whether `value` is a sparse tensor."""
    return isinstance(value, SparseTensor)
