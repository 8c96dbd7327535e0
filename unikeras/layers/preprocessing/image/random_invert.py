"""`RandomInvert`: negatives at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.color_layer import RandomColorLayer

__all__ = ["RandomInvert"]


class RandomInvert(RandomColorLayer):
    """Some images as their negatives, while training: least + most - x (mirrors `keras.layers.RandomInvert`).

    Args:
        factor: (lower, upper) of the probability; a number f means (0, f), as in Keras 3: on average f / 2.
        value_range: (least, most) of a pixel.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [0, 1], or no value range.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomInvert((1, 1))(tf.constant([[[0.0], [250.0]]]), training=True).numpy()[0, :, 0].tolist()
        [255.0, 5.0]
    """

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, data_format, seed, **kwargs)

    def draw(self, shape: tuple[int, ...]) -> Any:
        return self.happens(shape[0], self.factor)

    def transform(self, images: Any, drawn: Any) -> Any:
        return ops.where(drawn, float(sum(self.value_range)) - images, images)
