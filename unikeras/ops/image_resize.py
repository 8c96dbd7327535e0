"""Resizing: every interpolation as a matrix of weights for each axis, with pixel centers at half integers (TensorFlow 2's)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.ops.image_layout import back_to, data_format_of, floating, on_images

__all__ = ["resize", "scale_and_translate"]

# How far each kernel reaches, in input pixels.
_REACH = {"triangle": 1, "cubic": 2, "lanczos3": 3, "lanczos5": 5, "gaussian": 1.5, "mitchellcubic": 2}
_SPELLINGS = {"linear": "triangle", "bilinear": "triangle", "trilinear": "triangle", "bicubic": "cubic", "tricubic": "cubic"}  # fmt: skip


def _cubic(F: Any, d: Any, b: float, c: float) -> Any:
    """The cubic filters of Mitchell and Netravali ("Reconstruction filters in computer graphics", 1988)."""
    near = ((12 - 9 * b - 6 * c) * d - 18 + 12 * b + 6 * c) * d * d + 6 - 2 * b
    far = (((-b - 6 * c) * d + 6 * b + 30 * c) * d - 12 * b - 48 * c) * d + 8 * b + 24 * c
    return F.where(d < 1, near, F.where(d < 2, far, F.zeros_like(d))) / 6


def _lanczos(F: Any, d: Any, lobes: int) -> Any:
    """sinc(d) * sinc(d / lobes) within the lobes."""
    safe = F.where(d < 1e-3, F.ones_like(d), d) * math.pi
    windowed = lobes * F.sin(safe) * F.sin(safe / lobes) / (safe * safe)
    return F.where(d < 1e-3, F.ones_like(d), F.where(d < lobes, windowed, F.zeros_like(d)))


def _kernel(F: Any, name: str, d: Any) -> Any:
    """The kernel at the distances d >= 0."""
    if name == "triangle":
        return F.where(d < 1, 1 - d, F.zeros_like(d))
    if name == "cubic":  # Keys, "Cubic convolution interpolation", 1981, with a = -1/2
        return _cubic(F, d, 0.0, 0.5)
    if name == "mitchellcubic":
        return _cubic(F, d, 1 / 3, 1 / 3)
    if name == "gaussian":  # sigma is half a pixel
        return F.where(d < _REACH[name], F.exp(-2 * d * d), F.zeros_like(d))
    return _lanczos(F, d, int(_REACH[name]))


def _weights(F: Any, size: int, new: int, scale: Any, translation: Any, kernel: str, antialias: bool) -> Any:
    """The matrix [new, size] that makes new pixels of old ones: output = input * scale + translation.

    With `antialias` the kernel is widened where the image shrinks. Rows sum to 1, or are 0 where a pixel lies outside.
    """
    kind = F.asarray(scale).dtype
    centers = (F.arange(new, dtype=kind) + 0.5 - translation) / scale
    pixels = F.arange(size, dtype=kind) + 0.5
    width = F.maximum(1 / scale, F.ones_like(F.asarray(scale))) if antialias else 1.0
    distances = F.abs(pixels[None, :] - centers[:, None]) / width
    weights = _kernel(F, kernel, distances)
    total = F.sum(weights, axis=1, keepdims=True)
    empty = F.abs(total) < 1e-4  # no pixel within reach
    weights = F.where(empty, F.zeros_like(weights), weights / F.where(empty, F.ones_like(total), total))
    inside = (centers >= 0) & (centers <= size)
    return F.where(inside[:, None], weights, F.zeros_like(weights))


def _area(size: int, new: int) -> np.ndarray:
    """The matrix [new, size] of means over the old pixels that a new one covers."""
    starts = np.arange(new)[:, None] * (size / new)
    pixels = np.arange(size)[None, :]
    covered = np.minimum(pixels + 1, starts + size / new) - np.maximum(pixels, starts)
    return np.clip(covered, 0, 1) * (new / size)


def _nearest(F: Any, x: Any, axis: int, new: int) -> Any:
    size = x.shape[axis]
    if new % size == 0:  # copies side by side, whose gradient is a sum
        wide = F.expand_dims(x, axis=axis + 1)
        shape = (*wide.shape[: axis + 1], new // size, *wide.shape[axis + 2 :])
        return F.reshape(F.broadcast_to(wide, shape), (*x.shape[:axis], new, *x.shape[axis + 1 :]))
    step = np.float32(size) / np.float32(new)
    places = np.minimum(np.floor((np.arange(new, dtype=np.float32) + np.float32(0.5)) * step), size - 1)
    return F.take(x, F.asarray(places.astype(np.int64)), axis=axis)


def _along(F: Any, x: Any, weights: Any, axis: int) -> Any:
    """x with `axis` multiplied by the matrix [new, old]."""
    return F.moveaxis(F.tensordot(weights, x, axes=((1,), (axis,))), 0, axis)


def _fitting(width: int, height: int, target: tuple[int, int]) -> tuple[int, int]:
    """What (height, width) would be if each were chosen to fit the other under the target's aspect ratio."""
    return int(width * target[0] / target[1]), int(height * target[1] / target[0])


def _cropped(x: Any, size: tuple[int, int]) -> Any:
    """The largest centered part of the target's aspect ratio."""
    height, width = x.shape[1:3]
    high, wide = (min(a, b) for a, b in zip(_fitting(width, height, size), (height, width), strict=True))
    top, left = (height - high) // 2, (width - wide) // 2
    return x[:, top : top + high, left : left + wide]


def _padded(F: Any, x: Any, size: tuple[int, int], value: float) -> Any:
    """x with borders that give it the target's aspect ratio, as wide on both sides."""
    height, width = x.shape[1:3]
    high, wide = (max(a, b) for a, b in zip(_fitting(width, height, size), (height, width), strict=True))
    for axis, border in ((1, (high - height) // 2), (2, (wide - width) // 2)):
        if border:
            shape = tuple(border if i == axis else d for i, d in enumerate(x.shape))
            edge = F.full(shape, value, dtype=x.dtype)
            x = F.concat([edge, x, edge], axis=axis)
    return x


@op
@on_images
def _resize(F, images, *, size, interpolation, antialias, crop, pad, fill_value, data_format):
    if crop:
        images = _cropped(images, size)
    if pad:
        images = _padded(F, images, size, fill_value)
    if interpolation == "nearest":
        for axis, new in ((1, size[0]), (2, size[1])):
            images = images if images.shape[axis] == new else _nearest(F, images, axis, new)
        return images
    x = floating(F, images)
    for axis, new in ((1, size[0]), (2, size[1])):
        old = x.shape[axis]
        if old == new and interpolation not in ("gaussian", "mitchellcubic"):  # those blur at any scale
            continue
        if interpolation == "area":
            weights = _area(old, new)
        else:
            name = _SPELLINGS.get(interpolation, interpolation)
            weights = _weights(np, old, new, np.float64(new / old), 0.0, name, antialias)
        x = _along(F, x, F.asarray(weights.astype(np.dtype(str(x.dtype).split(".")[-1]))), axis)
    return back_to(F, x, images.dtype)


def resize(
    images: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Any:
    """Images of another size (mirrors `keras.ops.image.resize`).

    Args:
        images: [batch, height, width, channels] or one image [height, width, channels], or with channels first.
        size: the new (height, width).
        interpolation: 'nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5', or one of TensorFlow's 'area', 'gaussian',
            'mitchellcubic'.
        antialias: whether to widen the filter where the image shrinks; nothing for 'nearest' and 'area'.
        crop_to_aspect_ratio: whether to cut off what does not fit the new aspect ratio instead of distorting.
        pad_to_aspect_ratio: whether to add borders instead.
        fill_mode: 'constant'.
        fill_value: what borders hold.
        data_format: 'channels_last' or 'channels_first'; the setting of `keras.config` if `None`.

    Returns:
        Images of the same dtype; whole numbers are rounded.

    Raises:
        ValueError: not an image, another interpolation or fill_mode, or both kinds of keeping the aspect ratio.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.resize([[[0.0], [4.0]]], (1, 4)).numpy()[0, :, 0].tolist()
        [0.0, 1.0, 3.0, 4.0]
    """
    known = ("nearest", "area", *_SPELLINGS, *_REACH)
    if str(interpolation).lower() not in known:
        raise ValueError(f"resize: interpolation must be one of {', '.join(known)}, got {interpolation!r}.")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(
            "resize: crop_to_aspect_ratio and pad_to_aspect_ratio exclude each other; set one of them."
        )
    if fill_mode != "constant":
        raise ValueError(f"resize: fill_mode must be 'constant', got {fill_mode!r}.")
    if len(size) != 2:
        raise ValueError(f"resize: size must be (height, width), got {size!r}.")
    return _resize(
        images,
        size=tuple(int(s) for s in size),
        interpolation=str(interpolation).lower(),
        antialias=bool(antialias),
        crop=bool(crop_to_aspect_ratio),
        pad=bool(pad_to_aspect_ratio),
        fill_value=fill_value,
        data_format=data_format_of(data_format),
    )


@op
def _scale_and_translate(F, images, scale, translation, *, output_shape, axes, kernel, antialias):
    x = floating(F, images)
    scale, translation = (F.astype(v, x.dtype) for v in (scale, translation))
    for i, axis in enumerate(axes):
        weights = _weights(F, x.shape[axis], output_shape[axis], scale[i], translation[i], kernel, antialias)
        x = _along(F, x, weights, axis)
    return x if F.isdtype(images.dtype, "integral") else F.astype(x, images.dtype)


def scale_and_translate(
    images: Any,
    output_shape: Any,
    scale: Any,
    translation: Any,
    spatial_dims: Any,
    method: str,
    antialias: bool = True,
) -> Any:
    """Images scaled and moved: output = input * scale + translation (mirrors `keras.ops.image.scale_and_translate`).

    Args:
        images: a tensor of any number of axes.
        output_shape: the result's shape.
        scale: floats [axes], the factor of every axis in `spatial_dims`; may be negative nowhere.
        translation: floats [axes], in output pixels.
        spatial_dims: the axes.
        method: 'linear', 'bilinear', 'trilinear', 'cubic', 'bicubic', 'tricubic', 'lanczos3' or 'lanczos5'.
        antialias: whether to widen the filter where the image shrinks.

    Returns:
        Floats; 0 where a pixel lies outside of the image.

    Raises:
        ValueError: another method, or shapes that do not fit.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.scale_and_translate([0.0, 4.0], (4,), [2.0], [0.0], (0,), "linear").numpy().tolist()
        [0.0, 1.0, 3.0, 4.0]
    """
    known = (*_SPELLINGS, "cubic", "lanczos3", "lanczos5")
    if method not in known:
        raise ValueError(f"scale_and_translate: method must be one of {', '.join(known)}, got {method!r}.")
    if len(output_shape) != len(images.shape if hasattr(images, "shape") else np.shape(images)):
        raise ValueError(
            f"scale_and_translate: output_shape {tuple(output_shape)} has another number of axes than the images."
        )
    return _scale_and_translate(
        images,
        scale,
        translation,
        output_shape=tuple(int(d) for d in output_shape),
        axes=tuple(int(a) for a in spatial_dims),
        kernel=_SPELLINGS.get(method, method),
        antialias=bool(antialias),
    )
