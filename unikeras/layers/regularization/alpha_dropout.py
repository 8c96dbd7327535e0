"""`AlphaDropout`: dropout that keeps mean and variance, for selu."""

from __future__ import annotations

from typing import Any

from unikeras.core.random import SeedGenerator
from unikeras.layers.layer import Layer
from unikeras.layers.regularization.dropout import check_rate
from unikeras.ops import random

__all__ = ["AlphaDropout"]


class AlphaDropout(Layer):
    """Dropout that keeps mean and variance, for selu (Klambauer et al., 2017).

    Mirrors `keras.layers.AlphaDropout`. While training, each input is put to selu's floor with probability `rate`, and
    all are scaled. A seed gives the same masks on every engine.

    Args:
        rate: the fraction that is dropped, in [0, 1).
        noise_shape: the shape of the mask, broadcast to the input's; `None` in it for the input's size.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a rate outside [0, 1).

    Example:
        >>> import unikeras as tf
        >>> y = tf.keras.layers.AlphaDropout(0.5, seed=1)(tf.random.normal([100, 100], seed=2), training=True)
        >>> bool(abs(y.numpy().std() - 1.0) < 0.05)
        True
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = check_rate("AlphaDropout", rate, below_one=True)
        self.noise_shape = noise_shape if noise_shape is None else tuple(noise_shape)
        self.seed = seed
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0:
            return inputs
        return random.alpha_dropout(inputs, self.rate, self.noise_shape, seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
