"""`keras.preprocessing.sequence`: sequences of different lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.utils.pad_sequences import pad_sequences

__all__ = ["pad_sequences"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.preprocessing.sequence", name, __all__)
