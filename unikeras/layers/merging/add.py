"""`Add`: the sum of tensors."""

from __future__ import annotations

from functools import reduce
from typing import Any

from unikeras import ops
from unikeras.layers.merging.merge import Merge

__all__ = ["Add", "add"]


class Add(Merge):
    """The sum of the inputs (mirrors `keras.layers.Add`).

    Called with a list of tensors of shapes that broadcast (but for the batch axis); the mask of the result is
    true where all the inputs' masks are.

    Args:
        **kwargs: as for `Layer`.

    Raises:
        ValueError: not a list, or shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Add()([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[4.0, 10.0]]
    """

    def merge(self, tensors: list[Any]) -> Any:
        return reduce(ops.add, tensors)


def add(inputs: Any, **kwargs: Any) -> Any:
    """`Add` as a function (mirrors `keras.layers.add`).

    Args:
        inputs: a list of tensors.
        **kwargs: as for `Add`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.add([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[4.0, 10.0]]
    """
    return Add(**kwargs)(inputs)
