"""`UnitNormalization`: vectors of length 1."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["UnitNormalization"]


class UnitNormalization(Layer):
    """x divided by its Euclidean length over the axis; zeros stay zeros.

    Mirrors `keras.layers.UnitNormalization`.

    Args:
        axis: an axis, or a list of axes.
        **kwargs: as for `Layer`.

    Raises:
        TypeError: axis is not an int or ints.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.UnitNormalization()(tf.constant([[3.0, 4.0]])).numpy().round(3).tolist()
        [[0.6000000238418579, 0.800000011920929]]
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axes = (axis,) if isinstance(axis, int) else axis
        if not isinstance(axes, (list, tuple)) or not axes or not all(isinstance(a, int) for a in axes):
            raise TypeError(f"UnitNormalization: axis must be an int or a list of ints, not {axis!r}.")
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        return ops.l2_normalize(inputs, axis=self.axis, epsilon=1e-12)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis if isinstance(self.axis, int) else list(self.axis)}
