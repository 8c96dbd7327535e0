"""`keras.preprocessing`: older homes of functions on data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.keras.preprocessing import image, sequence, text

__all__ = ["image", "sequence", "text"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.preprocessing", name, __all__)
