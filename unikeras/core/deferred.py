"""Values that are there before what they are for: a checkpoint restored into layers that are not built yet."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

__all__ = ["arrived", "expect", "expected"]

# id(thing) -> (the thing, what is to be done when it may have got a new part)
expected: dict[int, tuple[weakref.ref[Any], list[Callable[[Any], None]]]] = {}


def expect(thing: Any, action: Callable[[Any], None]) -> None:
    """Call `action(thing)` whenever the thing has got a new part."""
    key = id(thing)
    if key not in expected:
        expected[key] = (weakref.ref(thing, lambda _: expected.pop(key, None)), [])
    expected[key][1].append(action)


def arrived(thing: Any) -> None:
    """Say that a thing has got a new part; ask for `expected` first, since it is nearly always empty."""
    entry = expected.get(id(thing))
    if entry is not None and entry[0]() is thing:
        for action in list(entry[1]):
            action(thing)
