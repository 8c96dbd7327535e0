"""`tf.nn`'s spelling of pooling."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.ops.conv_tf_style import padding_of, spatial
from unikeras.ops.windows import data_format_of

__all__ = [
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "depth_to_space",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "pool",
    "space_to_depth",
]


def _pool(
    op: Any,
    x: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    what: str,
    dilations: Any = None,
) -> Any:
    x = ops.identity(x)
    rank = len(x.shape) - 2
    layout = data_format_of(data_format or "channels_last", what)
    return op(
        x,
        pool_size=spatial(ksize, rank, layout, f"{what}: ksize"),
        strides=spatial(strides, rank, layout, f"{what}: strides"),
        padding=padding_of(padding, rank, layout, what),
        data_format=layout,
        dilation=spatial(dilations, rank, layout, f"{what}: dilations"),
    )


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The maxima or means of windows, which by default lie one element apart (mirrors `tf.nn.pool`).

    Args:
        input: [batch, *spatial, channels], or channels second for 'NCW', 'NCHW', 'NCDHW'.
        window_shape: the window, an int or a list of ints.
        pooling_type: 'MAX' or 'AVG'.
        strides: the steps between windows; 1 if `None`.
        padding: 'SAME', 'VALID' or a list of pairs for every axis.
        data_format: 'NWC', 'NHWC', 'NDHWC' (the default, by rank) or channels second.
        dilations: the steps within a window.
        name: ignored.

    Raises:
        ValueError: arguments of another form.

    Example:
        >>> import unikeras as tf
        >>> tf.nn.pool(tf.reshape([1.0, 5.0, 3.0], [1, 3, 1]), [2], "MAX")[0, :, 0].numpy().tolist()
        [5.0, 5.0]
    """
    kinds = {"MAX": ops.max_pool, "AVG": ops.average_pool}
    if pooling_type not in kinds:
        raise ValueError(f"pool: pooling_type must be 'MAX' or 'AVG', not {pooling_type!r}.")
    return _pool(kinds[pooling_type], input, window_shape, strides, padding, data_format, "pool", dilations)


def max_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Any:
    """The largest element of each window, in as many dimensions as the input has (mirrors `tf.nn.max_pool`).

    Args:
        input: [batch, *spatial, channels], or channels second for 'NCW', 'NCHW', 'NCDHW'.
        ksize: the window, an int or a list of ints.
        strides: the steps between windows, an int or a list of ints.
        padding: 'SAME', 'VALID' or a list of pairs for every axis.
        data_format: 'NWC', 'NHWC', 'NDHWC' (the default, by rank) or channels second.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.max_pool(tf.ones([1, 4, 4, 2]), 2, 2, "VALID").shape)
        (1, 2, 2, 2)
    """
    return _pool(ops.max_pool, input, ksize, strides, padding, data_format, "max_pool")


def max_pool1d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NWC", name: str | None = None
) -> Any:
    """The largest element of each window in 1 dimension; see `max_pool` (mirrors `tf.nn.max_pool1d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.max_pool1d(tf.ones([1, 4, 2]), 2, 2, "VALID").shape)
        (1, 2, 2)
    """
    return _pool(ops.max_pool, input, ksize, strides, padding, data_format, "max_pool1d")


def max_pool2d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NHWC", name: str | None = None
) -> Any:
    """The largest element of each window in 2 dimensions; see `max_pool` (mirrors `tf.nn.max_pool2d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.max_pool2d(tf.ones([1, 4, 4, 2]), [1, 2, 2, 1], [1, 2, 2, 1], "VALID").shape)
        (1, 2, 2, 2)
    """
    return _pool(ops.max_pool, input, ksize, strides, padding, data_format, "max_pool2d")


def max_pool3d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NDHWC", name: str | None = None
) -> Any:
    """The largest element of each window in 3 dimensions; see `max_pool` (mirrors `tf.nn.max_pool3d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.max_pool3d(tf.ones([1, 4, 4, 4, 2]), 2, 2, "VALID").shape)
        (1, 2, 2, 2, 2)
    """
    return _pool(ops.max_pool, input, ksize, strides, padding, data_format, "max_pool3d")


def avg_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Any:
    """The mean of each window, in as many dimensions as the input has (mirrors `tf.nn.avg_pool`).

    Args:
        input: [batch, *spatial, channels], or channels second for 'NCW', 'NCHW', 'NCDHW'.
        ksize: the window, an int or a list of ints.
        strides: the steps between windows, an int or a list of ints.
        padding: 'SAME', 'VALID' or a list of pairs for every axis.
        data_format: 'NWC', 'NHWC', 'NDHWC' (the default, by rank) or channels second.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.avg_pool(tf.ones([1, 4, 4, 2]), 2, 2, "VALID").shape)
        (1, 2, 2, 2)
    """
    return _pool(ops.average_pool, input, ksize, strides, padding, data_format, "avg_pool")


def avg_pool1d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NWC", name: str | None = None
) -> Any:
    """The mean of each window in 1 dimension; see `avg_pool` (mirrors `tf.nn.avg_pool1d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.avg_pool1d(tf.ones([1, 4, 2]), 2, 2, "VALID").shape)
        (1, 2, 2)
    """
    return _pool(ops.average_pool, input, ksize, strides, padding, data_format, "avg_pool1d")


def avg_pool2d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NHWC", name: str | None = None
) -> Any:
    """The mean of each window in 2 dimensions; see `avg_pool` (mirrors `tf.nn.avg_pool2d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.avg_pool2d(tf.ones([1, 4, 4, 2]), [1, 2, 2, 1], [1, 2, 2, 1], "VALID").shape)
        (1, 2, 2, 2)
    """
    return _pool(ops.average_pool, input, ksize, strides, padding, data_format, "avg_pool2d")


def avg_pool3d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str = "NDHWC", name: str | None = None
) -> Any:
    """The mean of each window in 3 dimensions; see `avg_pool` (mirrors `tf.nn.avg_pool3d`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.avg_pool3d(tf.ones([1, 4, 4, 4, 2]), 2, 2, "VALID").shape)
        (1, 2, 2, 2, 2)
    """
    return _pool(ops.average_pool, input, ksize, strides, padding, data_format, "avg_pool3d")


def space_to_depth(input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None) -> Any:
    """`unikeras.ops.space_to_depth` in `tf.nn`'s spelling (mirrors `tf.nn.space_to_depth`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.space_to_depth(tf.ones([1, 4, 4, 1]), 2).shape)
        (1, 2, 2, 4)
    """
    return ops.space_to_depth(
        input, block_size=block_size, data_format=data_format_of(data_format, "space_to_depth")
    )


def depth_to_space(input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None) -> Any:
    """`unikeras.ops.depth_to_space` in `tf.nn`'s spelling (mirrors `tf.nn.depth_to_space`).

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.nn.depth_to_space(tf.ones([1, 2, 2, 4]), 2).shape)
        (1, 4, 4, 1)
    """
    return ops.depth_to_space(
        input, block_size=block_size, data_format=data_format_of(data_format, "depth_to_space")
    )
