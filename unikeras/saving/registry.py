"""Names for users' own classes and functions, so that configs can refer to them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = [
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "lookup_custom",
    "register_keras_serializable",
]

_names: dict[int, str] = {}  # id(object) -> 'package>Name'
_global: dict[
    str, Any
] = {}  # what users put into get_custom_objects(), and what they registered: 'package>Name' -> object


class _Scopes(threading.local):
    stack: tuple[dict[str, Any], ...] = ()


_scopes = _Scopes()


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[Any], Any]:
    """Register a class or function under 'package>name', so that saved models can refer to it.

    Mirrors `keras.saving.register_keras_serializable`.

    Args:
        package: a prefix that keeps names apart.
        name: the name; the object's own if `None`.

    Raises:
        ValueError: a class without `get_config`.

    Example:
        >>> from unikeras import keras
        >>> @keras.saving.register_keras_serializable(package="mine")
        ... def double(x):
        ...     return x * 2
        >>> keras.saving.get_registered_name(double)
        'mine>double'
    """

    def register(target: Any) -> Any:
        if isinstance(target, type) and not hasattr(target, "get_config"):
            raise ValueError(f"Cannot register {target.__name__}: a class needs a get_config() method.")
        full = f"{package}>{name or target.__name__}"
        _global[full] = target
        _names[id(target)] = full
        return target

    return register


def get_registered_name(target: Any) -> str:
    """The name an object was registered under, else its own name."""
    return _names.get(id(target), getattr(target, "__name__", str(target)))


def registered_name(target: Any) -> str | None:
    """The name an object was registered under, or `None`."""
    return _names.get(id(target))


def get_registered_object(
    name: str, custom_objects: dict[str, Any] | None = None, module_objects: dict[str, Any] | None = None
) -> Any:
    """The object of a name: from `custom_objects`, the scopes, the global table, then `module_objects`; else `None`."""
    for table in (custom_objects or {}, *reversed(_scopes.stack), _global, module_objects or {}):
        if name in table:
            return table[name]
    return None


def lookup_custom(name: str) -> Any:
    """A user's object by its name ('Name' or 'package>Name'), or `None`."""
    found = get_registered_object(name)
    if found is None and ">" not in name:
        for full, target in _global.items():
            if full.partition(">")[2] == name:
                return target
    return found


def get_custom_objects() -> dict[str, Any]:
    """The global table of users' objects by name, those registered among them; may be changed (mirrors `keras.utils.get_custom_objects`)."""
    return _global


@contextmanager
def custom_object_scope(*objects: dict[str, Any]) -> Iterator[None]:
    """Inside it, names refer to the given objects (mirrors `keras.utils.custom_object_scope`).

    Example:
        >>> from unikeras import keras
        >>> with keras.utils.custom_object_scope({"twice": lambda x: x * 2}):
        ...     layer = keras.layers.Activation("twice")
    """
    saved = _scopes.stack
    _scopes.stack = (*saved, *objects)
    try:
        yield
    finally:
        _scopes.stack = saved
