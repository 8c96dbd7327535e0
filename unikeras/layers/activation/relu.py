"""`ReLU`: the rectifier."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["ReLU"]


class ReLU(Layer):
    """max(x, 0), with a slope below the threshold and a largest value if given (mirrors `keras.layers.ReLU`).

    Args:
        max_value: the largest value; `None` for no limit.
        negative_slope: the slope below the threshold.
        threshold: below it, the result is negative_slope * (x - threshold).
        **kwargs: as for `Layer`.

    Raises:
        ValueError: one of them is negative.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.ReLU(max_value=6.0)(tf.constant([-1.0, 2.0, 8.0])).numpy().tolist()
        [0.0, 2.0, 6.0]
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, value in (
            ("max_value", max_value or 0),
            ("negative_slope", negative_slope),
            ("threshold", threshold),
        ):
            if value is None or value < 0:
                raise ValueError(f"ReLU: {name} must not be negative or None, but it is {value!r}.")
        self.max_value = None if max_value is None else float(max_value)
        self.negative_slope = float(negative_slope)
        self.threshold = float(threshold)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        return ops.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }
