"""`RepeatVector`: each sample's vector n times."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["RepeatVector"]


class RepeatVector(Layer):
    """[batch, features] as [batch, n, features] (mirrors `keras.layers.RepeatVector`).

    Args:
        n: how many times, an int.
        **kwargs: as for `Layer`.

    Raises:
        TypeError: n is not an integer.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RepeatVector(2)(tf.constant([[1.0, 3.0]])).numpy().tolist()
        [[[1.0, 3.0], [1.0, 3.0]]]
    """

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(n, bool) or not isinstance(n, int):
            raise TypeError(f"RepeatVector: n must be an integer, not {n!r}.")
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        return ops.tile(ops.expand_dims(inputs, 1), (1, self.n, 1))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n": self.n}
