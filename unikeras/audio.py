"""`tf.audio`: WAV files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops.audio import decode_wav, encode_wav

__all__ = ["decode_wav", "encode_wav"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.audio", name, __all__)
