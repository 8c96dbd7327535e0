"""Blocks of neighbouring elements: repeated, moved into the channels and back, taken out and put together."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.ops.windows import channels_first, channels_last, per_axis

__all__ = ["depth_to_space", "fold", "space_to_depth", "unfold", "upsample"]


@op
def upsample(F, x, *, size, data_format="channels_last"):
    """Every element `size` times along the spatial axes (what `keras.layers.UpSampling2D` does by default).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        size: how many times, an int or one for each axis.
        data_format: 'channels_last' or 'channels_first'.

    Example:
        >>> from unikeras import ops
        >>> ops.upsample(ops.reshape([1.0, 2.0], (1, 2, 1)), 2)[0, :, 0].numpy().tolist()
        [1.0, 1.0, 2.0, 2.0]
    """
    first = 1 if data_format == "channels_last" else 2
    for axis, times in enumerate(per_axis(size, x.ndim - 2, "upsample: size"), first):
        if times > 1:  # copies side by side, whose gradient is a sum
            shape = tuple(x.shape)
            wide = F.broadcast_to(
                F.expand_dims(x, axis=axis + 1), (*shape[: axis + 1], times, *shape[axis + 1 :])
            )
            x = F.reshape(wide, (*shape[:axis], shape[axis] * times, *shape[axis + 1 :]))
    return x


@op(aliases={"input": "x"})
def space_to_depth(F, x, *, block_size, data_format="channels_last"):
    """Blocks of pixels as channels of one pixel (mirrors `keras.ops.space_to_depth`).

    Args:
        x: [batch, rows, columns, channels] (channels second if `data_format` is 'channels_first').
        block_size: the rows and columns of a block; it must divide those of `x`.
        data_format: 'channels_last' or 'channels_first'.

    Returns:
        [batch, rows / block_size, columns / block_size, channels * block_size ** 2].

    Raises:
        InvalidArgumentError: sizes that block_size does not divide.

    Example:
        >>> from unikeras import ops
        >>> ops.space_to_depth(ops.reshape([1, 2, 3, 4], (1, 2, 2, 1)), 2).numpy().tolist()
        [[[[1, 2, 3, 4]]]]
    """
    x = channels_last(F, x, data_format)
    if x.ndim != 4:
        raise ValueError(f"the input must have 4 axes, but its shape is {tuple(x.shape)}.")
    (b,) = per_axis(block_size, 1, "block_size")
    batch, rows, columns, channels = x.shape
    if rows % b or columns % b:
        raise ValueError(f"block_size {b} does not divide {rows} rows and {columns} columns.")
    blocks = F.reshape(x, (batch, rows // b, b, columns // b, b, channels))
    blocks = F.permute_dims(blocks, (0, 1, 3, 2, 4, 5))
    return channels_first(
        F, F.reshape(blocks, (batch, rows // b, columns // b, b * b * channels)), data_format
    )


@op(aliases={"input": "x"})
def depth_to_space(F, x, *, block_size, data_format="channels_last"):
    """Channels as blocks of pixels: the way back from `space_to_depth` (mirrors `keras.ops.depth_to_space`).

    Args:
        x: [batch, rows, columns, channels] (channels second if `data_format` is 'channels_first').
        block_size: the rows and columns of a block; its square must divide the channels.
        data_format: 'channels_last' or 'channels_first'.

    Returns:
        [batch, rows * block_size, columns * block_size, channels / block_size ** 2].

    Raises:
        InvalidArgumentError: channels that the square of block_size does not divide.

    Example:
        >>> from unikeras import ops
        >>> ops.depth_to_space(ops.reshape([1, 2, 3, 4], (1, 1, 1, 4)), 2)[0, :, :, 0].numpy().tolist()
        [[1, 2], [3, 4]]
    """
    x = channels_last(F, x, data_format)
    if x.ndim != 4:
        raise ValueError(f"the input must have 4 axes, but its shape is {tuple(x.shape)}.")
    (b,) = per_axis(block_size, 1, "block_size")
    batch, rows, columns, channels = x.shape
    if channels % (b * b):
        raise ValueError(f"the square of block_size {b} does not divide {channels} channels.")
    blocks = F.reshape(x, (batch, rows, columns, b, b, channels // (b * b)))
    blocks = F.permute_dims(blocks, (0, 1, 3, 2, 4, 5))
    return channels_first(
        F, F.reshape(blocks, (batch, rows * b, columns * b, channels // (b * b))), data_format
    )


def _places(size: int, window: int, dilation: int, padding: int, stride: int) -> int:
    """How many windows fit."""
    count = (size + 2 * padding - dilation * (window - 1) - 1) // stride + 1
    if count < 1:
        raise ValueError(
            f"a window of {window} (dilation {dilation}) does not fit into {size} + 2 * {padding} elements."
        )
    return count


def _geometry(kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    return (
        per_axis(kernel_size, 2, "kernel_size"),
        per_axis(dilation, 2, "dilation"),
        per_axis(padding, 2, "padding", zero=True),
        per_axis(stride, 2, "stride"),
    )


@op
def unfold(F, x, *, kernel_size, dilation=1, padding=0, stride=1):
    """The windows of images, each as a column (mirrors `keras.ops.unfold`).

    Args:
        x: [batch, channels, rows, columns].
        kernel_size: the window, an int or (rows, columns).
        dilation: the steps within a window.
        padding: zeros at both borders of each axis.
        stride: the steps between windows.

    Returns:
        [batch, channels * window's size, number of windows].

    Raises:
        InvalidArgumentError: a window that does not fit.

    Example:
        >>> from unikeras import ops
        >>> ops.unfold(ops.reshape([1.0, 2.0, 3.0], (1, 1, 1, 3)), (1, 2))[0].numpy().tolist()
        [[1.0, 2.0], [2.0, 3.0]]
    """
    window, dilation, padding, stride = _geometry(kernel_size, dilation, padding, stride)
    if x.ndim != 4:
        raise ValueError(
            f"the input must be [batch, channels, rows, columns], but its shape is {tuple(x.shape)}."
        )
    rows, columns = (_places(*a) for a in zip(x.shape[2:], window, dilation, padding, stride, strict=True))
    x = _zeros_around(F, x, padding)
    parts = [
        x[
            :,
            :,
            i : i + (rows - 1) * stride[0] + 1 : stride[0],
            j : j + (columns - 1) * stride[1] + 1 : stride[1],
        ]
        for i in range(0, window[0] * dilation[0], dilation[0])
        for j in range(0, window[1] * dilation[1], dilation[1])
    ]
    return F.reshape(F.stack(parts, axis=2), (x.shape[0], x.shape[1] * len(parts), rows * columns))


@op
def fold(F, x, *, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Windows put back into images and added where they overlap (mirrors `keras.ops.fold`).

    Args:
        x: [batch, channels * window's size, number of windows], as `unfold` makes it.
        output_size: the images' (rows, columns).
        kernel_size: the window, an int or (rows, columns).
        dilation: the steps within a window.
        padding: zeros that `unfold` put at both borders of each axis; they are cut off.
        stride: the steps between windows.

    Returns:
        [batch, channels, rows, columns].

    Raises:
        InvalidArgumentError: another number of windows than fit.

    Example:
        >>> from unikeras import ops
        >>> ops.fold(ops.ones((1, 2, 2)), (1, 3), (1, 2))[0, 0].numpy().tolist()
        [[1.0, 2.0, 1.0]]
    """
    size = per_axis(output_size, 2, "output_size")
    window, dilation, padding, stride = _geometry(kernel_size, dilation, padding, stride)
    rows, columns = (_places(*a) for a in zip(size, window, dilation, padding, stride, strict=True))
    count = window[0] * window[1]
    if x.ndim != 3 or x.shape[1] % count or x.shape[2] != rows * columns:
        raise ValueError(
            f"the input must be [batch, channels * {count}, {rows * columns}], but its shape is {tuple(x.shape)}."
        )
    # The transpose of a convolution that takes the elements of each window apart.
    apart = F.reshape(F.eye(count, dtype=x.dtype), (*window, 1, count))
    parts = F.moveaxis(F.reshape(x, (-1, count, rows, columns)), 1, -1)
    pairs = tuple((p, p) for p in padding)
    image = F.conv_transpose(parts, apart, size=size, strides=stride, padding=pairs, dilation=dilation)
    return F.reshape(image, (x.shape[0], x.shape[1] // count, *size))


def _zeros_around(F: Any, x: Any, padding: Any) -> Any:
    for axis, n in enumerate(padding, 2):
        if n:
            border = F.zeros((*x.shape[:axis], n, *x.shape[axis + 1 :]), dtype=x.dtype)
            x = F.concat([border, x, border], axis=axis)
    return x
