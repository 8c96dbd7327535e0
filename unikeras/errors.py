"""`tf.errors`: the exceptions that ops and files raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    OperatorNotAllowedInGraphError,
    OpError,
    OutOfRangeError,
    ResourceExhaustedError,
    UnimplementedError,
)

__all__ = [
    "FailedPreconditionError",
    "InvalidArgumentError",
    "NotFoundError",
    "OpError",
    "OperatorNotAllowedInGraphError",
    "OutOfRangeError",
    "ResourceExhaustedError",
    "UnimplementedError",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.errors", name, __all__)
