"""`and`, `or`, `not`, `==` and `assert` of values that may be tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import ops
from unikeras.autograph.names import is_traced
from unikeras.core.tensor import Tensor

__all__ = ["Negated", "and_", "assert_stmt", "eq", "not_", "not_eq", "or_"]


class Negated(Tensor):
    """`not x`, which remembers x: a branch on it knows what x is."""

    __slots__ = ("of",)

    of: Any

    def __init__(self, array: Any, of: Any) -> None:
        super().__init__(array)
        self.of = of


def _boolean(value: Any, operator: str) -> Any:
    dtype = getattr(value, "dtype", None)
    if dtype is not None and dtype != "bool":
        raise TypeError(
            f"`{operator}` takes tensors of dtype bool in a traced function, not {dtype.name}. Compare it first: x != 0."
        )
    return value


def not_(value: Any) -> Any:
    """`not value`."""
    if is_traced(value):
        return Negated(ops.logical_not(_boolean(value, "not"))._array, value)
    return not value


def and_(left: Callable[[], Any], right: Callable[[], Any]) -> Any:
    """`left and right`; of traced tensors both are computed."""
    a = left()
    if not is_traced(a):
        return a and right()
    b = right()
    if b is True or b is False:
        return a if b else ops.zeros_like(a)
    return ops.logical_and(_boolean(a, "and"), _boolean(b, "and"))


def or_(left: Callable[[], Any], right: Callable[[], Any]) -> Any:
    """`left or right`; of traced tensors both are computed."""
    a = left()
    if not is_traced(a):
        return a or right()
    b = right()
    if b is True or b is False:
        return ops.ones_like(a) if b else a
    return ops.logical_or(_boolean(a, "or"), _boolean(b, "or"))


def eq(left: Any, right: Any) -> Any:
    """`left == right`."""
    return left == right


def not_eq(left: Any, right: Any) -> Any:
    """`left != right`."""
    return left != right


def assert_stmt(condition: Any, message: Callable[[], Any]) -> None:
    """`assert condition, message()`; of a traced tensor when the program runs."""
    if is_traced(condition):
        from unikeras.core.checks import Assert

        Assert(condition, [message()])
        return
    if not condition:
        text = message()
        raise AssertionError(*(() if text is None else (text,)))
