"""`keras.applications.imagenet_utils`: pixel values and names of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.applications.imagenet import decode_predictions, preprocess_input
from unikeras.core.absent import missing

__all__ = ["decode_predictions", "preprocess_input"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.applications.imagenet_utils", name, __all__)
