"""`RandomZoom`: images made smaller or larger at random."""

from __future__ import annotations

from typing import Any

from unikeras.layers.preprocessing.image.affine_layer import RandomAffineLayer, rows
from unikeras.layers.preprocessing.image.image_layer import factor_range

__all__ = ["RandomZoom"]


class RandomZoom(RandomAffineLayer):
    """Images made smaller or larger about their middle, while training (mirrors `keras.layers.RandomZoom`).

    Args:
        height_factor: (lower, upper) of how much more of the height is seen: 0.2 shows 1.2 of it, so that things are smaller, and -0.2
            shows 0.8 of it; a number f means (-f, f).
        width_factor: likewise; `None` keeps the aspect ratio.
        fill_mode: what lies outside: 'reflect' (b a | a b c | c b), 'wrap', 'constant' or 'nearest'.
        interpolation: 'bilinear' or 'nearest'.
        seed: an int; `None` for one from the global stream.
        fill_value: of a constant.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of (-1, 1], another fill_mode or interpolation.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomZoom((1.0, 1.0), fill_mode="constant")
        >>> layer(tf.constant([[[8.0], [8.0]]]), training=True).numpy()[0, :, 0].tolist()
        [4.0, 4.0]
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
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
        name = type(self).__name__
        self._height = factor_range(name, height_factor, -1, 1, name="height_factor", open_low=True)
        self._width = (
            None
            if width_factor is None
            else factor_range(name, width_factor, -1, 1, name="width_factor", open_low=True)
        )

    def draw(self, shape: tuple[int, ...]) -> Any:
        down = 1 + self.uniform((shape[0],), *self._height)
        across = down if self._width is None else 1 + self.uniform((shape[0],), *self._width)
        x, y = (shape[2] - 1) / 2, (shape[1] - 1) / 2
        return rows(across, 0.0, x * (1 - across), 0.0, down, y * (1 - down))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
        }
