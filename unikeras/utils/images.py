"""Images as files, as PIL images and as arrays. PIL (Pillow) is imported when a function needs it."""

from __future__ import annotations

import io
import os
from typing import Any

import numpy as np

from unikeras.core.dtypes import floatx
from unikeras.core.settings import image_data_format
from unikeras.core.strict import report

__all__ = ["array_to_img", "img_to_array", "load_img", "pil", "save_img"]

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def pil(what: str) -> Any:
    """The module `PIL.Image`.

    Args:
        what: the function that needs it, for the message.

    Raises:
        ImportError: Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(f"{what} needs Pillow: pip install pillow.") from None
    return Image


def _checked(data_format: str | None) -> str:
    data_format = image_data_format() if data_format is None else data_format
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(f"data_format must be 'channels_last' or 'channels_first', not {data_format!r}.")
    return data_format


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """An array as a PIL image (mirrors `keras.utils.array_to_img`).

    Args:
        x: [height, width, channels], or channels first; 1, 3 or 4 channels.
        data_format: 'channels_last' or 'channels_first'; the global setting if `None`.
        scale: whether the smallest value becomes 0 and the largest 255.
        dtype: in which to compute; floatx if `None`.

    Raises:
        ValueError: another rank or number of channels.
        ImportError: Pillow is not installed.

    Example:
        >>> array_to_img(np.ones((2, 3, 1)), scale=False).size
        (3, 2)
    """
    Image = pil("array_to_img")
    data_format = _checked(data_format)
    x = np.asarray(x, dtype=floatx() if dtype is None else dtype)
    if x.ndim != 3:
        raise ValueError(f"array_to_img: expected an array of rank 3 (a single image), got shape {x.shape}.")
    if data_format == "channels_first":
        x = x.transpose(1, 2, 0)
    if scale:
        x = x - x.min()
        top = x.max()
        if top != 0:
            x = x / top
        x = x * 255
    if x.shape[2] == 4:
        return Image.fromarray(x.astype("uint8"))
    if x.shape[2] == 3:
        return Image.fromarray(x.astype("uint8"))
    if x.shape[2] == 1:
        # more than 8 bits need a mode of their own
        return Image.fromarray(x[:, :, 0].astype("int32" if x.max() > 255 else "uint8"))
    raise ValueError(
        f"array_to_img: an image has 1, 3 or 4 channels, not {x.shape[2]} (shape {x.shape}, {data_format})."
    )


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """A PIL image (or an array of rank 2 or 3) as an array of rank 3 (mirrors `keras.utils.img_to_array`).

    Args:
        img: the image.
        data_format: 'channels_last' or 'channels_first'; the global setting if `None`.
        dtype: the result's; floatx if `None`.

    Raises:
        ValueError: another rank.

    Example:
        >>> img_to_array(np.zeros((4, 5))).shape
        (4, 5, 1)
    """
    data_format = _checked(data_format)
    x = np.array(img, dtype=floatx() if dtype is None else dtype)
    if x.ndim == 3:
        return x.transpose(2, 0, 1) if data_format == "channels_first" else x
    if x.ndim == 2:
        return x[None] if data_format == "channels_first" else x[:, :, None]
    raise ValueError(f"img_to_array: expected an image of rank 2 or 3, got shape {x.shape}.")


def load_img(
    path: Any,
    grayscale: Any = False,
    color_mode: str = "rgb",
    target_size: Any = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """An image file as a PIL image (mirrors `keras.utils.load_img`).

    Args:
        path: the file's path, or a file object with its bytes.
        grayscale: tf.keras 2's spelling of `color_mode="grayscale"`. Keras 3 has `color_mode` in this place: a string is taken so.
        color_mode: 'rgb', 'rgba' or 'grayscale' (16 and 32 bits are kept).
        target_size: (height, width) to scale to.
        interpolation: of scaling: 'nearest', 'bilinear', 'bicubic', 'hamming', 'box' or 'lanczos'.
        keep_aspect_ratio: whether the middle of the image is cut to the target's proportions before scaling.

    Raises:
        ValueError: an unknown mode or interpolation.
        TypeError: something that is no path.
        ImportError: Pillow is not installed.
    """
    Image = pil("load_img")
    if isinstance(grayscale, str):
        color_mode = grayscale
    elif grayscale:
        report("load_img: grayscale=True is color_mode='grayscale' since Keras 2.4.", DeprecationWarning)
        color_mode = "grayscale"
    if color_mode not in ("grayscale", "rgb", "rgba"):
        raise ValueError(f"load_img: color_mode must be 'grayscale', 'rgb' or 'rgba', not {color_mode!r}.")
    if isinstance(path, io.IOBase):
        image = Image.open(path)
    elif isinstance(path, (str, bytes, os.PathLike)):
        with open(path, "rb") as file:
            image = Image.open(io.BytesIO(file.read()))
    else:
        raise TypeError(f"load_img: path must be a path or a file object, not a {type(path).__name__}.")
    if color_mode == "grayscale":
        if image.mode not in ("L", "I;16", "I"):
            image = image.convert("L")
    elif image.mode != color_mode.upper():
        image = image.convert(color_mode.upper())
    if target_size is None:
        return image
    height, width = (int(size) for size in target_size)
    if image.size == (width, height):
        return image
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(f"load_img: interpolation must be one of {_INTERPOLATIONS}, not {interpolation!r}.")
    resample = getattr(Image.Resampling, interpolation.upper())
    if not keep_aspect_ratio:
        return image.resize((width, height), resample)
    return image.resize((width, height), resample, box=_middle(image.size, width, height))


def _middle(size: tuple[int, int], width: int, height: int) -> tuple[int, int, int, int]:
    """The largest box in the middle of an image of a size (w, h) with the proportions of (width, height)."""
    w, h = size
    box_h, box_w = min(h, w * height // width), min(w, h * width // height)
    left, top = (w - box_w) // 2, (h - box_h) // 2
    return left, top, left + box_w, top + box_h


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Write an array as an image file (mirrors `keras.utils.save_img`).

    Args:
        path: a path or file object.
        x: see `array_to_img`.
        data_format: see `array_to_img`.
        file_format: such as 'png'; by the path's ending if `None`.
        scale: see `array_to_img`.
        **kwargs: passed on to PIL's `save`.

    Raises:
        ValueError: see `array_to_img`.
        ImportError: Pillow is not installed.
    """
    image = array_to_img(x, data_format, scale)
    kind = (file_format or os.path.splitext(str(path))[1][1:]).lower()
    if image.mode == "RGBA" and kind in ("jpg", "jpeg"):
        report("save_img: JPEG has no transparency; the fourth channel is left out.")
        image = image.convert("RGB")
    image.save(path, format="jpeg" if file_format == "jpg" else file_format, **kwargs)
