"""`keras.backend`'s spelling of convolutions, pooling, padding and resizing by factors."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.ops.windows import data_format_of, per_axis

__all__ = [
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "depthwise_conv2d",
    "local_conv1d",
    "local_conv2d",
    "pool2d",
    "pool3d",
    "resize_images",
    "resize_volumes",
    "separable_conv1d",
    "separable_conv2d",
    "spatial_2d_padding",
    "spatial_3d_padding",
    "temporal_padding",
]


def conv1d(
    x: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """A convolution in 1 dimension (mirrors `K.conv1d`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        kernel: [*window, channels / groups, filters].
        strides: the steps between windows.
        padding: 'valid', 'same' or 'causal'.
        data_format: 'channels_last', 'channels_first' or `None` for the configured one.
        dilation_rate: the steps within a window.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.conv1d(K.ones((1, 5, 2)), K.ones((3, 2, 4))).shape)
        (1, 3, 4)
    """
    return ops.conv(
        x,
        kernel,
        strides=strides,
        padding=padding,
        data_format=data_format_of(data_format, "conv1d"),
        dilation_rate=dilation_rate,
    )


def conv2d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution in 2 dimensions (mirrors `K.conv2d`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        kernel: [*window, channels / groups, filters].
        strides: the steps between windows.
        padding: 'valid' or 'same'.
        data_format: 'channels_last', 'channels_first' or `None` for the configured one.
        dilation_rate: the steps within a window.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.conv2d(K.ones((1, 5, 5, 2)), K.ones((3, 3, 2, 4))).shape)
        (1, 3, 3, 4)
    """
    return ops.conv(
        x,
        kernel,
        strides=strides,
        padding=padding,
        data_format=data_format_of(data_format, "conv2d"),
        dilation_rate=dilation_rate,
    )


def conv3d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1, 1),
) -> Any:
    """A convolution in 3 dimensions (mirrors `K.conv3d`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        kernel: [*window, channels / groups, filters].
        strides: the steps between windows.
        padding: 'valid' or 'same'.
        data_format: 'channels_last', 'channels_first' or `None` for the configured one.
        dilation_rate: the steps within a window.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.conv3d(K.ones((1, 5, 5, 5, 2)), K.ones((3, 3, 3, 2, 4))).shape)
        (1, 3, 3, 3, 4)
    """
    return ops.conv(
        x,
        kernel,
        strides=strides,
        padding=padding,
        data_format=data_format_of(data_format, "conv3d"),
        dilation_rate=dilation_rate,
    )


def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """The transpose of `conv2d`, with a kernel [rows, columns, filters, channels] (mirrors `K.conv2d_transpose`).

    Args:
        x: [batch, rows, columns, channels] (channels second if `data_format` is 'channels_first').
        kernel: [rows, columns, filters, channels].
        output_shape: the result's whole shape; the batch in it is not looked at.
        strides: by how much the result is finer.
        padding: 'valid' or 'same'.
        data_format: 'channels_last', 'channels_first' or `None` for the configured one.
        dilation_rate: the steps within a window.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.conv2d_transpose(K.ones((1, 3, 3, 4)), K.ones((3, 3, 2, 4)), (1, 5, 5, 2)).shape)
        (1, 5, 5, 2)
    """
    layout = data_format_of(data_format, "conv2d_transpose")
    shape = [output_shape[i] for i in range(len(output_shape))]
    return ops.conv_transpose(
        x,
        kernel,
        strides=strides,
        padding=padding,
        data_format=layout,
        dilation_rate=dilation_rate,
        output_shape=tuple(shape[1:-1] if layout == "channels_last" else shape[2:]),
    )


def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Each channel convolved on its own (mirrors `K.depthwise_conv2d`); arguments as of `conv2d`.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.depthwise_conv2d(K.ones((1, 5, 5, 2)), K.ones((3, 3, 2, 1))).shape)
        (1, 3, 3, 2)
    """
    return ops.depthwise_conv(
        x,
        depthwise_kernel,
        strides=strides,
        padding=padding,
        data_format=data_format_of(data_format, "depthwise_conv2d"),
        dilation_rate=dilation_rate,
    )


def separable_conv1d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """A depthwise convolution, then one that mixes channels (mirrors `K.separable_conv1d`); arguments as of `conv1d`.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.separable_conv1d(K.ones((1, 5, 2)), K.ones((3, 2, 1)), K.ones((1, 2, 4))).shape)
        (1, 3, 4)
    """
    return ops.separable_conv(
        x,
        depthwise_kernel,
        pointwise_kernel,
        strides=strides,
        padding=padding,
        data_format=data_format_of(data_format, "separable_conv1d"),
        dilation_rate=dilation_rate,
    )


def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A depthwise convolution, then one that mixes channels (mirrors `K.separable_conv2d`); arguments as of `conv2d`.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.separable_conv2d(K.ones((1, 5, 5, 2)), K.ones((3, 3, 2, 1)), K.ones((1, 1, 2, 4))).shape)
        (1, 3, 3, 4)
    """
    return ops.separable_conv(
        x,
        depthwise_kernel,
        pointwise_kernel,
        strides=strides,
        padding=padding,
        data_format=data_format_of(data_format, "separable_conv2d"),
        dilation_rate=dilation_rate,
    )


def _pool(
    x: Any, pool_size: Any, strides: Any, padding: str, data_format: Any, pool_mode: str, what: str
) -> Any:
    kinds = {"max": ops.max_pool, "avg": ops.average_pool}
    if pool_mode not in kinds:
        raise ValueError(f"{what}: pool_mode must be 'max' or 'avg', not {pool_mode!r}.")
    layout = data_format_of(data_format, what)
    return kinds[pool_mode](x, pool_size=pool_size, strides=strides, padding=padding, data_format=layout)


def pool2d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The maxima ('max') or means ('avg') of windows, by default one element apart (mirrors `K.pool2d`).

    Raises:
        ValueError: another pool_mode.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.pool2d(K.ones((1, 4, 4, 2)), (2, 2)).shape)
        (1, 3, 3, 2)
    """
    return _pool(x, pool_size, strides, padding, data_format, pool_mode, "pool2d")


def pool3d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The maxima ('max') or means ('avg') of windows, by default one element apart (mirrors `K.pool3d`).

    Raises:
        ValueError: another pool_mode.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.pool3d(K.ones((1, 4, 4, 4, 2)), (2, 2, 2)).shape)
        (1, 3, 3, 3, 2)
    """
    return _pool(x, pool_size, strides, padding, data_format, pool_mode, "pool3d")


def temporal_padding(x: Any, padding: Any = (1, 1)) -> Any:
    """[batch, steps, channels] with zeros before and after the steps (mirrors `K.temporal_padding`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.temporal_padding(K.ones((1, 3, 2)), (2, 0)).shape)
        (1, 5, 2)
    """
    return ops.pad(x, [(0, 0), tuple(padding), (0, 0)])


def _around(x: Any, padding: Any, data_format: Any, what: str) -> Any:
    pairs = [tuple(p) for p in padding]
    last = data_format_of(data_format, what) == "channels_last"
    return ops.pad(x, [(0, 0), *pairs, (0, 0)] if last else [(0, 0), (0, 0), *pairs])


def spatial_2d_padding(x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None) -> Any:
    """Images with zeros at the borders, a pair for each axis (mirrors `K.spatial_2d_padding`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.spatial_2d_padding(K.ones((1, 3, 3, 2)), ((1, 0), (0, 2))).shape)
        (1, 4, 5, 2)
    """
    return _around(x, padding, data_format, "spatial_2d_padding")


def spatial_3d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Volumes with zeros at the borders, a pair for each axis (mirrors `K.spatial_3d_padding`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.spatial_3d_padding(K.ones((1, 3, 3, 3, 2))).shape)
        (1, 5, 5, 5, 2)
    """
    return _around(x, padding, data_format, "spatial_3d_padding")


def resize_images(
    x: Any, height_factor: int, width_factor: int, data_format: str, interpolation: str = "nearest"
) -> Any:
    """Images with a multiple of the rows and columns (mirrors `K.resize_images`).

    Args:
        x: [batch, rows, columns, channels] (channels second if `data_format` is 'channels_first').
        height_factor: by how much there are more rows, an int.
        width_factor: by how much there are more columns, an int.
        data_format: 'channels_last' or 'channels_first'.
        interpolation: as of `keras.layers.UpSampling2D`.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.resize_images(K.ones((1, 3, 3, 2)), 2, 3, "channels_last").shape)
        (1, 6, 9, 2)
    """
    from unikeras.layers.reshaping.up_sampling import UpSampling2D

    return UpSampling2D((height_factor, width_factor), data_format, interpolation)(x)


def resize_volumes(x: Any, depth_factor: int, height_factor: int, width_factor: int, data_format: str) -> Any:
    """Volumes with every voxel repeated along each axis (mirrors `K.resize_volumes`).

    Args:
        x: [batch, depth, rows, columns, channels] (channels second if `data_format` is 'channels_first').
        depth_factor: how many times along the depth.
        height_factor: how many times along the rows.
        width_factor: how many times along the columns.
        data_format: 'channels_last' or 'channels_first'.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.resize_volumes(K.ones((1, 2, 2, 2, 1)), 1, 2, 3, "channels_last").shape)
        (1, 2, 4, 6, 1)
    """
    size = per_axis((depth_factor, height_factor, width_factor), 3, "resize_volumes: factors")
    return ops.upsample(x, size=size, data_format=data_format_of(data_format, "resize_volumes"))


def local_conv1d(
    inputs: Any, kernel: Any, kernel_size: Any, strides: Any, data_format: str | None = None
) -> Any:
    """A convolution in 1 dimension with another kernel at every place (mirrors `K.local_conv1d`).

    Args:
        inputs: [batch, steps, channels] (channels second if `data_format` is 'channels_first').
        kernel: [windows, elements of a window, filters].
        kernel_size: the window, an int or a list of one.
        strides: the steps between windows, likewise.
        data_format: 'channels_last', 'channels_first' or `None` for the configured one.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.local_conv1d(K.ones((1, 5, 2)), K.ones((3, 6, 4)), 3, 1).shape)
        (1, 3, 4)
    """
    return _local(inputs, kernel, kernel_size, strides, (kernel.shape[0],), data_format)


def local_conv2d(
    inputs: Any,
    kernel: Any,
    kernel_size: Any,
    strides: Any,
    output_shape: Any,
    data_format: str | None = None,
) -> Any:
    """A convolution in 2 dimensions with another kernel at every place (mirrors `K.local_conv2d`).

    Args:
        inputs: [batch, rows, columns, channels] (channels second if `data_format` is 'channels_first').
        kernel: [windows, elements of a window, filters].
        kernel_size: the window, an int or two of them.
        strides: the steps between windows, likewise.
        output_shape: how many windows there are in each dimension, (rows, columns).
        data_format: 'channels_last', 'channels_first' or `None` for the configured one.

    Example:
        >>> from unikeras.keras import backend as K
        >>> tuple(K.local_conv2d(K.ones((1, 3, 3, 1)), K.ones((4, 4, 2)), 2, 1, (2, 2)).shape)
        (1, 2, 2, 2)
    """
    return _local(inputs, kernel, kernel_size, strides, tuple(output_shape), data_format)


def _local(
    x: Any,
    kernel: Any,
    kernel_size: Any,
    strides: Any,
    output_shape: tuple[int, ...],
    data_format: str | None,
) -> Any:
    rank = len(output_shape)
    return ops.local_conv(
        x,
        kernel,
        kernel_size=per_axis(kernel_size, rank, "kernel_size"),
        strides=per_axis(strides, rank, "strides"),
        output_shape=output_shape,
        data_format=data_format_of(data_format, "local_conv"),
    )
