"""`RandomPosterization`: fewer shades at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.color_layer import RandomColorLayer

__all__ = ["RandomPosterization"]


class RandomPosterization(RandomColorLayer):
    """Images with fewer bits for each pixel, while training (mirrors `keras.layers.RandomPosterization`).

    Args:
        factor: (lower, upper) of the bits that are kept of eight, upper itself excluded unless it is lower; a number b means (1, b).
        value_range: (least, most) of a pixel.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [1, 8], or no value range.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomPosterization((1, 1))(tf.constant([[[100.0], [200.0]]]), training=True).numpy()[0, :, 0].tolist()
        [0.0, 128.0]
    """

    _bounds = (1, 8)
    _start = 1

    def draw(self, shape: tuple[int, ...]) -> Any:
        low, high = (int(f) for f in self.factor)
        bits = ops.floor(self.uniform(shape[0], float(low), float(max(high, low + 1))))
        return 2.0 ** (8 - bits)

    def transform(self, images: Any, drawn: Any) -> Any:
        step = ops.cast(drawn, images.dtype)
        low, high = self.value_range
        scale = 255 / float(high - low)
        bytes_ = ops.floor(ops.clip((images - float(low)) * scale, 0.0, 255.0))
        return ops.floor(bytes_ / step) * step / scale + float(low)
