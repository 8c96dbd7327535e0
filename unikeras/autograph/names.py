"""Names in converted code that may have no value yet, and values that are tensors of a function being traced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import engine
from unikeras.core.operators import Operators
from unikeras.core.state import thread
from unikeras.core.tensor import as_array

__all__ = ["Undefined", "UndefinedReturnValue", "is_staged", "is_traced", "ld", "ldu"]


class Undefined:
    """Stands for a local name that has no value."""

    def __init__(self, name: str) -> None:
        self.symbol_name = name

    def read(self) -> Any:
        """Raise what Python raises.

        Raises:
            UnboundLocalError: always.
        """
        raise UnboundLocalError(f"local variable {self.symbol_name!r} referenced before assignment")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.symbol_name == other.symbol_name

    def __hash__(self) -> int:
        return hash((type(self), self.symbol_name))

    def __repr__(self) -> str:
        return f"<undefined {self.symbol_name}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.read()

    def __getitem__(self, key: Any) -> Any:
        return self.read()


class UndefinedReturnValue(Undefined):
    """Stands for the result of a function that has not returned."""

    def __init__(self) -> None:
        super().__init__("retval_")


def ld(value: Any) -> Any:
    """The value of a name that is read."""
    return value.read() if isinstance(value, Undefined) else value


def ldu(load: Callable[[], Any], name: str) -> Any:
    """The value of an attribute or element such as `self.x`, which may not be there."""
    try:
        return load()
    except (UnboundLocalError, NameError, AttributeError, KeyError, IndexError, TypeError):
        return Undefined(name)


def is_staged() -> bool:
    """Whether a function is being traced on an engine that compiles, so that control flow becomes part of it."""
    return thread.tracing and engine.current().compiles


def is_traced(value: Any) -> bool:
    """Whether `value` is a tensor whose value is not known, since a function is being traced."""
    return (
        isinstance(value, Operators)
        and thread.tracing
        and hasattr(value, "_read" if not hasattr(value, "_array") else "_array")
        and engine.current().is_traced(as_array(value))
    )
