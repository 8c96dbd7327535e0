"""`keras.applications.resnet_v2`: ResNet v2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.applications.imagenet import decode_predictions
from unikeras.applications.resnet_v2 import ResNet50V2, ResNet101V2, ResNet152V2, preprocess_input
from unikeras.core.absent import missing

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.applications.resnet_v2", name, __all__)
