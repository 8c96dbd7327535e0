"""`LSTM`: long short-term memory, over sequences."""

from __future__ import annotations

from typing import Any

from unikeras import activations, ops
from unikeras.layers.recurrent.gated import GatedRNN
from unikeras.layers.recurrent.lstm_cell import LSTMCell

__all__ = ["LSTM"]


class LSTM(GatedRNN):
    """Long short-term memory over sequences (Hochreiter and Schmidhuber, 1997).

    Mirrors `keras.layers.LSTM`. Called with sequences [B, T, D] and perhaps `initial_state=[h, c]`, each [B, units], and
    `mask` [B, T]. Returns the last output [B, units], or all of them [B, T, units] with `return_sequences`, followed by the
    last states with `return_state`. A masked step leaves the state as it is, and repeats the output before it.

    Args:
        units: the size of the states and the output.
        activation: a function or its name; linear if `None`. With the default activations the whole sequence is one operation.
        recurrent_activation: that of the gates.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [inputs, 4 * units].
        recurrent_initializer: initializer of the recurrent kernel [units, 4 * units].
        bias_initializer: initializer of the bias [4 * units].
        unit_forget_bias: whether the bias of the forget gate starts at 1 (Jozefowicz et al., 2015).
        kernel_regularizer: regularizer of the kernel.
        recurrent_regularizer: regularizer of the recurrent kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        recurrent_constraint: constraint of the recurrent kernel.
        bias_constraint: constraint of the bias.
        dropout: the fraction of the inputs that is dropped while training, the same at every step.
        recurrent_dropout: the fraction of the state that is dropped where it enters the recurrent product.
        seed: the seed of the dropouts, an int; `None` for one from the global stream.
        return_sequences: whether the outputs of all steps are returned.
        return_state: whether the last states are returned too.
        go_backwards: whether to begin at the last step; the outputs are in the order of the steps done.
        stateful: whether a batch begins with the states that the one before ended with; needs a fixed batch size.
        unroll: whether the loop is written out step by step.
        use_cudnn: accepted.
        **kwargs: as for `Layer`; `zero_output_for_mask`: whether the output of a masked step is zero; `time_major`: whether inputs
            and outputs are [T, B, ...]; `implementation` is accepted.

    Raises:
        ValueError: units is not a positive integer, inputs that are not [B, T, D], or `stateful` without a fixed batch size.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.LSTM(4, return_sequences=True, return_state=True)
        >>> output, *states = layer(tf.ones([2, 5, 3]))
        >>> output.shape, [s.shape for s in states]
        (TensorShape([2, 5, 4]), [TensorShape([2, 4]), TensorShape([2, 4])])
    """

    cell: LSTMCell

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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        cell = self._make_cell(
            LSTMCell, kwargs, units=units, activation=activation, recurrent_activation=recurrent_activation, use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer, bias_initializer=bias_initializer, unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer, recurrent_regularizer=recurrent_regularizer, bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint, recurrent_constraint=recurrent_constraint, bias_constraint=bias_constraint,
            dropout=dropout, recurrent_dropout=recurrent_dropout, seed=seed,
        )  # fmt: skip
        super().__init__(
            cell, return_sequences, return_state, go_backwards, stateful, unroll,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip

    def _is_fused(self) -> bool:
        cell = self.cell
        return cell.activation is activations.tanh and cell.recurrent_activation is activations.sigmoid

    def _fused(self, x: Any, states: list[Any], mask: Any, keep: Any, options: dict[str, Any]) -> Any:
        cell = self.cell
        return ops.lstm(x, *states, cell.kernel, cell.recurrent_kernel, cell.bias, mask, keep, **options)
