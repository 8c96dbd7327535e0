"""`keras.applications.inception_v3`: Inception v3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.applications.imagenet import decode_predictions
from unikeras.applications.inception_v3 import InceptionV3, preprocess_input
from unikeras.core.absent import missing

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.applications.inception_v3", name, __all__)
