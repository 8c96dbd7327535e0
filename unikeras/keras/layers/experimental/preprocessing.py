"""`keras.layers.experimental.preprocessing`: the home of preprocessing layers before tf.keras 2.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras import layers
from unikeras.core.absent import missing

_NAMES = (
    "CategoryEncoding",
    "CenterCrop",
    "Discretization",
    "HashedCrossing",
    "Hashing",
    "IntegerLookup",
    "Normalization",
    "PreprocessingLayer",
    "RandomContrast",
    "RandomCrop",
    "RandomFlip",
    "RandomHeight",
    "RandomRotation",
    "RandomTranslation",
    "RandomWidth",
    "RandomZoom",
    "Rescaling",
    "Resizing",
    "StringLookup",
    "TextVectorization",
)
__all__ = [name for name in _NAMES if name in layers.__all__]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        if name in __all__:
            return getattr(layers, name)
        raise missing("keras.layers.experimental.preprocessing", name, __all__)
