"""`DepthwiseConv1D`, `DepthwiseConv2D`: each channel with its own kernels."""

from __future__ import annotations

from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.convolution.convolution import Convolution

__all__ = ["DepthwiseConv", "DepthwiseConv1D", "DepthwiseConv2D"]


class DepthwiseConv(Convolution):
    """activation(each channel convolved on its own + bias); `rank` says in how many dimensions."""

    strided_dilation = True

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
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
        self.depth_multiplier = self._positive(depth_multiplier, "depth_multiplier")
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)

    def build(self, input_shape: Any) -> None:
        channels = self._channels(input_shape)
        self.depthwise_kernel = self.add_weight(
            name="depthwise_kernel", shape=(*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer, regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )  # fmt: skip
        self._add_bias(channels * self.depth_multiplier)

    @property
    def kernel(self) -> Any:
        """Keras 3's name for `depthwise_kernel`."""
        return self.depthwise_kernel

    def _convolve(self, inputs: Any) -> Any:
        return ops.depthwise_conv(
            inputs, self.depthwise_kernel, strides=self.strides, padding=self.padding, data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "depth_multiplier": self.depth_multiplier,
            "depthwise_initializer": initializers.serialize(self.depthwise_initializer),
            "depthwise_regularizer": regularizers.serialize(self.depthwise_regularizer),
            "depthwise_constraint": constraints.serialize(self.depthwise_constraint),
        }


class DepthwiseConv1D(DepthwiseConv):
    """A convolution of sequences channel by channel (mirrors `keras.layers.DepthwiseConv1D`).

    Args:
        kernel_size: the window, an int.
        strides: the steps between windows of the input, [batch, steps, channels].
        padding: 'valid' (windows inside the input only) or 'same' (as many outputs as inputs / strides).
        depth_multiplier: how many output channels each input channel makes.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        depthwise_initializer: initializer of the kernel [length, channels, depth_multiplier].
        bias_initializer: initializer of the bias [channels * depth_multiplier].
        depthwise_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        depthwise_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.DepthwiseConv1D(3, depth_multiplier=2)(tf.ones([2, 8, 3])).shape)
        (2, 6, 6)
    """

    rank = 1


class DepthwiseConv2D(DepthwiseConv):
    """A convolution of images channel by channel (mirrors `keras.layers.DepthwiseConv2D`).

    Args:
        kernel_size: the window, an int or a pair (rows, columns).
        strides: the steps between windows of the input, [batch, rows, columns, channels].
        padding: 'valid' (windows inside the input only) or 'same' (as many outputs as inputs / strides).
        depth_multiplier: how many output channels each input channel makes.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        depthwise_initializer: initializer of the kernel [rows, columns, channels, depth_multiplier].
        bias_initializer: initializer of the bias [channels * depth_multiplier].
        depthwise_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        depthwise_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.DepthwiseConv2D(3, depth_multiplier=2)(tf.ones([2, 8, 8, 3])).shape)
        (2, 6, 6, 6)
    """

    rank = 2
