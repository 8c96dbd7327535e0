"""`Softmax`: probabilities over an axis."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["Softmax"]


class Softmax(Layer):
    """exp(x) divided by its sum over the axis (mirrors `keras.layers.Softmax`).

    Called with a mask (booleans of x's shape, or of its leading axes), what is masked gets probability 0; where
    all is masked, all get the same share as without the mask (as in tf.keras 2; Keras 3 gives zeros).

    Args:
        axis: an axis, or a list of axes.
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> x = tf.constant([[1.0, 1.0, 1.0]])
        >>> tf.keras.layers.Softmax()(x, mask=tf.constant([[True, False, True]])).numpy().tolist()
        [[0.5, 0.0, 0.5]]
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is not None:
            mask = ops.reshape(mask, (*mask.shape, *(1 for _ in inputs.shape[len(mask.shape) :])))
            least = -3e4 if inputs.dtype == "float16" else -1e9
            inputs = inputs + (1.0 - ops.cast(mask, inputs.dtype)) * least
        return ops.softmax(inputs, axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis if isinstance(self.axis, int) else list(self.axis)}
