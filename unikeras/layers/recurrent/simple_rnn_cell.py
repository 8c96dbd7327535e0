"""`SimpleRNNCell`: one step of `SimpleRNN`."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.recurrent.cell import RecurrentCell
from unikeras.layers.recurrent.states import as_list

__all__ = ["SimpleRNNCell"]


class SimpleRNNCell(RecurrentCell):
    """One step of `SimpleRNN` (mirrors `keras.layers.SimpleRNNCell`).

    Called with inputs [B, D] and the states [h], each [B, units]; returns the output and the new states.

    Args:
        units: the size of the state and the output.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [inputs, units].
        recurrent_initializer: initializer of the recurrent kernel [units, units].
        bias_initializer: initializer of the bias [units].
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
        >>> cell = tf.keras.layers.SimpleRNNCell(2)
        >>> output, states = cell(tf.ones([3, 4]), cell.get_initial_state(batch_size=3))
        >>> output.shape, len(states)
        (TensorShape([3, 2]), 1)
    """

    gates = 1

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
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

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, Any]:  # type: ignore[override]
        h = as_list(states)[0]
        inputs, kept = self._inputs_and_state(inputs, h, training)
        new = self.activation(
            ops.dense(inputs, self.kernel, self.bias) + ops.matmul(kept, self.recurrent_kernel)
        )
        return new, [new] if isinstance(states, (list, tuple)) else new
