"""`keras.preprocessing`: older homes of functions on data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.keras.preprocessing import image, sequence, text
from unikeras.utils.image_dataset import image_dataset_from_directory
from unikeras.utils.text_dataset import text_dataset_from_directory
from unikeras.utils.timeseries_dataset import timeseries_dataset_from_array

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.preprocessing", name, __all__)
