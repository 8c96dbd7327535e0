"""`Multiply`: the product of tensors."""

from __future__ import annotations

from functools import reduce
from typing import Any

from unikeras import ops
from unikeras.layers.merging.merge import Merge

__all__ = ["Multiply", "multiply"]


class Multiply(Merge):
    """The product of the inputs, elementwise (mirrors `keras.layers.Multiply`).

    Called with a list of tensors of shapes that broadcast (but for the batch axis); the mask of the result is
    true where all the inputs' masks are.

    Args:
        **kwargs: as for `Layer`.

    Raises:
        ValueError: not a list, or shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> x, y = tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])
        >>> tf.keras.layers.Multiply()([x, y]).numpy().tolist()
        [[3.0, 24.0]]
    """

    def merge(self, tensors: list[Any]) -> Any:
        return reduce(ops.multiply, tensors)


def multiply(inputs: Any, **kwargs: Any) -> Any:
    """`Multiply` as a function (mirrors `keras.layers.multiply`).

    Args:
        inputs: a list of tensors.
        **kwargs: as for `Multiply`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.multiply([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[3.0, 24.0]]
    """
    return Multiply(**kwargs)(inputs)
