"""`Solarization`: bright pixels turned dark."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range, value_range_of

__all__ = ["Solarization"]


class Solarization(RandomImageLayer):
    """Pixels lighter by a random number, and those above a random threshold as in a negative (mirrors `keras.layers.Solarization`).

    The layer works at inference too, as in Keras 3.

    Args:
        addition_factor: (lower, upper) of what is added, as fractions of the range of pixels; a number f means (0, f).
        threshold_factor: (lower, upper) of the threshold; likewise. (Keras 3.15 draws both from 0 on, whatever lower is.)
        value_range: (least, most) of a pixel.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [0, 1], or no value range.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Solarization(threshold_factor=(0.5, 0.5))
        >>> layer(tf.constant([[[100.0], [200.0]]])).numpy()[0, :, 0].tolist()
        [100.0, 55.0]
    """

    only_training = False

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        name = type(self).__name__
        self.addition_factor = factor_range(name, addition_factor, 0, 1, name="addition_factor", start=0)
        self.threshold_factor = factor_range(name, threshold_factor, 0, 1, name="threshold_factor", start=0)
        self.value_range = value_range_of(name, value_range)

    def draw(self, shape: tuple[int, ...]) -> Any:
        return tuple(self.uniform(shape[0], *f) for f in (self.addition_factor, self.threshold_factor))

    def transform(self, images: Any, drawn: Any) -> Any:
        low, high = (float(v) for v in self.value_range)
        addition, threshold = (ops.cast(d, images.dtype) * (high - low) for d in drawn)
        x = ops.clip(images + addition, low, high)
        return ops.where(x - low < threshold, x, low + high - x)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "addition_factor": self.addition_factor,
            "threshold_factor": self.threshold_factor,
            "value_range": self.value_range,
        }
