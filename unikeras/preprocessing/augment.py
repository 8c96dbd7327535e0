"""Random changes of single images; they draw from NumPy's global generator, as Keras's do."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.preprocessing.affine import apply_affine_transform
from unikeras.utils.images import array_to_img, img_to_array, pil

__all__ = [
    "apply_brightness_shift",
    "apply_channel_shift",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
]


def random_rotation(
    x: Any,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image rotated by up to `rg` degrees either way (mirrors `keras.preprocessing.image.random_rotation`).

    The other arguments are those of `apply_affine_transform`.

    Example:
        >>> random_rotation(np.ones((1, 4, 4)), 30).shape
        (1, 4, 4)
    """
    theta = np.random.uniform(-rg, rg)
    return apply_affine_transform(
        x,
        theta=theta,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_shift(
    x: Any,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image moved by up to the fraction `wrg` of its width and `hrg` of its height (mirrors `keras.preprocessing.image.random_shift`).

    Example:
        >>> random_shift(np.ones((1, 4, 4)), 0.5, 0.5).shape
        (1, 4, 4)
    """
    x = np.asarray(x)
    ty = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    tx = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_affine_transform(
        x,
        tx=tx,
        ty=ty,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_shear(
    x: Any,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image sheared by up to `intensity` degrees (mirrors `keras.preprocessing.image.random_shear`).

    Example:
        >>> random_shear(np.ones((1, 4, 4)), 20.0).shape
        (1, 4, 4)
    """
    shear = np.random.uniform(-intensity, intensity)
    return apply_affine_transform(
        x,
        shear=shear,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_zoom(
    x: Any,
    zoom_range: Any,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image zoomed by factors from `zoom_range`, one for each axis (mirrors `keras.preprocessing.image.random_zoom`).

    Raises:
        ValueError: `zoom_range` is not a pair.

    Example:
        >>> random_zoom(np.ones((1, 4, 4)), (0.8, 1.2)).shape
        (1, 4, 4)
    """
    if len(zoom_range) != 2:
        raise ValueError(f"random_zoom: zoom_range must be a pair of numbers, not {zoom_range!r}.")
    zx, zy = (
        (1, 1) if zoom_range[0] == zoom_range[1] == 1 else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    )
    return apply_affine_transform(
        x,
        zx=zx,
        zy=zy,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def apply_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """`intensity` added to every value, within the image's own range (mirrors `keras.preprocessing.image.apply_channel_shift`).

    Example:
        >>> apply_channel_shift(np.array([[[0.0, 5.0]]]), 2.0).tolist()
        [[[2.0, 5.0]]]
    """
    x = np.asarray(x)
    return np.clip(x + intensity, x.min(), x.max())


def random_channel_shift(x: Any, intensity_range: float, channel_axis: int = 0) -> np.ndarray:
    """`apply_channel_shift` by up to `intensity_range` either way (mirrors `keras.preprocessing.image.random_channel_shift`).

    Example:
        >>> random_channel_shift(np.array([[[1.0, 1.0]]]), 2.0).tolist()
        [[[1.0, 1.0]]]
    """
    return apply_channel_shift(
        x, np.random.uniform(-intensity_range, intensity_range), channel_axis=channel_axis
    )


def apply_brightness_shift(x: Any, brightness: float, scale: bool = True) -> np.ndarray:
    """An image made darker (below 1) or brighter by PIL (mirrors `keras.preprocessing.image.apply_brightness_shift`).

    Values are rounded to 8 bits on the way.

    Args:
        x: an image of rank 3, in the global data format.
        brightness: the factor.
        scale: whether the values are first spread over 0 to 255; done anyway if some lie outside of it.

    Raises:
        ImportError: Pillow is not installed.

    Example:
        >>> apply_brightness_shift(np.full((1, 1, 3), 100.0), 0.5, scale=False).ravel().tolist()
        [50.0, 50.0, 50.0]
    """
    pil("apply_brightness_shift")
    from PIL import ImageEnhance

    x = np.asarray(x)
    low, high = x.min(), x.max()
    outside = bool(low < 0 or high > 255)
    image = array_to_img(x, scale=outside or scale)
    result = img_to_array(ImageEnhance.Brightness(image).enhance(brightness))
    if outside and not scale:  # back to the range that the values had
        result = result / 255 * (high - low) + low
    return result


def random_brightness(x: Any, brightness_range: Any, scale: bool = True) -> np.ndarray:
    """`apply_brightness_shift` by a factor from `brightness_range` (mirrors `keras.preprocessing.image.random_brightness`).

    Raises:
        ValueError: `brightness_range` is not a pair.

    Example:
        >>> random_brightness(np.full((1, 1, 3), 100.0), (0.5, 0.5), scale=False).ravel().tolist()
        [50.0, 50.0, 50.0]
    """
    if len(brightness_range) != 2:
        raise ValueError(
            f"random_brightness: brightness_range must be a pair of numbers, not {brightness_range!r}."
        )
    return apply_brightness_shift(x, np.random.uniform(*brightness_range), scale)
