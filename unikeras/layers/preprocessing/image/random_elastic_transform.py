"""`RandomElasticTransform`: images distorted smoothly at random."""

from __future__ import annotations

import math
from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.layers.preprocessing.host_layer import allowed
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range, value_range_of
from unikeras.layers.preprocessing.image.random_gaussian_blur import smoothed
from unikeras.ops import random
from unikeras.ops.image_sampling import sampled

__all__ = ["RandomElasticTransform"]


@op
def _distorted(F, images, noise, strength, *, sigma, order, fill_mode, fill_value):
    """Images whose pixels come from places that are moved by smooth noise; a strength for each image [batch]."""
    radius = max(math.ceil(3 * sigma), 1)
    strength = F.astype(strength, images.dtype)
    widths = F.stack([strength * sigma, strength * sigma], axis=-1)
    moved = smoothed(F, F.astype(noise, images.dtype), widths, (2 * radius + 1,) * 2)
    moved = moved * F.reshape(strength * strength, (-1, 1, 1, 1))
    return sampled(F, images, moved, order, fill_mode, fill_value)


class RandomElasticTransform(RandomImageLayer):
    """Some images distorted by smooth random displacements, while training (mirrors `keras.layers.RandomElasticTransform`).

    Simard, Steinkraus and Platt, "Best practices for convolutional neural networks", 2003, with the strength s of each image: noise smoothed
    over 0.05 s of the shorter side moves pixels by about 0.028 s of the longer one.

    Args:
        factor: (lower, upper) of the probability; a number f means (0, f), as in Keras 3: on average f / 2.
        scale: (lower, upper) of the strength; a number s means (0, s).
        interpolation: 'bilinear' or 'nearest'.
        fill_mode: what lies outside: 'reflect' (b a | a b c | c b), 'wrap', 'constant' or 'nearest'.
        fill_value: of a constant.
        value_range: accepted; pixels are never outside of the range that they had.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: what is out of range, another fill_mode or interpolation.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomElasticTransform()(tf.ones([1, 8, 8, 3]), training=True).shape
        TensorShape([1, 8, 8, 3])
    """

    moves_pixels = True

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        name = type(self).__name__
        self.factor = factor_range(name, factor, 0, 1, start=0)
        self.scale = factor_range(name, scale, 0, 1, name="scale", start=0)
        self.interpolation = allowed(name, "interpolation", interpolation, ("bilinear", "nearest"))
        self.fill_mode = allowed(name, "fill_mode", fill_mode, ("reflect", "wrap", "constant", "nearest"))
        self.fill_value = fill_value
        self.value_range = value_range_of(name, value_range)

    def draw(self, shape: tuple[int, ...]) -> Any:
        batch, height, width = shape[:3]
        deviation = 0.1 * max(height, width) * 0.05 * min(height, width)
        noise = random.normal((batch, height, width, 2), 0.0, deviation, "float32", self.seed_generator)
        return self.happens(batch, self.factor), noise, self.uniform((batch,), *self.scale)

    def _moved(self, images: Any, drawn: Any, order: int) -> Any:
        which, noise, strength = drawn
        found = _distorted(
            images,
            noise,
            strength,
            sigma=0.05 * min(images.shape[1:3]),
            order=order,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
        )
        return ops.where(which, found, images)

    def transform(self, images: Any, drawn: Any) -> Any:
        return self._moved(images, drawn, int(self.interpolation == "bilinear"))

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return self._moved(masks, drawn, 0)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "factor": self.factor,
            "scale": self.scale,
            "interpolation": self.interpolation,
            "fill_mode": self.fill_mode,
            "fill_value": self.fill_value,
            "value_range": self.value_range,
        }
