"""`Convolution`: the options that all convolutional layers share."""

from __future__ import annotations

from typing import Any

from unikeras import activations, constraints, initializers, ops, regularizers
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.ops.windows import data_format_of, per_axis

__all__ = ["Convolution"]


class Convolution(Layer):
    """Base of the convolutional layers: windows, bias, activation.

    Subclasses give `rank`, the number of spatial axes, make their kernels in `build`, and convolve in `_convolve`.

    Args:
        kernel_size: the window, an int or one for each axis.
        strides: the steps between windows.
        padding: 'valid', 'same' or, where the layer has it, 'causal'.
        data_format: 'channels_last', 'channels_first' or `None` for the configured one.
        dilation_rate: the steps within a window.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        bias_initializer: initializer of the bias [filters].
        bias_regularizer: regularizer of the bias.
        bias_constraint: constraint of the bias.
        **kwargs: as for `Layer`.
    """

    rank: int
    paddings: tuple[str, ...] = ("valid", "same")
    strided_dilation = False  # whether strides and dilation may both be larger than 1

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        bias_initializer: Any = "zeros",
        bias_regularizer: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        who = type(self).__name__
        self.kernel_size = per_axis(kernel_size, self.rank, f"{who}: kernel_size")
        self.strides = per_axis(strides, self.rank, f"{who}: strides")
        self.dilation_rate = per_axis(dilation_rate, self.rank, f"{who}: dilation_rate")
        self.padding = padding.lower() if isinstance(padding, str) else padding
        if self.padding not in self.paddings:
            raise ValueError(
                f"{who}: padding must be one of {', '.join(map(repr, self.paddings))}, not {padding!r}."
            )
        if max(self.strides) > 1 and max(self.dilation_rate) > 1 and not self.strided_dilation:
            raise ValueError(
                f"{who}: strides > 1 and dilation_rate > 1 do not go together; they are {self.strides} and "
                f"{self.dilation_rate}."
            )
        self.data_format = data_format_of(data_format, who)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = initializers.get(bias_initializer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)

    # How the inputs look.

    @property
    def _channel_axis(self) -> int:
        return -1 if self.data_format == "channels_last" else -1 - self.rank

    def _channels(self, input_shape: Any) -> int:
        """The number of input channels, which from now on is demanded."""
        channels = input_shape[self._channel_axis]
        if channels is None:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: the number of channels (axis {self._channel_axis}) must be known, but "
                f"the shape of the inputs is {input_shape}."
            )
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={self._channel_axis: channels})
        return channels

    def _add_bias(self, filters: int) -> None:
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=(filters,), initializer=self.bias_initializer,
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip

    def _positive(self, value: Any, what: str) -> int:
        if isinstance(value, bool) or int(value) != value or value <= 0:
            raise ValueError(f"{type(self).__name__}: {what} must be a positive integer, not {value!r}.")
        return int(value)

    # The formula.

    def _convolve(self, inputs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say how it convolves.")

    def call(self, inputs: Any) -> Any:
        if not inputs.dtype.is_floating:
            inputs = ops.cast(inputs, self.compute_dtype)
        extra = len(inputs.shape) - self.rank - 1  # axes before the spatial ones; all are batch
        batch: Any = None
        if extra > 1:
            shape = ops.shape(inputs)
            batch = [shape[i] for i in range(extra)]
            inputs = ops.reshape(inputs, (-1, *inputs.shape[extra:]))
        outputs = self._convolve(inputs)
        if self.bias is not None:
            outputs = ops.bias_add(outputs, self.bias, data_format="NC" if self._channel_axis != -1 else None)
        outputs = self.activation(outputs)
        return outputs if batch is None else ops.reshape(outputs, (*batch, *outputs.shape[1:]))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }
