"""Keras 3's serialized form of objects and functions: what configs and model files hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.saving.registry import registered_name

__all__ = ["serialize_function", "serialize_object"]


def serialize_object(target: Any) -> dict[str, Any]:
    """An object with `get_config` as {"module", "class_name", "config", "registered_name"}.

    Args:
        target: the object. One of unikeras's own classes gets the module that Keras 3 has it in, and no
            registered name.

    Example:
        >>> from unikeras import regularizers
        >>> serialize_object(regularizers.L2(0.5))
        {'module': 'keras.regularizers', 'class_name': 'L2', 'config': {'l2': 0.5}, 'registered_name': None}
    """
    cls = type(target)
    package, _, rest = cls.__module__.partition(".")
    own = package == __package__.partition(".")[0]
    registered = registered_name(cls)
    return {
        "module": f"keras.{rest.partition('.')[0]}"
        if own
        else None
        if cls.__module__ == "__main__"
        else cls.__module__,
        "class_name": cls.__name__,
        "config": target.get_config(),
        "registered_name": registered or (None if own else cls.__name__),
    }


def serialize_function(target: Callable[..., Any]) -> Any:
    """A function of the user's as a config with its registered name, else its own; a lambda as it is.

    Example:
        >>> def double(x):
        ...     return 2 * x
        >>> serialize_function(double)
        {'module': 'builtins', 'class_name': 'function', 'config': 'double', 'registered_name': 'function'}
    """
    name = registered_name(target)
    own = getattr(target, "__name__", "<lambda>")
    if name is None and own == "<lambda>":
        return target
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name or own,
        "registered_name": "function",
    }
