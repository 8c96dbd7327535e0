"""The exception types that TensorFlow programs catch.

They keep TensorFlow's names (`tf.errors.*`) and also derive from the built-in type that says the same, so both
``except tf.errors.InvalidArgumentError`` and ``except ValueError`` work.
"""

from __future__ import annotations

__all__ = [
    "EngineError",
    "FailedPreconditionError",
    "InvalidArgumentError",
    "NotFoundError",
    "OpError",
    "OperatorNotAllowedInGraphError",
    "OutOfRangeError",
    "ResourceExhaustedError",
    "UnimplementedError",
]


class OpError(Exception):
    """Base class of the errors an op can raise (mirrors `tf.errors.OpError`)."""

    def __init__(self, message: str = "", *rest: object) -> None:
        # TensorFlow's own signature is (node_def, op, message); accept it and the plain one.
        if rest:
            message = str(rest[-1])
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class InvalidArgumentError(OpError, ValueError):
    """An argument has the wrong shape, dtype or value (`tf.errors.InvalidArgumentError`)."""


class NotFoundError(OpError, FileNotFoundError):
    """A file or entity was not found (`tf.errors.NotFoundError`)."""


class OutOfRangeError(OpError, IndexError):
    """Iterated or indexed past the valid range (`tf.errors.OutOfRangeError`)."""


class FailedPreconditionError(OpError, RuntimeError):
    """Something needed was not done before (`tf.errors.FailedPreconditionError`)."""


class ResourceExhaustedError(OpError, MemoryError):
    """Memory or another resource ran out (`tf.errors.ResourceExhaustedError`)."""


class UnimplementedError(OpError, NotImplementedError):
    """The operation is not available (`tf.errors.UnimplementedError`)."""


class OperatorNotAllowedInGraphError(TypeError):
    """A traced or symbolic tensor was used where Python needs its value (`if`, `while`, `for`, `int()`)."""


class EngineError(RuntimeError):
    """The selected engine cannot do what was asked (for example gradients on `numpy`)."""
