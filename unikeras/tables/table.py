"""`Table`: what all lookup tables share, and how keys are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.operators import Operators
from unikeras.core.tensor import convert_to_tensor

__all__ = ["Table", "dtype_of_keys", "map_keys"]


class Table:
    """A table from keys to values.

    Args:
        key_dtype: the keys' type.
        value_dtype: the values' type.
        default_value: the value of keys that are not there.
        name: its name.
    """

    def __init__(self, key_dtype: Any, value_dtype: Any, default_value: Any, name: str) -> None:
        self._key_dtype = as_dtype(key_dtype)
        self._value_dtype = as_dtype(value_dtype)
        self._default = convert_to_tensor(default_value, self._value_dtype)
        self._name = name

    @property
    def key_dtype(self) -> DType:
        """The keys' type."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The values' type."""
        return self._value_dtype

    @property
    def default_value(self) -> Any:
        """The value of keys that are not there, a tensor."""
        return self._default

    @property
    def name(self) -> str:
        """The table's name."""
        return self._name

    def size(self, name: str | None = None) -> Any:
        """How many keys there are, int64."""
        return convert_to_tensor(np.int64(self._count()))

    def _count(self) -> int:
        raise NotImplementedError

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys, the default for those that are not there.

        Args:
            keys: a tensor [...], ragged or sparse too, of the keys' type.
            name: ignored.

        Returns:
            Values in the shape of `keys`.

        Raises:
            TypeError: keys of another type.
        """
        return map_keys(self._lookup, keys, self._key_dtype, f"{type(self).__name__}.lookup")

    def _lookup(self, keys: Any) -> Any:
        """The values of a tensor of keys of the right type."""
        raise NotImplementedError

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)


def dtype_of_keys(keys: Any) -> DType:
    """The type of keys, whatever holds them."""
    return as_dtype(keys.dtype)


def map_keys(
    function: Callable[[Any], Any], keys: Any, dtype: DType, where: str, kind: type = TypeError
) -> Any:
    """`function` of a tensor of keys; of a ragged or sparse one, of its values.

    Raises:
        TypeError: (or another `kind`) keys of another type.
    """
    if not isinstance(keys, (Operators, CompositeTensor)):
        keys = convert_to_tensor(keys)
    if dtype_of_keys(keys) != dtype:
        raise kind(f"{where}: expected keys of dtype {dtype.name}, got {dtype_of_keys(keys).name}.")
    if not isinstance(keys, CompositeTensor):
        return function(keys)
    parts: Any = keys
    if hasattr(keys, "with_flat_values"):
        return parts.with_flat_values(function(parts.flat_values))
    return type(parts)(parts.indices, function(parts.values), parts.dense_shape)
