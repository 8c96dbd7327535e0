"""`keras.applications.inception_resnet_v2`: Inception-ResNet v2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.applications.imagenet import decode_predictions
from unikeras.applications.inception_resnet_v2 import InceptionResNetV2, preprocess_input
from unikeras.core.absent import missing

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.applications.inception_resnet_v2", name, __all__)
