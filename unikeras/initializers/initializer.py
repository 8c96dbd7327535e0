"""`Initializer`: gives a variable its first value."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import DType, as_dtype, floatx
from unikeras.core.shape import as_shape
from unikeras.core.tensor import Tensor, as_array

__all__ = ["Initializer"]


class Initializer:
    """Base of the initializers: a callable that gives a tensor of a shape and dtype (mirrors
    `keras.initializers.Initializer`).

    Subclasses define `__call__(shape, dtype=None)`, and `get_config` if they have settings.

    Example:
        >>> from unikeras import keras, ops
        >>> class Twos(keras.initializers.Initializer):
        ...     def __call__(self, shape, dtype=None):
        ...         return ops.full(shape, 2.0, dtype=dtype or "float32")
        >>> keras.layers.Dense(1, kernel_initializer=Twos()).kernel_initializer((1, 2)).numpy().tolist()
        [[2.0, 2.0]]
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The first value.

        Args:
            shape: its dimensions.
            dtype: its type; floatx if `None`.

        Raises:
            NotImplementedError: a subclass that does not define it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} is an Initializer and must define __call__(shape, dtype=None)."
        )

    def get_config(self) -> dict[str, Any]:
        """The settings, such that `from_config` makes an equal initializer of them."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """An initializer from the result of `get_config`."""
        return cls(**config)

    def clone(self) -> Initializer:
        """A new initializer with the same settings."""
        return type(self).from_config(self.get_config())

    def _dimensions(self, shape: Any) -> tuple[int, ...]:
        """`shape` as a tuple of ints."""
        if shape is None:
            raise ValueError(
                f"{type(self).__name__}: the shape is None; give the dimensions of the value to make."
            )
        dims = tuple(as_shape(shape))
        if None in dims:
            raise ValueError(f"{type(self).__name__}: the shape {dims} has an unknown dimension.")
        return tuple(int(d) for d in dims)

    def _float(self, dtype: Any) -> DType:
        """`dtype`, which must be a floating one; floatx if `None`."""
        found = as_dtype(dtype or floatx())
        if not found.is_floating:
            raise ValueError(f"{type(self).__name__}: makes floating-point values, not {found.name}.")
        return found


def as_tensor(value: np.ndarray, dtype: DType) -> Tensor:
    """A NumPy array as a tensor of a dtype."""
    return Tensor(as_array(np.asarray(value).astype(dtype.np_dtype)))
