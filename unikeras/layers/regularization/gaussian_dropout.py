"""`GaussianDropout`: multiplication by noise around 1 while training."""

from __future__ import annotations

from math import sqrt
from typing import Any

from unikeras.core.random import SeedGenerator
from unikeras.layers.layer import Layer
from unikeras.layers.regularization.dropout import check_rate
from unikeras.ops import random

__all__ = ["GaussianDropout"]


class GaussianDropout(Layer):
    """While training, x times normal noise around 1, of variance rate / (1 - rate) (Srivastava et al., 2014).

    Mirrors `keras.layers.GaussianDropout`. A seed gives the same noise on every engine.

    Args:
        rate: as for `Dropout`, in [0, 1): the variance is the same.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a rate outside [0, 1).

    Example:
        >>> import unikeras as tf
        >>> y = tf.keras.layers.GaussianDropout(0.5, seed=1)(tf.ones([100, 100]), training=True)
        >>> bool(abs(y.numpy().std() - 1.0) < 0.05)
        True
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = check_rate("GaussianDropout", rate, below_one=True)
        self.seed = seed
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0:
            return inputs
        stddev = sqrt(self.rate / (1 - self.rate))
        return inputs * random.normal(inputs.shape, 1.0, stddev, dtype=inputs.dtype, seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
