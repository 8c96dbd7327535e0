"""How alike images are, and how smooth, in TensorFlow's ways."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.ops.image_adjust import convert
from unikeras.ops.image_filters import _filtered, _gaussian

__all__ = ["image_gradients", "psnr", "sobel_edges", "ssim", "ssim_multiscale", "total_variation"]

# Of Wang, Simoncelli and Bovik, "Multiscale structural similarity for image quality assessment", 2003.
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


@op
def psnr(F, a, b, *, max_val):
    """The peak signal-to-noise ratio of images, in decibels (mirrors `tf.image.psnr`).

    Args:
        a: [..., height, width, channels].
        b: the same shape and dtype.
        max_val: the largest value that a pixel can have, less the smallest.

    Returns:
        float32 [...].

    Example:
        >>> import unikeras as tf
        >>> float(tf.image.psnr(tf.zeros([2, 2, 1]), tf.fill([2, 2, 1], 0.1), max_val=1.0))
        20.0
    """
    top = convert(F, F.asarray(max_val, dtype=a.dtype), "float32")
    a, b = convert(F, a, "float32"), convert(F, b, "float32")
    error = F.mean(F.square(a - b), axis=(-3, -2, -1))
    return 20 * F.log(top) / _LOG10 - 10 / _LOG10 * F.log(error)


_LOG10 = 2.302585092994046


def _similarity(
    F: Any, x: Any, y: Any, top: Any, size: int, sigma: float, k1: float, k2: float, by_pixel: bool
) -> tuple[Any, Any]:
    weights = _gaussian(size, sigma)
    rows = x.ndim - 3

    def local(v: Any) -> Any:
        return _filtered(F, _filtered(F, v, weights, rows), weights, rows + 1)

    c1, c2 = (k1 * top) ** 2, (k2 * top) ** 2
    mean_x, mean_y = local(x), local(y)
    product, squares = 2 * mean_x * mean_y, mean_x * mean_x + mean_y * mean_y
    luminance = (product + c1) / (squares + c1)
    contrast = (2 * local(x * y) - product + c2) / (local(x * x + y * y) - squares + c2)
    if by_pixel:
        return luminance * contrast, contrast
    return F.mean(luminance * contrast, axis=(-3, -2)), F.mean(contrast, axis=(-3, -2))


def _floats(F: Any, a: Any, b: Any, max_val: float) -> tuple[Any, Any, Any]:
    if tuple(a.shape[-3:]) != tuple(b.shape[-3:]):
        raise ValueError(f"the images have the shapes {tuple(a.shape)} and {tuple(b.shape)}")
    top = convert(F, F.asarray(max_val, dtype=a.dtype), "float32")
    return convert(F, a, "float32"), convert(F, b, "float32"), top


@op
def ssim(
    F, img1, img2, *, max_val, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, return_index_map=False
):
    """The structural similarity of images, 1 for equal ones (mirrors `tf.image.ssim`).

    Wang et al., "Image quality assessment: from error visibility to structural similarity", 2004.

    Args:
        img1: [..., height, width, channels], at least as large as the filter.
        img2: the same shape and dtype.
        max_val: the largest value that a pixel can have, less the smallest.
        filter_size: the Gaussian window's height and width, in pixels.
        filter_sigma: its standard deviation.
        k1: keeps the term of the means away from 0 / 0.
        k2: that of the variances.
        return_index_map: whether to give the similarity at every pixel.

    Returns:
        float32 [...], or [..., height, width] of the pixels that the window fits around.

    Raises:
        InvalidArgumentError: images of two shapes, or smaller than the filter.

    Example:
        >>> import unikeras as tf
        >>> float(tf.image.ssim(tf.ones([12, 12, 1]), tf.ones([12, 12, 1]), max_val=1.0))
        1.0
    """
    x, y, top = _floats(F, img1, img2, max_val)
    if min(x.shape[-3:-1]) < filter_size:
        raise ValueError(f"the images must be at least {filter_size} pixels high and wide, as the filter is")
    found, _ = _similarity(F, x, y, top, filter_size, filter_sigma, k1, k2, return_index_map)
    return F.mean(found, axis=-1)


@op
def ssim_multiscale(
    F, img1, img2, *, max_val, power_factors=_SCALES, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03
):
    """The structural similarity over several scales, 1 for equal images (mirrors `tf.image.ssim_multiscale`).

    Args:
        img1: [..., height, width, channels]; halved for every scale, still as large as the filter.
        img2: the same shape and dtype.
        max_val: the largest value that a pixel can have, less the smallest.
        power_factors: the exponent of each scale.
        filter_size: the Gaussian window's height and width, in pixels.
        filter_sigma: its standard deviation.
        k1: keeps the term of the means away from 0 / 0.
        k2: that of the variances.

    Returns:
        float32 [...].

    Example:
        >>> import unikeras as tf
        >>> float(tf.image.ssim_multiscale(tf.ones([176, 176, 1]), tf.ones([176, 176, 1]), 1.0))
        1.0
    """
    x, y, top = _floats(F, img1, img2, max_val)
    lead = x.shape[:-3]
    x, y = (F.reshape(v, (-1, *v.shape[-3:])) for v in (x, y))
    result = None
    for scale, power in enumerate(power_factors):
        if scale:
            x, y = _halved(F, x), _halved(F, y)
        if min(x.shape[-3:-1]) < filter_size:
            raise ValueError(
                f"at scale {scale} the images are smaller than the filter of {filter_size} pixels"
            )
        whole, contrast = _similarity(F, x, y, top, filter_size, filter_sigma, k1, k2, False)
        part = whole if scale == len(power_factors) - 1 else contrast
        part = F.pow(F.maximum(part, F.zeros_like(part)), F.full_like(part, power))
        result = part if result is None else result * part
    return F.reshape(F.mean(result, axis=-1), lead)


def _halved(F: Any, x: Any) -> Any:
    """Means of 2 x 2 pixels; an odd last row or column counts twice."""
    for axis in (1, 2):
        if x.shape[axis] % 2:
            x = F.concat([x, F.take(x, F.asarray([x.shape[axis] - 1]), axis=axis)], axis=axis)
    b, h, w, c = x.shape
    return F.mean(F.reshape(x, (b, h // 2, 2, w // 2, 2, c)), axis=(2, 4))


@op
def total_variation(F, images):
    """The sum of the differences of neighboring pixels, a measure of noise (mirrors `tf.image.total_variation`).

    Args:
        images: [batch, height, width, channels] or [height, width, channels].

    Returns:
        [batch], or a scalar.

    Example:
        >>> import unikeras as tf
        >>> float(tf.image.total_variation([[[1.0], [3.0]], [[1.0], [0.0]]]))
        6.0
    """
    if images.ndim not in (3, 4):
        raise ValueError("'images' must be either 3 or 4-dimensional")
    axes = (-3, -2, -1)
    down = F.abs(images[..., 1:, :, :] - images[..., :-1, :, :])
    right = F.abs(images[..., :, 1:, :] - images[..., :, :-1, :])
    return F.sum(down, axis=axes) + F.sum(right, axis=axes)


@op
def image_gradients(F, image):
    """The differences to the next row and to the next column, 0 at the end (mirrors `tf.image.image_gradients`).

    Args:
        image: [batch, height, width, channels].

    Returns:
        Two tensors of that shape.

    Example:
        >>> import unikeras as tf
        >>> dy, dx = tf.image.image_gradients([[[[1.0], [3.0]]]])
        >>> dx.numpy().ravel().tolist()
        [2.0, 0.0]
    """
    if image.ndim != 4:
        raise ValueError(
            f"image_gradients expects a 4D tensor [batch_size, h, w, d], not of the shape {tuple(image.shape)}"
        )
    down = F.concat([image[:, 1:] - image[:, :-1], F.zeros_like(image[:, :1])], axis=1)
    right = F.concat([image[:, :, 1:] - image[:, :, :-1], F.zeros_like(image[:, :, :1])], axis=2)
    return down, right


@op
def sobel_edges(F, image):
    """Sobel's filters down and across (mirrors `tf.image.sobel_edges`).

    Args:
        image: [batch, height, width, channels].

    Returns:
        [batch, height, width, channels, 2].

    Example:
        >>> import unikeras as tf
        >>> tf.image.sobel_edges(tf.ones([1, 3, 3, 1])).shape
        TensorShape([1, 3, 3, 1, 2])
    """
    from unikeras.ops.image_filters import _sobel_edges

    return _sobel_edges.body(F, image, data_format="channels_last")
