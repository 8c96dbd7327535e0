"""`RandomPerspective`: images seen from elsewhere at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.layers.preprocessing.host_layer import allowed
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range
from unikeras.ops.image_sampling import perspective_transform

__all__ = ["RandomPerspective"]


class RandomPerspective(RandomImageLayer):
    """Some images as if seen from elsewhere, while training (mirrors `keras.layers.RandomPerspective`).

    Of the corners (x, y), counted from the top left one, each number is multiplied by one in [1 - scale / 2, 1 + scale / 2].

    Args:
        factor: (lower, upper) of the probability; a number f means (0, f), as in Keras 3: on average f / 2.
        scale: how strong, in [0, 1].
        interpolation: 'bilinear' or 'nearest'.
        fill_value: of what lies outside.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: what is out of range, or another interpolation.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomPerspective()(tf.ones([1, 8, 8, 3]), training=True).shape
        TensorShape([1, 8, 8, 3])
    """

    moves_pixels = True

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        name = type(self).__name__
        self.factor = factor_range(name, factor, 0, 1, start=0)
        if not 0 <= scale <= 1:
            raise ValueError(f"RandomPerspective: scale must be in [0, 1], not {scale!r}.")
        self.scale = scale
        self.interpolation = allowed(name, "interpolation", interpolation, ("bilinear", "nearest"))
        self.fill_value = fill_value

    def draw(self, shape: tuple[int, ...]) -> Any:
        batch, bottom, right = shape[0], shape[1] - 1, shape[2] - 1
        corners = np.array([[0, 0], [right, 0], [0, bottom], [right, bottom]], np.float32)
        factors = self.uniform((batch, 4, 2), 1 - self.scale / 2, 1 + self.scale / 2)
        return self.happens(batch, self.factor), corners, factors * corners

    def _moved(self, images: Any, drawn: Any, interpolation: str) -> Any:
        which, start, end = drawn
        found = perspective_transform(
            images, start, end, interpolation, self.fill_value, data_format="channels_last"
        )
        return ops.where(which, found, images)

    def transform(self, images: Any, drawn: Any) -> Any:
        return self._moved(images, drawn, self.interpolation)

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return self._moved(masks, drawn, "nearest")

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "factor": self.factor,
            "scale": self.scale,
            "interpolation": self.interpolation,
            "fill_value": self.fill_value,
        }
