"""Filters of images: blur, edges, and the structural similarity."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.ops.image_layout import back_to, data_format_of, floating, on_images
from unikeras.ops.promotion import promoted

__all__ = ["blurred", "gaussian_blur", "sobel_edges", "ssim"]


def _gaussian(size: int, sigma: float) -> np.ndarray:
    """A Gaussian at `size` places around 0, of sum 1."""
    places = np.arange(size) - (size - 1) / 2
    weights = np.exp(-0.5 * (places / sigma) ** 2)
    return weights / weights.sum()


def _filtered(F: Any, x: Any, weights: np.ndarray, axis: int) -> Any:
    """The sums of neighbours along an axis, where all of them are there; as slices, since a filter has few places."""
    count = x.shape[axis] - len(weights) + 1
    if count < 1:
        raise ValueError(f"a filter of {len(weights)} pixels does not fit into a side of {x.shape[axis]}")
    total = None
    key: list[Any] = [slice(None)] * x.ndim
    for i, weight in enumerate(weights):
        key[axis] = slice(i, i + count)
        part = x[tuple(key)] * float(weight)
        total = part if total is None else total + part
    return total


def blurred(F: Any, x: Any, kernel_size: tuple[int, int], sigma: tuple[float, float]) -> Any:
    """[batch, height, width, channels] under a Gaussian filter, 0 outside."""
    for axis, (size, width) in enumerate(zip(kernel_size, sigma, strict=True), start=1):
        edges = [(size - 1) // 2, size // 2]
        parts = [
            F.zeros(tuple(e if i == axis else n for i, n in enumerate(x.shape)), dtype=x.dtype) for e in edges
        ]
        x = _filtered(F, F.concat([parts[0], x, parts[1]], axis=axis), _gaussian(size, width), axis)
    return x


@op
@on_images
def _gaussian_blur(F, images, *, kernel_size, sigma, data_format):
    return back_to(F, blurred(F, floating(F, images), kernel_size, sigma), images.dtype)


def gaussian_blur(
    images: Any, kernel_size: Any = (3, 3), sigma: Any = (1.0, 1.0), data_format: str | None = None
) -> Any:
    """Images under a Gaussian filter, with 0 around them (mirrors `keras.ops.image.gaussian_blur`).

    Args:
        images: [batch, height, width, channels] or one image, or with channels first.
        kernel_size: the filter's height and width, in pixels.
        sigma: its standard deviations, in pixels; above 0.
        data_format: where the channels are.

    Raises:
        ValueError: not two sizes, or not two sigmas above 0.

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.image.gaussian_blur(keras.ops.ones((3, 3, 1)))[1, 1, 0])
        1.0
    """
    pairs = [(v, v) if isinstance(v, (int, float)) else tuple(v) for v in (kernel_size, sigma)]
    if any(len(p) != 2 or min(p) <= 0 for p in pairs):
        raise ValueError(
            f"gaussian_blur: kernel_size and sigma must be two positive numbers each, got {kernel_size!r} and {sigma!r}."
        )
    return _gaussian_blur(
        images,
        kernel_size=tuple(int(k) for k in pairs[0]),
        sigma=tuple(float(s) for s in pairs[1]),
        data_format=data_format_of(data_format),
    )


_SMOOTH, _SLOPE = np.array([1.0, 2.0, 1.0]), np.array([-1.0, 0.0, 1.0])


@op
def _sobel_edges(F, images, *, data_format):
    if images.ndim != 4:
        raise ValueError(f"expected a batch of images of 4 axes, got the shape {tuple(images.shape)}")
    rows, columns = (1, 2) if data_format == "channels_last" else (2, 3)
    x = images if F.isdtype(images.dtype, "real floating") else F.astype(images, F.dtype("float32"))
    for axis in (rows, columns):  # mirrored at the edge, whose pixels are not repeated
        places = np.pad(np.arange(x.shape[axis]), 1, mode="reflect")
        x = F.take(x, F.asarray(places), axis=axis)
    return F.stack(
        [
            _filtered(F, _filtered(F, x, _SLOPE, rows), _SMOOTH, columns),
            _filtered(F, _filtered(F, x, _SMOOTH, rows), _SLOPE, columns),
        ],
        axis=-1,
    )


def sobel_edges(images: Any, data_format: str | None = None) -> Any:
    """The slopes down and to the right, by Sobel's filters (mirrors `keras.ops.image.sobel_edges`).

    Args:
        images: [batch, height, width, channels], or with channels first; at least 2 pixels high and wide.
        data_format: where the channels are.

    Returns:
        The images' shape with a last axis of 2: (dy, dx).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.sobel_edges(keras.ops.ones((1, 3, 3, 1))).shape
        TensorShape([1, 3, 3, 1, 2])
    """
    return _sobel_edges(images, data_format=data_format_of(data_format))


@op
def _ssim(F, image1, image2, *, max_val, filter_size, filter_sigma, k1, k2, data_format):
    if image1.ndim not in (3, 4) or tuple(image1.shape) != tuple(image2.shape):
        raise ValueError(
            f"expected two images, or batches, of the same shape, got {tuple(image1.shape)} and {tuple(image2.shape)}"
        )
    x, y = promoted(
        F,
        *(
            v if F.isdtype(v.dtype, "real floating") else F.astype(v, F.dtype("float32"))
            for v in (image1, image2)
        ),
    )
    rows = x.ndim - (3 if data_format == "channels_last" else 2)
    weights = _gaussian(filter_size, filter_sigma)

    def local(v: Any) -> Any:
        return _filtered(F, _filtered(F, v, weights, rows), weights, rows + 1)

    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    mean_x, mean_y = local(x), local(y)
    product, squares = mean_x * mean_y, mean_x * mean_x + mean_y * mean_y
    covariance, variances = local(x * y) - product, local(x * x + y * y) - squares
    similarity = (2 * product + c1) / (squares + c1) * (2 * covariance + c2) / (variances + c2)
    return F.mean(similarity, axis=tuple(range(x.ndim - 3, x.ndim)))


def ssim(
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Any:
    """The structural similarity of images, 1 for equal ones (mirrors `keras.ops.image.ssim`).

    Wang et al., "Image quality assessment: from error visibility to structural similarity", 2004.

    Args:
        image1: [batch, height, width, channels] or one image, or with channels first; at least as large as the filter.
        image2: the same shape.
        max_val: the largest value that a pixel can have.
        filter_size: the Gaussian window's height and width, in pixels.
        filter_sigma: its standard deviation.
        k1: keeps the term of the means away from 0 / 0.
        k2: that of the variances.
        data_format: where the channels are.

    Returns:
        Floats [batch], a scalar for one image. Pixels of whole numbers give floats as well.

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.image.ssim(keras.ops.ones((12, 12, 1)), keras.ops.ones((12, 12, 1))))
        1.0
    """
    return _ssim(
        image1,
        image2,
        max_val=float(max_val),
        filter_size=int(filter_size),
        filter_sigma=float(filter_sigma),
        k1=float(k1),
        k2=float(k2),
        data_format=data_format_of(data_format),
    )
