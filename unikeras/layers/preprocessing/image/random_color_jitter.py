"""`RandomColorJitter`: brightness, contrast, saturation and hue changed at random."""

from __future__ import annotations

from typing import Any

from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, value_range_of
from unikeras.layers.preprocessing.image.random_brightness import RandomBrightness
from unikeras.layers.preprocessing.image.random_contrast import RandomContrast
from unikeras.layers.preprocessing.image.random_hue import RandomHue
from unikeras.layers.preprocessing.image.random_saturation import RandomSaturation

__all__ = ["RandomColorJitter", "part"]


def part(owner: RandomImageLayer, cls: Any, *args: Any, **kwargs: Any) -> Any:
    """A layer inside another one, of its dtype, that draws from its random numbers."""
    if issubclass(cls, RandomImageLayer):
        kwargs["seed"] = 0
    layer = cls(*args, dtype=owner.dtype_policy, **kwargs)
    if issubclass(cls, RandomImageLayer):
        layer.seed_generator = owner.seed_generator
    return layer


class RandomColorJitter(RandomImageLayer):
    """Brightness, contrast, saturation and hue changed, one after the other, while training (mirrors `keras.layers.RandomColorJitter`).

    Args:
        value_range: (least, most) of a pixel.
        brightness_factor: see `RandomBrightness`; `None` leaves it as it is.
        contrast_factor: see `RandomContrast`.
        saturation_factor: see `RandomSaturation`.
        hue_factor: see `RandomHue`.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: what these layers refuse.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomColorJitter(brightness_factor=(0.2, 0.2), hue_factor=0.1)
        >>> layer(tf.ones([1, 1, 1, 3]), training=True).numpy().round(3).tolist()
        [[[[52.0, 52.0, 52.0]]]]
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.value_range = value_range_of("RandomColorJitter", value_range)
        self.brightness_factor, self.contrast_factor = brightness_factor, contrast_factor
        self.saturation_factor, self.hue_factor = saturation_factor, hue_factor
        classes = (RandomBrightness, RandomContrast, RandomSaturation, RandomHue)
        factors = (brightness_factor, contrast_factor, saturation_factor, hue_factor)
        self.parts = [
            part(self, cls, factor, value_range=self.value_range)
            for cls, factor in zip(classes, factors, strict=True)
            if factor is not None
        ]

    def draw(self, shape: tuple[int, ...]) -> Any:
        return [layer.draw(shape) for layer in self.parts]

    def transform(self, images: Any, drawn: Any) -> Any:
        for layer, how in zip(self.parts, drawn, strict=True):
            images = layer.transform(images, how)
        return images

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "value_range": self.value_range,
            "brightness_factor": self.brightness_factor,
            "contrast_factor": self.contrast_factor,
            "saturation_factor": self.saturation_factor,
            "hue_factor": self.hue_factor,
        }
