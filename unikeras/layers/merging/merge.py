"""What the layers that join tensors elementwise have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["Merge", "as_list", "same_dtype"]


def as_list(layer: Layer, inputs: Any) -> list[Any]:
    """The inputs (or their shapes) as a list.

    Raises:
        ValueError: they are none, or not several.
    """
    if not isinstance(inputs, (list, tuple)) or hasattr(inputs, "rank") or not inputs:
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r} takes a list of at least one tensor, but received {inputs!r}."
        )
    return list(inputs)


def same_dtype(layer: Layer, tensors: list[Any]) -> list[Any]:
    """The tensors in one dtype: the layer's if some hold floats, else the smallest that holds all the integers."""
    dtypes = {tensor.dtype for tensor in tensors}
    if len(dtypes) == 1:
        return tensors
    if any(dtype.is_floating for dtype in dtypes):
        wanted = layer.compute_dtype
    else:
        wanted = np.result_type(*(dtype.np_dtype for dtype in dtypes)).name
    return [ops.cast(tensor, wanted) for tensor in tensors]


class Merge(Layer):
    """Base of the layers that join a list of tensors elementwise; a subclass says how in `merge(tensors)`.

    Shapes broadcast, but for the batch axis; where a tensor has fewer axes, the missing ones are those after the
    batch. The mask of the result is true where all the inputs' masks are (as in tf.keras 2; Keras 3 takes any).
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def _check(self, shapes: Any) -> None:
        """Refuse shapes that do not broadcast."""
        shapes = [tuple(shape) for shape in as_list(self, shapes)]
        where = f"{type(self).__name__} {self.name!r}"
        if len(shapes) == 1:
            return
        if () in shapes:
            raise ValueError(f"{where}: every input needs a batch axis, but the shapes are {shapes}.")
        if len({shape[0] for shape in shapes} - {None}) > 1:
            raise ValueError(f"{where}: the batch sizes differ; the shapes are {shapes}.")
        rank = max(map(len, shapes))
        for sizes in zip(*((1,) * (rank - len(shape)) + shape[1:] for shape in shapes), strict=True):
            if len(set(sizes) - {None, 1}) > 1:
                raise ValueError(f"{where}: inputs of incompatible shapes {shapes}.")

    def build(self, input_shape: Any) -> None:
        self._check(input_shape)

    def call(self, inputs: Any) -> Any:
        tensors = same_dtype(self, as_list(self, inputs))
        self._check([tensor.shape for tensor in tensors])
        rank = max(len(tensor.shape) for tensor in tensors)
        for index, tensor in enumerate(tensors):
            missing = rank - len(tensor.shape)
            if missing:
                shape = tensor.shape
                tensors[index] = ops.reshape(tensor, (shape[0], *(1,) * missing, *shape[1:]))
        return self.merge(tensors)

    def merge(self, tensors: list[Any]) -> Any:
        """The formula, for tensors of one rank and dtype; subclasses override it."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it merges.")

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        if previous_mask is None:
            return None
        if not isinstance(previous_mask, (list, tuple)) or len(previous_mask) != len(inputs):
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: a mask for each of the {len(inputs)} inputs is needed."
            )
        result = None
        for mask in previous_mask:
            if mask is not None:
                result = mask if result is None else ops.logical_and(result, mask)
        return result
