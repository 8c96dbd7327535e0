"""`Reshape`: the elements of each sample in another shape."""

from __future__ import annotations

from math import prod
from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["Reshape"]


class Reshape(Layer):
    """[batch, ...] as [batch, *target_shape] (mirrors `keras.layers.Reshape`).

    Args:
        target_shape: the shape of a sample, an int or a tuple of ints; one may be -1 (or `None`): what is left.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: more than one dimension is left open, or the sizes do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Reshape((2, -1))(tf.zeros([5, 6])).shape
        TensorShape([5, 2, 3])
    """

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        target = (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)
        self.target_shape = tuple(-1 if d is None else int(d) for d in target)
        if self.target_shape.count(-1) > 1:
            raise ValueError(
                f"Reshape: at most one dimension of target_shape may be -1, but it is {target_shape!r}."
            )
        if any(d < -1 for d in self.target_shape):
            raise ValueError(f"Reshape: a dimension of target_shape is negative: {target_shape!r}.")

    def _sample_shape(self, shape: Any) -> tuple[int | None, ...]:
        """The target's shape for a sample of `shape`, -1 worked out; `None` where a size is unknown."""
        known = prod(d for d in self.target_shape if d != -1)
        if None in shape:
            return tuple(None if d == -1 else d for d in self.target_shape)
        size = prod(shape)
        left = size // known if known else 0
        found = tuple(left if d == -1 else d for d in self.target_shape)
        if prod(found) != size:
            raise ValueError(
                f"Reshape {self.name!r}: a sample of shape {tuple(shape)} has {size} elements, which do not fit into "
                f"target_shape={self.target_shape}."
            )
        return found

    def build(self, input_shape: Any) -> None:
        self._sample_shape(input_shape[1:])  # refuses a shape that does not fit

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        return (input_shape[0], *self._sample_shape(tuple(input_shape)[1:]))

    def call(self, inputs: Any) -> Any:
        return ops.reshape(inputs, (inputs.shape[0], *self._sample_shape(inputs.shape[1:])))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "target_shape": self.target_shape}
