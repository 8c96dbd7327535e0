"""`RandomSaturation`: paler or stronger colors at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.color_layer import RandomColorLayer
from unikeras.ops.image_color import hsv_to_rgb, rgb_to_hsv

__all__ = ["RandomSaturation"]


class RandomSaturation(RandomColorLayer):
    """Images with their saturation multiplied by f / (1 - f), while training (mirrors `keras.layers.RandomSaturation`).

    The result's saturation is limited to 1 (Keras 3.15 limits it to the range of pixels, so that colors may leave it).

    Args:
        factor: (lower, upper) of f: 0 gives gray (so does less), 0.5 changes nothing, 1 gives the strongest colors. A number means (-f, f),
            as in Keras 3.
        value_range: (least, most) of a pixel.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [-1, 1], no value range, or not three channels.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomSaturation((0.0, 0.0), value_range=(0, 1))
        >>> layer(tf.constant([[[1.0, 0.5, 0.0]]]), training=True).numpy().tolist()
        [[[1.0, 1.0, 1.0]]]
    """

    _bounds = (-1, 1)
    _start = None

    def draw(self, shape: tuple[int, ...]) -> Any:
        factor = self.uniform(shape[0], *self.factor)
        return factor / ops.maximum(1 - factor, 1e-7)

    def transform(self, images: Any, drawn: Any) -> Any:
        hsv = rgb_to_hsv(self._unit(images), "channels_last")
        saturation = ops.clip(hsv[..., 1:2] * ops.cast(drawn, images.dtype), 0.0, 1.0)
        rgb = hsv_to_rgb(ops.concat([hsv[..., :1], saturation, hsv[..., 2:]], axis=-1), "channels_last")
        return self._ranged(rgb)
