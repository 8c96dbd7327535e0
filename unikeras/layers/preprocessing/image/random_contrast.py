"""`RandomContrast`: images of more or less contrast at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, value_range_of

__all__ = ["RandomContrast"]


class RandomContrast(RandomImageLayer):
    """Images of more or less contrast, while training: (x - mean) * c + mean, mean over each channel (mirrors `keras.layers.RandomContrast`).

    Args:
        factor: (lower, upper): c lies between 1 - lower and 1 + upper; a number f means (f, f), as both Kerases document. (Keras 3.15 takes
            it for (0, f).)
        value_range: (least, most) of a pixel; results are limited to it.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a number outside of [0, 1], or no range.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomContrast(0.5, seed=1)
        >>> float(layer(tf.constant([[[100.0], [140.0]]]), training=True).numpy().mean())
        120.0
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        pair = tuple(factor) if isinstance(factor, (tuple, list)) else (factor, factor)
        if len(pair) != 2 or pair[0] > 1 or pair[1] < -1 or -pair[0] > pair[1]:
            raise ValueError(
                f"RandomContrast: factor must be a number in [0, 1], or (lower, upper) with 1 - lower <= 1 + upper, not {factor!r}."
            )
        if not isinstance(factor, (tuple, list)) and not 0 <= factor <= 1:
            raise ValueError(f"RandomContrast: factor must be in [0, 1], not {factor!r}.")
        self.factor = pair
        self.value_range = value_range_of("RandomContrast", value_range)

    def draw(self, shape: tuple[int, ...]) -> Any:
        return self.uniform(shape[0], 1 - self.factor[0], 1 + self.factor[1])

    def transform(self, images: Any, drawn: Any) -> Any:
        mean = ops.mean(images, axis=(1, 2), keepdims=True)
        return ops.clip((images - mean) * ops.cast(drawn, images.dtype) + mean, *self.value_range)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor, "value_range": self.value_range}
