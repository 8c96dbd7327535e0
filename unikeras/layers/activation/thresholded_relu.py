"""`ThresholdedReLU`: zero up to a threshold."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["ThresholdedReLU"]


class ThresholdedReLU(Layer):
    """x where x > theta, else 0 (Konda et al., 2014).

    Mirrors tf.keras 2's `ThresholdedReLU`, which Keras 3 dropped.

    Args:
        theta: the threshold.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: theta is negative or None.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.ThresholdedReLU(theta=1.0)(tf.constant([0.5, 1.5])).numpy().tolist()
        [0.0, 1.5]
    """

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if theta is None or theta < 0:
            raise ValueError(f"ThresholdedReLU: theta must not be negative or None, but it is {theta!r}.")
        self.theta = float(theta)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        return ops.threshold(inputs, threshold=self.theta, default_value=0.0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "theta": self.theta}
