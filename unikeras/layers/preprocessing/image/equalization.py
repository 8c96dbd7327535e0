"""`Equalization`: histograms made flat."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.layers.preprocessing.image.image_layer import ImageLayer, value_range_of

__all__ = ["Equalization", "counted"]


def counted(F: Any, bins: Any, count: int) -> Any:
    """How often each of 0 ... count - 1 is in each row of the integers [rows, values], [rows, count] in float32."""
    row = F.broadcast_to(F.reshape(F.arange(bins.shape[0]), (-1, 1)), bins.shape)
    empty = F.zeros((bins.shape[0], count), dtype=F.dtype("float32"))
    return F.scatter(empty, (row, bins), F.ones(bins.shape, dtype=F.dtype("float32")), add=True)


@op
def _equalized(F, images, *, low, high, bins):
    batch, height, width, channels = images.shape
    x = F.reshape(F.permute_dims(images, (0, 3, 1, 2)), (batch * channels, height * width))
    # A little more, as pixels that were scaled to another range may come slightly too small.
    place = F.clip((x - low) / (high - low), 0.0, 1.0) * (bins - 1) + 1e-4
    index = F.astype(F.floor(place), F.dtype("int32"))
    total = F.cumulative_sum(counted(F, index, bins), axis=1)
    first = F.min(F.where(total > 0, total, F.full_like(total, float("inf"))), axis=1, keepdims=True)
    rest = height * width - first
    shades = F.round((total - first) / F.where(rest > 0, rest, F.ones_like(rest)) * 255) / 255
    row = F.broadcast_to(F.reshape(F.arange(batch * channels), (-1, 1)), index.shape)
    found = F.where(rest > 0, F.astype(shades[row, index], x.dtype) * (high - low) + low, x)
    return F.permute_dims(F.reshape(found, (batch, channels, height, width)), (0, 2, 3, 1))


class Equalization(ImageLayer):
    """Images whose shades are all about as frequent, channel by channel (mirrors `keras.layers.Equalization`).

    A channel of one shade stays as it is.

    Args:
        value_range: (least, most) of a pixel.
        bins: how many shades are told apart.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: no value range, or fewer than two bins.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Equalization()(tf.constant([[[10.0], [11.0], [14.0], [90.0]]])).numpy()[0, :, 0].tolist()
        [0.0, 85.0, 170.0, 255.0]
    """

    def __init__(
        self, value_range: Any = (0, 255), bins: int = 256, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = value_range_of("Equalization", value_range)
        if bins < 2:
            raise ValueError(f"Equalization: bins must be at least 2, not {bins}.")
        self.bins = int(bins)

    def transform(self, images: Any, drawn: Any) -> Any:
        low, high = self.value_range
        return _equalized(images, low=float(low), high=float(high), bins=self.bins)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "value_range": self.value_range, "bins": self.bins}
