"""Scopes that TensorFlow programs open: names, devices, order of execution."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unikeras.core.state import thread

__all__ = [
    "control_dependencies",
    "executing_eagerly",
    "get_current_name_scope",
    "group",
    "inside_function",
    "is_symbolic_tensor",
    "name_scope",
    "no_op",
]


class _Names(threading.local):
    current: str = ""


_names = _Names()


class name_scope:
    """A scope for names (mirrors `tf.name_scope`). Layers and variables keep the names they are given.

    Args:
        name: the scope's name.

    Raises:
        ValueError: the name is not a string.

    Example:
        >>> import unikeras as tf
        >>> with tf.name_scope("outer"), tf.name_scope("inner") as scope:
        ...     print(scope, tf.get_current_name_scope())
        outer/inner/ outer/inner
    """

    def __init__(self, name: str, default_name: str | None = None, values: Any = None) -> None:
        name = default_name if name is None else name
        if not isinstance(name, str):
            raise ValueError(f"name_scope: the name must be a string, not {name!r}.")
        self._name = name

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    def __enter__(self) -> str:
        self._outer = _names.current
        _names.current = "/".join(part for part in (self._outer, self._name.rstrip("/")) if part)
        return _names.current + "/" if _names.current else ""

    def __exit__(self, *_: object) -> None:
        _names.current = self._outer


def get_current_name_scope() -> str:
    """The name scope that is open, without a slash at the end; "" if none is (mirrors `tf.get_current_name_scope`)."""
    return _names.current


@contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """Run what is inside after `control_inputs` (mirrors `tf.control_dependencies`).

    Operations always run in the order of the program, so nothing is to be done but to call the inputs that are
    functions.

    Args:
        control_inputs: a list of tensors, results of operations, and functions; or `None`.

    Example:
        >>> import unikeras as tf
        >>> v = tf.Variable(1.0)
        >>> with tf.control_dependencies([v.assign_add(1.0)]):
        ...     print(float(v))
        2.0
    """
    for item in control_inputs or ():
        if callable(item) and not hasattr(item, "dtype"):
            item()
    yield


def group(*inputs: Any, name: str | None = None) -> None:
    """Nothing: the operations have run already (mirrors eager `tf.group`)."""
    return None


def no_op(name: str | None = None) -> None:
    """Nothing (mirrors eager `tf.no_op`)."""
    return None


def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether this is a tensor without a value: of a functional model, or of a function being traced (mirrors `tf.is_symbolic_tensor`).

    Example:
        >>> import unikeras as tf
        >>> tf.is_symbolic_tensor(tf.constant(1)), tf.is_symbolic_tensor(tf.keras.Input((2,)))
        (False, True)
    """
    from unikeras.core.operators import Operators
    from unikeras.core.printing import get_static_value

    return isinstance(tensor, Operators) and get_static_value(tensor) is None


def executing_eagerly() -> bool:
    """Whether operations run at once: not inside a function that is being compiled (mirrors `tf.executing_eagerly`).

    Example:
        >>> import unikeras as tf
        >>> tf.executing_eagerly()
        True
    """
    return not thread.tracing


def inside_function() -> bool:
    """Whether a function is being compiled (mirrors `tf.inside_function`)."""
    return thread.tracing or thread.function
