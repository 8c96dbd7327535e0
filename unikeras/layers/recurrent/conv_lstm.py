"""`ConvLSTM1D`, `ConvLSTM2D`, `ConvLSTM3D`: long short-term memory whose products are convolutions."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import activations, constraints, initializers, ops, regularizers
from unikeras.core.settings import image_data_format
from unikeras.core.shape import TensorShape
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.recurrent.cell import DropoutCell
from unikeras.layers.recurrent.rnn import RNN
from unikeras.layers.recurrent.states import zeros_of
from unikeras.ops.windows import per_axis, window_padding

__all__ = ["ConvLSTM", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "ConvLSTMCell"]


class ConvLSTMCell(DropoutCell):
    """One step of a convolutional LSTM; what the products of `LSTMCell` are convolutions here.

    Args:
        rank: the number of spatial axes.
        filters: the number of channels of the states and the output.
        **kwargs: as for `ConvLSTM2D`.
    """

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
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
        super().__init__(**kwargs)
        name = f"ConvLSTM{rank}D"
        if isinstance(filters, bool) or int(filters) != filters or filters <= 0:
            raise ValueError(f"{name}: filters must be a positive integer, not {filters!r}.")
        if str(padding).lower() not in ("valid", "same"):
            raise ValueError(f"{name}: padding must be 'valid' or 'same', not {padding!r}.")
        self.rank = rank
        self.filters = int(filters)
        self.kernel_size = per_axis(kernel_size, rank, f"{name}: kernel_size")
        self.strides = per_axis(strides, rank, f"{name}: strides")
        self.padding = str(padding).lower()
        self.data_format = data_format or image_data_format()
        self.dilation_rate = per_axis(dilation_rate, rank, f"{name}: dilation_rate")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(f"{name}: strides and dilation_rate cannot both be larger than 1.")
        self.activation = activations.get(activation)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.unit_forget_bias = unit_forget_bias
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self._init_dropout(dropout, recurrent_dropout, seed)

    @property
    def _channels_first(self) -> bool:
        return self.data_format == "channels_first"

    @property
    def state_size(self) -> list[Any]:
        """The number of channels of both states."""
        return [self.filters, self.filters]

    def state_shape(self, step_shape: Any) -> tuple[Any, ...]:
        """The shape of a state, without the batch, for inputs of a step of the shape [B, *spatial, C]."""
        spatial = tuple(step_shape[2:] if self._channels_first else step_shape[1:-1])
        if None in spatial:
            sizes: tuple[Any, ...] = (None,) * self.rank
        else:
            pairs = window_padding(self.padding, spatial, self.kernel_size, self.strides, self.dilation_rate)
            windows = zip(spatial, pairs, self.kernel_size, self.strides, self.dilation_rate, strict=True)
            sizes = tuple((n + sum(pair) - d * (k - 1) - 1) // s + 1 for n, pair, k, s, d in windows)
        return (self.filters, *sizes) if self._channels_first else (*sizes, self.filters)

    def build(self, input_shape: Any) -> None:
        channels = input_shape[1 if self._channels_first else -1]
        if channels is None:
            raise ValueError(
                f"ConvLSTM{self.rank}D: the number of channels must be known, but the shape is {input_shape}."
            )
        self.kernel = self.add_weight(
            name="kernel", shape=(*self.kernel_size, channels, 4 * self.filters), initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel", shape=(*self.kernel_size, self.filters, 4 * self.filters),
            initializer=self.recurrent_initializer, regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )  # fmt: skip
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=(4 * self.filters,), initializer=self._bias_start(),
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip

    def _bias_start(self) -> Any:
        initializer: Any = self.bias_initializer

        def start(shape: Any, dtype: Any = None) -> np.ndarray:
            bias = np.array(initializer(shape, dtype=dtype))
            bias[self.filters : 2 * self.filters] = 1
            return bias

        return start if self.unit_forget_bias else initializer

    def project(self, inputs: Any) -> Any:
        """The inputs' part of the gates; it does not depend on the states."""
        z = ops.conv(
            inputs, self.kernel, strides=self.strides, padding=self.padding, data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )  # fmt: skip
        if self.bias is None:
            return z
        return z + (ops.reshape(self.bias, (-1, *(1,) * self.rank)) if self._channels_first else self.bias)

    def advance(self, projected: Any, states: Any, training: Any = False) -> tuple[Any, list[Any]]:
        """A step, from the inputs' part of the gates."""
        h, c = states
        mask = self.get_recurrent_dropout_mask(h) if training else None
        kept = h if mask is None else h * mask
        z = projected + ops.conv(kept, self.recurrent_kernel, padding="same", data_format=self.data_format)
        i, f, g, o = ops.split(z, 4, axis=1 if self._channels_first else -1)
        gate = self.recurrent_activation
        c = gate(f) * c + gate(i) * self.activation(g)
        h = gate(o) * self.activation(c)
        return h, [h, c]

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:  # type: ignore[override]
        mask = self.get_dropout_mask(inputs) if training else None
        return self.advance(self.project(inputs if mask is None else inputs * mask), states, training)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "activation": activations.serialize(self.activation),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "recurrent_initializer": initializers.serialize(self.recurrent_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "unit_forget_bias": self.unit_forget_bias,
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


class ConvLSTM(RNN):
    """What ConvLSTM1D, ConvLSTM2D and ConvLSTM3D share."""

    rank: int
    cell: ConvLSTMCell

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
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
        **kwargs: Any,
    ) -> None:
        shared = {k: kwargs[k] for k in ("dtype", "trainable") if k in kwargs}
        cell = ConvLSTMCell(
            self.rank, filters, kernel_size, strides, padding, data_format, dilation_rate, activation, recurrent_activation,
            use_bias, kernel_initializer, recurrent_initializer, bias_initializer, unit_forget_bias, kernel_regularizer,
            recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint, bias_constraint, dropout,
            recurrent_dropout, seed, name="conv_lstm_cell", **shared,
        )  # fmt: skip
        super().__init__(
            cell, return_sequences, return_state, go_backwards, stateful, activity_regularizer=activity_regularizer, **kwargs
        )  # fmt: skip
        self.filters = cell.filters
        self.input_spec = InputSpec(ndim=self.rank + 3)
        self._step_shape: Any = None

    def build(self, input_shape: Any) -> None:
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self._step_shape = TensorShape((shape[0], *shape[2:]))
        super().build(shape)

    def get_initial_state(self, batch_size: Any = None, inputs: Any = None) -> list[Any]:
        """Zeros for every row of a batch, as large as the convolution's results."""
        if hasattr(batch_size, "shape") and len(batch_size.shape):
            inputs, batch_size = batch_size, None
        step = self._step_shape if inputs is None else (inputs.shape[0], *inputs.shape[2:])
        shape = self.cell.state_shape(step)
        if None in shape:
            raise ValueError(
                f"Layer {self.name!r}: the spatial dimensions must be known to make states, but they are {shape}."
            )
        size = TensorShape(shape)
        return zeros_of([size, size], step[0] if batch_size is None else batch_size, self._state_dtype)

    def _go(self, sequences: Any, initial_state: list[Any], mask: Any, training: bool, constants: Any) -> Any:
        """The inputs' convolutions of all steps at once, then step by step."""
        cell = self.cell
        batch, steps = sequences.shape[0], sequences.shape[1]
        if training:
            cell.draw_masks(sequences[:, 0], initial_state[0])
        try:
            if cell._input_mask is not None:
                sequences = sequences * ops.expand_dims(cell._input_mask, 1)
            merged = ops.reshape(sequences, (batch * steps, *sequences.shape[2:]))
            z = cell.project(merged)
            z = ops.reshape(z, (batch, steps, *z.shape[1:]))
            return ops.rnn(
                lambda x, states: cell.advance(x, states, training), z, initial_state, go_backwards=self.go_backwards,
                mask=mask, zero_output_for_mask=self.zero_output_for_mask, return_all_outputs=self.return_sequences,
            )  # fmt: skip
        finally:
            cell.forget_masks()

    def get_config(self) -> dict[str, Any]:
        own = self._own_config()
        cell = self.cell.get_config()
        return {
            **own,
            **{k: v for k, v in cell.items() if k not in own},
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
        }


class ConvLSTM1D(ConvLSTM):
    """Long short-term memory whose products are convolutions over one axis (Shi et al., 2015).

    Mirrors `keras.layers.ConvLSTM1D`. Called with sequences [B, T, L, C] and perhaps `initial_state=[h, c]` and `mask` [B, T].
    Returns the last output, or all of them with `return_sequences`, followed by the last states with `return_state`.

    Args:
        filters: the number of channels of the states and the output.
        kernel_size: the size of the windows, an int or one for each axis.
        strides: the steps between windows of the inputs' convolution.
        padding: 'valid' or 'same', of the inputs' convolution; the recurrent one is 'same'.
        data_format: 'channels_last' or 'channels_first'.
        dilation_rate: the steps within windows of the inputs' convolution.
        activation: a function or its name.
        recurrent_activation: that of the gates; Keras 3's default (tf.keras 2's was 'hard_sigmoid').
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [*kernel_size, C, 4 * filters].
        recurrent_initializer: initializer of the recurrent kernel [*kernel_size, filters, 4 * filters].
        bias_initializer: initializer of the bias [4 * filters].
        unit_forget_bias: whether the bias of the forget gate starts at 1.
        kernel_regularizer: regularizer of the kernel.
        recurrent_regularizer: regularizer of the recurrent kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        recurrent_constraint: constraint of the recurrent kernel.
        bias_constraint: constraint of the bias.
        dropout: the fraction of the inputs that is dropped while training, the same at every step.
        recurrent_dropout: the fraction of the state that is dropped where it enters the recurrent product.
        seed: the seed of the dropouts.
        return_sequences: whether the outputs of all steps are returned.
        return_state: whether the last states are returned too.
        go_backwards: whether to begin at the last step.
        stateful: whether a batch begins with the states that the one before ended with; needs a fixed batch size.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: filters is not a positive integer, an unknown padding, strides together with dilation, or inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.ConvLSTM1D(2, 3, padding="same")
        >>> layer(tf.ones([1, 4, 5, 1])).shape
        TensorShape([1, 5, 2])
    """

    rank = 1


class ConvLSTM2D(ConvLSTM):
    """Long short-term memory whose products are convolutions over two axes (Shi et al., 2015).

    Mirrors `keras.layers.ConvLSTM2D`. Called with sequences [B, T, H, W, C] and perhaps `initial_state=[h, c]` and `mask` [B, T].
    Returns the last output, or all of them with `return_sequences`, followed by the last states with `return_state`.

    Args:
        filters: the number of channels of the states and the output.
        kernel_size: the size of the windows, an int or one for each axis.
        strides: the steps between windows of the inputs' convolution.
        padding: 'valid' or 'same', of the inputs' convolution; the recurrent one is 'same'.
        data_format: 'channels_last' or 'channels_first'.
        dilation_rate: the steps within windows of the inputs' convolution.
        activation: a function or its name.
        recurrent_activation: that of the gates; Keras 3's default (tf.keras 2's was 'hard_sigmoid').
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [*kernel_size, C, 4 * filters].
        recurrent_initializer: initializer of the recurrent kernel [*kernel_size, filters, 4 * filters].
        bias_initializer: initializer of the bias [4 * filters].
        unit_forget_bias: whether the bias of the forget gate starts at 1.
        kernel_regularizer: regularizer of the kernel.
        recurrent_regularizer: regularizer of the recurrent kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        recurrent_constraint: constraint of the recurrent kernel.
        bias_constraint: constraint of the bias.
        dropout: the fraction of the inputs that is dropped while training, the same at every step.
        recurrent_dropout: the fraction of the state that is dropped where it enters the recurrent product.
        seed: the seed of the dropouts.
        return_sequences: whether the outputs of all steps are returned.
        return_state: whether the last states are returned too.
        go_backwards: whether to begin at the last step.
        stateful: whether a batch begins with the states that the one before ended with; needs a fixed batch size.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: filters is not a positive integer, an unknown padding, strides together with dilation, or inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.ConvLSTM2D(2, 3, padding="same")
        >>> layer(tf.ones([1, 4, 5, 5, 1])).shape
        TensorShape([1, 5, 5, 2])
    """

    rank = 2


class ConvLSTM3D(ConvLSTM):
    """Long short-term memory whose products are convolutions over three axes (Shi et al., 2015).

    Mirrors `keras.layers.ConvLSTM3D`. Called with sequences [B, T, D, H, W, C] and perhaps `initial_state=[h, c]` and `mask` [B, T].
    Returns the last output, or all of them with `return_sequences`, followed by the last states with `return_state`.

    Args:
        filters: the number of channels of the states and the output.
        kernel_size: the size of the windows, an int or one for each axis.
        strides: the steps between windows of the inputs' convolution.
        padding: 'valid' or 'same', of the inputs' convolution; the recurrent one is 'same'.
        data_format: 'channels_last' or 'channels_first'.
        dilation_rate: the steps within windows of the inputs' convolution.
        activation: a function or its name.
        recurrent_activation: that of the gates; Keras 3's default (tf.keras 2's was 'hard_sigmoid').
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [*kernel_size, C, 4 * filters].
        recurrent_initializer: initializer of the recurrent kernel [*kernel_size, filters, 4 * filters].
        bias_initializer: initializer of the bias [4 * filters].
        unit_forget_bias: whether the bias of the forget gate starts at 1.
        kernel_regularizer: regularizer of the kernel.
        recurrent_regularizer: regularizer of the recurrent kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        recurrent_constraint: constraint of the recurrent kernel.
        bias_constraint: constraint of the bias.
        dropout: the fraction of the inputs that is dropped while training, the same at every step.
        recurrent_dropout: the fraction of the state that is dropped where it enters the recurrent product.
        seed: the seed of the dropouts.
        return_sequences: whether the outputs of all steps are returned.
        return_state: whether the last states are returned too.
        go_backwards: whether to begin at the last step.
        stateful: whether a batch begins with the states that the one before ended with; needs a fixed batch size.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: filters is not a positive integer, an unknown padding, strides together with dilation, or inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.ConvLSTM3D(2, 3, padding="same")
        >>> layer(tf.ones([1, 4, 3, 5, 5, 1])).shape
        TensorShape([1, 3, 5, 5, 2])
    """

    rank = 3
