"""Checkpoints by the Orbax library: not here."""

from __future__ import annotations

from typing import Any

from unikeras.callbacks.callback import Callback


class OrbaxCheckpoint(Callback):
    """Not available: it needs the Orbax library and its file format (mirrors `keras.callbacks.OrbaxCheckpoint`).

    Args:
        directory: where to.
        **kwargs: as Keras's.

    Raises:
        NotImplementedError: always; `ModelCheckpoint` saves models, `BackupAndRestore` whole trainings.

    Example:
        >>> OrbaxCheckpoint("checkpoints")
        Traceback (most recent call last):
        NotImplementedError: OrbaxCheckpoint is not available...
    """

    def __init__(self, directory: Any, **kwargs: Any) -> None:
        raise NotImplementedError(
            "OrbaxCheckpoint is not available in unikeras. Use keras.callbacks.ModelCheckpoint to save models, or "
            "keras.callbacks.BackupAndRestore to go on with interrupted trainings."
        )
