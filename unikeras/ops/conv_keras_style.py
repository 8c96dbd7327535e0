"""`keras.ops`'s spelling of convolutions and pooling: `data_format=None` is the configured one."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.ops.windows import data_format_of

__all__ = [
    "adaptive_average_pool",
    "adaptive_max_pool",
    "average_pool",
    "conv",
    "conv_transpose",
    "depthwise_conv",
    "max_pool",
    "separable_conv",
]


def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: Any = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """A convolution with a kernel [*window, channels / groups, filters] (mirrors `keras.ops.conv`).

    The arguments are those of `unikeras.ops.conv`, but `data_format` is 'channels_last', 'channels_first' or `None` for the
    configured one.

    Example:
        >>> from unikeras import keras
        >>> tuple(keras.ops.conv(keras.ops.ones((1, 5, 5, 2)), keras.ops.ones((3, 3, 2, 4))).shape)
        (1, 3, 3, 4)
    """
    data_format = data_format_of(data_format, "conv")
    return ops.conv(
        inputs, kernel, strides=strides, padding=padding, dilation_rate=dilation_rate, data_format=data_format
    )


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: Any = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The transpose of a convolution, with a kernel [*window, filters, channels] (mirrors `keras.ops.conv_transpose`).

    The arguments are those of `unikeras.ops.conv_transpose`, but `data_format` is 'channels_last', 'channels_first' or `None` for the
    configured one.

    Example:
        >>> from unikeras import keras
        >>> tuple(keras.ops.conv_transpose(keras.ops.ones((1, 5, 5, 4)), keras.ops.ones((3, 3, 2, 4)), strides=2).shape)
        (1, 11, 11, 2)
    """
    data_format = data_format_of(data_format, "conv_transpose")
    return ops.conv_transpose(
        inputs,
        kernel,
        strides=strides,
        padding=padding,
        output_padding=output_padding,
        dilation_rate=dilation_rate,
        data_format=data_format,
    )


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: Any = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """Each channel convolved on its own, with a kernel [*window, channels, multiplier] (mirrors `keras.ops.depthwise_conv`).

    The arguments are those of `unikeras.ops.depthwise_conv`, but `data_format` is 'channels_last', 'channels_first' or `None` for the
    configured one.

    Example:
        >>> from unikeras import keras
        >>> tuple(keras.ops.depthwise_conv(keras.ops.ones((1, 5, 5, 2)), keras.ops.ones((3, 3, 2, 3))).shape)
        (1, 3, 3, 6)
    """
    data_format = data_format_of(data_format, "depthwise_conv")
    return ops.depthwise_conv(
        inputs, kernel, strides=strides, padding=padding, dilation_rate=dilation_rate, data_format=data_format
    )


def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: Any = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """A depthwise convolution, then one that mixes the channels (mirrors `keras.ops.separable_conv`).

    The arguments are those of `unikeras.ops.separable_conv`, but `data_format` is 'channels_last', 'channels_first' or `None` for the
    configured one.

    Example:
        >>> from unikeras import keras
        >>> tuple(keras.ops.separable_conv(keras.ops.ones((1, 5, 2)), keras.ops.ones((3, 2, 1)), keras.ops.ones((1, 2, 4))).shape)
        (1, 3, 4)
    """
    data_format = data_format_of(data_format, "separable_conv")
    return ops.separable_conv(
        inputs,
        depthwise_kernel,
        pointwise_kernel,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        data_format=data_format,
    )


def max_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: Any = "valid", data_format: str | None = None
) -> Any:
    """The largest element of each window (mirrors `keras.ops.max_pool`).

    The arguments are those of `unikeras.ops.max_pool`, but `data_format` is 'channels_last', 'channels_first' or `None` for the
    configured one.

    Example:
        >>> from unikeras import keras
        >>> tuple(keras.ops.max_pool(keras.ops.ones((1, 6, 6, 2)), 2).shape)
        (1, 3, 3, 2)
    """
    data_format = data_format_of(data_format, "max_pool")
    return ops.max_pool(
        inputs, pool_size=pool_size, strides=strides, padding=padding, data_format=data_format
    )


def average_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: Any = "valid", data_format: str | None = None
) -> Any:
    """The mean of each window (mirrors `keras.ops.average_pool`).

    The arguments are those of `unikeras.ops.average_pool`, but `data_format` is 'channels_last', 'channels_first' or `None` for the
    configured one.

    Example:
        >>> from unikeras import keras
        >>> tuple(keras.ops.average_pool(keras.ops.ones((1, 6, 6, 2)), 2).shape)
        (1, 3, 3, 2)
    """
    data_format = data_format_of(data_format, "average_pool")
    return ops.average_pool(
        inputs, pool_size=pool_size, strides=strides, padding=padding, data_format=data_format
    )


def adaptive_max_pool(inputs: Any, output_size: Any, data_format: str | None = None) -> Any:
    """The largest elements of equal parts (mirrors `keras.ops.adaptive_max_pool`).

    The arguments are those of `unikeras.ops.adaptive_max_pool`, but `data_format` is 'channels_last', 'channels_first' or `None` for the
    configured one.

    Example:
        >>> from unikeras import keras
        >>> tuple(keras.ops.adaptive_max_pool(keras.ops.ones((1, 6, 6, 2)), 2).shape)
        (1, 2, 2, 2)
    """
    data_format = data_format_of(data_format, "adaptive_max_pool")
    return ops.adaptive_max_pool(inputs, output_size=output_size, data_format=data_format)


def adaptive_average_pool(inputs: Any, output_size: Any, data_format: str | None = None) -> Any:
    """The means of equal parts (mirrors `keras.ops.adaptive_average_pool`).

    The arguments are those of `unikeras.ops.adaptive_average_pool`, but `data_format` is 'channels_last', 'channels_first' or `None` for the
    configured one.

    Example:
        >>> from unikeras import keras
        >>> tuple(keras.ops.adaptive_average_pool(keras.ops.ones((1, 6, 6, 2)), 2).shape)
        (1, 2, 2, 2)
    """
    data_format = data_format_of(data_format, "adaptive_average_pool")
    return ops.adaptive_average_pool(inputs, output_size=output_size, data_format=data_format)
