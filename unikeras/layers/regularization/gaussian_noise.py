"""`GaussianNoise`: added noise while training."""

from __future__ import annotations

from typing import Any

from unikeras.core.random import SeedGenerator
from unikeras.layers.layer import Layer
from unikeras.ops import random

__all__ = ["GaussianNoise"]


class GaussianNoise(Layer):
    """While training, x plus normal noise of mean 0 (mirrors `keras.layers.GaussianNoise`).

    A seed gives the same noise on every engine.

    Args:
        stddev: the noise's standard deviation.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a negative stddev.

    Example:
        >>> import unikeras as tf
        >>> y = tf.keras.layers.GaussianNoise(2.0, seed=1)(tf.zeros([100, 100]), training=True)
        >>> bool(abs(y.numpy().std() - 2.0) < 0.1)
        True
    """

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(stddev, (int, float)) or not stddev >= 0:
            raise ValueError(f"GaussianNoise: stddev must be a number of at least 0, not {stddev!r}.")
        self.stddev = stddev
        self.seed = seed
        if stddev > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.stddev == 0:
            return inputs
        return inputs + random.normal(
            inputs.shape, 0.0, self.stddev, dtype=inputs.dtype, seed=self.seed_generator
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}
