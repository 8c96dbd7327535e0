"""`LinearModel`: a weighted sum of the inputs."""

from __future__ import annotations

from typing import Any

from unikeras import activations, initializers, ops, regularizers
from unikeras.core import nest
from unikeras.layers.layer import Layer
from unikeras.layers.shapes import as_shapes
from unikeras.models.model import Model

__all__ = ["LinearModel"]


class LinearModel(Model):
    """activation(sum of inputs[i] W_i, plus a bias) (mirrors `tf.keras.experimental.LinearModel`).

    Args:
        units: the number of outputs.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernels [inputs, units], one for each input.
        bias_initializer: initializer of the bias [units].
        kernel_regularizer: regularizer of the kernels.
        bias_regularizer: regularizer of the bias.
        **kwargs: as for a model.

    Example:
        >>> import unikeras as tf
        >>> model = tf.keras.experimental.LinearModel(kernel_initializer="ones")
        >>> model([tf.ones([2, 3]), tf.ones([2, 4])]).numpy().tolist()
        [[7.0], [7.0]]
    """

    keras_names = {"module": "keras.experimental", "class_name": "LinearModel", "registered_name": None}

    def __init__(
        self,
        units: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "zeros",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)

    def build(self, input_shape: Any) -> None:
        """Make the kernels, one for each input.

        Args:
            input_shape: a shape [batch, inputs], or a list or dict of them.
        """
        shapes = as_shapes(input_shape)
        shapes = [shapes[k] for k in sorted(shapes)] if isinstance(shapes, dict) else shapes
        shapes = shapes if isinstance(shapes, list) else [shapes]
        self.kernels = [
            self.add_weight(
                name="kernel",
                shape=(shape[-1], self.units),
                initializer=self.kernel_initializer,
                regularizer=self.kernel_regularizer,
            )
            for shape in shapes
        ]
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
            )
        self.built = True

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The outputs."""
        values = nest.flatten(inputs)
        if len(values) != len(self.kernels):
            raise ValueError(
                f"LinearModel {self.name!r} was built for {len(self.kernels)} inputs, but {len(values)} came."
            )
        total = ops.matmul(values[0], self.kernels[0])
        for value, kernel in zip(values[1:], self.kernels[1:], strict=True):
            total = total + ops.matmul(value, kernel)
        return self.activation(total if self.bias is None else total + self.bias)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the model again."""
        return {
            **Layer.get_config(self),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
        }
