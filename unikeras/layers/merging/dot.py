"""`Dot`: products of the samples of two tensors."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.layer import Layer
from unikeras.layers.merging.merge import as_list, same_dtype

__all__ = ["Dot", "dot"]


class Dot(Layer):
    """Sample by sample, the product of two tensors summed over an axis of each (mirrors `keras.layers.Dot`).

    Args:
        axes: the axis of both, or a pair: that of the first and that of the second; not 0, the batch.
        normalize: whether to divide by the vectors' lengths first: the cosine of their angle.
        **kwargs: as for `Layer`.

    Raises:
        TypeError: axes is not an int or ints.
        ValueError: not two inputs, or sizes that differ on the axes.

    Example:
        >>> import unikeras as tf
        >>> x, y = tf.constant([[1.0, 2.0]]), tf.constant([[3.0, 4.0]])
        >>> tf.keras.layers.Dot(axes=1)([x, y]).numpy().tolist()
        [[11.0]]
    """

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axes, int):
            if not isinstance(axes, (list, tuple)) or not all(isinstance(a, int) for a in axes):
                raise TypeError(f"Dot: axes must be an int or a pair of ints, not {axes!r}.")
            if len(axes) != 2:
                raise ValueError(f"Dot: axes must be an int or a pair of ints, not {axes!r}.")
        self.axes = axes if isinstance(axes, int) else tuple(axes)
        self.normalize = normalize
        self.supports_masking = True

    def _axes(self, shapes: Any) -> tuple[int, int]:
        """The axes counted from 0, for shapes that fit them."""
        shapes = [tuple(shape) for shape in as_list(self, shapes)]
        if len(shapes) != 2:
            raise ValueError(
                f"Dot {self.name!r} takes a list of exactly 2 tensors, but received {len(shapes)}."
            )
        axes = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        for axis, shape in zip(axes, shapes, strict=True):
            if not -len(shape) <= axis < len(shape) or axis % len(shape) == 0:
                raise ValueError(
                    f"Dot {self.name!r}: axes={self.axes} do not fit inputs of shapes {shapes} (0 is the batch)."
                )
        first, second = (axis % len(shape) for axis, shape in zip(axes, shapes, strict=True))
        sizes = shapes[0][first], shapes[1][second]
        if None not in sizes and sizes[0] != sizes[1]:
            raise ValueError(
                f"Dot {self.name!r}: the axes to sum over must have the same size, but they have {sizes[0]} and "
                f"{sizes[1]}; axes={self.axes}, shapes {shapes}."
            )
        if None not in (shapes[0][0], shapes[1][0]) and shapes[0][0] != shapes[1][0]:
            raise ValueError(f"Dot {self.name!r}: the batch sizes differ; the shapes are {shapes}.")
        return first, second

    def build(self, input_shape: Any) -> None:
        self._axes(input_shape)

    def call(self, inputs: Any) -> Any:
        axes = self._axes([tensor.shape for tensor in as_list(self, inputs)])
        x, y = same_dtype(self, list(inputs))
        if self.normalize:
            x, y = ops.l2_normalize(x, axis=axes[0]), ops.l2_normalize(y, axis=axes[1])
        return ops.batch_dot(x, y, axes=axes)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        return None

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axes": self.axes, "normalize": self.normalize}


def dot(inputs: Any, axes: Any = -1, normalize: bool = False, **kwargs: Any) -> Any:
    """`Dot` as a function (mirrors `keras.layers.dot`).

    Args:
        inputs: a list of two tensors.
        axes: as for `Dot`.
        normalize: as for `Dot`.
        **kwargs: as for `Dot`.

    Example:
        >>> import unikeras as tf
        >>> x, y = tf.constant([[3.0, 4.0]]), tf.constant([[6.0, 8.0]])
        >>> tf.keras.layers.dot([x, y], axes=1, normalize=True).numpy().round(3).tolist()
        [[1.0]]
    """
    return Dot(axes=axes, normalize=normalize, **kwargs)(inputs)
