"""`RandomColorDegeneration`: images mixed with their gray at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.color_layer import RandomColorLayer, gray_of

__all__ = ["RandomColorDegeneration"]


class RandomColorDegeneration(RandomColorLayer):
    """Images mixed with their gray, while training: x + f * (gray - x) (mirrors `keras.layers.RandomColorDegeneration`).

    Args:
        factor: (lower, upper) of f: 0 changes nothing, 1 gives gray, less than 0 stronger colors. A number means (-f, f), as in Keras 3.
        value_range: (least, most) of a pixel; results are limited to it.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [-1, 1], no value range, or not three channels.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomColorDegeneration((1.0, 1.0))
        >>> layer(tf.constant([[[100.0, 100.0, 100.0]]]), training=True).numpy().round(1).tolist()
        [[[100.0, 100.0, 100.0]]]
    """

    _bounds = (-1, 1)
    _start = None

    def transform(self, images: Any, drawn: Any) -> Any:
        return self._limited(images + ops.cast(drawn, images.dtype) * (gray_of(images) - images))
