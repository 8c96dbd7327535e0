"""`keras.preprocessing.image`: images as arrays, changed at random, in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.preprocessing.affine import apply_affine_transform
from unikeras.preprocessing.augment import (
    apply_brightness_shift,
    apply_channel_shift,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from unikeras.preprocessing.dataframe_iterator import DataFrameIterator
from unikeras.preprocessing.image_generator import ImageDataGenerator
from unikeras.preprocessing.image_iterators import DirectoryIterator, Iterator, NumpyArrayIterator
from unikeras.utils.images import array_to_img, img_to_array, load_img, save_img
from unikeras.utils.smart_resize import smart_resize

__all__ = [
    "DataFrameIterator",
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_affine_transform",
    "apply_brightness_shift",
    "apply_channel_shift",
    "array_to_img",
    "img_to_array",
    "load_img",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "save_img",
    "smart_resize",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.preprocessing.image", name, __all__)
