"""`WeightNormalization`: a wrapper that learns the length and the direction of a layer's weights apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import activations, initializers, ops
from unikeras.core.op import op
from unikeras.core.variable import Variable, init_scope
from unikeras.layers.core.wrapper import Wrapper

__all__ = ["WeightNormalization"]


class WeightNormalization(Wrapper):
    """A layer whose kernel is g * v / |v|, with g, a length for each unit, and v learned (Salimans and Kingma, 2016).

    After TensorFlow Addons' layer of that name; neither Keras has it.

    Args:
        layer: a layer with a `kernel`, whose last axis is that of the units.
        data_init: whether the first call sets lengths and biases so that the layer's outputs for that batch, before its
            activation, have mean 0 and variance 1; if not, the lengths are those of the initial kernel.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: the layer has no kernel, or one that is not a variable.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.WeightNormalization(tf.keras.layers.Dense(2), data_init=False)
        >>> y = layer(tf.constant([[1.0, 2.0]]))
        >>> [w.name.split("/")[-1] for w in layer.weights]
        ['g:0', '_initialized:0', 'kernel:0', 'bias:0']
    """

    layer: Any

    def __init__(self, layer: Any, data_init: bool = True, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.data_init = data_init

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        kernel = self.layer.__dict__.get("kernel")
        if not isinstance(kernel, Variable):
            raise ValueError(
                f"WeightNormalization {self.name!r}: {type(self.layer).__name__} {self.layer.name!r} has no `kernel` of its own."
            )
        lengths = np.sqrt(np.sum(np.square(kernel.numpy()), axis=tuple(range(len(kernel.shape) - 1))))
        self.g = self.add_weight(
            name="g", shape=(kernel.shape[-1],), initializer=initializers.Constant(lengths.tolist())
        )
        self._initialized = self.add_weight(
            name="_initialized", shape=(), initializer="zeros", dtype="bool", trainable=False
        )

    def call(self, inputs: Any) -> Any:
        with init_scope():
            done = not self.data_init or bool(self._initialized.numpy())
        if not done:
            self._initialize(inputs)
        return self._with_kernel(directed(self.layer.kernel, self.g), inputs)

    def _with_kernel(self, kernel: Any, inputs: Any) -> Any:
        """The layer's result with a kernel that is not its variable."""
        held = self.layer.__dict__["kernel"]
        self.layer.__dict__["kernel"] = kernel
        try:
            return self.layer(inputs)
        finally:
            self.layer.__dict__["kernel"] = held

    def _initialize(self, inputs: Any) -> None:
        """Set lengths and biases by a batch, if they are not set yet."""
        activation = getattr(self.layer, "activation", None)
        if activation is not None:
            self.layer.__dict__["activation"] = activations.linear
        try:
            y = self._with_kernel(directed(self.layer.kernel, ops.ones_like(self.g)), inputs)
        finally:
            if activation is not None:
                self.layer.__dict__["activation"] = activation
        mean, variance = ops.batch_statistics(y)
        bias = getattr(self.layer, "bias", None)
        if bias is not None:
            mean = mean - bias
        scale = 1.0 / ops.sqrt(variance + 1e-10)
        self.g.assign(ops.where(self._initialized, self.g, ops.cast(scale, self.g.dtype)))
        if bias is not None:
            bias.assign(ops.where(self._initialized, bias, ops.cast(-mean * scale, bias.dtype)))
        self._initialized.assign(ops.ones_like(self._initialized))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_init": self.data_init}


@op
def directed(F, v, g):
    """g * v / |v|, for each unit, the last axis."""
    squares = F.sum(v * v, axis=tuple(range(v.ndim - 1)), keepdims=True)
    return v * (g / F.sqrt(F.maximum(squares, F.full_like(squares, 1e-24))))
