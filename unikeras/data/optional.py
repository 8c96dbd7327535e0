"""`Optional`: a value, or that there is none."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.data.structure import Structure, as_element, spec_of_leaf, tensor_leaf

__all__ = ["Optional", "get_next_as_optional"]


class Optional:
    """A value that may be missing (mirrors `tf.experimental.Optional`). Made by `from_value` and `empty`.

    Example:
        >>> import unikeras as tf
        >>> some = tf.experimental.Optional.from_value(42)
        >>> none = tf.experimental.Optional.empty(some.element_spec)
        >>> bool(some.has_value()), int(some.get_value()), bool(none.has_value())
        (True, 42, False)
    """

    def __init__(self, value: Any, spec: Any, there: bool) -> None:
        self._value, self._spec, self._there = value, spec, there

    @staticmethod
    def from_value(value: Any) -> Optional:
        """An optional with this value: tensors in tuples and dictionaries."""
        element = as_element(value)
        structure = Structure(element)
        leaves = structure.flatten(element)
        made = structure.pack([tensor_leaf(leaf) for leaf in leaves])
        return Optional(made, structure.pack([spec_of_leaf(leaf) for leaf in leaves]), True)

    @staticmethod
    def empty(element_spec: Any) -> Optional:
        """An optional without a value, which would be of these specs."""
        return Optional(None, element_spec, False)

    @property
    def element_spec(self) -> Any:
        """The specs of its value."""
        return self._spec

    def has_value(self, name: str | None = None) -> Tensor:
        """Whether it has one, a bool tensor."""
        return convert_to_tensor(np.bool_(self._there))

    def get_value(self, name: str | None = None) -> Any:
        """The value.

        Raises:
            InvalidArgumentError: it has none.
        """
        if not self._there:
            raise InvalidArgumentError("The given optional does not have a value.")
        return self._value


def get_next_as_optional(iterator: Any) -> Optional:
    """The next element of an iterator as an optional (mirrors `tf.data.experimental.get_next_as_optional`)."""
    return iterator.get_next_as_optional()
