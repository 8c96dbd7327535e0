"""`Input` and `InputLayer`: where a functional model begins."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.module import auto_name
from unikeras.core.shape import TensorShape, as_shape
from unikeras.core.symbolic import Node, SymbolicTensor
from unikeras.layers.layer import Layer

__all__ = ["Input", "InputLayer"]


class InputLayer(Layer):
    """The entry of a model (mirrors `keras.layers.InputLayer`).

    Args:
        shape: the input's shape without the batch dimension; `input_shape` is tf.keras 2's spelling.
        batch_size: the batch dimension, if fixed.
        dtype: the input's dtype; floatx if `None`.
        sparse: whether sparse tensors come; layers are given dense ones.
        ragged: whether ragged tensors come: rows of different lengths along the first axis after the batch.
        batch_shape: the shape with the batch dimension.
        input_tensor: a symbolic tensor to use.
        optional: accepted.
        name: the input's name.
        **kwargs: `input_shape`, `batch_input_shape`.

    Example:
        >>> from unikeras import keras
        >>> keras.layers.InputLayer(shape=(3,)).output.shape
        TensorShape([None, 3])
    """

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        shape = kwargs.pop("input_shape", shape)
        for key in ("type_spec", "tensor"):
            if kwargs.pop(key, None) is not None:
                raise NotImplementedError(f"Input: {key} is not available; give shape and dtype.")
        if sparse and ragged:
            raise ValueError("Input: an input cannot be both sparse and ragged.")
        if input_tensor is not None:
            batch_shape, dtype = input_tensor.shape, dtype or input_tensor.dtype
        if batch_shape is None and shape is None:
            raise ValueError(
                "Input: give `shape` (without the batch dimension), for example keras.Input(shape=(28, 28))."
            )
        if batch_shape is None:
            batch_shape = (batch_size, *as_shape(shape))
        elif shape is not None:
            raise ValueError("Input: give either `shape` or `batch_shape`, not both.")
        super().__init__(name=name or auto_name("input_layer"), **kwargs)
        self._dtype = as_dtype(dtype or floatx())
        self.batch_shape = TensorShape(batch_shape)
        self._batch_input_shape = tuple(self.batch_shape)
        self.optional = optional
        self.sparse, self.ragged = bool(sparse), bool(ragged)
        self.built = True
        tensor = input_tensor
        if tensor is None:
            tensor = SymbolicTensor(self.batch_shape, self._dtype, name=self.name)
            tensor.sparse, tensor.ragged = bool(sparse), bool(ragged)
        Node(self, (), {}, tensor)

    @property
    def dtype(self) -> str:
        """The input's dtype (a name)."""
        return self._dtype.name

    @property
    def input(self) -> Any:
        """What enters the model: the layer's output, so that `model.layers[0].input` begins another model."""
        return self.output

    def get_input_at(self, node_index: int) -> Any:
        """As `input`: an input layer has one node."""
        return self.get_output_at(node_index)

    def call(self, inputs: Any = None) -> Any:
        raise NotImplementedError("An InputLayer is not called; use its `.output`.")

    def get_config(self) -> dict[str, Any]:
        return {
            "batch_shape": tuple(self.batch_shape),
            "dtype": self.dtype,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
        }

    def get_build_config(self) -> None:
        return None


def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
    **kwargs: Any,
) -> SymbolicTensor:
    """A symbolic tensor to build a functional model from (mirrors `keras.Input`).

    Args:
        shape: its shape without the batch dimension, `None` for dimensions that may be anything.
        batch_size: the batch dimension, if fixed.
        dtype: its dtype; floatx if `None`.
        sparse: whether sparse tensors come; layers are given dense ones.
        ragged: whether ragged tensors come: rows of different lengths along the first axis after the batch.
        batch_shape: the shape with the batch dimension, instead of `shape`.
        name: the input's name, also its key in dict inputs.
        tensor: a symbolic tensor to use instead.
        optional: accepted.
        **kwargs: `batch_input_shape`, tf.keras 2's spelling of batch_shape.

    Example:
        >>> from unikeras import keras
        >>> keras.Input((28, 28)).shape
        TensorShape([None, 28, 28])
    """
    layer = InputLayer(
        shape=shape, batch_size=batch_size, dtype=dtype, sparse=sparse, ragged=ragged, batch_shape=batch_shape,
        input_tensor=tensor, optional=optional, name=name, **kwargs,
    )  # fmt: skip
    return layer.output
