"""`ELU`: the exponential linear unit."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["ELU"]


class ELU(Layer):
    """x where positive, else alpha * (exp(x) - 1) (Clevert et al., 2016; mirrors `keras.layers.ELU`).

    Args:
        alpha: minus the limit for large negative x.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: alpha is not a number.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.ELU(alpha=2.0)(tf.constant([-100.0, 3.0])).numpy().tolist()
        [-2.0, 3.0]
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if alpha is None:
            raise ValueError("ELU: alpha must be a number, not None.")
        self.alpha = float(alpha)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        return ops.elu(inputs, alpha=self.alpha)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "alpha": self.alpha}
