"""`RandomShear`: images slanted at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.affine_layer import RandomAffineLayer, rows
from unikeras.layers.preprocessing.image.image_layer import factor_range

__all__ = ["RandomShear"]


class RandomShear(RandomAffineLayer):
    """Images slanted, while training (mirrors `keras.layers.RandomShear`).

    Args:
        x_factor: (lower, upper) of how far each row is moved to the side, in pixels for each row above it; the direction is random. A
            number f means (0, f).
        y_factor: likewise for columns.
        interpolation: 'bilinear' or 'nearest'.
        fill_mode: what lies outside: 'reflect' (b a | a b c | c b), 'wrap', 'constant' or 'nearest'.
        fill_value: of a constant.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [0, 1], another fill_mode or interpolation.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomShear(x_factor=0.5, fill_mode="constant")
        >>> layer(tf.ones([1, 4, 4, 3]), training=True).shape
        TensorShape([1, 4, 4, 3])
    """

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
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
        name = type(self).__name__
        # Files of Keras 3 hold (-f, f) for a number f.
        given = [
            (f if not isinstance(f, (tuple, list)) or f[0] != -f[1] else f[1]) for f in (x_factor, y_factor)
        ]
        self.x_factor = factor_range(name, given[0], 0, 1, name="x_factor", start=0)
        self.y_factor = factor_range(name, given[1], 0, 1, name="y_factor", start=0)

    def _either_way(self, count: int, factor: tuple[float, float]) -> Any:
        size = self.uniform((count,), *factor)
        return ops.where(self.uniform((count,)) < 0.5, size, -size)

    def draw(self, shape: tuple[int, ...]) -> Any:
        across, down = (self._either_way(shape[0], f) for f in (self.x_factor, self.y_factor))
        return rows(1.0, across, 0.0, down, 1.0, 0.0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "x_factor": self.x_factor, "y_factor": self.y_factor}
