"""Colors: gray, and hue, saturation and value."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.ops.image_layout import data_format_of, floating, on_images

__all__ = ["hsv_to_rgb", "rgb_to_grayscale", "rgb_to_hsv"]


def _three(F: Any, images: Any, what: str) -> Any:
    """The three channels; the dtype must be a floating one."""
    if not F.isdtype(images.dtype, "real floating"):
        raise ValueError(
            f"{what}: expected floats in [0, 1], got {images.dtype}; divide the pixels by 255 first"
        )
    if images.shape[-1] != 3:
        raise ValueError(f"{what}: expected 3 channels, got {images.shape[-1]}")
    return (images[..., i] for i in range(3))


@op
@on_images
def _rgb_to_grayscale(F, images, *, data_format):
    if images.shape[-1] == 1:
        return images
    if images.shape[-1] != 3:
        raise ValueError(f"expected 3 channels (or 1), got {images.shape[-1]}")
    x = floating(F, images)
    gray = 0.2989 * x[..., 0] + 0.587 * x[..., 1] + 0.114 * x[..., 2]
    return F.astype(F.expand_dims(gray, axis=-1), images.dtype)


def rgb_to_grayscale(images: Any, data_format: str | None = None) -> Any:
    """The luma 0.2989 R + 0.587 G + 0.114 B, one channel (mirrors `keras.ops.image.rgb_to_grayscale`).

    Args:
        images: [batch, height, width, 3] or [height, width, 3], or with channels first.
        data_format: where the channels are.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.rgb_to_grayscale([[[0.0, 1.0, 0.0]]]).shape
        TensorShape([1, 1, 1])
    """
    return _rgb_to_grayscale(images, data_format=data_format_of(data_format))


@op
@on_images
def _rgb_to_hsv(F, images, *, data_format):
    r, g, b = _three(F, images, "rgb_to_hsv")
    value, low = F.max(images, axis=-1), F.min(images, axis=-1)
    spread = value - low
    zero, one = F.zeros_like(value), F.ones_like(value)
    saturation = F.where(value > 0, spread / F.where(value > 0, value, one), zero)
    sixth = 1 / (6 * F.where(spread > 0, spread, one))
    hue = F.where(
        r == value,
        sixth * (g - b),
        F.where(g == value, sixth * (b - r) + 2 / 6, sixth * (r - g) + 4 / 6),
    )
    hue = F.where(spread > 0, F.where(hue < 0, hue + 1, hue), zero)
    return F.stack([hue, saturation, value], axis=-1)


def rgb_to_hsv(images: Any, data_format: str | None = None) -> Any:
    """Hue, saturation and value, each in [0, 1], of colors in [0, 1] (mirrors `keras.ops.image.rgb_to_hsv`).

    Args:
        images: floats [batch, height, width, 3] or [height, width, 3], or with channels first.
        data_format: where the channels are.

    Raises:
        InvalidArgumentError: not floats, or not 3 channels; it is a ValueError.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.rgb_to_hsv([[[0.0, 0.0, 1.0]]]).numpy()[0, 0, 1:].tolist()
        [1.0, 1.0]
    """
    return _rgb_to_hsv(images, data_format=data_format_of(data_format))


@op
@on_images
def _hsv_to_rgb(F, images, *, data_format):
    hue, saturation, value = _three(F, images, "hsv_to_rgb")
    six = hue * 6
    red, green, blue = F.abs(six - 3) - 1, 2 - F.abs(six - 2), 2 - F.abs(six - 4)
    return F.stack(
        [(1 - saturation + saturation * F.clip(c, 0.0, 1.0)) * value for c in (red, green, blue)], axis=-1
    )


def hsv_to_rgb(images: Any, data_format: str | None = None) -> Any:
    """Colors of hue, saturation and value, each in [0, 1] (mirrors `keras.ops.image.hsv_to_rgb`).

    Args:
        images: floats [batch, height, width, 3] or [height, width, 3], or with channels first.
        data_format: where the channels are.

    Raises:
        InvalidArgumentError: not floats, or not 3 channels; it is a ValueError.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.hsv_to_rgb([[[0.0, 1.0, 1.0]]]).numpy()[0, 0].tolist()
        [1.0, 0.0, 0.0]
    """
    return _hsv_to_rgb(images, data_format=data_format_of(data_format))
