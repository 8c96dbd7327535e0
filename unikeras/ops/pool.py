"""Pooling: the largest element or the mean of windows, or of as many parts as asked for."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.ops.windows import channels_first, channels_last, per_axis, window_padding

__all__ = ["adaptive_average_pool", "adaptive_max_pool", "average_pool", "max_pool"]


def _options(x: Any, window: Any, strides: Any, padding: Any, dilation: Any, what: str) -> dict[str, Any]:
    rank = x.ndim - 2
    if not 1 <= rank <= 3:
        raise ValueError(
            f"the inputs must be [batch, *spatial, channels] with one to three spatial axes; their shape is {tuple(x.shape)}."
        )
    window = per_axis(window, rank, f"{what}: pool_size")
    strides = window if strides is None else per_axis(strides, rank, f"{what}: strides")
    dilation = per_axis(dilation, rank, f"{what}: dilation")
    pairs = window_padding(padding, x.shape[1:-1], window, strides, dilation)
    return {"window": window, "strides": strides, "padding": pairs, "dilation": dilation}


@op(aliases={"inputs": "x"})
def max_pool(F, x, *, pool_size, strides=None, padding="valid", data_format="channels_last", dilation=1):
    """The largest element of each window (mirrors `keras.ops.max_pool`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        pool_size: the window, an int or one for each axis.
        strides: the steps between windows; the window's size if `None`.
        padding: 'valid', 'same' or a pair (before, after) for each axis; what is padded is never chosen.
        data_format: 'channels_last' or 'channels_first'.
        dilation: the steps within a window.

    Returns:
        The same with fewer elements along the spatial axes. The gradient goes to the first of equal elements.

    Raises:
        InvalidArgumentError: shapes that do not fit.

    Example:
        >>> from unikeras import ops
        >>> x = ops.reshape([1.0, 5.0, 3.0, 4.0], (1, 4, 1))
        >>> ops.max_pool(x, 2)[0, :, 0].numpy().tolist()
        [5.0, 4.0]
    """
    x = channels_last(F, x, data_format)
    y = F.max_pool(x, **_options(x, pool_size, strides, padding, dilation, "max_pool"))
    return channels_first(F, y, data_format)


@op(aliases={"inputs": "x"})
def average_pool(F, x, *, pool_size, strides=None, padding="valid", data_format="channels_last", dilation=1):
    """The mean of each window, of those elements that are not padding (mirrors `keras.ops.average_pool`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        pool_size: the window, an int or one for each axis.
        strides: the steps between windows; the window's size if `None`.
        padding: 'valid', 'same' or a pair (before, after) for each axis.
        data_format: 'channels_last' or 'channels_first'.
        dilation: the steps within a window.

    Returns:
        The same with fewer elements along the spatial axes.

    Raises:
        InvalidArgumentError: shapes that do not fit.

    Example:
        >>> from unikeras import ops
        >>> x = ops.reshape([1.0, 5.0, 3.0], (1, 3, 1))
        >>> ops.average_pool(x, 2, padding="same")[0, :, 0].numpy().tolist()
        [3.0, 3.0]
    """
    x = channels_last(F, x, data_format)
    options = _options(x, pool_size, strides, padding, dilation, "average_pool")
    total = F.sum_pool(x, **options)
    if not any(map(any, options["padding"])):
        return channels_first(F, total / prod(options["window"]), data_format)
    counts = F.asarray(_counts(x.shape[1:-1], **options), dtype=x.dtype)
    return channels_first(F, total / counts, data_format)


def _counts(size: Any, window: Any, strides: Any, padding: Any, dilation: Any) -> np.ndarray:
    """How many elements of the input each window holds, [*spatial, 1]."""
    counts: Any = np.ones(1)
    for n, k, s, (before, after), d in reversed(
        list(zip(size, window, strides, padding, dilation, strict=True))
    ):
        starts = np.arange((n + before + after - d * (k - 1) - 1) // s + 1) * s - before
        places = starts[:, None] + d * np.arange(k)
        inside = ((places >= 0) & (places < n)).sum(axis=1)
        counts = inside.reshape(-1, *(1,) * np.ndim(counts)) * counts
    return counts


def _adaptive(F: Any, x: Any, output_size: Any, data_format: str, reduce: Any, what: str) -> Any:
    """Each axis divided into `output_size` parts that begin at floor(i n / m) and end at ceil((i + 1) n / m)."""
    x = channels_last(F, x, data_format)
    rank = x.ndim - 2
    if not 1 <= rank <= 3:
        raise ValueError(
            f"{what}: the inputs must have one to three spatial axes; their shape is {tuple(x.shape)}."
        )
    for axis, m in enumerate(per_axis(output_size, rank, f"{what}: output_size"), 1):
        n = x.shape[axis]
        head = (slice(None),) * axis
        if n % m == 0:
            x = reduce(F, F.reshape(x, (*x.shape[:axis], m, n // m, *x.shape[axis + 1 :])), axis + 1)
        else:
            parts = [slice(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]
            x = F.stack([reduce(F, x[(*head, part)], axis) for part in parts], axis=axis)
    return channels_first(F, x, data_format)


@op(aliases={"inputs": "x"})
def adaptive_max_pool(F, x, *, output_size, data_format="channels_last"):
    """The largest elements of `output_size` parts along each axis (mirrors `keras.ops.adaptive_max_pool`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        output_size: the result's spatial shape, an int or one for each axis. Parts overlap where it does not divide.
        data_format: 'channels_last' or 'channels_first'.

    Example:
        >>> from unikeras import ops
        >>> ops.adaptive_max_pool(ops.reshape([1.0, 5.0, 3.0], (1, 3, 1)), 2)[0, :, 0].numpy().tolist()
        [5.0, 5.0]
    """
    return _adaptive(
        F, x, output_size, data_format, lambda F, x, axis: F.max(x, axis=axis), "adaptive_max_pool"
    )


@op(aliases={"inputs": "x"})
def adaptive_average_pool(F, x, *, output_size, data_format="channels_last"):
    """The means of `output_size` parts along each axis (mirrors `keras.ops.adaptive_average_pool`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        output_size: the result's spatial shape, an int or one for each axis. Parts overlap where it does not divide.
        data_format: 'channels_last' or 'channels_first'.

    Example:
        >>> from unikeras import ops
        >>> ops.adaptive_average_pool(ops.reshape([1.0, 5.0, 3.0], (1, 3, 1)), 2)[0, :, 0].numpy().tolist()
        [3.0, 4.0]
    """
    return _adaptive(
        F, x, output_size, data_format, lambda F, x, axis: F.mean(x, axis=axis), "adaptive_average_pool"
    )
