"""`ActivityRegularization`: a penalty on what passes through."""

from __future__ import annotations

from typing import Any

from unikeras import regularizers
from unikeras.layers.layer import Layer

__all__ = ["ActivityRegularization"]


class ActivityRegularization(Layer):
    """The input itself; the training loss gets l1 * sum|x| + l2 * sum(x**2), divided by the batch size.

    Mirrors `keras.layers.ActivityRegularization`.

    Args:
        l1: the factor of the sum of absolute values.
        l2: the factor of the sum of squares.
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.ActivityRegularization(l2=0.5)
        >>> y = layer(tf.constant([[1.0, 3.0]]))
        >>> float(layer.losses[0])
        5.0
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1 = l1
        self.l2 = l2
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        return inputs

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.pop("activity_regularizer")
        return {**config, "l1": self.l1, "l2": self.l2}
