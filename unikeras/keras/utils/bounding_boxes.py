"""`keras.utils.bounding_boxes`: boxes in images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops.bounding_boxes import (
    clip_to_image_size,
    compute_ciou,
    compute_iou,
    convert_format,
    crop,
    decode_deltas_to_boxes,
    encode_box_to_deltas,
    pad,
)

__all__ = [
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.utils.bounding_boxes", name, __all__)
