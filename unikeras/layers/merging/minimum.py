"""`Minimum`: the smallest of tensors."""

from __future__ import annotations

from functools import reduce
from typing import Any

from unikeras import ops
from unikeras.layers.merging.merge import Merge

__all__ = ["Minimum", "minimum"]


class Minimum(Merge):
    """The smallest of the inputs, elementwise (mirrors `keras.layers.Minimum`).

    Called with a list of tensors of shapes that broadcast (but for the batch axis); the mask of the result is
    true where all the inputs' masks are.

    Args:
        **kwargs: as for `Layer`.

    Raises:
        ValueError: not a list, or shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Minimum()([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[1.0, 4.0]]
    """

    def merge(self, tensors: list[Any]) -> Any:
        return reduce(ops.minimum, tensors)


def minimum(inputs: Any, **kwargs: Any) -> Any:
    """`Minimum` as a function (mirrors `keras.layers.minimum`).

    Args:
        inputs: a list of tensors.
        **kwargs: as for `Minimum`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.minimum([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[1.0, 4.0]]
    """
    return Minimum(**kwargs)(inputs)
