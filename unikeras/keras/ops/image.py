"""`keras.ops.image`: operations on images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops.image_color import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from unikeras.ops.image_crop import crop_images, extract_patches, extract_patches_3d, pad_images
from unikeras.ops.image_filters import gaussian_blur, sobel_edges, ssim
from unikeras.ops.image_resize import resize, scale_and_translate
from unikeras.ops.image_sampling import (
    affine_transform,
    elastic_transform,
    map_coordinates,
    perspective_transform,
)

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.ops.image", name, __all__)
