"""`PeepholeLSTMCell`: one step of an LSTM whose gates see the cell's state."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.recurrent.lstm_cell import LSTMCell

__all__ = ["PeepholeLSTMCell"]


class PeepholeLSTMCell(LSTMCell):
    """One step of an LSTM with peepholes (mirrors `tf.keras.experimental.PeepholeLSTMCell`; Gers and Schmidhuber, 2000).

    The gates of input and forgetting also see the state before the step, the output's gate the one after it, each entry its own:
    three vectors of weights.

    Args:
        units: the size of the states and the output.
        **kwargs: as for `LSTMCell`.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RNN(tf.keras.experimental.PeepholeLSTMCell(2))
        >>> layer(tf.ones([3, 5, 4])).shape, len(layer.weights)
        (TensorShape([3, 2]), 6)
    """

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        (
            self.input_gate_peephole_weights,
            self.forget_gate_peephole_weights,
            self.output_gate_peephole_weights,
        ) = (
            self.add_weight(
                name=f"{gate}_gate_peephole_weights", shape=(self.units,), initializer=self.kernel_initializer
            )
            for gate in ("input", "forget", "output")
        )

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:  # type: ignore[override]
        h, c = states
        inputs, kept = self._inputs_and_state(inputs, h, training)
        z = ops.dense(inputs, self.kernel, self.bias) + ops.matmul(kept, self.recurrent_kernel)
        i, f, g, o = ops.split(z, 4, axis=-1)
        gate = self.recurrent_activation
        forget = gate(f + self.forget_gate_peephole_weights * c)
        take = gate(i + self.input_gate_peephole_weights * c)
        c = forget * c + take * self.activation(g)
        h = gate(o + self.output_gate_peephole_weights * c) * self.activation(c)
        return h, [h, c]
