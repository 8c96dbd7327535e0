"""`Permute`: the axes of each sample in another order."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["Permute"]


class Permute(Layer):
    """The axes after the batch's in another order (mirrors `keras.layers.Permute`).

    Args:
        dims: the order, a tuple of ints; the first axis of a sample is 1.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: dims is not an order of 1, 2, ...

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Permute((2, 1))(tf.zeros([5, 3, 4])).shape
        TensorShape([5, 4, 3])
    """

    def __init__(self, dims: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                f"Permute: dims must hold each of 1, 2, ..., {len(self.dims)} once (0, the batch, stays), not {dims!r}."
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Any) -> Any:
        return ops.transpose(inputs, (0, *self.dims))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dims": self.dims}
