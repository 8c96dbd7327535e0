"""`SeparableConv1D`, `SeparableConv2D`: channel by channel, then across the channels."""

from __future__ import annotations

from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.convolution.convolution import Convolution

__all__ = ["SeparableConv", "SeparableConv1D", "SeparableConv2D"]


class SeparableConv(Convolution):
    """activation(depthwise, then pointwise convolution + bias); `rank` says in how many dimensions."""

    strided_dilation = True

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        for ignored in ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"):
            kwargs.pop(ignored, None)  # tf.keras 2 writes them into configs
        super().__init__(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer=bias_initializer, bias_regularizer=bias_regularizer, bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip
        self.filters = self._positive(filters, "filters")
        self.depth_multiplier = self._positive(depth_multiplier, "depth_multiplier")
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.pointwise_initializer = initializers.get(pointwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self.pointwise_constraint = constraints.get(pointwise_constraint)

    def build(self, input_shape: Any) -> None:
        channels = self._channels(input_shape)
        self.depthwise_kernel = self.add_weight(
            name="depthwise_kernel", shape=(*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer, regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )  # fmt: skip
        self.pointwise_kernel = self.add_weight(
            name="pointwise_kernel", shape=(*(1,) * self.rank, channels * self.depth_multiplier, self.filters),
            initializer=self.pointwise_initializer, regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )  # fmt: skip
        self._add_bias(self.filters)

    def _convolve(self, inputs: Any) -> Any:
        return ops.separable_conv(
            inputs, self.depthwise_kernel, self.pointwise_kernel, strides=self.strides, padding=self.padding,
            data_format=self.data_format, dilation_rate=self.dilation_rate,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "depth_multiplier": self.depth_multiplier,
            "depthwise_initializer": initializers.serialize(self.depthwise_initializer),
            "pointwise_initializer": initializers.serialize(self.pointwise_initializer),
            "depthwise_regularizer": regularizers.serialize(self.depthwise_regularizer),
            "pointwise_regularizer": regularizers.serialize(self.pointwise_regularizer),
            "depthwise_constraint": constraints.serialize(self.depthwise_constraint),
            "pointwise_constraint": constraints.serialize(self.pointwise_constraint),
        }


class SeparableConv1D(SeparableConv):
    """A depthwise convolution of sequences, then one that mixes the channels (mirrors `keras.layers.SeparableConv1D`).

    Args:
        filters: the number of output channels.
        kernel_size: the depthwise window, an int.
        strides: the steps between windows of the input, [batch, steps, channels].
        padding: 'valid' (windows inside the input only), 'same' (as many outputs as inputs / strides) or 'causal' (no output sees
            later inputs).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        depth_multiplier: how many channels the depthwise part makes of each.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        depthwise_initializer: initializer of the kernel [length, channels, depth_multiplier].
        pointwise_initializer: initializer of the kernel [1, channels * depth_multiplier, filters].
        bias_initializer: initializer of the bias [filters].
        depthwise_regularizer: regularizer of the first kernel.
        pointwise_regularizer: regularizer of the second kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        depthwise_constraint: constraint of the first kernel.
        pointwise_constraint: constraint of the second kernel.
        bias_constraint: constraint of the bias.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.SeparableConv1D(4, 3)(tf.ones([2, 8, 3])).shape)
        (2, 6, 4)
    """

    rank = 1
    paddings = ("valid", "same", "causal")


class SeparableConv2D(SeparableConv):
    """A depthwise convolution of images, then one that mixes the channels (mirrors `keras.layers.SeparableConv2D`).

    Args:
        filters: the number of output channels.
        kernel_size: the depthwise window, an int or a pair (rows, columns).
        strides: the steps between windows of the input, [batch, rows, columns, channels].
        padding: 'valid' (windows inside the input only) or 'same' (as many outputs as inputs / strides).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        depth_multiplier: how many channels the depthwise part makes of each.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        depthwise_initializer: initializer of the kernel [rows, columns, channels, depth_multiplier].
        pointwise_initializer: initializer of the kernel [1, 1, channels * depth_multiplier, filters].
        bias_initializer: initializer of the bias [filters].
        depthwise_regularizer: regularizer of the first kernel.
        pointwise_regularizer: regularizer of the second kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        depthwise_constraint: constraint of the first kernel.
        pointwise_constraint: constraint of the second kernel.
        bias_constraint: constraint of the bias.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.SeparableConv2D(4, 3)(tf.ones([2, 8, 8, 3])).shape)
        (2, 6, 6, 4)
    """

    rank = 2
