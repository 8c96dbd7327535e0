"""`RandomSharpness`: softer or sharper images at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.layers.preprocessing.image.color_layer import RandomColorLayer

__all__ = ["RandomSharpness"]


@op
def _softened(F, images):
    """Means over 3 x 3 pixels, the middle five times; 0 outside."""
    x = images
    for axis in (1, 2):
        edge = F.zeros(tuple(1 if i == axis else n for i, n in enumerate(x.shape)), dtype=x.dtype)
        x = F.concat([edge, x, edge], axis=axis)
    height, width = images.shape[1:3]
    total = 4 * images
    for i in range(3):
        for j in range(3):
            total = total + x[:, i : i + height, j : j + width]
    return total / 13


class RandomSharpness(RandomColorLayer):
    """Softer or sharper images, while training: soft + 2 f (x - soft), soft a mean over 3 x 3 pixels (mirrors `keras.layers.RandomSharpness`).

    Args:
        factor: (lower, upper) of f: 0 gives the soft image, 0.5 changes nothing, 1 sharpens. A number f means (0, f).
        value_range: (least, most) of a pixel; results are limited to it.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [0, 1], or no value range.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomSharpness((1.0, 1.0))(tf.constant([[[26.0], [0.0]]]), training=True).numpy()[0, :, 0].tolist()
        [42.0, 0.0]
    """

    def transform(self, images: Any, drawn: Any) -> Any:
        soft = _softened(images)
        return self._limited(soft + 2 * ops.cast(drawn, images.dtype) * (images - soft))
