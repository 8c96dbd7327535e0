"""`keras.callbacks.experimental`: where tf.keras had `BackupAndRestore` first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.callbacks import BackupAndRestore
from unikeras.core.absent import missing

__all__ = ["BackupAndRestore"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.callbacks.experimental", name, __all__)
