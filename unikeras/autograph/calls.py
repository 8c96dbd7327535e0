"""Calls in converted code: what is called is converted too, and some builtins know tensors."""

from __future__ import annotations

from typing import Any

from unikeras.autograph.names import is_staged, is_traced
from unikeras.autograph.ranges import TracedRange
from unikeras.core.autograph import convert

__all__ = ["converted_call"]


def converted_call(function: Any, args: Any, kwargs: Any, scope: Any = None, options: Any = None) -> Any:
    """`function(*args, **kwargs)`, the function converted."""
    kwargs = kwargs or {}
    if not is_staged():
        return function(*args, **kwargs) if isinstance(function, type) else convert(function)(*args, **kwargs)
    replaced = _replaced(function, args, kwargs)
    if replaced is not NotImplemented:
        return replaced
    return convert(function)(*args, **kwargs)


def _replaced(function: Any, args: Any, kwargs: Any) -> Any:
    """The result of a builtin whose arguments are traced tensors."""
    from unikeras import ops

    try:
        known = function in (int, float, len, range, sorted, ops.range)
    except (TypeError, ValueError):  # what is called compares in its own way
        return NotImplemented
    if not known or not any(is_traced(value) for value in (*args, *kwargs.values())):
        return NotImplemented
    if function is int:
        return ops.cast(args[0], "int32")
    if function is float:
        return ops.cast(args[0], "float32")
    if function is len:
        if not args[0].shape:
            raise ValueError("len() takes a tensor with at least one dimension, not a scalar.")
        return args[0].shape[0]
    if function is sorted:
        made = ops.sort(args[0])
        return ops.flip(made, axis=0) if kwargs.get("reverse") else made
    return TracedRange.of(args, kwargs)
