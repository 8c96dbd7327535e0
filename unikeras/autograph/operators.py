"""What the code that AutoGraph makes calls, by the names that diastatic-malt gives it (`ag__.if_stmt` ...).

Every operator does what Python does, unless the value it depends on is a tensor of a function being traced.
"""

from __future__ import annotations

import sys
from typing import Any

from unikeras.autograph.branches import if_exp, if_stmt
from unikeras.autograph.calls import converted_call
from unikeras.autograph.logic import and_, assert_stmt, eq, not_, not_eq, or_
from unikeras.autograph.loops import for_stmt, while_stmt
from unikeras.autograph.names import Undefined, UndefinedReturnValue, ld, ldu

__all__ = [
    "STD",
    "ConversionOptions",
    "Feature",
    "FunctionScope",
    "Undefined",
    "UndefinedReturnValue",
    "and_",
    "assert_stmt",
    "autograph_artifact",
    "caught",
    "converted_call",
    "eq",
    "for_stmt",
    "if_exp",
    "if_stmt",
    "ld",
    "ldu",
    "not_",
    "not_eq",
    "or_",
    "while_stmt",
    "with_function_scope",
]


class Feature:
    """The optional features that generated code names; the conversion is the same with and without."""

    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"


def ConversionOptions(**options: Any) -> dict[str, Any]:
    """What a converted function was made with."""
    return options


STD: dict[str, Any] = {}


class FunctionScope:
    """The body of a converted function."""

    def __init__(self, name: str, scope_name: str, options: Any) -> None:
        self.name = name

    def __enter__(self) -> FunctionScope:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def ret(self, value: Any, returned: Any) -> Any:
        """The function's result.

        Raises:
            ValueError: whether it returned anything depends on a tensor.
        """
        from unikeras.autograph.names import is_traced

        if isinstance(value, UndefinedReturnValue):
            return None
        if is_traced(returned):
            raise ValueError(
                f"{self.name}: whether it returns a value depends on a tensor of the function being traced; "
                "every path must have a return statement then."
            )
        return value


def with_function_scope(thunk: Any, scope_name: str, options: Any) -> Any:
    """The value of a converted lambda."""
    return thunk(FunctionScope("lambda", scope_name, options))


def autograph_artifact(entity: Any, extras: Any = None) -> Any:
    """Mark a function defined inside of a converted one as converted."""
    try:
        entity._autograph_artifact = True
    except AttributeError:  # a builtin's attributes cannot be set
        pass
    return entity


def caught() -> BaseException | None:
    """The exception that an `except` clause is handling."""
    return sys.exc_info()[1]
