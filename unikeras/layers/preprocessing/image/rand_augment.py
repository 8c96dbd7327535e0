"""`RandAugment`: some random changes of a list, one after the other."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.auto_contrast import AutoContrast
from unikeras.layers.preprocessing.image.equalization import Equalization
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range, value_range_of
from unikeras.layers.preprocessing.image.random_brightness import RandomBrightness
from unikeras.layers.preprocessing.image.random_color_degeneration import RandomColorDegeneration
from unikeras.layers.preprocessing.image.random_color_jitter import part
from unikeras.layers.preprocessing.image.random_contrast import RandomContrast
from unikeras.layers.preprocessing.image.random_posterization import RandomPosterization
from unikeras.layers.preprocessing.image.random_rotation import RandomRotation
from unikeras.layers.preprocessing.image.random_sharpness import RandomSharpness
from unikeras.layers.preprocessing.image.random_shear import RandomShear
from unikeras.layers.preprocessing.image.random_translation import RandomTranslation
from unikeras.layers.preprocessing.image.solarization import Solarization
from unikeras.ops.random import randint

__all__ = ["RandAugment", "augmentations"]


def augmentations(
    owner: RandomImageLayer, factor: tuple[float, float], value_range: Any, interpolation: str, every: bool
) -> list[Any]:
    """The layers that are chosen from, of a strength; `every`: also those that AugMix leaves out if it is to be tested on such corruptions."""
    low, high = factor
    strength, scale = (low, high), {"value_range": value_range}
    moving = {"interpolation": interpolation}
    found = [
        part(owner, RandomShear, strength, strength, **moving),
        part(owner, RandomTranslation, strength, strength, **moving),
        part(owner, RandomRotation, strength, **moving),
        part(owner, RandomPosterization, (1, max(int(8 * high), 1)), **scale),
        part(owner, Solarization, strength, strength, **scale),
        part(owner, AutoContrast, **scale),
        part(owner, Equalization, **scale),
    ]
    if every:
        found += [
            part(owner, cls, strength, **scale)
            for cls in (RandomBrightness, RandomColorDegeneration, RandomSharpness)
        ]
        found.append(part(owner, RandomContrast, (-low, high), **scale))
    return found


class RandAugment(RandomImageLayer):
    """A few changes, drawn from eleven for each batch, one after the other, while training (mirrors `keras.layers.RandAugment`).

    Cubuk et al., "RandAugment: Practical automated data augmentation with a reduced search space", 2020. The changes are shear, translation,
    rotation, brightness, color degeneration, contrast, sharpness, posterization, solarization, `AutoContrast` and `Equalization`.

    Args:
        value_range: (least, most) of a pixel.
        num_ops: how many changes there are.
        factor: (lower, upper) of their strength, in [0, 1]; a number f means (0, f).
        interpolation: 'bilinear' or 'nearest'.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: what is out of range.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandAugment(num_ops=1)(tf.ones([1, 8, 8, 3]), training=True).shape
        TensorShape([1, 8, 8, 3])
    """

    moves_pixels = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.value_range = value_range_of("RandAugment", value_range)
        if num_ops < 1:
            raise ValueError(f"RandAugment: num_ops must be positive, not {num_ops}.")
        self.num_ops = int(num_ops)
        self.factor = factor_range("RandAugment", factor, 0, 1, start=0)
        self.interpolation = interpolation
        self.parts = augmentations(self, self.factor, self.value_range, interpolation, every=True)

    def draw(self, shape: tuple[int, ...]) -> Any:
        which = randint((self.num_ops,), 0, len(self.parts), "int32", self.seed_generator)
        return [(which[i], [layer.draw(shape) for layer in self.parts]) for i in range(self.num_ops)]

    def transform(self, images: Any, drawn: Any) -> Any:
        for which, how in drawn:
            images = switched(which, self.parts, how, images)
        return images

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        for which, how in drawn:
            masks = switched(which, self.parts, how, masks, masks=True)
        return masks

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "value_range": self.value_range,
            "num_ops": self.num_ops,
            "factor": self.factor,
            "interpolation": self.interpolation,
        }


def switched(which: Any, layers: list[Any], drawn: list[Any], images: Any, masks: bool = False) -> Any:
    """The images after the layer of an index (a tensor)."""

    def branch(layer: Any, how: Any) -> Any:
        return lambda x: layer.transform_masks(x, how) if masks else layer.transform(x, how)

    return ops.switch(which, [branch(a, b) for a, b in zip(layers, drawn, strict=True)], images)
