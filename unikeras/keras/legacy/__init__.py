"""`keras.legacy`: what Keras 3 keeps of the versions before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.keras.legacy import saving

__all__ = ["saving"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.legacy", name, __all__)
