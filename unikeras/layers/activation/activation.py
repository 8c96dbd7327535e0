"""`Activation`: any activation function as a layer."""

from __future__ import annotations

from typing import Any

from unikeras import activations
from unikeras.layers.layer import Layer

__all__ = ["Activation"]


class Activation(Layer):
    """An activation function, elementwise (mirrors `keras.layers.Activation`).

    Args:
        activation: a function or its name.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an unknown name.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Activation("relu")(tf.constant([-1.0, 2.0])).numpy().tolist()
        [0.0, 2.0]
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        return self.activation(inputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": activations.serialize(self.activation)}
