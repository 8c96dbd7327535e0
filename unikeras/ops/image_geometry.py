"""Images cut, padded, turned and resized in TensorFlow's ways."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.ops.array import pad
from unikeras.ops.image_resize import _resize

__all__ = [
    "ResizeMethod",
    "central_crop",
    "crop_and_resize",
    "crop_to_bounding_box",
    "extract_patches",
    "flip_left_right",
    "flip_up_down",
    "pad_to_bounding_box",
    "resize",
    "resize_with_crop_or_pad",
    "resize_with_pad",
    "rot90",
    "transpose",
]


class ResizeMethod:
    """The methods of `tf.image.resize` (mirrors `tf.image.ResizeMethod`)."""

    AREA = "area"
    BICUBIC = "bicubic"
    BILINEAR = "bilinear"
    GAUSSIAN = "gaussian"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    MITCHELLCUBIC = "mitchellcubic"
    NEAREST_NEIGHBOR = "nearest"


_METHODS = {value: value for name, value in vars(ResizeMethod).items() if name.isupper()}
# TF 1's numbers.
_METHODS |= {0: "bilinear", 1: "nearest", 2: "bicubic", 3: "area"}


def _check(image: Any) -> None:
    if image.ndim not in (3, 4):
        raise ValueError(
            f"'images' must have either 3 or 4 dimensions ([batch, height, width, channels]), but the shape is {tuple(image.shape)}"
        )


def _resized(F: Any, x: Any, size: tuple[int, int], method: str, antialias: bool) -> Any:
    """As TensorFlow: float32 but for 'nearest'."""
    if method != "nearest":
        x = F.astype(x, F.dtype("float32"))
    if tuple(x.shape[-3:-1]) == size:
        return x
    return _resize.body(
        F, x, size=size, interpolation=method, antialias=antialias and method not in ("nearest", "area"), crop=False, pad=False,
        fill_value=0.0, data_format="channels_last",
    )  # fmt: skip


def _kept_ratio(shape: Any, size: tuple[int, int]) -> tuple[int, int]:
    height, width = shape[-3:-1]
    scale = min(np.float32(size[0]) / np.float32(height), np.float32(size[1]) / np.float32(width))
    return int(np.round(scale * np.float32(height))), int(np.round(scale * np.float32(width)))


@op
def _resize_images(F, images, *, size, method, preserve_aspect_ratio, antialias):
    _check(images)
    if preserve_aspect_ratio:
        size = _kept_ratio(images.shape, size)
    return _resized(F, images, size, method, antialias)


def _size(size: Any, what: str) -> tuple[int, int]:
    given = list(size) if isinstance(size, (list, tuple)) else np.asarray(size).ravel().tolist()
    values = [int(v) for v in given]
    if len(values) != 2 or any(v != g for v, g in zip(values, given, strict=True)):
        raise ValueError(
            f"{what}: 'size' must be a 1-D int32 Tensor of 2 elements: new_height, new_width, not {size!r}."
        )
    if min(values) <= 0:
        from unikeras.core.errors import InvalidArgumentError

        raise InvalidArgumentError(f"{what}: the new size must be positive, not {values}.")
    return values[0], values[1]


def _method(method: Any, what: str) -> str:
    name = _METHODS.get(method.lower() if isinstance(method, str) else method)
    if name is None:
        raise ValueError(
            f"{what}: resize method is not implemented: {method!r}; it is one of {', '.join(sorted(map(str, _METHODS)))}."
        )
    return name


def resize(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Any:
    """Images of another size (mirrors `tf.image.resize`).

    Args:
        images: [batch, height, width, channels] or [height, width, channels].
        size: the new (height, width).
        method: 'bilinear', 'nearest', 'bicubic', 'area', 'lanczos3', 'lanczos5', 'gaussian' or 'mitchellcubic'.
        preserve_aspect_ratio: whether `size` is only the largest that it may become.
        antialias: whether the filter is widened where the image shrinks.
        name: ignored.

    Returns:
        float32, but for 'nearest', which keeps the dtype.

    Raises:
        ValueError: no images, another method, or a size that is not two numbers.

    Example:
        >>> import unikeras as tf
        >>> tf.image.resize([[[0.0], [4.0]]], (1, 4)).numpy().ravel().tolist()
        [0.0, 1.0, 3.0, 4.0]
    """
    return _resize_images(
        images,
        size=_size(size, "resize"),
        method=_method(method, "resize"),
        preserve_aspect_ratio=bool(preserve_aspect_ratio),
        antialias=bool(antialias),
    )


def _bordered(F: Any, x: Any, top: int, bottom: int, left: int, right: int) -> Any:
    widths = [(0, 0)] * (x.ndim - 3) + [(top, bottom), (left, right), (0, 0)]
    return pad.body(F, x, paddings=widths)


@op
def _resize_with_pad(F, image, *, size, method, antialias):
    _check(image)
    height, width = image.shape[-3:-1]
    ratio = max(np.float64(width) / size[1], np.float64(height) / size[0])
    new = (int(np.floor(height / ratio)), int(np.floor(width / ratio)))
    x = _resized(F, image, new, method, antialias)
    top, left = max(0, int((size[0] - height / ratio) // 2)), max(0, int((size[1] - width / ratio) // 2))
    return _bordered(F, x, top, size[0] - new[0] - top, left, size[1] - new[1] - left)


def resize_with_pad(
    image: Any,
    target_height: int,
    target_width: int,
    method: Any = ResizeMethod.BILINEAR,
    antialias: bool = False,
) -> Any:
    """Images of another size without distortion: what is missing on two sides is 0 (mirrors `tf.image.resize_with_pad`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].
        target_height: the new height.
        target_width: the new width.
        method: as in `tf.image.resize`.
        antialias: as there.

    Example:
        >>> import unikeras as tf
        >>> tf.image.resize_with_pad(tf.ones([2, 4, 1]), 4, 4).numpy()[:, 0, 0].tolist()
        [0.0, 1.0, 1.0, 0.0]
    """
    size = _size((target_height, target_width), "resize_with_pad")
    return _resize_with_pad(
        image, size=size, method=_method(method, "resize_with_pad"), antialias=bool(antialias)
    )


def _cut(image: Any, top: int, left: int, height: int, width: int) -> Any:
    if min(top, left) < 0 or min(height, width) <= 0:
        raise ValueError(
            f"offsets must be >= 0 and sizes > 0, got offsets {top}, {left} and the size {height} x {width}"
        )
    if top + height > image.shape[-3] or left + width > image.shape[-2]:
        raise ValueError(
            f"the box from ({top}, {left}) of {height} x {width} does not lie within an image of {image.shape[-3]} x {image.shape[-2]}"
        )
    return image[..., top : top + height, left : left + width, :]


@op
def crop_to_bounding_box(F, image, *, offset_height, offset_width, target_height, target_width):
    """A part of images (mirrors `tf.image.crop_to_bounding_box`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].
        offset_height: the first row.
        offset_width: the first column.
        target_height: how many rows.
        target_width: how many columns.

    Raises:
        InvalidArgumentError: the part does not lie within the image.

    Example:
        >>> import unikeras as tf
        >>> tf.image.crop_to_bounding_box(tf.ones([4, 4, 1]), 1, 1, 2, 3).shape
        TensorShape([2, 3, 1])
    """
    _check(image)
    return _cut(image, offset_height, offset_width, target_height, target_width)


@op
def pad_to_bounding_box(F, image, *, offset_height, offset_width, target_height, target_width):
    """Images within a larger one of zeros (mirrors `tf.image.pad_to_bounding_box`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].
        offset_height: how many rows of zeros come first.
        offset_width: how many columns of zeros come first.
        target_height: the new height.
        target_width: the new width.

    Raises:
        InvalidArgumentError: the image does not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.image.pad_to_bounding_box(tf.ones([1, 1, 1]), 1, 0, 2, 2).numpy()[..., 0].tolist()
        [[0.0, 0.0], [1.0, 0.0]]
    """
    _check(image)
    bottom = target_height - offset_height - image.shape[-3]
    right = target_width - offset_width - image.shape[-2]
    if min(offset_height, offset_width, bottom, right) < 0:
        raise ValueError(
            "the image with its offsets must fit into the target's size, and offsets must be >= 0"
        )
    return _bordered(F, image, offset_height, bottom, offset_width, right)


@op
def central_crop(F, image, *, central_fraction):
    """The middle of images, a fraction of each side (mirrors `tf.image.central_crop`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].
        central_fraction: in (0, 1].

    Raises:
        InvalidArgumentError: a fraction outside (0, 1].

    Example:
        >>> import unikeras as tf
        >>> tf.image.central_crop(tf.ones([4, 8, 1]), 0.5).shape
        TensorShape([2, 4, 1])
    """
    _check(image)
    if not 0 < central_fraction <= 1:
        raise ValueError(f"central_fraction must be within (0, 1], not {central_fraction}")
    height, width = image.shape[-3:-1]
    top = int((height - height * central_fraction) / 2)
    left = int((width - width * central_fraction) / 2)
    return _cut(image, top, left, height - 2 * top, width - 2 * left)


@op
def resize_with_crop_or_pad(F, image, *, target_height, target_width):
    """Images cut in the middle, or with zeros around them, to a size (mirrors `tf.image.resize_with_crop_or_pad`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].
        target_height: the new height.
        target_width: the new width.

    Raises:
        InvalidArgumentError: a size that is not positive.

    Example:
        >>> import unikeras as tf
        >>> tf.image.resize_with_crop_or_pad(tf.ones([4, 1, 1]), 2, 3).numpy()[..., 0].tolist()
        [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    _check(image)
    if min(target_height, target_width) <= 0:
        raise ValueError("target_width must be > 0 and target_height must be > 0")
    height, width = image.shape[-3:-1]
    inner = min(height, target_height), min(width, target_width)
    x = _cut(image, max((height - target_height) // 2, 0), max((width - target_width) // 2, 0), *inner)
    top, left = max((target_height - height) // 2, 0), max((target_width - width) // 2, 0)
    return _bordered(F, x, top, target_height - top - inner[0], left, target_width - left - inner[1])


@op
def flip_left_right(F, image):
    """Images seen in a mirror (mirrors `tf.image.flip_left_right`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].

    Example:
        >>> import unikeras as tf
        >>> tf.image.flip_left_right([[[1], [2]]]).numpy().ravel().tolist()
        [2, 1]
    """
    _check(image)
    return F.flip(image, axis=-2)


@op
def flip_up_down(F, image):
    """Images upside down (mirrors `tf.image.flip_up_down`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].

    Example:
        >>> import unikeras as tf
        >>> tf.image.flip_up_down([[[1]], [[2]]]).numpy().ravel().tolist()
        [2, 1]
    """
    _check(image)
    return F.flip(image, axis=-3)


@op
def transpose(F, image):
    """Images with rows and columns exchanged (mirrors `tf.image.transpose`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].

    Example:
        >>> import unikeras as tf
        >>> tf.image.transpose(tf.ones([2, 3, 1])).shape
        TensorShape([3, 2, 1])
    """
    _check(image)
    return F.moveaxis(image, -3, -2)


@op
def rot90(F, image, *, k=1):
    """Images turned by `k` quarters, against the clock (mirrors `tf.image.rot90`).

    Args:
        image: [batch, height, width, channels] or [height, width, channels].
        k: how many quarters.

    Example:
        >>> import unikeras as tf
        >>> tf.image.rot90([[[1], [2]]]).numpy()[..., 0].tolist()
        [[2], [1]]
    """
    _check(image)
    for _ in range(k % 4):
        image = F.flip(F.moveaxis(image, -3, -2), axis=-3)
    return image


@op
def crop_and_resize(F, image, boxes, box_indices, *, crop_size, method="bilinear", extrapolation_value=0.0):
    """Boxes of images, each resized to one size (mirrors `tf.image.crop_and_resize`).

    Args:
        image: [batch, height, width, channels].
        boxes: [n, 4]: y1, x1, y2, x2 as fractions of height and width; y1 > y2 turns the box upside down.
        box_indices: [n]: the image of each box.
        crop_size: (height, width) of the results.
        method: 'bilinear' or 'nearest'.
        extrapolation_value: what lies outside of the image.

    Returns:
        float32 [n, height, width, channels].

    Raises:
        InvalidArgumentError: another method, or shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> image = tf.reshape(tf.range(4.0), [1, 2, 2, 1])
        >>> tf.image.crop_and_resize(image, [[0.0, 0.0, 1.0, 0.0]], [0], [2, 1]).numpy().ravel().tolist()
        [0.0, 2.0]
    """
    if method not in ("bilinear", "nearest"):
        raise ValueError(f"method must be 'bilinear' or 'nearest', not {method!r}")
    x = F.astype(image, F.dtype("float32"))
    boxes = F.astype(boxes, F.dtype("float32"))
    height, width = x.shape[1:3]
    rows = _places(F, boxes[:, 0], boxes[:, 2], height, crop_size[0])  # [n, new]
    columns = _places(F, boxes[:, 1], boxes[:, 3], width, crop_size[1])
    inside = ((rows >= 0) & (rows <= height - 1))[:, :, None] & ((columns >= 0) & (columns <= width - 1))[
        :, None, :
    ]
    index = F.astype(box_indices, F.dtype("int32"))

    def at(r: Any, c: Any) -> Any:
        r = F.astype(F.clip(r, 0, height - 1), F.dtype("int32"))
        c = F.astype(F.clip(c, 0, width - 1), F.dtype("int32"))
        return x[index[:, None, None], r[:, :, None], c[:, None, :]]

    if method == "nearest":
        found = at(F.floor(rows + 0.5), F.floor(columns + 0.5))
    else:
        top, left = F.floor(rows), F.floor(columns)
        down, right = (rows - top)[:, :, None, None], (columns - left)[:, None, :, None]
        upper = at(top, left) * (1 - right) + at(top, left + 1) * right
        lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right
        found = upper * (1 - down) + lower * down
    return F.where(inside[..., None], found, F.full_like(found, extrapolation_value))


def _places(F: Any, start: Any, stop: Any, size: int, new: int) -> Any:
    """Where the new pixels of a box lie in the image, [n, new]."""
    if new == 1:
        return (0.5 * (start + stop) * (size - 1))[:, None]
    steps = F.arange(new, dtype=start.dtype)
    return (start * (size - 1))[:, None] + steps[None, :] * ((stop - start) * (size - 1) / (new - 1))[:, None]


@op
def _patches(F, images, *, size, strides, rates, padding):
    from unikeras.ops.image_crop import _extract_patches

    return _extract_patches.body(
        F, images, size=size, strides=strides, dilation=rates, padding=padding, data_format="channels_last"
    )


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: str, name: str | None = None
) -> Any:
    """The patches of images, each as one row of its pixels (mirrors `tf.image.extract_patches`).

    Args:
        images: [batch, height, width, channels].
        sizes: [1, rows, columns, 1] of a patch.
        strides: [1, rows, columns, 1] from one patch to the next.
        rates: [1, rows, columns, 1] from one pixel of a patch to the next.
        padding: 'VALID' or 'SAME'.
        name: ignored.

    Returns:
        [batch, patches down, patches across, rows * columns * channels].

    Raises:
        ValueError: sizes that do not begin and end with 1.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape(tf.range(16), [1, 4, 4, 1])
        >>> tf.image.extract_patches(x, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID").numpy()[0, 0].tolist()
        [[0, 1, 4, 5], [2, 3, 6, 7]]
    """
    inner = []
    for what, values in (("sizes", sizes), ("strides", strides), ("rates", rates)):
        values = [int(v) for v in values]
        if len(values) != 4 or values[0] != 1 or values[3] != 1:
            raise ValueError(f"extract_patches: {what} must be [1, rows, columns, 1], not {values}.")
        inner.append((values[1], values[2]))
    if str(padding).lower() not in ("valid", "same"):
        raise ValueError(f"extract_patches: padding must be 'VALID' or 'SAME', not {padding!r}.")
    return _patches(images, size=inner[0], strides=inner[1], rates=inner[2], padding=str(padding).lower())
