"""Affine transformations of images: rotation, shift, shear and zoom in one resampling, on NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["apply_affine_transform", "sample"]

_FILL_MODES = ("constant", "nearest", "reflect", "wrap")


def apply_affine_transform(
    x: Any,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """An image rotated, moved, sheared and zoomed about its middle (mirrors `keras.preprocessing.image.apply_affine_transform`).

    Args:
        x: an image of rank 3.
        theta: the rotation in degrees.
        tx: how far to the side, in pixels.
        ty: how far up, in pixels.
        shear: the angle in degrees.
        zx: the zoom across; more than 1 shows more of the image.
        zy: the zoom up and down.
        row_axis: the axis of the rows. (The middle is the image's also if it is oblong; tf.keras 2.21 confuses its coordinates.)
        col_axis: the axis of the columns.
        channel_axis: the axis of the channels.
        fill_mode: what lies outside the image: 'nearest', 'constant' (`cval`), 'reflect' or 'wrap'.
        cval: the value outside, for 'constant'.
        order: of the interpolation: 0 nearest, 1 linear; 2 to 5 are splines and need scipy.

    Raises:
        ValueError: the axes are not those of an image, or an unknown mode.
        ImportError: a higher order without scipy.

    Example:
        >>> image = np.arange(3.0).reshape(3, 1, 1) * np.ones((1, 3, 1))
        >>> moved = apply_affine_transform(image, ty=1, row_axis=0, col_axis=1, channel_axis=2)
        >>> moved[:, 0, 0].tolist()
        [1.0, 2.0, 2.0]
    """
    x = np.asarray(x)
    if x.ndim != 3:
        raise ValueError(f"apply_affine_transform: expected an image of rank 3, got shape {x.shape}.")
    if sorted(axis % 3 for axis in (row_axis, col_axis, channel_axis)) != [0, 1, 2]:
        raise ValueError(
            f"apply_affine_transform: row_axis={row_axis}, col_axis={col_axis}, channel_axis={channel_axis} are not the three axes of an image."
        )
    if fill_mode not in _FILL_MODES:
        raise ValueError(f"fill_mode must be one of {_FILL_MODES}, not {fill_mode!r}.")
    if (theta, tx, ty, shear, zx, zy) == (0, 0, 0, 0, 1, 1):
        return x
    matrix = _matrix(np.deg2rad(theta), tx, ty, np.deg2rad(shear), zx, zy)
    matrix = matrix[[1, 0, 2]][:, [1, 0, 2]]  # the formulas say (x, y); images are indexed by (row, column)
    axes = (row_axis, col_axis, channel_axis)
    image = np.moveaxis(x, axes, (0, 1, 2))
    middle = np.array([image.shape[0] / 2 - 0.5, image.shape[1] / 2 - 0.5])
    offset = matrix[:2, :2] @ -middle + matrix[:2, 2] + middle
    moved = _resampled(image, matrix[:2, :2], offset, fill_mode, cval, order)
    return np.moveaxis(moved, (0, 1, 2), axes)


def _matrix(theta: float, tx: float, ty: float, shear: float, zx: float, zy: float) -> np.ndarray:
    """From places in the result to places in the image: zoom, then shear, shift and rotation."""
    sin, cos = np.sin(theta), np.cos(theta)
    rotation = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    shift = np.array([[1.0, 0.0, tx], [0.0, 1.0, ty], [0.0, 0.0, 1.0]])
    slant = np.array([[1.0, -np.sin(shear), 0.0], [0.0, np.cos(shear), 0.0], [0.0, 0.0, 1.0]])
    return rotation @ shift @ slant @ np.diag([zx, zy, 1.0])


def _resampled(
    image: np.ndarray, matrix: np.ndarray, offset: np.ndarray, mode: str, cval: float, order: int
) -> np.ndarray:
    if order in (0, 1):
        i, j = np.arange(image.shape[0], dtype=float)[:, None], np.arange(image.shape[1], dtype=float)[None]
        rows = matrix[0, 0] * i + matrix[0, 1] * j + offset[0]
        cols = matrix[1, 0] * i + matrix[1, 1] * j + offset[1]
        return sample(image, rows, cols, order, mode, cval)
    try:
        from scipy import ndimage
    except ImportError:
        raise ImportError(
            f"Interpolation of order {order} needs scipy: pip install scipy. Orders 0 and 1 need nothing."
        ) from None
    planes = [
        ndimage.affine_transform(image[..., c], matrix, offset, order=order, mode=mode, cval=cval)
        for c in range(image.shape[2])
    ]
    return np.stack(planes, -1)


def sample(
    image: np.ndarray, rows: np.ndarray, cols: np.ndarray, order: int, mode: str, cval: float
) -> np.ndarray:
    """An image's values at places between its pixels.

    Args:
        image: [height, width, channels].
        rows: [h, w]: the places' rows; whole numbers are pixels' middles.
        cols: [h, w]: the places' columns.
        order: 0 takes the nearest pixel, 1 interpolates.
        mode: what lies outside: 'nearest', 'constant', 'reflect' or 'wrap' (whose period is a pixel less than the image, as scipy's).
        cval: the value outside, for 'constant'.

    Returns:
        [h, w, channels], of the image's dtype; integers are rounded.

    Example:
        >>> image = np.array([[[0.0], [4.0]]])
        >>> sample(image, np.zeros((1, 2)), np.array([[0.25, 3.0]]), 1, "nearest", 0.0).ravel().tolist()
        [1.0, 4.0]
    """
    height, width, _ = image.shape
    rows, cols = _inside(rows, height, mode), _inside(cols, width, mode)
    if order == 0:
        found = image[_pixel(np.floor(rows + 0.5), height), _pixel(np.floor(cols + 0.5), width)]
    else:
        top, left = np.floor(rows), np.floor(cols)
        down, right = (rows - top)[..., None], (cols - left)[..., None]
        r0, r1 = _pixel(top, height), _pixel(top + 1, height)
        c0, c1 = _pixel(left, width), _pixel(left + 1, width)
        upper = image[r0, c0] * (1 - right) + image[r0, c1] * right
        lower = image[r1, c0] * (1 - right) + image[r1, c1] * right
        found = upper * (1 - down) + lower * down
    if mode == "constant":
        found = np.where((np.isnan(rows) | np.isnan(cols))[..., None], cval, found)
    if image.dtype.kind in "iu" and found.dtype.kind == "f":
        found = np.floor(found + 0.5)
    return found.astype(image.dtype)


def _pixel(place: np.ndarray, size: int) -> np.ndarray:
    """Whole numbers as indices; what lies just outside after `_inside` is at the edge."""
    return np.clip(np.nan_to_num(place), 0, size - 1).astype(np.intp)


def _inside(place: np.ndarray, size: int, mode: str) -> np.ndarray:
    """Places along an axis brought into the image; nan where a constant lies."""
    last = size - 1
    if mode == "nearest" or (size == 1 and mode != "constant"):
        return np.clip(place, 0, last)
    if mode == "constant":
        return np.where((place < 0) | (place > last), np.nan, place)
    if mode == "wrap":
        below = place + last * (np.trunc(-place / last) + 1)
        above = place - last * np.trunc(place / last)
        return np.where(place < 0, below, np.where(place > last, above, place))
    folded = np.mod(place + 0.5, 2 * size)  # from the edge of the first pixel
    return np.where(folded < size, folded, 2 * size - folded) - 0.5
