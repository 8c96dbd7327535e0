"""`RandomColorLayer`: random changes of the values of pixels."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range, value_range_of
from unikeras.ops.image_color import rgb_to_grayscale

__all__ = ["RandomColorLayer", "gray_of"]


def gray_of(images: Any) -> Any:
    """The luma, in as many channels as the images have (3 or 1)."""
    return ops.broadcast_to(rgb_to_grayscale(images, "channels_last"), tuple(images.shape))


class RandomColorLayer(RandomImageLayer):
    """The base of layers that draw one number for each image and change its pixels by it.

    Args:
        factor: (lower, upper) of the number.
        value_range: (least, most) of a pixel.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor out of range, or no value range.
    """

    _bounds: tuple[float, float] = (0, 1)
    _start: float | None = 0  # what a single number f means: (start, f), or (-f, f) for `None`

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        name = type(self).__name__
        self.factor = factor_range(name, factor, *self._bounds, start=self._start)
        self.value_range = value_range_of(name, value_range)

    def draw(self, shape: tuple[int, ...]) -> Any:
        return self.uniform(shape[0], *self.factor)

    def _unit(self, images: Any) -> Any:
        """Pixels in [0, 1]."""
        low, high = self.value_range
        return (images - float(low)) / float(high - low)

    def _ranged(self, images: Any) -> Any:
        """The reverse."""
        low, high = self.value_range
        return images * float(high - low) + float(low)

    def _limited(self, images: Any) -> Any:
        return ops.clip(images, *self.value_range)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor, "value_range": self.value_range}
