"""What the `serialize` and `deserialize` functions of every family also take: tf.keras 2's arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

__all__ = ["reads_legacy_format", "writes_legacy_format"]


def writes_legacy_format(function: Callable[[Any], Any]) -> Callable[..., Any]:
    """`function(object, use_legacy_format=False)`: with it, tf.keras 2's {'class_name', 'config'}.

    Example:
        >>> from unikeras import keras
        >>> keras.regularizers.serialize(keras.regularizers.L2(0.5), use_legacy_format=True)
        {'class_name': 'L2', 'config': {'l2': 0.5}}
    """

    @functools.wraps(function)
    def serialize(obj: Any, use_legacy_format: bool = False) -> Any:
        found = function(obj)
        if use_legacy_format and isinstance(found, dict) and "class_name" in found:
            return {key: found[key] for key in ("class_name", "config")}
        return found

    return serialize


def reads_legacy_format(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function(config, custom_objects=None, use_legacy_format=False)`: both formats are read anyway; `name` stands for `config`.

    Example:
        >>> from unikeras import keras
        >>> keras.losses.deserialize(name="mse").__name__
        'mean_squared_error'
    """

    @functools.wraps(function)
    def deserialize(
        config: Any = None,
        custom_objects: dict[str, Any] | None = None,
        use_legacy_format: bool = False,
        *,
        name: Any = None,
    ) -> Any:
        return function(name if config is None else config, custom_objects)

    return deserialize
