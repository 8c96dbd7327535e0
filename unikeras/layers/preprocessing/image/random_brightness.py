"""`RandomBrightness`: lighter or darker images at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range, value_range_of

__all__ = ["RandomBrightness"]


class RandomBrightness(RandomImageLayer):
    """Lighter or darker images, while training: a number added to all pixels (mirrors `keras.layers.RandomBrightness`).

    Args:
        factor: (lower, upper) of the number, as fractions of the range of pixels; a number f means (-f, f).
        value_range: (least, most) of a pixel; results are limited to it.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [-1, 1], or no range.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomBrightness((0.5, 0.5), value_range=(0, 2))
        >>> layer(tf.constant([[[0.25], [1.5]]]), training=True).numpy()[0, :, 0].tolist()
        [1.25, 2.0]
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        self.factor = factor_range("RandomBrightness", factor, -1, 1)
        self.value_range = value_range_of("RandomBrightness", value_range)

    def draw(self, shape: tuple[int, ...]) -> Any:
        low, high = self.value_range
        return self.uniform(shape[0], *self.factor) * float(high - low)

    def transform(self, images: Any, drawn: Any) -> Any:
        return ops.clip(images + ops.cast(drawn, images.dtype), *self.value_range)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor, "value_range": list(self.value_range)}
