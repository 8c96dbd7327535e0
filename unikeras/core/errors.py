"""The exception types that TensorFlow programs catch.

They keep TensorFlow's names (`tf.errors.*`) and also derive from the built-in type that says the same, so both
``except tf.errors.InvalidArgumentError`` and ``except ValueError`` work.
"""

from __future__ import annotations

__all__ = [
    "AbortedError",
    "AlreadyExistsError",
    "CancelledError",
    "DataLossError",
    "DeadlineExceededError",
    "EngineError",
    "FailedPreconditionError",
    "InternalError",
    "InvalidArgumentError",
    "NeedsCall",
    "NeedsValues",
    "NotFoundError",
    "OpError",
    "OperatorNotAllowedInGraphError",
    "OutOfRangeError",
    "PermissionDeniedError",
    "ResourceExhaustedError",
    "RunsFromPython",
    "UnauthenticatedError",
    "UnavailableError",
    "UnimplementedError",
    "UnknownError",
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


class AbortedError(OpError):
    """The operation was given up (`tf.errors.AbortedError`)."""


class AlreadyExistsError(OpError, FileExistsError):
    """What should be made is there already (`tf.errors.AlreadyExistsError`)."""


class CancelledError(OpError):
    """The operation was cancelled (`tf.errors.CancelledError`)."""


class DataLossError(OpError):
    """Data is lost or corrupted (`tf.errors.DataLossError`)."""


class DeadlineExceededError(OpError, TimeoutError):
    """Time ran out (`tf.errors.DeadlineExceededError`)."""


class InternalError(OpError):
    """Something that must hold does not (`tf.errors.InternalError`)."""


class PermissionDeniedError(OpError, PermissionError):
    """The caller may not do this (`tf.errors.PermissionDeniedError`)."""


class UnauthenticatedError(OpError):
    """The caller did not say who it is (`tf.errors.UnauthenticatedError`)."""


class UnavailableError(OpError):
    """What is needed cannot be reached now (`tf.errors.UnavailableError`)."""


class UnknownError(OpError):
    """An error without a kind of its own (`tf.errors.UnknownError`)."""


class OperatorNotAllowedInGraphError(TypeError):
    """A traced or symbolic tensor was used where Python needs its value (`if`, `while`, `for`, `int()`)."""


class NeedsValues(OperatorNotAllowedInGraphError):
    """What is asked for depends on the values of traced tensors, such as a shape: `tf.function` runs op by op then."""


class NeedsCall(NeedsValues):
    """What a Python function among the operations gives can only be known by calling it."""


class RunsFromPython(NeedsValues):
    """A loop over a data set in a function being traced: it runs from Python, each turn compiled by itself."""


class EngineError(RuntimeError):
    """The selected engine cannot do what was asked (for example gradients on `numpy`)."""
