"""`LeakyReLU`: a rectifier that lets a little through below zero."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["LeakyReLU"]


class LeakyReLU(Layer):
    """x where positive, else negative_slope * x (Maas et al., 2013; mirrors `keras.layers.LeakyReLU`).

    Args:
        negative_slope: the slope below zero; tf.keras 2 calls it `alpha`.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a negative slope.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.LeakyReLU(alpha=0.5)(tf.constant([-2.0, 3.0])).numpy().tolist()
        [-1.0, 3.0]
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        negative_slope = kwargs.pop("alpha", negative_slope)
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(
                f"LeakyReLU: negative_slope must not be negative or None, but it is {negative_slope!r}."
            )
        self.negative_slope = float(negative_slope)
        self.supports_masking = True
        self.built = True

    @property
    def alpha(self) -> float:
        """tf.keras 2's name of `negative_slope`."""
        return self.negative_slope

    def call(self, inputs: Any) -> Any:
        return ops.leaky_relu(inputs, negative_slope=self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "negative_slope": self.negative_slope}
