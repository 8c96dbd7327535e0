"""`Maximum`: the largest of tensors."""

from __future__ import annotations

from functools import reduce
from typing import Any

from unikeras import ops
from unikeras.layers.merging.merge import Merge

__all__ = ["Maximum", "maximum"]


class Maximum(Merge):
    """The largest of the inputs, elementwise (mirrors `keras.layers.Maximum`).

    Called with a list of tensors of shapes that broadcast (but for the batch axis); the mask of the result is
    true where all the inputs' masks are.

    Args:
        **kwargs: as for `Layer`.

    Raises:
        ValueError: not a list, or shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Maximum()([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[3.0, 6.0]]
    """

    def merge(self, tensors: list[Any]) -> Any:
        return reduce(ops.maximum, tensors)


def maximum(inputs: Any, **kwargs: Any) -> Any:
    """`Maximum` as a function (mirrors `keras.layers.maximum`).

    Args:
        inputs: a list of tensors.
        **kwargs: as for `Maximum`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.maximum([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[3.0, 6.0]]
    """
    return Maximum(**kwargs)(inputs)
