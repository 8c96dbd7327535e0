"""Convolutions: plain, transposed, depthwise, separable; in one, two or three dimensions.

The formulas take every option explicitly; ops/conv_spellings.py has the signatures of `keras.ops`, `tf.nn` and `K`.
"""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.ops.windows import channels_first, channels_last, per_axis, transposed_size, window_padding

__all__ = ["conv", "conv_transpose", "depthwise_conv", "separable_conv"]


def _window(x: Any, kernel: Any, strides: Any, padding: Any, dilation: Any, what: str) -> dict[str, Any]:
    """The window's options for an engine, for `x` channels-last."""
    rank = x.ndim - 2
    if not 1 <= rank <= 3 or kernel.ndim != rank + 2:
        raise ValueError(
            f"the inputs must be [batch, *spatial, channels] with one to three spatial axes, and the kernel must have as "
            f"many axes; their shapes are {tuple(x.shape)} and {tuple(kernel.shape)}."
        )
    strides = per_axis(strides, rank, f"{what}: strides")
    dilation = per_axis(dilation, rank, f"{what}: dilation_rate")
    pairs = window_padding(padding, x.shape[1:-1], kernel.shape[:-2], strides, dilation)
    return {"strides": strides, "padding": pairs, "dilation": dilation}


@op(aliases={"inputs": "x"})
def conv(F, x, kernel, *, strides=1, padding="valid", data_format="channels_last", dilation_rate=1):
    """Cross-correlation with a kernel: what neural networks call a convolution (mirrors `keras.ops.conv`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first'), one to three spatial axes.
        kernel: [*window, channels / groups, filters]; the number of groups follows from the shapes.
        strides: the steps between windows, an int or one for each axis.
        padding: 'valid', 'same', 'causal' (one axis) or a pair (before, after) for each axis.
        data_format: 'channels_last' or 'channels_first'.
        dilation_rate: the steps within a window.

    Returns:
        [batch, *spatial, filters], in the same data format.

    Raises:
        InvalidArgumentError: shapes that do not fit.

    Example:
        >>> from unikeras import ops
        >>> x = ops.reshape([1.0, 2.0, 3.0, 4.0], (1, 4, 1))
        >>> ops.conv(x, ops.ones((2, 1, 1)))[0, :, 0].numpy().tolist()
        [3.0, 5.0, 7.0]
    """
    x = channels_last(F, x, data_format)
    options = _window(x, kernel, strides, padding, dilation_rate, "conv")
    channels, per_group, filters = x.shape[-1], kernel.shape[-2], kernel.shape[-1]
    if channels % per_group or filters % (channels // per_group):
        raise ValueError(
            f"the kernel {tuple(kernel.shape)} takes {per_group} channels a group and makes {filters}; {channels} channels "
            "of the inputs cannot be divided so."
        )
    return channels_first(F, F.conv(x, kernel, groups=channels // per_group, **options), data_format)


@op(aliases={"inputs": "x"})
def conv_transpose(
    F,
    x,
    kernel,
    *,
    strides=1,
    padding="valid",
    output_padding=None,
    data_format="channels_last",
    dilation_rate=1,
    output_shape=None,
):
    """The transpose of `conv`, from the shape of its output to that of its input (mirrors `keras.ops.conv_transpose`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        kernel: [*window, filters, channels].
        strides: by how much the result is finer than `x`.
        padding: 'valid', 'same', or the pairs of the convolution whose transpose this is.
        output_padding: how much longer the result is than the shortest one, for each axis; `None`: as the rule says.
        data_format: 'channels_last' or 'channels_first'.
        dilation_rate: the steps within a window.
        output_shape: the result's spatial shape, in place of what the rules say.

    Returns:
        [batch, *spatial, filters], in the same data format.

    Raises:
        InvalidArgumentError: shapes that do not fit.

    Example:
        >>> from unikeras import ops
        >>> x = ops.reshape([1.0, 2.0], (1, 2, 1))
        >>> ops.conv_transpose(x, ops.ones((2, 1, 1)), strides=2)[0, :, 0].numpy().tolist()
        [1.0, 1.0, 2.0, 2.0]
    """
    x = channels_last(F, x, data_format)
    rank = x.ndim - 2
    if not 1 <= rank <= 3 or kernel.ndim != x.ndim or kernel.shape[-1] != x.shape[-1]:
        raise ValueError(
            f"the inputs must be [batch, *spatial, channels] and the kernel [*window, filters, channels]; their shapes "
            f"are {tuple(x.shape)} and {tuple(kernel.shape)}."
        )
    strides = per_axis(strides, rank, "conv_transpose: strides")
    dilation = per_axis(dilation_rate, rank, "conv_transpose: dilation_rate")
    extent = [d * (k - 1) + 1 for k, d in zip(kernel.shape[:-2], dilation, strict=True)]
    rule = padding.lower() if isinstance(padding, str) else "valid"
    extra = (None,) * rank
    if output_padding is not None:
        extra = per_axis(output_padding, rank, "conv_transpose: output_padding", zero=True)
        if any(e >= s for e, s in zip(extra, strides, strict=True)):
            raise ValueError(
                f"output_padding must be less than strides on every axis; they are {extra} and {strides}."
            )
    if output_shape is None:
        size = tuple(
            transposed_size(n, e, s, rule, p)
            for n, e, s, p in zip(x.shape[1:-1], extent, strides, extra, strict=True)
        )
    else:
        size = per_axis(output_shape, rank, "conv_transpose: output_shape")
    pairs = window_padding(padding, size, kernel.shape[:-2], strides, dilation)
    made = tuple(
        (n + a + b - e) // s + 1 for n, (a, b), e, s in zip(size, pairs, extent, strides, strict=True)
    )
    if made != tuple(x.shape[1:-1]):
        raise ValueError(
            f"a convolution of {size} with these options gives {made}, so its transpose does not take {tuple(x.shape[1:-1])}."
        )
    y = F.conv_transpose(x, kernel, size=size, strides=strides, padding=pairs, dilation=dilation)
    return channels_first(F, y, data_format)


@op(aliases={"inputs": "x"})
def depthwise_conv(F, x, kernel, *, strides=1, padding="valid", data_format="channels_last", dilation_rate=1):
    """Each channel convolved on its own, with `multiplier` kernels (mirrors `keras.ops.depthwise_conv`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        kernel: [*window, channels, multiplier].
        strides: the steps between windows, an int or one for each axis.
        padding: 'valid', 'same', 'causal' (one axis) or a pair (before, after) for each axis.
        data_format: 'channels_last' or 'channels_first'.
        dilation_rate: the steps within a window.

    Returns:
        [batch, *spatial, channels * multiplier], in the same data format.

    Raises:
        InvalidArgumentError: shapes that do not fit.

    Example:
        >>> from unikeras import ops
        >>> x = ops.reshape([1.0, 2.0, 3.0, 4.0], (1, 2, 2))
        >>> ops.depthwise_conv(x, ops.reshape([1.0, 10.0], (1, 2, 1)))[0].numpy().tolist()
        [[1.0, 20.0], [3.0, 40.0]]
    """
    x = channels_last(F, x, data_format)
    options = _window(x, kernel, strides, padding, dilation_rate, "depthwise_conv")
    if kernel.shape[-2] != x.shape[-1]:
        raise ValueError(
            f"the kernel {tuple(kernel.shape)} is for {kernel.shape[-2]} channels, not {x.shape[-1]}."
        )
    return channels_first(F, F.depthwise_conv(x, kernel, **options), data_format)


@op(aliases={"inputs": "x"})
def separable_conv(
    F,
    x,
    depthwise_kernel,
    pointwise_kernel,
    *,
    strides=1,
    padding="valid",
    data_format="channels_last",
    dilation_rate=1,
):
    """A depthwise convolution, then one of window 1 that mixes the channels (mirrors `keras.ops.separable_conv`).

    Args:
        x: [batch, *spatial, channels] (channels second if `data_format` is 'channels_first').
        depthwise_kernel: [*window, channels, multiplier].
        pointwise_kernel: [1 ..., channels * multiplier, filters].
        strides: the steps between windows, an int or one for each axis.
        padding: 'valid', 'same', 'causal' (one axis) or a pair (before, after) for each axis.
        data_format: 'channels_last' or 'channels_first'.
        dilation_rate: the steps within a window.

    Returns:
        [batch, *spatial, filters], in the same data format.

    Raises:
        InvalidArgumentError: shapes that do not fit.

    Example:
        >>> from unikeras import ops
        >>> x = ops.reshape([1.0, 2.0, 3.0, 4.0], (1, 2, 2))
        >>> ops.separable_conv(x, ops.ones((1, 2, 1)), ops.ones((1, 2, 1)))[0].numpy().tolist()
        [[3.0], [7.0]]
    """
    x = channels_last(F, x, data_format)
    y = depthwise_conv.body(
        F, x, depthwise_kernel, strides=strides, padding=padding, dilation_rate=dilation_rate
    )
    return channels_first(F, conv.body(F, y, pointwise_kernel), data_format)
