"""What operations on images share: where the channels are, batches and single images, whole-number pixels."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from unikeras.core.settings import image_data_format

__all__ = ["back_to", "channels_axis", "data_format_of", "floating", "on_images"]

_FORMATS = ("channels_last", "channels_first")


def data_format_of(data_format: str | None) -> str:
    """'channels_last' or 'channels_first'; the setting of `keras.config` for `None`.

    Raises:
        ValueError: another word.

    Example:
        >>> data_format_of(None)
        'channels_last'
    """
    found = image_data_format() if data_format is None else str(data_format).lower()
    if found not in _FORMATS:
        raise ValueError(f"data_format: expected 'channels_last' or 'channels_first', got {data_format!r}.")
    return found


def channels_axis(data_format: str | None) -> int:
    """The axis of the channels, counted from the end: of [..., height, width, channels] or [..., channels, height, width]."""
    return -1 if data_format_of(data_format) == "channels_last" else -3


def floating(F: Any, x: Any) -> Any:
    """x in the dtype in which pixels are computed: float64 stays, all else is float32."""
    return x if x.dtype == F.dtype("float64") else F.astype(x, F.dtype("float32"))


def back_to(F: Any, x: Any, dtype: Any) -> Any:
    """x in `dtype`; whole-number pixels are rounded (half to even) and kept within the dtype's range."""
    if F.isdtype(dtype, "integral"):
        limits = F.iinfo(dtype)
        x = F.clip(F.round(x), float(limits.min), float(limits.max))
    return F.astype(x, dtype)


def on_images(body: Callable[..., Any]) -> Callable[..., Any]:
    """A body of an op on [batch, height, width, channels] that takes a single image and channels first as well.

    The body's static `data_format` says where the channels are; it is 'channels_last' when the body runs.
    """

    @functools.wraps(body)
    def wrapped(F: Any, images: Any, *arrays: Any, data_format: str, **attributes: Any) -> Any:
        if images.ndim not in (3, 4):
            raise ValueError(
                f"expected an image of 3 axes or a batch of 4, got the shape {tuple(images.shape)}; add the axis of channels"
            )
        single, first = images.ndim == 3, data_format == "channels_first"
        images = F.expand_dims(images, axis=0) if single else images
        images = F.moveaxis(images, 1, 3) if first else images
        result = body(F, images, *arrays, data_format="channels_last", **attributes)
        result = F.moveaxis(result, 3, 1) if first else result
        return result[0] if single else result

    return wrapped
