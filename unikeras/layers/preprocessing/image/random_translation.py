"""`RandomTranslation`: images moved at random."""

from __future__ import annotations

from typing import Any

from unikeras.layers.preprocessing.image.affine_layer import RandomAffineLayer, rows
from unikeras.layers.preprocessing.image.image_layer import factor_range

__all__ = ["RandomTranslation"]


class RandomTranslation(RandomAffineLayer):
    """Images moved, while training (mirrors `keras.layers.RandomTranslation`).

    Args:
        height_factor: (lower, upper) of how far down, in heights of the image; a number f means (-f, f).
        width_factor: (lower, upper) of how far to the right, in widths.
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
        >>> layer = tf.keras.layers.RandomTranslation(0.0, (0.5, 0.5), fill_mode="constant")
        >>> layer(tf.constant([[[1.0], [2.0]]]), training=True).numpy()[0, :, 0].tolist()
        [0.0, 1.0]
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
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
        self.height_factor, self.width_factor = height_factor, width_factor
        self._height = factor_range(type(self).__name__, height_factor, -1, 1, name="height_factor")
        self._width = factor_range(type(self).__name__, width_factor, -1, 1, name="width_factor")

    def draw(self, shape: tuple[int, ...]) -> Any:
        right = self.uniform((shape[0],), *self._width) * float(shape[2])
        down = self.uniform((shape[0],), *self._height) * float(shape[1])
        return rows(1.0, 0.0, -right, 0.0, 1.0, -down)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
        }
