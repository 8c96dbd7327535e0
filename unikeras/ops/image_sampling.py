"""Images at places between their pixels: coordinates, affine and projective maps, elastic distortion."""

from __future__ import annotations

import itertools
import math
from typing import Any

from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.image_filters import blurred
from unikeras.ops.image_layout import back_to, data_format_of, floating, on_images
from unikeras.ops.random import normal

__all__ = ["affine_transform", "elastic_transform", "map_coordinates", "perspective_transform", "sampled"]

_FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
_ORDERS = {"nearest": 0, "bilinear": 1}


def _folded(F: Any, index: Any, size: int, fill_mode: str) -> Any:
    """Indices of pixels, those outside put back inside; SciPy's names: reflect is a b | b a, mirror is a b | a."""
    if fill_mode == "wrap":
        return F.remainder(index, size)
    if fill_mode == "mirror":
        if size == 1:
            return F.zeros_like(index)
        period = F.remainder(index, 2 * (size - 1))
        return F.where(period < size, period, 2 * (size - 1) - period)
    if fill_mode == "reflect":
        period = F.remainder(index, 2 * size)
        return F.where(period < size, period, 2 * size - 1 - period)
    return F.clip(index, 0, size - 1)


def _interpolated(
    F: Any, image: Any, places: Any, order: int, fill_mode: str, fill_value: Any, batch: Any = None
) -> Any:
    """The image at the places, one array of coordinates for each axis (after the batch's); axes left over are kept."""
    dtype, x = image.dtype, floating(F, image)
    lead = 0 if batch is None else 1
    corners = []
    for axis, place in enumerate(places, start=lead):
        size = x.shape[axis]
        if order == 0:
            taken = [(F.sign(place) * F.floor(F.abs(place) + 0.5), None)]  # half away from 0
        else:
            low = F.floor(place)
            taken = [(low, 1 - (place - low)), (low + 1, place - low)]
        # Limited before the conversion, as integers that are too large would overflow.
        whole = [(F.astype(F.clip(i, -(2.0**30), 2.0**30), F.dtype("int32")), w) for i, w in taken]
        corners.append([(_folded(F, i, size, fill_mode), w, (i >= 0) & (i < size)) for i, w in whole])
    if F.isdtype(dtype, "integral"):
        fill_value = int(fill_value)
    kept = (1,) * (x.ndim - lead - len(places))
    total = None
    for combination in itertools.product(*corners):
        value = x[(*(() if batch is None else (batch,)), *(index for index, _, _ in combination))]
        if fill_mode == "constant":
            inside = combination[0][2]
            for _, _, valid in combination[1:]:
                inside = inside & valid
            inside = F.reshape(inside, inside.shape + kept)
            value = F.where(inside, value, F.full_like(value, fill_value))
        for _, weight, _ in combination:
            if weight is not None:
                value = value * F.reshape(weight, weight.shape + kept)
        total = value if total is None else total + value
    return back_to(F, total, dtype)


@op
def _map_coordinates(F, inputs, coordinates, *, order, fill_mode, fill_value):
    if coordinates.shape[0] != inputs.ndim:
        raise ValueError(
            f"the first axis of coordinates must have one entry for each of the {inputs.ndim} axes, not {coordinates.shape[0]}"
        )
    coordinates = floating(F, coordinates)
    places = [coordinates[i] for i in range(inputs.ndim)]
    return _interpolated(F, inputs, places, order, fill_mode, fill_value)


def map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Any:
    """An array at coordinates between its elements (mirrors `keras.ops.image.map_coordinates`).

    Args:
        inputs: a tensor.
        coordinates: floats [axes of inputs, ...], in elements.
        order: 0 takes the nearest element, 1 interpolates linearly.
        fill_mode: what lies outside: 'constant', 'nearest', 'wrap', 'mirror' (c b | a b c | b a) or 'reflect'
            (b a | a b c | c b), as in SciPy.
        fill_value: of a constant.

    Returns:
        A tensor of the shape of `coordinates` without its first axis; whole numbers are rounded.

    Raises:
        ValueError: another order or fill_mode, or coordinates that do not fit.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.map_coordinates([0.0, 10.0, 20.0], [[0.5, 1.25]], order=1).numpy().tolist()
        [5.0, 12.5]
    """
    if order not in (0, 1):
        raise ValueError(f"map_coordinates: order must be 0 or 1, got {order!r}.")
    _known("map_coordinates", "fill_mode", fill_mode, _FILL_MODES)
    return _map_coordinates(inputs, coordinates, order=order, fill_mode=fill_mode, fill_value=fill_value)


def _known(what: str, name: str, value: Any, known: Any) -> None:
    if value not in known:
        raise ValueError(f"{what}: {name} must be one of {', '.join(known)}, got {value!r}.")


def _projected(F: Any, images: Any, transforms: Any, order: int, fill_mode: str, fill_value: Any) -> Any:
    """Every output pixel (x, y) taken from ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1."""
    kind = floating(F, images).dtype
    transforms = F.astype(transforms, kind)
    batch, height, width = images.shape[:3]
    if transforms.ndim == 1:
        transforms = F.expand_dims(transforms, axis=0)
    if transforms.ndim != 2 or transforms.shape[1] != 8 or transforms.shape[0] not in (1, batch):
        raise ValueError(f"expected transforms of shape (8,) or ({batch}, 8), got {tuple(transforms.shape)}")
    a0, a1, a2, b0, b1, b2, c0, c1 = (F.reshape(transforms[:, i], (-1, 1, 1)) for i in range(8))
    across = F.reshape(F.arange(width, dtype=kind), (1, 1, -1))
    down = F.reshape(F.arange(height, dtype=kind), (1, -1, 1))
    k = c0 * across + c1 * down + 1
    lost = k == 0  # points at infinity are outside
    k = F.where(lost, F.ones_like(k), k)
    places = ((b0 * across + b1 * down + b2) / k, (a0 * across + a1 * down + a2) / k)
    shape = (batch, height, width)
    places = tuple(F.broadcast_to(F.where(lost, F.full_like(p, -(2.0**30)), p), shape) for p in places)
    which = F.broadcast_to(F.reshape(F.arange(batch, dtype=F.dtype("int32")), (-1, 1, 1)), shape)
    return _interpolated(F, images, places, order, fill_mode, fill_value, batch=which)


@op
@on_images
def _affine_transform(F, images, transform, *, order, fill_mode, fill_value, data_format):
    return _projected(F, images, transform, order, fill_mode, fill_value)


def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Images under projective maps of the plane (mirrors `keras.ops.image.affine_transform`).

    The output pixel (x, y) comes from ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) with k = c0 x + c1 y + 1.

    Args:
        images: [batch, height, width, channels] or one image, or with channels first.
        transform: [a0, a1, a2, b0, b1, b2, c0, c1], or one such row for every image.
        interpolation: 'nearest' or 'bilinear'.
        fill_mode: what lies outside: 'constant', 'nearest', 'wrap', 'mirror' or 'reflect'; see `map_coordinates`.
        fill_value: of a constant.
        data_format: where the channels are.

    Raises:
        ValueError: another word, or transforms that do not fit.

    Example:
        >>> from unikeras import keras
        >>> right = [1.0, 0, 1, 0, 1, 0, 0, 0]
        >>> keras.ops.image.affine_transform([[[1.0], [2.0], [3.0]]], right).numpy()[0, :, 0].tolist()
        [2.0, 3.0, 0.0]
    """
    _known("affine_transform", "interpolation", interpolation, _ORDERS)
    _known("affine_transform", "fill_mode", fill_mode, _FILL_MODES)
    return _affine_transform(
        images,
        transform,
        order=_ORDERS[interpolation],
        fill_mode=fill_mode,
        fill_value=fill_value,
        data_format=data_format_of(data_format),
    )


def _homography(F: Any, source: Any, target: Any) -> Any:
    """The eight numbers of the projective map that takes the four points `source` to `target`, both [batch, 4, 2] of (x, y)."""
    x, y, u, v = source[..., 0], source[..., 1], target[..., 0], target[..., 1]
    zero, one = F.zeros_like(x), F.ones_like(x)
    rows = F.concat(
        [
            F.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1),
            F.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1),
        ],
        axis=-2,
    )
    return F.linalg.solve(rows, F.expand_dims(F.concat([u, v], axis=-1), axis=-1))[..., 0]


@op
@on_images
def _perspective_transform(F, images, start_points, end_points, *, order, fill_value, data_format):
    kind = floating(F, images).dtype
    corners = []
    for name, points in (("start_points", start_points), ("end_points", end_points)):
        points = F.astype(points, kind)
        points = F.expand_dims(points, axis=0) if points.ndim == 2 else points
        if (
            points.ndim != 3
            or tuple(points.shape[1:]) != (4, 2)
            or points.shape[0] not in (1, images.shape[0])
        ):
            raise ValueError(
                f"{name} must have the shape (4, 2), or one such for every image, not {tuple(points.shape)}"
            )
        corners.append(points)
    start, end = (F.broadcast_to(p, (max(c.shape[0] for c in corners), 4, 2)) for p in corners)
    return _projected(F, images, _homography(F, end, start), order, "constant", fill_value)


def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Images with four points moved to others (mirrors `keras.ops.image.perspective_transform`).

    Args:
        images: [batch, height, width, channels] or one image, or with channels first.
        start_points: four points (x, y), [4, 2], or four for every image.
        end_points: where they are to be.
        interpolation: 'nearest' or 'bilinear'.
        fill_value: of what lies outside.
        data_format: where the channels are.

    Raises:
        ValueError: another interpolation, or points that do not fit.

    Example:
        >>> from unikeras import keras
        >>> square = [[0.0, 0], [2, 0], [0, 2], [2, 2]]
        >>> keras.ops.image.perspective_transform(keras.ops.ones((3, 3, 1)), square, square).shape
        TensorShape([3, 3, 1])
    """
    _known("perspective_transform", "interpolation", interpolation, _ORDERS)
    return _perspective_transform(
        images,
        start_points,
        end_points,
        order=_ORDERS[interpolation],
        fill_value=fill_value,
        data_format=data_format_of(data_format),
    )


def sampled(F: Any, images: Any, moved: Any, order: int, fill_mode: str, fill_value: Any) -> Any:
    """Images [batch, height, width, channels] whose pixels come from places further down and right by `moved` [batch, height, width, 2]."""
    batch, height, width = images.shape[:3]
    rows = F.reshape(F.arange(height, dtype=moved.dtype), (1, -1, 1))
    columns = F.reshape(F.arange(width, dtype=moved.dtype), (1, 1, -1))
    which = F.reshape(F.arange(batch, dtype=F.dtype("int32")), (-1, 1, 1))
    which = F.broadcast_to(which, (batch, height, width))
    places = (rows + moved[..., 0], columns + moved[..., 1])
    return _interpolated(F, images, places, order, fill_mode, fill_value, batch=which)


@op
@on_images
def _displaced(F, images, noise, *, alpha, sigma, order, fill_mode, fill_value, data_format):
    kind = floating(F, images).dtype
    radius = math.ceil(3 * sigma)
    moved = alpha * blurred(F, F.astype(noise, kind), (2 * radius + 1,) * 2, (sigma, sigma))
    return sampled(F, images, moved, order, fill_mode, fill_value)


def elastic_transform(
    images: Any,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Any:
    """Images distorted by smooth random displacements (mirrors `keras.ops.image.elastic_transform`).

    Simard, Steinkraus and Platt, "Best practices for convolutional neural networks", 2003: normal noise of standard deviation
    `sigma`, smoothed by a Gaussian of that width, times `alpha`; pixels move by about 0.28 * alpha.

    Args:
        images: [batch, height, width, channels] or one image, or with channels first; the shape must be known.
        alpha: how strong, in pixels.
        sigma: how smooth, in pixels; above 0.
        interpolation: 'nearest' or 'bilinear'.
        fill_mode: what lies outside: 'constant', 'nearest', 'wrap', 'mirror' or 'reflect'; see `map_coordinates`.
        fill_value: of a constant.
        seed: an int, a `keras.random.SeedGenerator`, or `None`.
        data_format: where the channels are.

    Raises:
        ValueError: another word, or a sigma that is not above 0.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.image.elastic_transform(keras.ops.ones((8, 8, 1)), seed=1).shape
        TensorShape([8, 8, 1])
    """
    _known("elastic_transform", "interpolation", interpolation, _ORDERS)
    _known("elastic_transform", "fill_mode", fill_mode, _FILL_MODES)
    if not sigma > 0:
        raise ValueError(f"elastic_transform: sigma must be above 0, got {sigma!r}.")
    images = convert_to_tensor(images)
    layout = data_format_of(data_format)
    shape = tuple(images.shape)
    height, width = shape[-3:-1] if layout == "channels_last" else shape[-2:]
    noise = normal((shape[0] if len(shape) == 4 else 1, height, width, 2), 0.0, float(sigma), "float32", seed)
    return _displaced(
        images,
        noise,
        alpha=float(alpha),
        sigma=float(sigma),
        order=_ORDERS[interpolation],
        fill_mode=fill_mode,
        fill_value=fill_value,
        data_format=layout,
    )
