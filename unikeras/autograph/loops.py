"""`for` and `while` statements that may depend on tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["for_stmt", "while_stmt"]


def while_stmt(
    test: Callable[[], Any],
    body: Callable[[], None],
    get_state: Callable[[], tuple[Any, ...]],
    set_state: Callable[[tuple[Any, ...]], None],
    names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """`while test(): body()`."""
    while test():
        body()


def for_stmt(
    iterated: Any,
    extra_test: Callable[[], Any] | None,
    body: Callable[[Any], None],
    get_state: Callable[[], tuple[Any, ...]],
    set_state: Callable[[tuple[Any, ...]], None],
    names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """`for target in iterated: body(target)`, as long as `extra_test()` holds."""
    for target in iterated:
        if extra_test is not None and not extra_test():
            break
        body(target)
