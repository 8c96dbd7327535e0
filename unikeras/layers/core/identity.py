"""`Identity`: what comes in."""

from __future__ import annotations

from typing import Any

from unikeras.layers.layer import Layer

__all__ = ["Identity"]


class Identity(Layer):
    """The input itself, a tensor or any structure of them (mirrors `keras.layers.Identity`).

    Args:
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Identity()(tf.constant([1.0])).numpy().tolist()
        [1.0]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape
