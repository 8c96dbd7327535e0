"""Images changed at random in TensorFlow's ways; the `stateless_` ones depend on nothing but their seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.core.op import op
from unikeras.core.random import stream_key
from unikeras.core.tensor import Tensor
from unikeras.ops import image_adjust, image_geometry
from unikeras.ops.creation import constant
from unikeras.ops.generator import _key
from unikeras.ops.random import uniform_body

__all__ = [
    "random_brightness",
    "random_contrast",
    "random_crop",
    "random_flip_left_right",
    "random_flip_up_down",
    "random_hue",
    "random_saturation",
    "stateless_random_brightness",
    "stateless_random_contrast",
    "stateless_random_crop",
    "stateless_random_flip_left_right",
    "stateless_random_flip_up_down",
    "stateless_random_hue",
    "stateless_random_saturation",
]


def _between(F: Any, key: Any, low: float, high: float) -> Any:
    kind = F.dtype("float32")
    return uniform_body(F, key, (), F.asarray(low, dtype=kind), F.asarray(high, dtype=kind), "float32")


@op
def _random_brightness(F, image, key, *, low, high):
    return image_adjust.adjust_brightness.body(F, image, _between(F, key, low, high))


@op
def _random_contrast(F, image, key, *, low, high):
    return image_adjust.adjust_contrast.body(F, image, _between(F, key, low, high))


@op
def _random_hue(F, image, key, *, low, high):
    return image_adjust.adjust_hue.body(F, image, _between(F, key, low, high))


@op
def _random_saturation(F, image, key, *, low, high):
    return image_adjust.adjust_saturation.body(F, image, _between(F, key, low, high))


def _flipped(F: Any, image: Any, key: Any, axis: int) -> Any:
    image_geometry._check(image)
    count = image.shape[:-3]  # every image of a batch by itself
    draw = uniform_body(
        F,
        key,
        count,
        F.asarray(0.0, dtype=F.dtype("float32")),
        F.asarray(1.0, dtype=F.dtype("float32")),
        "float32",
    )
    return F.where((draw < 0.5)[..., None, None, None], F.flip(image, axis=axis), image)


@op
def _random_flip_left_right(F, image, key):
    return _flipped(F, image, key, -2)


@op
def _random_flip_up_down(F, image, key):
    return _flipped(F, image, key, -3)


@op
def _random_crop(F, value, key, *, size):
    if len(size) != value.ndim or any(s > d for s, d in zip(size, value.shape, strict=True)):
        raise ValueError(f"need value.shape >= size, got {tuple(value.shape)} and {tuple(size)}")
    wide = F.dtype("int64")
    zero = F.asarray(0, dtype=wide)
    bits = F.astype(F.random_bits(key, (max(len(size), 1),)), wide)
    for axis, (wanted, there) in enumerate(zip(size, value.shape, strict=True)):
        if wanted < there:
            start = zero + bits[axis] % (there - wanted + 1)
            value = F.take(value, start + F.arange(wanted, dtype=wide), axis=axis)
    return value


def _range(lower: float, upper: float, what: str) -> tuple[float, float]:
    if upper <= lower:
        raise ValueError(f"{what}: upper must be > lower, got {lower} and {upper}.")
    if lower < 0:
        raise ValueError(f"{what}: lower must be non-negative, got {lower}.")
    return float(lower), float(upper)


def _delta(value: float, what: str, most: float | None = None) -> tuple[float, float]:
    if value < 0:
        raise ValueError(f"{what}: max_delta must be non-negative, got {value}.")
    if most is not None and value > most:
        raise ValueError(f"{what}: max_delta must be <= {most}, got {value}.")
    return -float(value), float(value)


def _size(size: Any) -> tuple[int, ...]:
    import numpy as np

    return tuple(int(v) for v in np.asarray(size).ravel())


_DOCUMENT = """{summary} (mirrors `tf.{where}`).

    Args:
        {image}
        {amount}
        seed: {seed}

    Raises:
        ValueError: a bound that makes no sense.

    Example:
        >>> import unikeras as tf
        >>> tf.{where}(tf.ones([4, 4, 3]){example}).shape
        TensorShape([{shape}, 3])
    """
_IMAGE = "image: [..., height, width, channels]; fractions in [0, 1], or whole numbers."
_FLIP = "image: [batch, height, width, channels], where each image has its own chance, or [height, width, channels]."


def _pair(
    name: str,
    what: str,
    change: Callable[..., Any],
    arguments: Callable[..., dict[str, Any]],
    names: tuple[str, ...],
    amount: str,
    example: str,
    where: str = "image.",
) -> tuple[Any, Any]:
    """The function that draws anew at every call, and the one whose draw is its seed's."""

    def settings(given: tuple[Any, ...], named: dict[str, Any], title: str) -> tuple[dict[str, Any], Any]:
        order = (*names, "seed", "name")
        bound = dict(zip(order, given, strict=False)) | named
        unknown, missing = set(bound) - set(order), [n for n in names if n not in bound]
        if unknown or missing or len(given) > len(order):
            raise TypeError(
                f"{title}() takes an image, {', '.join(names)} and seed; unknown {sorted(unknown)}, missing {missing}."
            )
        return arguments(*(bound[n] for n in names)), bound.get("seed")

    def drawing(image: Any, *args: Any, **kwargs: Any) -> Any:
        attributes, seed = settings(args, kwargs, f"random_{name}")
        return change(image, Tensor(stream_key(seed)), **attributes)

    def stateless(image: Any, *args: Any, **kwargs: Any) -> Any:
        attributes, seed = settings(args, kwargs, f"stateless_random_{name}")
        if seed is None:
            raise TypeError(f"stateless_random_{name}() needs `seed`, two whole numbers.")
        return change(image, constant(_key(seed)), **attributes)

    shape = "2, 2" if name == "crop" else "4, 4"
    image = _FLIP if "flip" in name else "value: a tensor." if name == "crop" else _IMAGE
    for function, title, seed, more in (
        (drawing, f"random_{name}", "an int for a stream of its own, or `None`.", ""),
        (
            stateless,
            f"stateless_random_{name}",
            "two whole numbers; the same ones make the same choice.",
            "seed=(1, 2)",
        ),
    ):
        function.__name__ = function.__qualname__ = title
        path = f"{'image.' if title.startswith('stateless') else where}{title}"
        shown = "".join(f", {part}" for part in (example, more) if part)
        function.__doc__ = _DOCUMENT.format(
            summary=what, where=path, image=image, amount=amount, seed=seed, example=shown, shape=shape
        )
        if not amount:
            function.__doc__ = function.__doc__.replace("        \n", "")
    return drawing, stateless


random_brightness, stateless_random_brightness = _pair(
    "brightness", "An image with a random brightness added", _random_brightness,
    lambda m: dict(zip(("low", "high"), _delta(m, "random_brightness"), strict=True)),
    ("max_delta",), "max_delta: the largest change, a fraction of the range.", "0.1",
)  # fmt: skip
random_contrast, stateless_random_contrast = _pair(
    "contrast", "An image with a random contrast", _random_contrast,
    lambda low, high: dict(zip(("low", "high"), _range(low, high, "random_contrast"), strict=True)),
    ("lower", "upper"), "lower, upper: the bounds of the factor.", "0.5, 1.5",
)  # fmt: skip
random_hue, stateless_random_hue = _pair(
    "hue", "An RGB image with its hue turned at random", _random_hue,
    lambda m: dict(zip(("low", "high"), _delta(m, "random_hue", 0.5), strict=True)),
    ("max_delta",), "max_delta: the largest turn, a fraction of the circle, at most 0.5.", "0.1",
)  # fmt: skip
random_saturation, stateless_random_saturation = _pair(
    "saturation", "An RGB image with a random saturation", _random_saturation,
    lambda low, high: dict(zip(("low", "high"), _range(low, high, "random_saturation"), strict=True)),
    ("lower", "upper"), "lower, upper: the bounds of the factor.", "0.5, 1.5",
)  # fmt: skip
random_flip_left_right, stateless_random_flip_left_right = _pair(
    "flip_left_right",
    "Images, each seen in a mirror with a chance of one half",
    _random_flip_left_right,
    dict,
    (),
    "",
    "",
)
random_flip_up_down, stateless_random_flip_up_down = _pair(
    "flip_up_down",
    "Images, each upside down with a chance of one half",
    _random_flip_up_down,
    dict,
    (),
    "",
    "",
)
random_crop, stateless_random_crop = _pair(
    "crop", "A part of a tensor at a random place", _random_crop, lambda size: {"size": _size(size)},
    ("size",), "size: the part's shape.", "[2, 2, 3]",
)  # fmt: skip
