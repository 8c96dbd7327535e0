"""`Subtract`: the difference of two tensors."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.merging.merge import Merge, as_list

__all__ = ["Subtract", "subtract"]


class Subtract(Merge):
    """The first input minus the second (mirrors `keras.layers.Subtract`).

    Called with a list of tensors of shapes that broadcast (but for the batch axis); the mask of the result is
    true where all the inputs' masks are.

    Args:
        **kwargs: as for `Layer`.

    Raises:
        ValueError: not a list of two, or shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> x, y = tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])
        >>> tf.keras.layers.Subtract()([x, y]).numpy().tolist()
        [[-2.0, 2.0]]
    """

    def _check(self, shapes: Any) -> None:
        if len(as_list(self, shapes)) != 2:
            raise ValueError(
                f"Subtract {self.name!r} takes a list of exactly 2 tensors, but received {len(shapes)}."
            )
        super()._check(shapes)

    def merge(self, tensors: list[Any]) -> Any:
        return ops.subtract(*tensors)


def subtract(inputs: Any, **kwargs: Any) -> Any:
    """`Subtract` as a function (mirrors `keras.layers.subtract`).

    Args:
        inputs: a list of tensors.
        **kwargs: as for `Subtract`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.subtract([tf.constant([[1.0, 6.0]]), tf.constant([[3.0, 4.0]])]).numpy().tolist()
        [[-2.0, 2.0]]
    """
    return Subtract(**kwargs)(inputs)
