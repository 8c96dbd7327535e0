"""What a value looks like without its elements: `TypeSpec`, the base, and `TensorSpec`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.shape import TensorShape

__all__ = ["TensorSpec", "TypeSpec", "type_spec_from_value"]


class TypeSpec:
    """What a value looks like, and how it is made of tensors (mirrors `tf.TypeSpec`).

    A subclass says what it consists of (`_serialize`: shapes, dtypes, plain values), how a value is taken apart into tensors and
    put together again, and the specs of those tensors. Specs are equal if they are of one class and consist of the same.
    """

    __slots__ = ()

    @property
    def value_type(self) -> type:
        """The class of the values."""
        raise NotImplementedError

    @property
    def _component_specs(self) -> tuple[Any, ...]:
        """The specs of the components."""
        raise NotImplementedError

    def _to_components(self, value: Any) -> list[Any]:
        """The tensors that `value` consists of."""
        raise NotImplementedError

    def _from_components(self, components: Sequence[Any]) -> Any:
        """The value that consists of these tensors."""
        raise NotImplementedError

    def _serialize(self) -> tuple[Any, ...]:
        raise NotImplementedError

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a value, or values of another spec, could be of this spec."""
        other = _spec_of(spec_or_value)
        return type(other) is type(self) and all(
            _compatible(a, b) for a, b in zip(self._serialize(), other._serialize(), strict=True)
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every value of this spec is one of `other`."""
        return type(other) is type(self) and all(
            _within(a, b) for a, b in zip(self._serialize(), other._serialize(), strict=True)
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The narrowest spec of all values of this one and of `others`; `None` if there is none."""
        parts = self._serialize()
        for other in others:
            if type(other) is not type(self):
                return None
            merged = [_common(a, b) for a, b in zip(parts, other._serialize(), strict=True)]
            if _NONE in merged:
                return None
            parts = tuple(merged)
        return type(self)(*parts)

    def most_specific_compatible_type(self, other: Any) -> Any:
        """The narrowest spec of all values of this one and of `other`.

        Raises:
            ValueError: there is none.
        """
        found = self.most_specific_common_supertype([other])
        if found is None:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}.")
        return found

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and repr(self) == repr(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(part) for part in self._serialize())})"

    def __reduce__(self) -> Any:
        return type(self), self._serialize()


_NONE = object()


def _compatible(a: Any, b: Any) -> bool:
    return a.is_compatible_with(b) if isinstance(a, TensorShape) else a == b


def _within(a: Any, b: Any) -> bool:
    if not isinstance(a, TensorShape):
        return a == b
    if b.rank is None:
        return True
    return a.rank == b.rank and all(y is None or x == y for x, y in zip(a, b, strict=True))


def _common(a: Any, b: Any) -> Any:
    if not isinstance(a, TensorShape):
        return a if a == b else _NONE
    if a.rank is None or a.rank != b.rank:
        return TensorShape(None)
    return TensorShape([x if x == y else None for x, y in zip(a, b, strict=True)])


class TensorSpec(TypeSpec):
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
    def value_type(self) -> type:
        """`tf.Tensor`."""
        from unikeras.core.tensor import Tensor

        return Tensor

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

    @property
    def _component_specs(self) -> tuple[TensorSpec, ...]:
        return (self,)

    def _to_components(self, value: Any) -> list[Any]:
        from unikeras.core.tensor import convert_to_tensor

        return [convert_to_tensor(value, self._dtype)]

    def _from_components(self, components: Sequence[Any]) -> Any:
        return components[0]

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._name

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a tensor (or a spec) has this dtype and a shape that fits."""
        other = spec_or_value
        if isinstance(other, (CompositeTensor, TypeSpec)) and not isinstance(other, TensorSpec):
            return False
        return as_dtype(other.dtype) == self._dtype and self._shape.is_compatible_with(other.shape)

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every tensor of this spec is one of `other`."""
        return (
            isinstance(other, TensorSpec)
            and other._dtype == self._dtype
            and _within(self._shape, other._shape)
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The narrowest spec of all tensors of this one and of `others`; `None` if their dtypes differ."""
        shape, name = self._shape, self._name
        for other in others:
            if not isinstance(other, TensorSpec) or other._dtype != self._dtype:
                return None
            shape, name = _common(shape, other._shape), name if name == other._name else None
        return TensorSpec(shape, self._dtype, name)

    def __reduce__(self) -> Any:
        shape = None if self._shape.rank is None else self._shape.as_list()
        return TensorSpec, (shape, self._dtype.name, self._name)

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"


def _spec_of(value: Any) -> Any:
    """The spec of a value, or the spec that it is; `None` if it has none."""
    if isinstance(value, TypeSpec):
        return value
    try:
        return type_spec_from_value(value)
    except TypeError:
        return None


def type_spec_from_value(value: Any) -> Any:
    """The spec of a tensor, ragged or sparse tensor, or of what becomes a tensor (mirrors `tf.type_spec_from_value`).

    Raises:
        TypeError: `value` is none of these.

    Example:
        >>> import unikeras as tf
        >>> tf.type_spec_from_value(tf.constant([1, 2]))
        TensorSpec(shape=(2,), dtype=tf.int32, name=None)
        >>> tf.type_spec_from_value(tf.ragged.constant([[1, 2], []]))
        RaggedTensorSpec(TensorShape([2, None]), tf.int32, 1, tf.int64)
    """
    from unikeras.core.operators import Operators
    from unikeras.core.tensor import convert_to_tensor

    spec = getattr(value, "_type_spec", None)
    if isinstance(spec, TypeSpec):
        return spec
    if isinstance(value, Operators):
        return TensorSpec(value.shape, value.dtype)  # type: ignore[attr-defined]
    if isinstance(value, (bool, int, float, complex, str, bytes, list, tuple, np.ndarray, np.generic)):
        try:
            return TensorSpec.from_tensor(convert_to_tensor(value))
        except (TypeError, ValueError):
            pass
    raise TypeError(f"Could not build a TypeSpec for {value!r} of unsupported type {type(value)}.")
