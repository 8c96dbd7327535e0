"""`keras.applications.convnext`: ConvNeXt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.applications.convnext import (
    ConvNeXtBase,
    ConvNeXtLarge,
    ConvNeXtSmall,
    ConvNeXtTiny,
    ConvNeXtXLarge,
    preprocess_input,
)
from unikeras.applications.imagenet import decode_predictions
from unikeras.core.absent import missing

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "decode_predictions",
    "preprocess_input",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.applications.convnext", name, __all__)
