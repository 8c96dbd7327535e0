"""`Average`: the mean of tensors."""

from __future__ import annotations

from functools import reduce
from typing import Any

from unikeras import ops
from unikeras.layers.merging.merge import Merge

__all__ = ["Average", "average"]


class Average(Merge):
    """The mean of the inputs, elementwise (mirrors `keras.layers.Average`).

    Called with a list of tensors of shapes that broadcast (but for the batch axis); the mask of the result is
    true where all the inputs' masks are.

    Args:
        **kwargs: as for `Layer`.

    Raises:
        ValueError: not a list, or shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Average()([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[2.0, 5.0]]
    """

    def merge(self, tensors: list[Any]) -> Any:
        if not tensors[0].dtype.is_floating:
            tensors = [ops.cast(tensor, self.compute_dtype) for tensor in tensors]
        return reduce(ops.add, tensors) / len(tensors)


def average(inputs: Any, **kwargs: Any) -> Any:
    """`Average` as a function (mirrors `keras.layers.average`).

    Args:
        inputs: a list of tensors.
        **kwargs: as for `Average`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.average([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[2.0, 5.0]]
    """
    return Average(**kwargs)(inputs)
