"""`RandomHue`: other colors at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.color_layer import RandomColorLayer
from unikeras.ops.image_color import hsv_to_rgb, rgb_to_hsv

__all__ = ["RandomHue"]


class RandomHue(RandomColorLayer):
    """Images with the circle of colors turned, while training (mirrors `keras.layers.RandomHue`).

    Args:
        factor: (lower, upper) of the angle, in half turns, in [0, 1]; the direction is random. A number f means (0, f).
        value_range: (least, most) of a pixel.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [0, 1], no value range, or not three channels.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomHue((1.0, 1.0), value_range=(0, 1))
        >>> layer(tf.constant([[[1.0, 0.0, 0.0]]]), training=True).numpy().round(3).tolist()  # red to cyan
        [[[0.0, 1.0, 1.0]]]
    """

    def draw(self, shape: tuple[int, ...]) -> Any:
        turn = self.uniform(shape[0], *self.factor) * 0.5
        return ops.where(self.uniform(shape[0]) < 0.5, turn, -turn)

    def transform(self, images: Any, drawn: Any) -> Any:
        hsv = rgb_to_hsv(self._unit(images), "channels_last")
        hue = hsv[..., :1] + ops.cast(drawn, images.dtype)
        hue = hue - ops.floor(hue)
        rgb = hsv_to_rgb(ops.concat([hue, hsv[..., 1:]], axis=-1), "channels_last")
        return self._limited(self._ranged(rgb))
