"""`Conv1DTranspose`, `Conv2DTranspose`, `Conv3DTranspose`: from coarse to fine."""

from __future__ import annotations

from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.convolution.convolution import Convolution
from unikeras.ops.windows import per_axis

__all__ = ["Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "ConvTranspose"]


class ConvTranspose(Convolution):
    """activation(transposed convolution of the inputs with the kernel + bias); `rank` says in how many dimensions."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("groups", None)  # tf.keras 2 writes it into configs
        super().__init__(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer=bias_initializer, bias_regularizer=bias_regularizer, bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip
        who = type(self).__name__
        self.filters = self._positive(filters, "filters")
        self.output_padding = None
        if output_padding is not None:
            self.output_padding = per_axis(output_padding, self.rank, f"{who}: output_padding", zero=True)
            if any(p >= s for p, s in zip(self.output_padding, self.strides, strict=True)):
                raise ValueError(
                    f"{who}: output_padding must be less than strides on every axis; they are {self.output_padding} "
                    f"and {self.strides}."
                )
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)

    def build(self, input_shape: Any) -> None:
        self.kernel = self.add_weight(
            name="kernel", shape=(*self.kernel_size, self.filters, self._channels(input_shape)),
            initializer=self.kernel_initializer, regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self._add_bias(self.filters)

    def _convolve(self, inputs: Any) -> Any:
        return ops.conv_transpose(
            inputs, self.kernel, strides=self.strides, padding=self.padding, output_padding=self.output_padding,
            data_format=self.data_format, dilation_rate=self.dilation_rate,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "output_padding": self.output_padding,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
        }


class Conv1DTranspose(ConvTranspose):
    """The transpose of a convolution of sequences: a learned upsampling (mirrors `keras.layers.Conv1DTranspose`).

    The order of positional arguments is tf.keras 2's.

    Args:
        filters: the number of output channels.
        kernel_size: the window, an int.
        strides: by how much the output is finer than the input, [batch, steps, channels].
        padding: 'valid', or 'same' (the output is strides times as long as the input).
        output_padding: how much longer the output is than the shortest one that fits, less than strides; `None`: as
            `padding` says.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [length, filters, channels].
        bias_initializer: initializer of the bias [filters].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, output_padding not less than strides, strides and dilation_rate
            both larger than 1, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Conv1DTranspose(5, 3, strides=2, padding="same")
        >>> tuple(layer(tf.ones([2, 4, 3])).shape)
        (2, 8, 5)
    """

    rank = 1


class Conv2DTranspose(ConvTranspose):
    """The transpose of a convolution of images: a learned upsampling (mirrors `keras.layers.Conv2DTranspose`).

    The order of positional arguments is tf.keras 2's.

    Args:
        filters: the number of output channels.
        kernel_size: the window, an int or a pair (rows, columns).
        strides: by how much the output is finer than the input, [batch, rows, columns, channels].
        padding: 'valid', or 'same' (the output is strides times as long as the input).
        output_padding: how much longer the output is than the shortest one that fits, less than strides; `None`: as
            `padding` says.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [rows, columns, filters, channels].
        bias_initializer: initializer of the bias [filters].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, output_padding not less than strides, strides and dilation_rate
            both larger than 1, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Conv2DTranspose(5, 3, strides=2, padding="same")
        >>> tuple(layer(tf.ones([2, 4, 4, 3])).shape)
        (2, 8, 8, 5)
    """

    rank = 2


class Conv3DTranspose(ConvTranspose):
    """The transpose of a convolution of volumes: a learned upsampling (mirrors `keras.layers.Conv3DTranspose`).

    The order of positional arguments is tf.keras 2's.

    Args:
        filters: the number of output channels.
        kernel_size: the window, an int or a triple (depth, rows, columns).
        strides: by how much the output is finer than the input, [batch, depth, rows, columns, channels].
        padding: 'valid', or 'same' (the output is strides times as long as the input).
        output_padding: how much longer the output is than the shortest one that fits, less than strides; `None`: as
            `padding` says.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [depth, rows, columns, filters, channels].
        bias_initializer: initializer of the bias [filters].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, output_padding not less than strides, strides and dilation_rate
            both larger than 1, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Conv3DTranspose(5, 3, strides=2, padding="same")
        >>> tuple(layer(tf.ones([2, 2, 2, 2, 3])).shape)
        (2, 4, 4, 4, 5)
    """

    rank = 3
