"""Cutting images: crops, borders, patches."""

from __future__ import annotations

import itertools
from typing import Any

from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops import array
from unikeras.ops.image_layout import data_format_of

__all__ = ["crop_images", "extract_patches", "extract_patches_3d", "pad_images"]


def _both(
    what: str, kind: str, size: int | None, start: Any, end: Any, target: Any, names: tuple[str, str]
) -> list[int]:
    """(start, end) of one side from two of start, end and the target size; `kind` is 'cropping' or 'padding'."""
    labels = (
        f"{names[0]}_{kind}",
        f"{names[1]}_{kind}",
        "target_height" if names[0] == "top" else "target_width",
    )
    given = dict(zip(labels, (start, end, target), strict=True))
    if sum(v is not None for v in given.values()) != 2:
        text = ", ".join(f"{k}={v}" for k, v in given.items())
        raise ValueError(f"{what}: give exactly two of {', '.join(labels)}; got {text}.")
    if target is not None:
        if size is None:
            raise ValueError(f"{what}: {labels[2]} needs images of a known size.")
        rest = (size - int(target) if kind == "cropping" else int(target) - size) - int(
            end if start is None else start
        )
        start, end = (rest, end) if start is None else (start, rest)
    if start < 0 or end < 0 or (kind == "cropping" and size is not None and start + end > size):
        raise ValueError(
            f"{what}: {labels[0]} {start} and {labels[1]} {end} are not possible for a side of {size}."
        )
    return [int(start), int(end)]


def _sides(images: Any, data_format: str | None) -> tuple[Any, int]:
    images = convert_to_tensor(images)
    if len(images.shape) not in (3, 4):
        raise ValueError(f"expected an image of 3 axes or a batch of 4, got the shape {tuple(images.shape)}.")
    return images, len(images.shape) - (3 if data_format_of(data_format) == "channels_last" else 2)


def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images without some rows and columns at the sides (mirrors `keras.ops.image.crop_images`).

    Give exactly two of `top_cropping`, `bottom_cropping` and `target_height`, and likewise for the width.

    Args:
        images: [batch, height, width, channels] or one image, or with channels first.
        top_cropping: rows to take away above.
        left_cropping: columns to take away on the left.
        bottom_cropping: rows to take away below.
        right_cropping: columns to take away on the right.
        target_height: the rows that are to stay.
        target_width: the columns that are to stay.
        data_format: where the channels are.

    Raises:
        ValueError: not two of the three, or more than there is.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.crop_images(keras.ops.ones((4, 5, 1)), 1, 1, 1, 1).shape
        TensorShape([2, 3, 1])
    """
    images, axis = _sides(images, data_format)
    key: list[Any] = [slice(None)] * len(images.shape)
    for i, start, end, target, names in (
        (axis, top_cropping, bottom_cropping, target_height, ("top", "bottom")),
        (axis + 1, left_cropping, right_cropping, target_width, ("left", "right")),
    ):
        start, end = _both("crop_images", "cropping", images.shape[i], start, end, target, names)
        key[i] = slice(start, -end if end else None)
    return images[tuple(key)]


def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images with rows and columns of 0 around them (mirrors `keras.ops.image.pad_images`).

    Give exactly two of `top_padding`, `bottom_padding` and `target_height`, and likewise for the width.

    Args:
        images: [batch, height, width, channels] or one image, or with channels first.
        top_padding: rows to add above.
        left_padding: columns to add on the left.
        bottom_padding: rows to add below.
        right_padding: columns to add on the right.
        target_height: the rows of the result.
        target_width: the columns of the result.
        data_format: where the channels are.

    Raises:
        ValueError: not two of the three, or less than there is.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.pad_images(keras.ops.ones((2, 2, 1)), 1, 0, target_height=4, target_width=3).shape
        TensorShape([4, 3, 1])
    """
    images, axis = _sides(images, data_format)
    pairs = [[0, 0] for _ in images.shape]
    for i, start, end, target, names in (
        (axis, top_padding, bottom_padding, target_height, ("top", "bottom")),
        (axis + 1, left_padding, right_padding, target_width, ("left", "right")),
    ):
        pairs[i] = _both("pad_images", "padding", images.shape[i], start, end, target, names)
    return array.pad(images, pairs)


@op
def _extract_patches(F, x, *, size, strides, dilation, padding, data_format):
    count = len(size)
    if x.ndim not in (count + 1, count + 2):
        raise ValueError(
            f"expected {count + 1} axes, or {count + 2} for a batch, got the shape {tuple(x.shape)}"
        )
    single, first = x.ndim == count + 1, data_format == "channels_first"
    x = F.expand_dims(x, axis=0) if single else x
    x = F.moveaxis(x, 1, -1) if first else x
    spans = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    if padding == "same":
        for axis, (span, stride) in enumerate(zip(spans, strides, strict=True), start=1):
            missing = max((-(-x.shape[axis] // stride) - 1) * stride + span - x.shape[axis], 0)
            for amount, before in ((missing // 2, True), (missing - missing // 2, False)):
                if amount:
                    edge = F.zeros(
                        tuple(amount if i == axis else n for i, n in enumerate(x.shape)), dtype=x.dtype
                    )
                    x = F.concat([edge, x] if before else [x, edge], axis=axis)
    counts = [(n - span) // stride + 1 for n, span, stride in zip(x.shape[1:], spans, strides, strict=False)]
    if min(counts) < 1:
        raise ValueError(f"patches of {tuple(size)} do not fit into {tuple(x.shape[1:-1])}")
    shifted = []
    for offsets in itertools.product(*(range(k) for k in size)):
        key: list[Any] = [slice(None)]
        for offset, rate, stride, n in zip(offsets, dilation, strides, counts, strict=True):
            key.append(slice(offset * rate, offset * rate + (n - 1) * stride + 1, stride))
        shifted.append(x[tuple(key)])
    result = F.concat(shifted, axis=-1)
    result = F.moveaxis(result, -1, 1) if first else result
    return result[0] if single else result


def _patches(
    what: str, x: Any, count: int, size: Any, strides: Any, dilation_rate: Any, padding: str, data_format: Any
) -> Any:
    def several(value: Any, name: str) -> tuple[int, ...]:
        values = (value,) * count if isinstance(value, int) else tuple(int(v) for v in value)
        if len(values) != count or min(values) < 1:
            raise ValueError(f"{what}: {name} must be a positive int or {count} of them, got {value!r}.")
        return values

    size = several(size, "size")
    strides = size if strides is None else several(strides, "strides")
    dilation = several(dilation_rate, "dilation_rate")
    if str(padding).lower() not in ("valid", "same"):
        raise ValueError(f"{what}: padding must be 'valid' or 'same', got {padding!r}.")
    return _extract_patches(
        x,
        size=size,
        strides=strides,
        dilation=dilation,
        padding=str(padding).lower(),
        data_format=data_format_of(data_format),
    )


def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Every window of images as one vector (mirrors `keras.ops.image.extract_patches`).

    Args:
        images: [batch, height, width, channels] or one image, or with channels first.
        size: the windows' height and width, an int for both.
        strides: from one window to the next; the size if `None`.
        dilation_rate: the distance of a window's pixels.
        padding: 'valid' or 'same'.
        data_format: where the channels are.

    Returns:
        [batch, rows, columns, height * width * channels].

    Raises:
        ValueError: what does not fit together.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.extract_patches(keras.ops.ones((1, 4, 6, 3)), 2).shape
        TensorShape([1, 2, 3, 12])
    """
    return _patches("extract_patches", images, 2, size, strides, dilation_rate, padding, data_format)


def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Every window of volumes as one vector (mirrors `keras.ops.image.extract_patches_3d`).

    Args:
        volumes: [batch, depth, height, width, channels] or one volume, or with channels first.
        size: the windows' depth, height and width, an int for all.
        strides: from one window to the next; the size if `None`.
        dilation_rate: the distance of a window's voxels.
        padding: 'valid' or 'same'.
        data_format: where the channels are.

    Raises:
        ValueError: what does not fit together.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.extract_patches_3d(keras.ops.ones((1, 2, 4, 4, 1)), 2).shape
        TensorShape([1, 1, 2, 2, 8])
    """
    return _patches("extract_patches_3d", volumes, 3, size, strides, dilation_rate, padding, data_format)
