"""`RMSNormalization`: samples of mean square 1."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["RMSNormalization"]


class RMSNormalization(Layer):
    """x / sqrt(mean(x**2) + epsilon) * scale (Zhang and Sennrich, 2019; mirrors `keras.layers.RMSNormalization`).

    Args:
        axis: the axis or axes that are normalised, and that the learned scale has.
        epsilon: added to the mean square.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: the input has no such axis, or its size is not known.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RMSNormalization()(tf.constant([[2.0, -2.0]])).numpy().round(3).tolist()
        [[1.0, -1.0]]
    """

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon = float(epsilon)

    def build(self, input_shape: Any) -> None:
        rank = len(input_shape)
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        shape = tuple(input_shape[axis] for axis in axes if -rank <= axis < rank)
        if len(shape) < len(axes) or None in shape:
            raise ValueError(
                f"RMSNormalization {self.name!r}: axis={self.axis} does not fit an input of shape {tuple(input_shape)}, or its "
                "size is not known."
            )
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones", autocast=False)

    def call(self, x: Any) -> Any:
        return ops.rms_normalization(x, self.scale, axis=self.axis, epsilon=self.epsilon)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis, "epsilon": self.epsilon}
