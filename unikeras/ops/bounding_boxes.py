"""Boxes in images: formats, overlap, and the deltas that detectors learn (mirrors `keras.utils.bounding_boxes`)."""

from __future__ import annotations

import math
from typing import Any

from unikeras.core.op import op

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

_PLAIN = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw")
_FORMATS = (*_PLAIN, "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")
_TINY = 1e-7


def _check(name: str, *formats: str) -> None:
    for box_format in formats:
        if str(box_format).lower() not in _FORMATS:
            raise ValueError(f"{name}: the formats of boxes are {_FORMATS}, not {box_format!r}.")


@op
def _convert(
    F: Any,
    boxes: Any,
    *,
    source: str,
    target: str,
    height: Any = None,
    width: Any = None,
    dtype: str = "float32",
) -> Any:
    """Boxes [..., 4] of one format in another; by way of 'xyxy'."""
    boxes = F.astype(boxes, F.dtype(dtype))
    if source == target:
        return boxes
    sides = _to_sides(F, [boxes[..., i] for i in range(4)], source.removeprefix("rel_"))
    if source.startswith("rel_") != target.startswith("rel_"):
        by = (width, height, width, height)
        sides = [s * n if source.startswith("rel_") else s / n for s, n in zip(sides, by, strict=True)]
    return F.stack(_from_sides(sides, target.removeprefix("rel_")), axis=-1)


def _to_sides(F: Any, parts: list[Any], source: str) -> list[Any]:
    """Left, top, right, bottom."""
    a, b, c, d = parts
    if source == "xyxy":
        return [a, b, c, d]
    if source == "yxyx":
        return [b, a, d, c]
    if source == "xywh":
        return [a, b, a + c, b + d]
    x, y, w, h = (a, b, c, d) if source == "center_xywh" else (b, a, d, c)
    return [x - w / 2, y - h / 2, x + w / 2, y + h / 2]


def _from_sides(sides: list[Any], target: str) -> list[Any]:
    left, top, right, bottom = sides
    if target == "xyxy":
        return sides
    if target == "yxyx":
        return [top, left, bottom, right]
    w, h = right - left, bottom - top
    if target == "xywh":
        return [left, top, w, h]
    x, y = left + w / 2, top + h / 2
    return [x, y, w, h] if target == "center_xywh" else [y, x, h, w]


def convert_format(
    boxes: Any, source: str, target: str, height: Any = None, width: Any = None, dtype: str = "float32"
) -> Any:
    """Boxes of one format in another.

    Args:
        boxes: [..., 4]; or a dict with 'boxes', of which the rest stays.
        source: 'xyxy' (left, top, right, bottom), 'yxyx', 'xywh' (left, top, width, height), 'center_xywh', 'center_yxhw', or with 'rel_' before
            (not for the last) as fractions of the image.
        target: likewise.
        height: the image's, in pixels; needed between fractions and pixels.
        width: likewise.
        dtype: the result's.

    Raises:
        ValueError: an unknown format, or the image's size is missing.

    Example:
        >>> from unikeras import keras
        >>> keras.utils.bounding_boxes.convert_format([[10, 20, 30, 60]], "xyxy", "xywh").numpy().tolist()
        [[10.0, 20.0, 20.0, 40.0]]
    """
    _check("convert_format", source, target)
    source, target = source.lower(), target.lower()
    if source.startswith("rel_") != target.startswith("rel_") and (height is None or width is None):
        raise ValueError(
            f"convert_format: from {source!r} to {target!r} the image's height and width are needed; got height={height}, width={width}."
        )
    if isinstance(boxes, dict):
        return boxes | {"boxes": convert_format(boxes["boxes"], source, target, height, width, dtype)}
    return _convert(boxes, source=source, target=target, height=height, width=width, dtype=dtype)


def _size(image_shape: Any) -> tuple[Any, Any]:
    """Height and width of (height, width, channels)."""
    return (None, None) if image_shape is None else tuple(image_shape)[:2]


@op
def _iou(F: Any, boxes1: Any, boxes2: Any, *, mask: float | None = None) -> Any:
    """The overlap of each of boxes1 [..., n, 4] with each of boxes2 [..., m, 4], both 'xyxy': [..., n, m]."""
    a, b = F.expand_dims(boxes1, axis=-2), F.expand_dims(boxes2, axis=-3)
    zero = F.zeros_like(a[..., 0] + b[..., 0])
    w = F.maximum(F.minimum(a[..., 2], b[..., 2]) - F.maximum(a[..., 0], b[..., 0]), zero)
    h = F.maximum(F.minimum(a[..., 3], b[..., 3]) - F.maximum(a[..., 1], b[..., 1]), zero)
    both = w * h
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    union = area_a + area_b - both
    found = F.where(union > 0, both / F.where(union > 0, union, zero + 1), zero)
    if mask is None:
        return found
    hidden = F.logical_or(F.all(a == mask, axis=-1), F.all(b == mask, axis=-1))
    return F.where(hidden, zero + mask, found)


def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Any = None,
) -> Any:
    """The area that two boxes share as a fraction of what they cover together, for each pair.

    Args:
        boxes1: [..., n, 4].
        boxes2: [..., m, 4].
        bounding_box_format: see `convert_format`.
        use_masking: whether pairs with a box all of whose numbers are `mask_val` get `mask_val`.
        mask_val: what marks boxes that are none.
        image_shape: (height, width, channels); needed for formats of fractions.

    Returns:
        [..., n, m].

    Example:
        >>> from unikeras import keras
        >>> keras.utils.bounding_boxes.compute_iou([[0, 0, 2, 2]], [[0, 0, 2, 1], [5, 5, 6, 6]], "xyxy").numpy().tolist()
        [[0.5, 0.0]]
    """
    height, width = _size(image_shape)
    target = "rel_xyxy" if bounding_box_format.startswith("rel_") and image_shape is None else "xyxy"
    first, second = (convert_format(b, bounding_box_format, target, height, width) for b in (boxes1, boxes2))
    if not use_masking:
        return _iou(first, second)
    mark = float(mask_val)
    return _iou(_remarked(boxes1, first, mark=mark), _remarked(boxes2, second, mark=mark), mask=mark)


@op
def _remarked(F: Any, before: Any, after: Any, *, mark: float) -> Any:
    """Boxes after a change of format; those all of whose numbers were the mark have it again."""
    hidden = F.all(before == mark, axis=-1, keepdims=True)
    return F.where(hidden, F.zeros_like(after) + mark, after)


@op
def _ciou(F: Any, a: Any, b: Any) -> Any:
    def area(box: Any) -> Any:
        return (box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1])

    def angle(box: Any) -> Any:
        return F.atan((box[..., 2] - box[..., 0]) / (box[..., 3] - box[..., 1] + _TINY))

    zero = F.zeros_like(a[..., 0])
    w = F.maximum(F.minimum(a[..., 2], b[..., 2]) - F.maximum(a[..., 0], b[..., 0]), zero)
    h = F.maximum(F.minimum(a[..., 3], b[..., 3]) - F.maximum(a[..., 1], b[..., 1]), zero)
    iou = w * h / (area(a) + area(b) - w * h + _TINY)
    wide = F.maximum(a[..., 2], b[..., 2]) - F.minimum(a[..., 0], b[..., 0])
    high = F.maximum(a[..., 3], b[..., 3]) - F.minimum(a[..., 1], b[..., 1])
    dx = (a[..., 0] + a[..., 2] - b[..., 0] - b[..., 2]) / 2
    dy = (a[..., 1] + a[..., 3] - b[..., 1] - b[..., 3]) / 2
    v = 4 / math.pi**2 * (angle(b) - angle(a)) ** 2
    alpha = v / (1 - iou + v + _TINY)
    return iou - (dx * dx + dy * dy) / (wide * wide + high * high + _TINY) - alpha * v


def compute_ciou(boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Any = None) -> Any:
    """The complete IoU of boxes with those of the same place (Zheng et al., 2020): the overlap, less for distance and for other proportions.

    Args:
        boxes1: [..., 4].
        boxes2: [..., 4].
        bounding_box_format: see `convert_format`.
        image_shape: (height, width, channels); needed for formats of fractions.

    Returns:
        [...].

    Example:
        >>> from unikeras import keras
        >>> keras.utils.bounding_boxes.compute_ciou([[0, 0, 2, 2]], [[0, 0, 2, 2]], "xyxy").numpy().round(4).tolist()
        [1.0]
    """
    height, width = _size(image_shape)
    first, second = (convert_format(b, bounding_box_format, "xyxy", height, width) for b in (boxes1, boxes2))
    return _ciou(first, second)


@op
def _encode(F: Any, anchors: Any, boxes: Any) -> Any:
    """Both 'center_yxhw'."""
    place = (boxes[..., :2] - anchors[..., :2]) / anchors[..., 2:]
    return F.concat((place, F.log(boxes[..., 2:] / anchors[..., 2:])), axis=-1)


@op
def _decode(F: Any, anchors: Any, deltas: Any) -> Any:
    place = deltas[..., :2] * anchors[..., 2:] + anchors[..., :2]
    return F.concat((place, F.exp(deltas[..., 2:]) * anchors[..., 2:]), axis=-1)


@op
def _scaled(F: Any, deltas: Any, *, by: tuple[float, ...] | None, divide: bool) -> Any:
    if by is None:
        return deltas
    factors = F.astype(F.asarray(by), deltas.dtype)
    return deltas / factors if divide else deltas * factors


def _encoding(name: str, encoding: str, variance: Any) -> tuple[str, tuple[float, ...] | None]:
    if encoding not in ("center_xywh", "center_yxhw"):
        raise ValueError(f"{name}: deltas are of 'center_xywh' or 'center_yxhw', not {encoding!r}.")
    factors = None if variance is None else tuple(float(v) for v in variance)
    if factors is not None and len(factors) != 4:
        raise ValueError(f"{name}: variance must be four numbers, not {variance!r}.")
    return encoding, factors


def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """Boxes relative to anchors: the middles' distance in sizes of the anchor, and the logarithm of the sizes' ratio.

    Args:
        anchors: [n, 4].
        boxes: [..., n, 4].
        anchor_format: see `convert_format`.
        box_format: likewise.
        encoding_format: the order of the deltas: 'center_yxhw' or 'center_xywh'.
        variance: four numbers that the deltas are divided by.
        image_shape: (height, width, channels); needed for formats of fractions.

    Returns:
        [..., n, 4].

    Example:
        >>> from unikeras import keras
        >>> keras.utils.bounding_boxes.encode_box_to_deltas([[0, 0, 2, 2]], [[1, 0, 3, 2]], "xyxy", "xyxy").numpy().tolist()
        [[0.0, 0.5, 0.0, 0.0]]
    """
    target, factors = _encoding("encode_box_to_deltas", encoding_format, variance)
    height, width = _size(image_shape)
    deltas = _encode(
        convert_format(anchors, anchor_format, target, height, width),
        convert_format(boxes, box_format, target, height, width),
    )
    return _scaled(deltas, by=factors, divide=True)


def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """The boxes that deltas relative to anchors mean: the reverse of `encode_box_to_deltas`.

    Args:
        anchors: [n, 4], or a dict of them by level.
        boxes_delta: [..., n, 4], likewise.
        anchor_format: see `convert_format`.
        box_format: the result's format.
        encoded_format: the order of the deltas: 'center_yxhw' or 'center_xywh'.
        variance: four numbers that the deltas are multiplied by.
        image_shape: (height, width, channels); needed for formats of fractions.

    Example:
        >>> from unikeras import keras
        >>> keras.utils.bounding_boxes.decode_deltas_to_boxes([[0, 0, 2, 2]], [[0, 0.5, 0, 0]], "xyxy", "xyxy").numpy().tolist()
        [[1.0, 0.0, 3.0, 2.0]]
    """
    if isinstance(anchors, dict):
        rest = (anchor_format, box_format, encoded_format, variance, image_shape)
        return {level: decode_deltas_to_boxes(anchors[level], boxes_delta[level], *rest) for level in anchors}
    source, factors = _encoding("decode_deltas_to_boxes", encoded_format, variance)
    height, width = _size(image_shape)
    deltas = _scaled(_convert(boxes_delta, source="xyxy", target="xyxy"), by=factors, divide=False)
    boxes = _decode(convert_format(anchors, anchor_format, source, height, width), deltas)
    return convert_format(boxes, source, box_format, height, width)


@op
def _clipped(F: Any, boxes: Any, *, right: float, bottom: float, left: float = 0.0, top: float = 0.0) -> Any:
    """'xyxy' boxes within an image."""
    limits = (right, bottom, right, bottom)
    sides = [boxes[..., i] - (left, top)[i % 2] for i in range(4)]
    zero = F.zeros_like(sides[0])
    return F.stack(
        [F.minimum(F.maximum(s, zero), zero + n) for s, n in zip(sides, limits, strict=True)], axis=-1
    )


@op
def _relabelled(F: Any, boxes: Any, labels: Any) -> Any:
    """Labels, -1 where nothing is left of a box."""
    empty = F.logical_or(boxes[..., 2] <= boxes[..., 0], boxes[..., 3] <= boxes[..., 1])
    return F.where(empty, F.zeros_like(labels) - 1, labels)


def clip_to_image_size(
    bounding_boxes: Any, height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> Any:
    """Boxes cut off at the image's edges.

    Args:
        bounding_boxes: a dict of 'boxes' [..., 4] and 'labels' [...]; labels of boxes of which nothing is left become -1.
        height: the image's, in pixels; not needed for formats of fractions.
        width: likewise.
        bounding_box_format: see `convert_format`.

    Raises:
        ValueError: an unknown format, or the image's size is missing.

    Example:
        >>> import numpy as np
        >>> from unikeras import keras
        >>> boxes = {"boxes": np.array([[-1, 0, 3, 9]]), "labels": np.array([4])}
        >>> found = keras.utils.bounding_boxes.clip_to_image_size(boxes, height=5, width=5)
        >>> found["boxes"].numpy().tolist(), found["labels"].numpy().tolist()
        ([[0.0, 0.0, 3.0, 5.0]], [4])
    """
    _check("clip_to_image_size", bounding_box_format)
    relative = bounding_box_format.startswith("rel_")
    if not relative and (height is None or width is None):
        raise ValueError(
            f"clip_to_image_size: the image's height and width are needed; got height={height}, width={width}."
        )
    plain = "rel_xyxy" if relative else "xyxy"
    sides = convert_format(bounding_boxes["boxes"], bounding_box_format, plain)
    right, bottom = (1.0, 1.0) if relative else (float(width), float(height))
    clipped = _clipped(sides, right=right, bottom=bottom)
    result = bounding_boxes | {"boxes": convert_format(clipped, plain, bounding_box_format)}
    if "labels" in bounding_boxes:
        result["labels"] = _relabelled(clipped, bounding_boxes["labels"])
    return result


def crop(
    boxes: Any, top: float, left: float, height: float, width: float, bounding_box_format: str = "xyxy"
) -> Any:
    """Boxes in a part of the image, cut off at its edges.

    Args:
        boxes: [..., 4].
        top: where the part begins, in pixels.
        left: likewise.
        height: the part's.
        width: the part's.
        bounding_box_format: see `convert_format`; not one of fractions.

    Raises:
        ValueError: a format of fractions: the image's size is not known.

    Example:
        >>> from unikeras import keras
        >>> keras.utils.bounding_boxes.crop([[10, 20, 30, 60]], 5, 7, 30, 30).numpy().tolist()
        [[3.0, 15.0, 23.0, 30.0]]
    """
    sides = _in_pixels("crop", boxes, bounding_box_format)
    found = _clipped(sides, right=float(width), bottom=float(height), left=float(left), top=float(top))
    return convert_format(found, "xyxy", bounding_box_format)


@op
def _moved(F: Any, boxes: Any, *, by: tuple[float, float]) -> Any:
    return F.stack([boxes[..., i] + by[i % 2] for i in range(4)], axis=-1)


def pad(
    boxes: Any,
    top: float,
    left: float,
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """Boxes in an image that got a border.

    Args:
        boxes: [..., 4].
        top: the border's height above, in pixels.
        left: the border's width at the left.
        height: accepted.
        width: accepted.
        bounding_box_format: see `convert_format`; not one of fractions.

    Raises:
        ValueError: a format of fractions: the image's size is not known.

    Example:
        >>> from unikeras import keras
        >>> keras.utils.bounding_boxes.pad([[10, 20, 30, 60]], 5, 7).numpy().tolist()
        [[17.0, 25.0, 37.0, 65.0]]
    """
    sides = _in_pixels("pad", boxes, bounding_box_format)
    return convert_format(_moved(sides, by=(float(left), float(top))), "xyxy", bounding_box_format)


def _in_pixels(name: str, boxes: Any, bounding_box_format: str) -> Any:
    _check(name, bounding_box_format)
    if bounding_box_format.startswith("rel_"):
        raise ValueError(
            f"{name}: boxes must be in pixels, not in fractions of an image ({bounding_box_format!r}); use convert_format before."
        )
    return convert_format(boxes, bounding_box_format, "xyxy")
