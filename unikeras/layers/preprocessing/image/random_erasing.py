"""`RandomErasing`: rectangles of images filled at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range, value_range_of
from unikeras.ops import random

__all__ = ["RandomErasing", "rectangles"]


@op
def rectangles(F, sizes, places, *, height, width):
    """Masks [batch, height, width, 1] of rectangles that lie in the image; both arguments [batch, 2] are fractions: of its sides, and of the room left."""

    def inside(axis: int, side: int) -> Any:
        length = F.round(sizes[:, axis] * side)
        start = F.floor(places[:, axis] * (side - length + 1))
        pixels = F.reshape(F.arange(side, dtype=sizes.dtype), (1, -1))
        return (pixels >= start[:, None]) & (pixels < (start + length)[:, None])

    return (inside(0, height)[:, :, None] & inside(1, width)[:, None, :])[..., None]


class RandomErasing(RandomImageLayer):
    """A rectangle of some images filled, while training (mirrors `keras.layers.RandomErasing`).

    Zhong et al., "Random erasing data augmentation", 2020.

    Args:
        factor: (lower, upper) of the probability; a number f means (0, f), as in Keras 3: on average f / 2.
        scale: (lower, upper) of the squares of the rectangle's sides, as fractions of the image's, drawn for each side.
        fill_value: what it is filled with; `None` for random pixels.
        value_range: (least, most) of a pixel.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: what is out of range.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomErasing((1, 1), scale=(0.25, 0.25), fill_value=9.0)
        >>> float(layer(tf.zeros([1, 4, 4, 1]), training=True).numpy().sum())
        36.0
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: float | None = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        name = type(self).__name__
        self.factor = factor_range(name, factor, 0, 1, start=0)
        self.scale = factor_range(name, scale, 0, 1, name="scale", start=0)
        self.fill_value = fill_value
        self.value_range = value_range_of(name, value_range)

    def draw(self, shape: tuple[int, ...]) -> Any:
        batch, height, width, _ = shape
        sizes = ops.sqrt(self.uniform((batch, 2), *self.scale))
        mask = rectangles(sizes, self.uniform((batch, 2)), height=height, width=width)
        return ops.logical_and(mask, self.happens(batch, self.factor))

    def transform(self, images: Any, drawn: Any) -> Any:
        low, high = (float(v) for v in self.value_range)
        if self.fill_value is None:
            noise = random.normal(tuple(images.shape), 0.0, 1.0, "float32", self.seed_generator)
            fill = ops.cast(ops.clip(noise, 0.0, 1.0) * (high - low) + low, images.dtype)
        else:
            fill = ops.zeros_like(images) + float(self.fill_value)
        return ops.where(drawn, fill, images)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "factor": self.factor,
            "scale": self.scale,
            "fill_value": self.fill_value,
            "value_range": self.value_range,
        }
