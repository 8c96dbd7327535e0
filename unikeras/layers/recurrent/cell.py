"""What the cells of SimpleRNN, LSTM and GRU share: arguments, weights, dropout of inputs and state, config."""

from __future__ import annotations

from typing import Any

from unikeras import activations, constraints, initializers, ops, regularizers
from unikeras.core.random import SeedGenerator
from unikeras.core.state import thread
from unikeras.layers.layer import Layer
from unikeras.layers.recurrent.states import zeros_of
from unikeras.layers.regularization.dropout import check_rate
from unikeras.ops import random

__all__ = ["DropoutCell", "RecurrentCell"]


class DropoutCell(Layer):
    """A cell whose dropout drops the same entries at every step of a sequence (Gal and Ghahramani, 2016).

    The layer that goes over a sequence with the cell draws the masks before (`draw_masks`) and drops them after. A cell called by itself
    keeps its masks until `reset_dropout_mask` and `reset_recurrent_dropout_mask`; in compiled code it draws new ones.
    """

    dropout: float
    recurrent_dropout: float
    seed_generator: SeedGenerator
    _input_mask: Any = None
    _state_mask: Any = None

    _untracked = Layer._untracked | {"_input_mask", "_state_mask"}

    def _init_dropout(self, dropout: Any, recurrent_dropout: Any, seed: Any) -> None:
        name = type(self).__name__
        self.dropout = check_rate(name, min(1.0, max(0.0, dropout)))
        self.recurrent_dropout = check_rate(name, min(1.0, max(0.0, recurrent_dropout)))
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)

    def _draw(self, like: Any, rate: float) -> Any:
        return random.dropout(ops.ones_like(like), rate, seed=self.seed_generator)

    def get_dropout_mask(self, step_input: Any) -> Any:
        """What inputs are multiplied by while training, or `None`."""
        if self.dropout == 0:
            return None
        if self._input_mask is not None:
            return self._input_mask
        mask = self._draw(step_input, self.dropout)
        if not thread.tracing:
            self._input_mask = mask
        return mask

    def get_recurrent_dropout_mask(self, step_input: Any) -> Any:
        """What states are multiplied by while training, or `None`."""
        if self.recurrent_dropout == 0:
            return None
        if self._state_mask is not None:
            return self._state_mask
        mask = self._draw(step_input, self.recurrent_dropout)
        if not thread.tracing:
            self._state_mask = mask
        return mask

    def reset_dropout_mask(self) -> None:
        """Forget the inputs' mask."""
        self._input_mask = None

    def reset_recurrent_dropout_mask(self) -> None:
        """Forget the states' mask."""
        self._state_mask = None

    def draw_masks(self, step_input: Any, state: Any) -> None:
        """Draw the masks for the sequences that come."""
        self._input_mask = self._draw(step_input, self.dropout) if self.dropout else None
        self._state_mask = self._draw(state, self.recurrent_dropout) if self.recurrent_dropout else None

    def forget_masks(self) -> None:
        """Forget both masks."""
        self._input_mask = self._state_mask = None

    def _inputs_and_state(self, inputs: Any, state: Any, training: Any) -> tuple[Any, Any]:
        """The inputs, and the state where it enters the recurrent product, with dropout while training."""
        if training:
            mask = self.get_dropout_mask(inputs)
            inputs = inputs if mask is None else inputs * mask
            mask = self.get_recurrent_dropout_mask(state)
            state = state if mask is None else state * mask
        return inputs, state


class RecurrentCell(DropoutCell):
    """A cell with a kernel, a recurrent kernel and a bias for each of its gates, side by side."""

    gates: int

    def __init__(
        self,
        units: int,
        activation: Any,
        use_bias: bool,
        kernel_initializer: Any,
        recurrent_initializer: Any,
        bias_initializer: Any,
        kernel_regularizer: Any,
        recurrent_regularizer: Any,
        bias_regularizer: Any,
        kernel_constraint: Any,
        recurrent_constraint: Any,
        bias_constraint: Any,
        dropout: float,
        recurrent_dropout: float,
        seed: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(units, bool) or int(units) != units or units <= 0:
            raise ValueError(f"{type(self).__name__}: units must be a positive integer, not {units!r}.")
        self.units = int(units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self._init_dropout(dropout, recurrent_dropout, seed)
        self.state_size: Any = self.units
        self.output_size = self.units

    def _bias_shape(self) -> tuple[int, ...]:
        return (self.gates * self.units,)

    def _bias_start(self) -> Any:
        return self.bias_initializer

    def build(self, input_shape: Any) -> None:
        inputs = input_shape[-1]
        if inputs is None:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: the last dimension of the inputs must be known, but the shape is {input_shape}."
            )
        self.kernel = self.add_weight(
            name="kernel", shape=(inputs, self.gates * self.units), initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel", shape=(self.units, self.gates * self.units), initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer, constraint=self.recurrent_constraint,
        )  # fmt: skip
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=self._bias_shape(), initializer=self._bias_start(),
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> list[Any]:
        """Zeros for every row of a batch.

        Args:
            inputs: a batch of inputs, or its size; tf.keras 2's.
            batch_size: the batch's size.
            dtype: the states' dtype; the cell's if `None`.
        """
        if batch_size is None:
            batch_size = inputs.shape[0] if hasattr(inputs, "shape") else inputs
        size = self.state_size if isinstance(self.state_size, list) else [self.state_size]
        return zeros_of(size, batch_size, dtype or self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "recurrent_initializer": initializers.serialize(self.recurrent_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "recurrent_regularizer": regularizers.serialize(self.recurrent_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "recurrent_constraint": constraints.serialize(self.recurrent_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }
