"""`tf.autograph`: how Python's control flow becomes part of compiled functions."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from unikeras.autograph import experimental as experimental
from unikeras.core.autograph import code_of, convert

__all__ = ["experimental", "set_verbosity", "to_code", "to_graph", "trace"]

_verbosity = {"level": 0, "alsologtostdout": False}


def to_graph(
    entity: Callable[..., Any], recursive: bool = True, experimental_optional_features: Any = None
) -> Callable[..., Any]:
    """The AutoGraph form of a function, for use inside of a `tf.function` (mirrors `tf.autograph.to_graph`).

    Args:
        entity: a function.
        recursive: accepted.
        experimental_optional_features: accepted.

    Raises:
        ValueError: the function cannot be converted.

    Example:
        >>> import unikeras as tf
        >>> def double(x):
        ...     if x > 0:
        ...         return 2 * x
        ...     return x
        >>> tf.autograph.to_graph(double)(3)
        6
    """
    code_of(entity)  # says why, where it cannot be converted
    return convert(getattr(entity, "python_function", entity))


def to_code(
    entity: Callable[..., Any], recursive: bool = True, experimental_optional_features: Any = None
) -> str:
    """The source of the AutoGraph form of a function (mirrors `tf.autograph.to_code`).

    Args:
        entity: a function.
        recursive: accepted.
        experimental_optional_features: accepted.

    Raises:
        ValueError: the function cannot be converted.

    Example:
        >>> import unikeras as tf
        >>> def double(x):
        ...     if x > 0:
        ...         return 2 * x
        ...     return x
        >>> "ag__.if_stmt(" in tf.autograph.to_code(double)
        True
    """
    return code_of(getattr(entity, "python_function", entity))


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """How much AutoGraph says about conversions; it says nothing here, errors tell why a function was not converted.

    Mirrors `tf.autograph.set_verbosity`.
    """
    _verbosity.update(level=level, alsologtostdout=alsologtostdout)


def trace(*args: Any) -> None:
    """Print when a function is traced (mirrors `tf.autograph.trace`).

    Example:
        >>> import unikeras as tf
        >>> tf.autograph.trace("here", 1)
        here 1
    """
    builtins.print(*args)
