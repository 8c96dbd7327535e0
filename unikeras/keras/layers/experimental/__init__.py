"""`keras.layers.experimental`: older homes of layers (tf.keras 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.keras.layers.experimental import preprocessing
from unikeras.layers import EinsumDense, RandomFourierFeatures, SyncBatchNormalization

__all__ = ["EinsumDense", "RandomFourierFeatures", "SyncBatchNormalization", "preprocessing"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.layers.experimental", name, __all__)
