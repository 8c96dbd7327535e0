"""`RandomRotation`: images turned at random."""

from __future__ import annotations

import math
from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.affine_layer import RandomAffineLayer, rows
from unikeras.layers.preprocessing.image.image_layer import factor_range

__all__ = ["RandomRotation"]


class RandomRotation(RandomAffineLayer):
    """Images turned about their middle, while training (mirrors `keras.layers.RandomRotation`).

    Args:
        factor: (lower, upper) of the angle in full turns, counter-clockwise where positive; a number f means (-f, f).
        fill_mode: what lies outside: 'reflect' (b a | a b c | c b), 'wrap', 'constant' or 'nearest'.
        interpolation: 'bilinear' or 'nearest'.
        seed: an int; `None` for one from the global stream.
        fill_value: of a constant.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [-1, 1], another fill_mode or interpolation.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomRotation((0.25, 0.25))
        >>> layer(tf.constant([[[1.0], [2.0]], [[3.0], [4.0]]]), training=True).numpy()[:, :, 0].round(3).tolist()
        [[2.0, 4.0], [1.0, 3.0]]
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            fill_mode=fill_mode,
            interpolation=interpolation,
            seed=seed,
            fill_value=fill_value,
            data_format=data_format,
            **kwargs,
        )
        self.factor = factor_range("RandomRotation", factor, -1, 1)

    def draw(self, shape: tuple[int, ...]) -> Any:
        angle = self.uniform((shape[0],), *self.factor) * (2 * math.pi)
        cos, sin = ops.cos(angle), ops.sin(angle)
        x, y = (shape[2] - 1) / 2, (shape[1] - 1) / 2
        return rows(cos, -sin, x - (x * cos - y * sin), sin, cos, y - (x * sin + y * cos))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}
