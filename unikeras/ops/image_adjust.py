"""Pixels' values in TensorFlow's ways: dtypes and their ranges, brightness, contrast, gamma, hue, saturation, color spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.ops.image_color import _hsv_to_rgb, _rgb_to_hsv

__all__ = [
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_saturation",
    "convert_image_dtype",
    "grayscale_to_rgb",
    "per_image_standardization",
    "rgb_to_grayscale",
    "rgb_to_yiq",
    "rgb_to_yuv",
    "saturate_cast",
    "yiq_to_rgb",
    "yuv_to_rgb",
]


def _is_float(F: Any, x: Any) -> bool:
    return F.isdtype(x.dtype, "real floating")


def _limits(dtype: str) -> tuple[int, int]:
    info = np.iinfo(as_dtype(dtype).np_dtype)
    return int(info.min), int(info.max)


def clamped(F: Any, x: Any, dtype: str) -> Any:
    """x in `dtype`, what lies outside of its range at the nearest end."""
    if not as_dtype(dtype).is_integer:
        return F.astype(x, F.dtype(dtype))
    low, high = _limits(dtype)
    if _is_float(F, x):
        ceiling = np.nextafter(np.float32(high), np.float32(0)) if high > 1 << 24 else high
        x = F.clip(x, float(low), float(ceiling))
    else:
        own_low, own_high = _limits(as_dtype(x.dtype).name)
        x = F.clip(x, max(low, own_low), min(high, own_high))
    return F.astype(x, F.dtype(dtype))


@op(aliases={"value": "x"})
def saturate_cast(F, x, *, dtype):
    """x in another dtype, what it cannot hold at the nearest value that it can (mirrors `tf.saturate_cast`).

    Args:
        x: a tensor of numbers.
        dtype: the dtype wanted.

    Example:
        >>> import unikeras as tf
        >>> tf.saturate_cast([-3, 300], tf.uint8).numpy().tolist()
        [0, 255]
    """
    return clamped(F, x, dtype)


def convert(F: Any, x: Any, dtype: str, saturate: bool = False) -> Any:
    """Pixels in another dtype: fractions are in [0, 1], whole numbers in [0, the largest]."""
    own, wanted = as_dtype(x.dtype), as_dtype(dtype)
    if own is wanted:
        return x
    if own.is_integer and wanted.is_integer:
        top, new = _limits(own.name)[1], _limits(dtype)[1]
        if top > new:
            scaled = F.astype(x, F.dtype("int64")) // ((top + 1) // (new + 1))
            return clamped(F, scaled, dtype) if saturate else F.astype(scaled, F.dtype(dtype))
        return (clamped(F, x, dtype) if saturate else F.astype(x, F.dtype(dtype))) * ((new + 1) // (top + 1))
    if own.is_floating and wanted.is_floating:
        return F.astype(x, F.dtype(dtype))
    if own.is_integer:
        return F.astype(x, F.dtype(dtype)) * (1.0 / _limits(own.name)[1])
    scaled = x * (_limits(dtype)[1] + 0.5)
    return clamped(F, scaled, dtype) if saturate else F.astype(scaled, F.dtype(dtype))


@op(aliases={"image": "x"})
def convert_image_dtype(F, x, *, dtype, saturate=False):
    """An image in another dtype, scaled to its range (mirrors `tf.image.convert_image_dtype`).

    Args:
        x: pixels: fractions in [0, 1], or whole numbers from 0 to the largest of their dtype.
        dtype: the dtype wanted.
        saturate: whether what does not fit is put at the nearest value that does.

    Example:
        >>> import numpy as np, unikeras as tf
        >>> tf.image.convert_image_dtype(np.array([[[0], [255]]], "uint8"), tf.float32).numpy().ravel().tolist()
        [0.0, 1.0]
    """
    return convert(F, x, dtype, saturate)


def _as_floats(F: Any, x: Any, change: Any) -> Any:
    """`change` of the pixels as fractions, in the dtype they had."""
    own = as_dtype(x.dtype)
    if own.is_floating:
        return change(x)
    return convert(F, change(convert(F, x, "float32")), own.name, saturate=True)


def _scalar(F: Any, value: Any, like: Any) -> Any:
    return F.astype(value, like.dtype)


@op
def adjust_brightness(F, image, delta):
    """An image with `delta` added, a fraction of the range (mirrors `tf.image.adjust_brightness`).

    Args:
        image: pixels of any dtype; whole numbers are taken as fractions of their range, and put back.
        delta: a number in (-1, 1).

    Example:
        >>> import unikeras as tf
        >>> tf.image.adjust_brightness([[[0.25]]], 0.5).numpy().ravel().tolist()
        [0.75]
    """
    return _as_floats(F, image, lambda x: x + _scalar(F, delta, x))


@op(aliases={"images": "image"})
def adjust_contrast(F, image, contrast_factor):
    """`(x - mean) * contrast_factor + mean`, the mean of each channel of each image (mirrors `tf.image.adjust_contrast`).

    Args:
        image: [..., height, width, channels].
        contrast_factor: a number.

    Example:
        >>> import unikeras as tf
        >>> tf.image.adjust_contrast([[[0.0], [1.0]]], 0.5).numpy().ravel().tolist()
        [0.25, 0.75]
    """

    def change(x: Any) -> Any:
        mean = F.mean(x, axis=(-3, -2), keepdims=True)
        return (x - mean) * _scalar(F, contrast_factor, x) + mean

    return _as_floats(F, image, change)


@op
def _gamma(F, image, gamma, gain):
    return _as_floats(F, image, lambda x: _scalar(F, gain, x) * F.pow(x, _scalar(F, gamma, x)))


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Any:
    """`gain * x ** gamma` (mirrors `tf.image.adjust_gamma`).

    Args:
        image: pixels of any dtype; whole numbers are taken as fractions of their range, and put back.
        gamma: the exponent, not negative.
        gain: the factor.

    Raises:
        ValueError: gamma is negative.

    Example:
        >>> import unikeras as tf
        >>> tf.image.adjust_gamma([[[0.5]]], 2.0).numpy().ravel().tolist()
        [0.25]
    """
    if isinstance(gamma, (int, float)) and gamma < 0:
        raise ValueError(f"adjust_gamma: gamma should be a non-negative real number, not {gamma}.")
    return _gamma(image, gamma, gain)


@op
def adjust_hue(F, image, delta):
    """An RGB image with its hue turned by `delta`, a fraction of the circle (mirrors `tf.image.adjust_hue`).

    Args:
        image: [..., 3].
        delta: a number in [-1, 1].

    Raises:
        InvalidArgumentError: not three channels.

    Example:
        >>> import unikeras as tf
        >>> tf.image.adjust_hue([[[1.0, 0.0, 0.0]]], 1 / 3).numpy().round(3).ravel().tolist()
        [0.0, 1.0, 0.0]
    """

    def change(x: Any) -> Any:
        h, s, v = _hsv(F, x)
        h = h + _scalar(F, delta, x)
        return _rgb(F, h - F.floor(h), s, v)

    return _as_floats(F, image, change)


@op
def adjust_saturation(F, image, saturation_factor):
    """An RGB image with its saturation multiplied, and clipped to 1 (mirrors `tf.image.adjust_saturation`).

    Args:
        image: [..., 3].
        saturation_factor: the factor.

    Raises:
        InvalidArgumentError: not three channels.

    Example:
        >>> import unikeras as tf
        >>> tf.image.adjust_saturation([[[1.0, 0.5, 0.5]]], 0.0).numpy().ravel().tolist()
        [1.0, 1.0, 1.0]
    """

    def change(x: Any) -> Any:
        h, s, v = _hsv(F, x)
        return _rgb(F, h, F.clip(s * _scalar(F, saturation_factor, x), 0.0, 1.0), v)

    return _as_floats(F, image, change)


def _hsv(F: Any, x: Any) -> Any:
    flat = F.reshape(x, (1, -1, 1, x.shape[-1]))
    made = F.reshape(_rgb_to_hsv.body(F, flat, data_format="channels_last"), x.shape)
    return made[..., 0], made[..., 1], made[..., 2]


def _rgb(F: Any, h: Any, s: Any, v: Any) -> Any:
    x = F.stack([h, s, v], axis=-1)
    flat = F.reshape(x, (1, -1, 1, 3))
    return F.reshape(_hsv_to_rgb.body(F, flat, data_format="channels_last"), x.shape)


@op(aliases={"images": "image"})
def grayscale_to_rgb(F, image):
    """Three equal channels of one (mirrors `tf.image.grayscale_to_rgb`).

    Args:
        image: [..., 1].

    Raises:
        InvalidArgumentError: not one channel.

    Example:
        >>> import unikeras as tf
        >>> tf.image.grayscale_to_rgb([[[0.5]]]).shape
        TensorShape([1, 1, 3])
    """
    if image.shape[-1] != 1:
        raise ValueError(f"the last dimension of a grayscale image must be of size 1, not {image.shape[-1]}")
    return F.concat([image] * 3, axis=-1)


@op(aliases={"images": "image"})
def rgb_to_grayscale(F, image):
    """The luma 0.2989 R + 0.587 G + 0.114 B as one channel (mirrors `tf.image.rgb_to_grayscale`).

    Args:
        image: [..., 3], of any dtype.

    Raises:
        InvalidArgumentError: not three channels.

    Example:
        >>> import unikeras as tf
        >>> tf.image.rgb_to_grayscale([[[1.0, 1.0, 1.0]]]).numpy().round(3).ravel().tolist()
        [1.0]
    """
    if image.shape[-1] != 3:
        raise ValueError(f"the last dimension of an RGB image must be of size 3, not {image.shape[-1]}")

    def change(x: Any) -> Any:
        return 0.2989 * x[..., :1] + 0.587 * x[..., 1:2] + 0.114 * x[..., 2:]

    return _as_floats(F, image, change)


def _matrix_op(name: str, matrix: np.ndarray, what: str) -> Any:
    def body(F, images):
        if images.shape[-1] != 3:
            raise ValueError(f"expected 3 channels, got {images.shape[-1]}")
        return F.tensordot(images, F.astype(F.asarray(matrix), images.dtype), axes=1)

    body.__name__ = name
    body.__qualname__ = name
    body.__module__ = __name__
    body.__doc__ = f"""{what} (mirrors `tf.image.{name}`).

    Args:
        images: [..., 3], floats.

    Raises:
        InvalidArgumentError: not three channels.
    """
    return op(body)


_YIQ = np.array(
    [[0.299, 0.59590059, 0.21153661], [0.587, -0.27455667, -0.52273617], [0.114, -0.32134392, 0.31119955]]
)
_YUV = np.array(
    [[0.299, -0.14714119, 0.61497538], [0.587, -0.28886916, -0.51496512], [0.114, 0.43601035, -0.10001026]]
)
rgb_to_yiq = _matrix_op("rgb_to_yiq", _YIQ, "RGB as YIQ, NTSC's luma and chrominance")
yiq_to_rgb = _matrix_op("yiq_to_rgb", np.linalg.inv(_YIQ), "YIQ as RGB")
rgb_to_yuv = _matrix_op("rgb_to_yuv", _YUV, "RGB as YUV, PAL's luma and chrominance")
yuv_to_rgb = _matrix_op("yuv_to_rgb", np.linalg.inv(_YUV), "YUV as RGB")


@op
def per_image_standardization(F, image):
    """Each image with mean 0 and variance 1 (mirrors `tf.image.per_image_standardization`).

    The standard deviation is taken for at least 1 / sqrt(number of values), so that an image of one color gives zeros.

    Args:
        image: [..., height, width, channels], of any dtype; the result is of floats.

    Example:
        >>> import unikeras as tf
        >>> tf.image.per_image_standardization([[[1.0], [3.0]]]).numpy().ravel().tolist()
        [-1.0, 1.0]
    """
    x = image if _is_float(F, image) else F.astype(image, F.dtype("float32"))
    axes = (-3, -2, -1)
    mean = F.mean(x, axis=axes, keepdims=True)
    count = x.shape[-1] * x.shape[-2] * x.shape[-3]
    deviation = F.sqrt(F.mean(F.square(x - mean), axis=axes, keepdims=True))
    return (x - mean) / F.maximum(deviation, F.full_like(deviation, count**-0.5))
