"""What a user's Python raises in a pipeline, as TensorFlow's kind of error."""

from __future__ import annotations

import traceback

from unikeras.core.errors import (
    InvalidArgumentError,
    OpError,
    OutOfRangeError,
    ResourceExhaustedError,
    UnimplementedError,
    UnknownError,
)

__all__ = ["as_op_error"]

_KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], type[OpError]], ...] = (
    ((TypeError, ValueError), InvalidArgumentError),
    (StopIteration, OutOfRangeError),
    (MemoryError, ResourceExhaustedError),
    (NotImplementedError, UnimplementedError),
)


def as_op_error(error: BaseException) -> BaseException:
    """The error to raise for one of the user's: of TensorFlow's kind, with the user's own lines in its message.

    Example:
        >>> as_op_error(ValueError("no")).__class__.__name__, as_op_error(KeyError("k")).__class__.__name__
        ('InvalidArgumentError', 'UnknownError')
    """
    if isinstance(error, OpError) or not isinstance(error, Exception):
        return error
    kind = next((made for raised, made in _KINDS if isinstance(error, raised)), UnknownError)
    lines = "".join(traceback.format_exception(error)).rstrip()
    made = kind(f"{type(error).__name__}: {error}\n{lines}")
    made.__cause__ = error
    return made
