"""`if` statements and expressions whose condition may be a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["if_exp", "if_stmt"]


def if_stmt(
    condition: Any,
    body: Callable[[], None],
    orelse: Callable[[], None],
    get_state: Callable[[], tuple[Any, ...]],
    set_state: Callable[[tuple[Any, ...]], None],
    names: tuple[str, ...],
    outputs: int,
) -> None:
    """`if condition: body() else: orelse()`."""
    body() if condition else orelse()


def if_exp(condition: Any, body: Callable[[], Any], orelse: Callable[[], Any], text: str) -> Any:
    """`body() if condition else orelse()`."""
    return body() if condition else orelse()
