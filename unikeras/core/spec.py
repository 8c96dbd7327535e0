"""`TensorSpec`: what a tensor looks like, without its values."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.shape import TensorShape

__all__ = ["TensorSpec"]


class TensorSpec:
    """A shape, a dtype and perhaps a name (mirrors `tf.TensorSpec`).

    Args:
        shape: dimensions, `None` for those that may be anything; `None` instead of a list: any shape.
        dtype: the elements' type.
        name: a name.

    Example:
        >>> import unikeras as tf
        >>> spec = tf.TensorSpec([None, 3], tf.float32)
        >>> spec, spec.is_compatible_with(tf.zeros([2, 3]))
        (TensorSpec(shape=(None, 3), dtype=tf.float32, name=None), True)
    """

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @property
    def shape(self) -> TensorShape:
        """The dimensions."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name."""
        return self._name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec of a tensor.

        Example:
            >>> import unikeras as tf
            >>> tf.TensorSpec.from_tensor(tf.constant([1, 2]))
            TensorSpec(shape=(2,), dtype=tf.int32, name=None)
        """
        return cls(tensor.shape, tensor.dtype, name)

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """A spec like another one, perhaps with another name."""
        return cls(spec.shape, spec.dtype, name or getattr(spec, "name", None))

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor (or a spec) has this dtype and a shape that fits."""
        return as_dtype(other.dtype) == self._dtype and self._shape.is_compatible_with(other.shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __reduce__(self) -> Any:
        shape = None if self._shape.rank is None else self._shape.as_list()
        return TensorSpec, (shape, self._dtype.name, self._name)

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"
