"""`keras.applications.resnet50`: ResNet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.applications.imagenet import decode_predictions
from unikeras.applications.resnet import ResNet50, preprocess_input
from unikeras.core.absent import missing

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.applications.resnet50", name, __all__)
