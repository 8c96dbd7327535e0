"""`GRUCell`: one step of `GRU`."""

from __future__ import annotations

from typing import Any

from unikeras import activations, ops
from unikeras.layers.recurrent.cell import RecurrentCell
from unikeras.layers.recurrent.states import as_list

__all__ = ["GRUCell"]


class GRUCell(RecurrentCell):
    """One step of `GRU` (mirrors `keras.layers.GRUCell`).

    Called with inputs [B, D] and the states [h], each [B, units]; returns the output and the new states.

    Args:
        units: the size of the state and the output.
        activation: a function or its name; linear if `None`.
        recurrent_activation: that of the gates.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [inputs, 3 * units].
        recurrent_initializer: initializer of the recurrent kernel [units, 3 * units].
        bias_initializer: initializer of the bias [2, 3 * units].
        kernel_regularizer: regularizer of the kernel.
        recurrent_regularizer: regularizer of the recurrent kernel.
        bias_regularizer: regularizer of the bias.
        kernel_constraint: constraint of the kernel.
        recurrent_constraint: constraint of the recurrent kernel.
        bias_constraint: constraint of the bias.
        dropout: the fraction of the inputs that is dropped while training, the same at every step.
        recurrent_dropout: the fraction of the state that is dropped where it enters the recurrent product.
        reset_after: whether the reset gate comes after the recurrent product (with a bias of its own), as on a GPU, or before it.
        seed: the seed of the dropouts, an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: units is not a positive integer, or the input has no known last dimension.

    Example:
        >>> import unikeras as tf
        >>> cell = tf.keras.layers.GRUCell(2)
        >>> output, states = cell(tf.ones([3, 4]), cell.get_initial_state(batch_size=3))
        >>> output.shape, len(states)
        (TensorShape([3, 2]), 1)
    """

    gates = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
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
        reset_after: bool = True,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer, kernel_regularizer,
            recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint, bias_constraint, dropout,
            recurrent_dropout, seed, **kwargs,
        )  # fmt: skip
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    def _bias_shape(self) -> tuple[int, ...]:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def biases(self) -> tuple[Any, Any]:
        """The bias of the inputs' product, and that of the recurrent one."""
        if self.bias is None or not self.reset_after:
            return self.bias, None
        return self.bias[0], self.bias[1]

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, Any]:  # type: ignore[override]
        h = as_list(states)[0]
        inputs, kept = self._inputs_and_state(inputs, h, training)
        bias, recurrent_bias = self.biases()
        a = ops.dense(inputs, self.kernel, bias)
        gate, n = self.recurrent_activation, self.units
        if self.reset_after:
            b = ops.dense(kept, self.recurrent_kernel, recurrent_bias)
            z, r = gate(a[..., :n] + b[..., :n]), gate(a[..., n : 2 * n] + b[..., n : 2 * n])
            g = self.activation(a[..., 2 * n :] + r * b[..., 2 * n :])
        else:
            b = ops.matmul(kept, self.recurrent_kernel[:, : 2 * n])
            z, r = gate(a[..., :n] + b[..., :n]), gate(a[..., n : 2 * n] + b[..., n:])
            g = self.activation(a[..., 2 * n :] + ops.matmul(r * kept, self.recurrent_kernel[:, 2 * n :]))
        new = z * h + (1 - z) * g
        return new, [new] if isinstance(states, (list, tuple)) else new

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "reset_after": self.reset_after,
        }
