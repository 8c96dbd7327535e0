"""Specs of what only data sets have as elements: other data sets, optionals, nothing."""

from __future__ import annotations

from typing import Any

from unikeras.core.shape import TensorShape
from unikeras.core.spec import TypeSpec

__all__ = ["DatasetSpec", "IteratorSpec", "NoneTensorSpec", "OptionalSpec"]


class _OfElements(TypeSpec):
    """A spec that says what the elements of something look like."""

    __slots__ = ("_element_spec",)

    def __init__(self, element_spec: Any, shape: Any = ()) -> None:
        self._element_spec = element_spec

    @property
    def element_spec(self) -> Any:
        """The specs of the elements' tensors."""
        return self._element_spec

    @property
    def shape(self) -> TensorShape:
        """It is one thing: `()`."""
        return TensorShape(())

    def _serialize(self) -> tuple[Any, ...]:
        return (self._element_spec, TensorShape(()))

    def _to_components(self, value: Any) -> list[Any]:
        return [value]

    def _from_components(self, components: Any) -> Any:
        return components[0]

    @property
    def _component_specs(self) -> tuple[Any, ...]:
        return (self,)


class DatasetSpec(_OfElements):
    """What a data set looks like (mirrors `tf.data.DatasetSpec`).

    Args:
        element_spec: the specs of its elements.
        dataset_shape: `()`.

    Example:
        >>> import unikeras as tf
        >>> tf.data.DatasetSpec.from_value(tf.data.Dataset.range(3))
        DatasetSpec(TensorSpec(shape=(), dtype=tf.int64, name=None), TensorShape([]))
    """

    __slots__ = ()

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        super().__init__(element_spec)

    @property
    def value_type(self) -> type:
        """`tf.data.Dataset`."""
        from unikeras.data.dataset import Dataset

        return Dataset

    @staticmethod
    def from_value(value: Any) -> DatasetSpec:
        """The spec of a data set."""
        return DatasetSpec(value.element_spec)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a data set has elements of these specs."""
        other = getattr(spec_or_value, "element_spec", None)
        return other is not None and repr(other) == repr(self._element_spec)


class IteratorSpec(_OfElements):
    """What an iterator looks like (mirrors `tf.data.IteratorSpec`)."""

    __slots__ = ()

    def _serialize(self) -> tuple[Any, ...]:
        return (self._element_spec,)


class OptionalSpec(_OfElements):
    """What an optional looks like (mirrors `tf.OptionalSpec`)."""

    __slots__ = ()

    def _serialize(self) -> tuple[Any, ...]:
        return (self._element_spec,)


class NoneTensorSpec(TypeSpec):
    """The spec of `None` in an element."""

    __slots__ = ()

    def _serialize(self) -> tuple[Any, ...]:
        return ()

    def _to_components(self, value: Any) -> list[Any]:
        return []

    def _from_components(self, components: Any) -> Any:
        return None

    @property
    def _component_specs(self) -> tuple[Any, ...]:
        return ()
