"""`Dropout`: randomly without some of the inputs while training."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.random import SeedGenerator
from unikeras.layers.layer import Layer
from unikeras.ops import random

__all__ = ["Dropout", "check_rate"]


def check_rate(layer: str, rate: Any, *, below_one: bool = False) -> float:
    """`rate` as a float in [0, 1], or in [0, 1).

    Raises:
        ValueError: it is not.
    """
    number = isinstance(rate, (int, float)) and not isinstance(rate, bool)
    if not number or not 0 <= rate <= 1 or (below_one and rate == 1):
        raise ValueError(f"{layer}: rate must be a number in [0, 1{')' if below_one else ']'}, not {rate!r}.")
    return rate


class Dropout(Layer):
    """Randomly without some of the inputs while training (Srivastava et al., 2014).

    Mirrors `keras.layers.Dropout`. Each input is 0 with probability `rate`, and else scaled by 1 / (1 - rate). A seed gives the same masks on every engine.

    Args:
        rate: the fraction that is dropped, in [0, 1].
        noise_shape: the shape of the mask, broadcast to the input's; `None` in it for the input's size.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a rate outside [0, 1].

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Dropout(0.5, seed=1)
        >>> layer(tf.ones([1, 4])).numpy().tolist()
        [[1.0, 1.0, 1.0, 1.0]]
        >>> sorted(set(layer(tf.ones([1, 100]), training=True).numpy().ravel().tolist()))
        [0.0, 2.0]
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = check_rate(type(self).__name__, rate)
        self.noise_shape = noise_shape if noise_shape is None else tuple(noise_shape)
        self.seed = seed
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self.built = True

    def _noise_shape(self, inputs: Any) -> Any:
        return self.noise_shape

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0:
            return inputs
        if self.rate == 1:
            return ops.zeros_like(inputs)
        return random.dropout(inputs, self.rate, self._noise_shape(inputs), seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
