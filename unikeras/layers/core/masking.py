"""`Masking`: steps of padding are masked in what follows."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["Masking"]


class Masking(Layer):
    """Masks the steps at which all features are `mask_value`, and puts them to 0.

    Mirrors `keras.layers.Masking`.

    Args:
        mask_value: what padding holds.
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Masking(mask_value=-1.0)
        >>> layer(tf.constant([[[1.0, -1.0], [-1.0, -1.0]]])).numpy().tolist()
        [[[1.0, -1.0], [0.0, 0.0]]]
        >>> layer.compute_mask(tf.constant([[[1.0, -1.0], [-1.0, -1.0]]])).numpy().tolist()
        [[True, False]]
    """

    def __init__(self, mask_value: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True
        self.built = True

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Any) -> Any:
        kept = ops.expand_dims(self.compute_mask(inputs), axis=-1)
        return ops.where(kept, inputs, ops.zeros_like(inputs))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mask_value": self.mask_value}
