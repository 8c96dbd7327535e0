"""`AutoContrast`: the values of each channel stretched over the range."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.layers.preprocessing.image.image_layer import ImageLayer, value_range_of

__all__ = ["AutoContrast"]


@op
def _stretched(F, images, *, low, high):
    least, most = (f(images, axis=(1, 2), keepdims=True) for f in (F.min, F.max))
    flat = most == least
    width = F.where(flat, F.ones_like(most), most - least)
    return F.where(flat, images, F.clip((images - least) / width * (high - low) + low, low, high))


class AutoContrast(ImageLayer):
    """The values of each channel of an image stretched over the range of pixels (mirrors `keras.layers.AutoContrast`).

    Args:
        value_range: (least, most) of a pixel.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: no value range.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.AutoContrast()(tf.constant([[[10.0], [20.0], [15.0]]])).numpy()[0, :, 0].tolist()
        [0.0, 255.0, 127.5]
    """

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = value_range_of("AutoContrast", value_range)

    def transform(self, images: Any, drawn: Any) -> Any:
        low, high = self.value_range
        return _stretched(images, low=float(low), high=float(high))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "value_range": self.value_range}
