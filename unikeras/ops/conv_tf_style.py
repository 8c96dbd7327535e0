"""`tf.nn`'s spelling of convolutions: strides and dilations may name batch and channels too, padding is 'SAME', 'VALID' or a list."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.ops.windows import data_format_of

__all__ = [
    "atrous_conv2d",
    "atrous_conv2d_transpose",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "conv_transpose",
    "convolution",
    "depthwise_conv2d",
    "padding_of",
    "separable_conv2d",
    "spatial",
]


def spatial(value: Any, rank: int, data_format: str, what: str) -> tuple[int, ...]:
    """The spatial part of strides, dilations or window sizes: of an int, or a list of 1, `rank` or `rank + 2` ints.

    Raises:
        ValueError: another length, or a step along the batch or the channels.

    Example:
        >>> spatial([1, 2, 2, 1], 2, "channels_last", "strides")
        (2, 2)
    """
    if value is None:
        return (1,) * rank
    numbers = tuple(int(n) for n in value) if hasattr(value, "__iter__") else (int(value),)
    if len(numbers) == 1:
        return numbers * rank
    if len(numbers) == rank + 2:
        inner = slice(1, -1) if data_format == "channels_last" else slice(2, None)
        if sorted(numbers) != sorted((1, 1, *numbers[inner])):
            raise ValueError(
                f"{what} along the batch and the channels must be 1, but they are {list(numbers)}."
            )
        return numbers[inner]
    if len(numbers) != rank:
        raise ValueError(
            f"{what} must have 1, {rank} or {rank + 2} entries, not {len(numbers)}: {list(numbers)}."
        )
    return numbers


def padding_of(value: Any, rank: int, data_format: str, what: str) -> Any:
    """A rule's name, or the spatial pairs of a list of `rank + 2` pairs.

    Raises:
        ValueError: another name or length, or padding of the batch or the channels.

    Example:
        >>> padding_of([[0, 0], [1, 1], [2, 2], [0, 0]], 2, "channels_last", "conv2d")
        ((1, 1), (2, 2))
    """
    if isinstance(value, str):
        if value.upper() not in ("SAME", "VALID"):
            raise ValueError(f"{what}: padding must be 'SAME', 'VALID' or a list of pairs, not {value!r}.")
        return value.lower()
    pairs = tuple((int(before), int(after)) for before, after in value)
    if len(pairs) != rank + 2:
        raise ValueError(f"{what}: padding must be {rank + 2} pairs, not {len(pairs)}: {value!r}.")
    inner = slice(1, -1) if data_format == "channels_last" else slice(2, None)
    if sum(map(sum, pairs)) != sum(map(sum, pairs[inner])):
        raise ValueError(f"{what}: the batch and the channels cannot be padded, but padding is {value!r}.")
    return pairs[inner]


def _common(
    rank: int, strides: Any, padding: Any, data_format: Any, dilations: Any, what: str
) -> dict[str, Any]:
    layout = data_format_of(data_format or "channels_last", what)
    return {
        "strides": spatial(strides, rank, layout, f"{what}: strides"),
        "padding": padding_of(padding, rank, layout, what),
        "data_format": layout,
        "dilation_rate": spatial(dilations, rank, layout, f"{what}: dilations"),
    }


def _with_batches(rank: int, function: Any, x: Any) -> Any:
    """`function` of x with all axes before the last `rank + 1` as one, which are restored afterwards."""
    x = ops.identity(x)
    extra = len(x.shape) - rank - 1
    if extra <= 1:
        return function(x)
    shape = ops.shape(x)
    y = function(ops.reshape(x, (-1, *x.shape[extra:])))
    return ops.reshape(y, (*[shape[i] for i in range(extra)], *y.shape[1:]))


def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """A convolution in as many dimensions as the filters have (mirrors `tf.nn.convolution`).

    Args:
        input: [batch, *spatial, channels], or channels second for 'NCW', 'NCHW', 'NCDHW'.
        filters: [*window, channels / groups, filters].
        strides: the steps between windows, an int or a list of ints.
        padding: 'SAME', 'VALID' or a list of pairs for every axis.
        data_format: 'NWC', 'NHWC', 'NDHWC' (the default, by rank) or channels second.
        dilations: the steps within a window.
        name: ignored.

    Returns:
        [batch, *spatial, filters], in the same data format.

    Raises:
        ValueError: arguments of another form.
        InvalidArgumentError: shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.convolution(tf.ones([1, 5, 2]), tf.ones([3, 2, 4])).shape)
        (1, 3, 4)
    """
    filters = ops.identity(filters)
    rank = len(filters.shape) - 2
    options = _common(rank, strides, padding, data_format, dilations, "convolution")
    return _with_batches(rank, lambda x: ops.conv.strict(x, filters, **options), input)


def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """A convolution in 1 dimension; see `convolution` (mirrors `tf.nn.conv1d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.conv1d(tf.ones([1, 5, 2]), tf.ones([3, 2, 4]), 1, "VALID").shape)
        (1, 3, 4)
    """
    options = _common(1, stride, padding, data_format, dilations, "conv1d")
    return _with_batches(1, lambda x: ops.conv.strict(x, filters, **options), input)


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """A convolution in 2 dimensions; see `convolution` (mirrors `tf.nn.conv2d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.conv2d(tf.ones([1, 5, 5, 2]), tf.ones([3, 3, 2, 4]), 1, "VALID").shape)
        (1, 3, 3, 4)
    """
    options = _common(2, strides, padding, data_format, dilations, "conv2d")
    return _with_batches(2, lambda x: ops.conv.strict(x, filters, **options), input)


def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """A convolution in 3 dimensions; see `convolution` (mirrors `tf.nn.conv3d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.conv3d(tf.ones([1, 5, 5, 5, 2]), tf.ones([3, 3, 3, 2, 4]), [1, 1, 1, 1, 1], "VALID").shape)
        (1, 3, 3, 3, 4)
    """
    options = _common(3, strides, padding, data_format, dilations, "conv3d")
    return _with_batches(3, lambda x: ops.conv.strict(x, filters, **options), input)


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The transpose of a convolution in as many dimensions as the filters have (mirrors `tf.nn.conv_transpose`).

    Args:
        input: [batch, *spatial, channels], or channels second for 'NCW', 'NCHW', 'NCDHW'.
        filters: [*window, filters, channels].
        output_shape: the result's shape, whole or spatial; the batch in it is not looked at.
        strides: by how much the result is finer, an int or a list of ints.
        padding: 'SAME', 'VALID' or a list of pairs for every axis: that of the convolution.
        data_format: 'NWC', 'NHWC', 'NDHWC' (the default, by rank) or channels second.
        dilations: the steps within a window.
        name: ignored.

    Raises:
        ValueError: arguments of another form.
        InvalidArgumentError: shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.conv_transpose(tf.ones([1, 3, 4]), tf.ones([3, 2, 4]), [1, 6, 2], 2).shape)
        (1, 6, 2)
    """
    filters = ops.identity(filters)
    rank = len(filters.shape) - 2
    options = _common(rank, strides, padding, data_format, dilations, "conv_transpose")
    shape = [output_shape[i] for i in range(len(output_shape))]
    if len(shape) == rank + 2:
        shape = shape[1:-1] if options["data_format"] == "channels_last" else shape[2:]
    return ops.conv_transpose.strict(input, filters, output_shape=tuple(shape), **options)


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The transpose of a convolution in 1 dimension; see `conv_transpose` (mirrors `tf.nn.conv1d_transpose`).

    Example:
        >>> import unikeras as tf
        >>> x, w = tf.ones([1, 3, 4]), tf.ones([3, 2, 4])
        >>> tuple(tf.nn.conv1d_transpose(x, w, [1, 6, 2], 2).shape)
        (1, 6, 2)
    """
    return conv_transpose(input, filters, output_shape, strides, padding, data_format, dilations)


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The transpose of a convolution in 2 dimensions; see `conv_transpose` (mirrors `tf.nn.conv2d_transpose`).

    Example:
        >>> import unikeras as tf
        >>> x, w = tf.ones([1, 3, 3, 4]), tf.ones([3, 3, 2, 4])
        >>> tuple(tf.nn.conv2d_transpose(x, w, [1, 6, 6, 2], 2).shape)
        (1, 6, 6, 2)
    """
    return conv_transpose(input, filters, output_shape, strides, padding, data_format, dilations)


def conv3d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The transpose of a convolution in 3 dimensions; see `conv_transpose` (mirrors `tf.nn.conv3d_transpose`).

    Example:
        >>> import unikeras as tf
        >>> x, w = tf.ones([1, 3, 3, 3, 4]), tf.ones([3, 3, 3, 2, 4])
        >>> tuple(tf.nn.conv3d_transpose(x, w, [1, 6, 6, 6, 2], 2).shape)
        (1, 6, 6, 6, 2)
    """
    return conv_transpose(input, filters, output_shape, strides, padding, data_format, dilations)


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Each channel convolved on its own (mirrors `tf.nn.depthwise_conv2d`).

    Args:
        input: [batch, rows, columns, channels], or channels second for 'NCHW'.
        filter: [rows, columns, channels, multiplier].
        strides: the steps between windows, an int or a list of ints.
        padding: 'SAME', 'VALID' or a list of pairs for every axis.
        data_format: 'NHWC' (the default) or 'NCHW'.
        dilations: the steps within a window.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.depthwise_conv2d(tf.ones([1, 5, 5, 2]), tf.ones([3, 3, 2, 3]), [1, 1, 1, 1], "SAME").shape)
        (1, 5, 5, 6)
    """
    options = _common(2, strides, padding, data_format, dilations, "depthwise_conv2d")
    return ops.depthwise_conv.strict(input, filter, **options)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """A depthwise convolution, then one that mixes the channels (mirrors `tf.nn.separable_conv2d`).

    Args:
        input: [batch, rows, columns, channels], or channels second for 'NCHW'.
        depthwise_filter: [rows, columns, channels, multiplier].
        pointwise_filter: [1, 1, channels * multiplier, filters].
        strides: the steps between windows, an int or a list of ints.
        padding: 'SAME', 'VALID' or a list of pairs for every axis.
        data_format: 'NHWC' (the default) or 'NCHW'.
        dilations: the steps within a window.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> x = tf.ones([1, 5, 5, 2])
        >>> tuple(tf.nn.separable_conv2d(x, tf.ones([3, 3, 2, 1]), tf.ones([1, 1, 2, 4]), [1, 1, 1, 1], "VALID").shape)
        (1, 3, 3, 4)
    """
    options = _common(2, strides, padding, data_format, dilations, "separable_conv2d")
    return ops.separable_conv.strict(input, depthwise_filter, pointwise_filter, **options)


def atrous_conv2d(value: Any, filters: Any, rate: int, padding: Any, name: str | None = None) -> Any:
    """`conv2d` with dilations of `rate` (mirrors `tf.nn.atrous_conv2d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.atrous_conv2d(tf.ones([1, 7, 7, 2]), tf.ones([3, 3, 2, 4]), 2, "VALID").shape)
        (1, 3, 3, 4)
    """
    return conv2d(value, filters, 1, padding, dilations=rate)


def atrous_conv2d_transpose(
    value: Any, filters: Any, output_shape: Any, rate: int, padding: Any, name: str | None = None
) -> Any:
    """`conv2d_transpose` with dilations of `rate` (mirrors `tf.nn.atrous_conv2d_transpose`).

    Example:
        >>> import unikeras as tf
        >>> x, w = tf.ones([1, 3, 3, 4]), tf.ones([3, 3, 2, 4])
        >>> tuple(tf.nn.atrous_conv2d_transpose(x, w, [1, 7, 7, 2], 2, "VALID").shape)
        (1, 7, 7, 2)
    """
    return conv2d_transpose(value, filters, output_shape, 1, padding, dilations=rate)
