"""Plain values (numbers, strings, lists, dicts, arrays) as JSON and arrays, and back; anything else is left out."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

__all__ = ["LEFT_OUT", "changes", "decode", "encode", "plain_attributes"]

LEFT_OUT = object()
_OF_THE_RUN = frozenset({"model", "params", "validation_data"})


def encode(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """`value` as something that JSON holds exactly; arrays go into `arrays`. `LEFT_OUT` if it is not plain.

    Example:
        >>> found = {}
        >>> encode({"best": (1.5, None)}, found)
        {'dict': [['best', {'tuple': [1.5, None]}]]}
        >>> encode(open, found) is LEFT_OUT
        True
    """
    if value is None or isinstance(value, (bool, str)) or type(value) in (int, float):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.hasobject or value.dtype.kind == "V":
            return LEFT_OUT
        key = f"a{len(arrays)}"
        arrays[key] = np.asarray(value)
        return {"scalar" if isinstance(value, np.generic) else "array": key}
    if isinstance(value, dict):
        pairs = [[encode(k, arrays), encode(v, arrays)] for k, v in value.items()]
        return LEFT_OUT if any(LEFT_OUT in pair for pair in pairs) else {"dict": pairs}
    if isinstance(value, (list, tuple)):
        items = [encode(v, arrays) for v in value]
        return LEFT_OUT if LEFT_OUT in items else {"tuple" if isinstance(value, tuple) else "list": items}
    return LEFT_OUT


def decode(value: Any, arrays: Any) -> Any:
    """What `encode` was given."""
    if not isinstance(value, dict):
        return value
    (kind, content), *_ = value.items()
    if kind in ("array", "scalar"):
        array = np.asarray(arrays[content])
        return array[()] if kind == "scalar" else array
    if kind == "dict":
        return {decode(k, arrays): decode(v, arrays) for k, v in content}
    items = [decode(v, arrays) for v in content]
    return tuple(items) if kind == "tuple" else items


def plain_attributes(thing: Any) -> dict[str, Any]:
    """The attributes of an object that are plain, copied."""
    found = {}
    for name, value in vars(thing).items():
        if name not in _OF_THE_RUN and encode(value, {}) is not LEFT_OUT:
            found[name] = copy.deepcopy(value)
    return found


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The attributes that are not what they were."""
    return {k: v for k, v in after.items() if k not in before or not _same(before[k], v)}


def _same(a: Any, b: Any) -> bool:
    first: dict[str, np.ndarray] = {}
    second: dict[str, np.ndarray] = {}
    if repr(encode(a, first)) != repr(encode(b, second)):
        return False
    return all(np.array_equal(first[k], second[k]) and first[k].dtype == second[k].dtype for k in first)
