"""`keras.applications.densenet`: DenseNet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.applications.densenet import DenseNet121, DenseNet169, DenseNet201, preprocess_input
from unikeras.applications.imagenet import decode_predictions
from unikeras.core.absent import missing

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.applications.densenet", name, __all__)
