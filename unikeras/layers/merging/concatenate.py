"""`Concatenate`: tensors one after the other."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer
from unikeras.layers.merging.merge import as_list, same_dtype

__all__ = ["Concatenate", "concatenate"]


class Concatenate(Layer):
    """The inputs joined along an axis (mirrors `keras.layers.Concatenate`).

    Masks are joined along that axis too; an input without one counts as unmasked. On an axis that masks do not
    have, the mask of the result is true where all the inputs' masks are (as in tf.keras 2).

    Args:
        axis: the axis; the shapes must be equal on all others.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: not a list, or shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Concatenate()([tf.constant([[1.0]]), tf.constant([[2.0, 3.0]])]).numpy().tolist()
        [[1.0, 2.0, 3.0]]
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True

    def _check(self, shapes: Any) -> None:
        shapes = [tuple(shape) for shape in as_list(self, shapes)]
        where = f"Concatenate {self.name!r}"
        ranks = {len(shape) for shape in shapes}
        if len(ranks) > 1:
            raise ValueError(
                f"{where}: the inputs must have the same number of axes, but the shapes are {shapes}."
            )
        rank = ranks.pop()
        if not -rank <= self.axis < rank:
            raise ValueError(f"{where}: there is no axis {self.axis} in inputs of shapes {shapes}.")
        for axis, sizes in enumerate(zip(*shapes, strict=True)):
            if axis != self.axis % rank and len(set(sizes) - {None}) > 1:
                raise ValueError(
                    f"{where}: the inputs' shapes must be equal on all axes but {self.axis}, but they are {shapes}."
                )

    def build(self, input_shape: Any) -> None:
        self._check(input_shape)

    def call(self, inputs: Any) -> Any:
        tensors = same_dtype(self, as_list(self, inputs))
        self._check([tensor.shape for tensor in tensors])
        return ops.concat(tensors, axis=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        if previous_mask is None or all(mask is None for mask in previous_mask):
            return None
        if not isinstance(previous_mask, (list, tuple)) or len(previous_mask) != len(inputs):
            raise ValueError(
                f"Concatenate {self.name!r}: a mask for each of the {len(inputs)} inputs is needed."
            )
        given = [mask for mask in previous_mask if mask is not None]
        rank = len(given[0].shape)
        axis = self.axis % len(inputs[0].shape)
        if axis >= rank:
            result = given[0]
            for mask in given[1:]:
                result = ops.logical_and(result, mask)
            return result
        masks = [
            ops.ones(tensor.shape[:rank], dtype="bool") if mask is None else mask
            for tensor, mask in zip(inputs, previous_mask, strict=True)
        ]
        return ops.concat(masks, axis=axis)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """`Concatenate` as a function (mirrors `keras.layers.concatenate`).

    Args:
        inputs: a list of tensors.
        axis: the axis.
        **kwargs: as for `Concatenate`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.concatenate([tf.constant([[1.0]]), tf.constant([[2.0]])], axis=0).numpy().tolist()
        [[1.0], [2.0]]
    """
    return Concatenate(axis=axis, **kwargs)(inputs)
