"""`LSTMCell`: one step of `LSTM`."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import activations, ops
from unikeras.layers.recurrent.cell import RecurrentCell

__all__ = ["LSTMCell"]


class LSTMCell(RecurrentCell):
    """One step of `LSTM` (mirrors `keras.layers.LSTMCell`).

    Called with inputs [B, D] and the states [h, c], each [B, units]; returns the output and the new states.

    Args:
        units: the size of the states and the output.
        activation: a function or its name; linear if `None`.
        recurrent_activation: that of the gates.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [inputs, 4 * units].
        recurrent_initializer: initializer of the recurrent kernel [units, 4 * units].
        bias_initializer: initializer of the bias [4 * units].
        unit_forget_bias: whether the bias of the forget gate starts at 1 (Jozefowicz et al., 2015).
        kernel_regularizer: regularizer of the kernel.
        recurrent_regularizer: regularizer of the recurrent kernel.
        bias_regularizer: regularizer of the bias.
        kernel_constraint: constraint of the kernel.
        recurrent_constraint: constraint of the recurrent kernel.
        bias_constraint: constraint of the bias.
        dropout: the fraction of the inputs that is dropped while training, the same at every step.
        recurrent_dropout: the fraction of the state that is dropped where it enters the recurrent product.
        seed: the seed of the dropouts, an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: units is not a positive integer, or the input has no known last dimension.

    Example:
        >>> import unikeras as tf
        >>> cell = tf.keras.layers.LSTMCell(2)
        >>> output, states = cell(tf.ones([3, 4]), cell.get_initial_state(batch_size=3))
        >>> output.shape, len(states)
        (TensorShape([3, 2]), 2)
    """

    gates = 4

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer, kernel_regularizer,
            recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint, bias_constraint, dropout,
            recurrent_dropout, seed, **kwargs,
        )  # fmt: skip
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias
        self.state_size = [self.units, self.units]

    def _bias_start(self) -> Any:
        if not self.unit_forget_bias:
            return self.bias_initializer

        initializer: Any = self.bias_initializer

        def start(shape: Any, dtype: Any = None) -> np.ndarray:
            bias = np.array(initializer(shape, dtype=dtype))
            bias[self.units : 2 * self.units] = 1
            return bias

        return start

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:  # type: ignore[override]
        h, c = states
        inputs, kept = self._inputs_and_state(inputs, h, training)
        z = ops.dense(inputs, self.kernel, self.bias) + ops.matmul(kept, self.recurrent_kernel)
        i, f, g, o = ops.split(z, 4, axis=-1)
        gate = self.recurrent_activation
        c = gate(f) * c + gate(i) * self.activation(g)
        h = gate(o) * self.activation(c)
        return h, [h, c]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "unit_forget_bias": self.unit_forget_bias,
        }
