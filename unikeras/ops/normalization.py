"""Normalisations: statistics of batches and samples, and what is done with them."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.ops.elementwise import to_float
from unikeras.ops.nn import batch_normalization


def _wide(F: Any, x: Any) -> Any:
    """x in at least single precision: sums of squares overflow a half."""
    x = to_float(F, x)
    return F.astype(x, F.dtype("float32")) if as_dtype(x.dtype).size < 4 else x


def _along(F: Any, vector: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """`vector`, whose axes are those of x in `axis`, in a shape that broadcasts against x."""
    if vector is None:
        return None
    kept = {a % x.ndim for a in axis}
    return F.astype(F.reshape(vector, tuple(d if i in kept else 1 for i, d in enumerate(x.shape))), x.dtype)


@op
def batch_statistics(F, x, mask=None, *, axis=-1):
    """Mean and (biased) variance of each channel over all other axes.

    Args:
        x: a tensor of floats.
        mask: booleans over x's leading axes; where they are false, x is left out. All false: zeros.
        axis: the channels' axis.

    Returns:
        Two vectors as long as that axis, in at least single precision.

    Example:
        >>> from unikeras import ops
        >>> mean, variance = ops.batch_statistics([[1.0, 2.0], [3.0, 6.0]])
        >>> mean.numpy().tolist(), variance.numpy().tolist()
        ([2.0, 4.0], [1.0, 4.0])
    """
    x = _wide(F, x)
    axes = tuple(i for i in range(x.ndim) if i != axis % x.ndim)

    def average(values: Any) -> Any:
        if mask is None:
            return F.mean(values, axis=axes, keepdims=True)
        return F.sum(values * weight, axis=axes, keepdims=True) / count

    if mask is not None:
        weight = F.astype(F.reshape(mask, tuple(mask.shape) + (1,) * (x.ndim - mask.ndim)), x.dtype)
        weight = F.broadcast_to(weight, x.shape)
        total = F.sum(weight, axis=axes, keepdims=True)
        count = F.where(total > 0, total, F.ones_like(total))
    mean = average(x)
    centered = x - mean
    return F.squeeze(mean, axis=axes), F.squeeze(average(centered * centered), axis=axes)


@op
def normalize_channels(F, x, mean, variance, gamma=None, beta=None, *, axis=-1, epsilon=1e-3):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, each a vector over `axis` (Ioffe and Szegedy, 2015).

    Example:
        >>> from unikeras import ops
        >>> ops.normalize_channels([[1.0], [5.0]], [3.0], [4.0], epsilon=0.0).numpy().tolist()
        [[-1.0], [1.0]]
    """
    wide = _wide(F, x)
    vectors = [_along(F, v, wide, (axis,)) for v in (mean, variance, beta, gamma)]
    return F.astype(batch_normalization.body(F, wide, *vectors, variance_epsilon=epsilon), x.dtype)


@op
def moving_average(F, average, value, *, momentum):
    """average * momentum + value * (1 - momentum), in average's dtype.

    Example:
        >>> from unikeras import ops
        >>> ops.moving_average([2.0], [4.0], momentum=0.5).numpy().tolist()
        [3.0]
    """
    return F.astype(average * momentum + F.astype(value, average.dtype) * (1 - momentum), average.dtype)


@op
def layer_normalization(F, x, gamma=None, beta=None, *, axis=-1, epsilon=None, rms_scaling=False):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, with each sample's statistics (Ba et al., 2016).

    Mirrors `keras.ops.layer_normalization`.

    Args:
        x: a tensor of floats.
        gamma: scales, of the shape of the normalised axes; `None` for ones.
        beta: offsets, likewise; `None` for zeros.
        axis: the axis or axes that are normalised.
        epsilon: added to the variance; 1e-7 if `None`.
        rms_scaling: do not subtract the mean.

    Example:
        >>> from unikeras import ops
        >>> ops.layer_normalization([[1.0, 3.0]], epsilon=0.0).numpy().tolist()
        [[-1.0, 1.0]]
    """
    axis = (axis,) if isinstance(axis, int) else tuple(axis)
    epsilon = 1e-7 if epsilon is None else epsilon
    wide = _wide(F, x)
    centered = wide - F.mean(wide, axis=axis, keepdims=True)
    variance = F.mean(centered * centered, axis=axis, keepdims=True)
    y = (wide if rms_scaling else centered) * (1 / F.sqrt(variance + epsilon))  # one division a row
    if gamma is not None:
        y = y * _along(F, gamma, wide, axis)
    if beta is not None:
        y = y + _along(F, beta, wide, axis)
    return F.astype(y, x.dtype)


@op
def standardize(F, x, mean, variance, *, axis=(-1,), invert=False, epsilon=1e-7):
    """(x - mean) / max(sqrt(variance), epsilon), or back: x * max(sqrt(variance), epsilon) + mean.

    Args:
        x: a tensor of floats.
        mean: the means; its axes are those of x in `axis`, in x's order.
        variance: the variances, likewise.
        axis: the axes that have statistics of their own; () for one mean and variance of all.
        invert: whether to undo it.
        epsilon: the least standard deviation.

    Example:
        >>> from unikeras import ops
        >>> ops.standardize([[1.0, 5.0]], 3.0, 4.0, axis=()).numpy().tolist()
        [[-1.0, 1.0]]
    """
    mean, variance = _along(F, mean, x, axis), _along(F, variance, x, axis)
    deviation = F.sqrt(variance)
    deviation = F.where(deviation > epsilon, deviation, F.full_like(deviation, epsilon))
    return x * deviation + mean if invert else (x - mean) / deviation


@op
def group_normalization(F, x, gamma=None, beta=None, *, groups, axis=-1, epsilon=1e-3):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, with the statistics of groups of channels (Wu and He, 2018).

    Args:
        x: a tensor of floats, a sample along its first axis.
        gamma: scales, a vector along `axis`; `None` for ones.
        beta: offsets, likewise; `None` for zeros.
        groups: how many groups; the size of `axis` is a multiple of it.
        axis: the channels' axis.
        epsilon: added to the variance.

    Example:
        >>> from unikeras import ops
        >>> ops.group_normalization([[1.0, 3.0, 10.0, 10.0]], groups=2, epsilon=0.0001).numpy().round(3).tolist()
        [[-1.0, 1.0, 0.0, 0.0]]
    """
    wide = _wide(F, x)
    axis = axis % x.ndim
    shape = tuple(x.shape)
    parts = F.reshape(wide, (*shape[:axis], groups, shape[axis] // groups, *shape[axis + 1 :]))
    axes = tuple(a for a in range(1, parts.ndim) if a != axis)
    centered = parts - F.mean(parts, axis=axes, keepdims=True)
    variance = F.mean(centered * centered, axis=axes, keepdims=True)
    y = F.reshape(centered / F.sqrt(variance + epsilon), shape)
    if gamma is not None:
        y = y * _along(F, gamma, wide, (axis,))
    if beta is not None:
        y = y + _along(F, beta, wide, (axis,))
    return F.astype(y, x.dtype)


@op
def rms_normalization(F, x, scale=None, *, axis=-1, epsilon=1e-7):
    """x / sqrt(mean(x**2) + epsilon) * scale (Zhang and Sennrich, 2019; mirrors `keras.ops.rms_normalization`).

    Args:
        x: a tensor of floats.
        scale: scales, of the shape of the normalised axes; `None` for ones.
        axis: the axis or axes that are normalised.
        epsilon: added to the mean square.

    Example:
        >>> from unikeras import ops
        >>> ops.rms_normalization([[2.0, 2.0]], [1.0, 10.0], epsilon=0.0).numpy().tolist()
        [[1.0, 10.0]]
    """
    axis = (axis,) if isinstance(axis, int) else tuple(axis)
    wide = _wide(F, x)
    y = wide / F.sqrt(F.mean(wide * wide, axis=axis, keepdims=True) + (1e-7 if epsilon is None else epsilon))
    if scale is not None:
        y = y * _along(F, scale, wide, axis)
    return F.astype(y, x.dtype)


@op(aliases={"p": "order"})
def normalize(F, x, *, axis=-1, order=2, epsilon=1e-12):
    """x divided by its norm of an order over an axis (mirrors `keras.ops.normalize`).

    Args:
        x: a tensor.
        axis: the axis.
        order: the order of the norm, a positive int.
        epsilon: the least norm.

    Raises:
        InvalidArgumentError: another order.

    Example:
        >>> from unikeras import ops
        >>> ops.normalize([[1.0, 3.0]], order=1).numpy().tolist()
        [[0.25, 0.75]]
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"order must be an int >= 1, not {order!r}")
    x = to_float(F, x)
    least = 1e-12 if epsilon is None else epsilon
    if order == 2:
        squares = F.sum(x * x, axis=axis, keepdims=True)
        return x / F.sqrt(F.where(squares > least * least, squares, F.full_like(squares, least * least)))
    norm = F.sum(F.abs(x) ** order, axis=axis, keepdims=True)
    norm = norm if order == 1 else norm ** (1.0 / order)
    return x / F.where(norm > least, norm, F.full_like(norm, least))


@op
def local_response_normalization(F, x, *, depth_radius=5, bias=1.0, alpha=1.0, beta=0.5):
    """x / (bias + alpha * sum of squares of the channels around)**beta (Krizhevsky et al., 2012).

    Mirrors `tf.nn.local_response_normalization`, also `tf.nn.lrn`.

    Args:
        x: a tensor of floats, the channels last.
        depth_radius: how many channels on either side count.
        bias: an offset.
        alpha: a factor.
        beta: an exponent.

    Example:
        >>> from unikeras import ops
        >>> ops.local_response_normalization([[[[1.0, 0.0, 2.0]]]], depth_radius=1, beta=1.0).numpy().tolist()
        [[[[0.5, 0.0, 0.4000000059604645]]]]
    """
    total = squares = x * x
    channels = x.shape[-1]
    for shift in range(1, min(int(depth_radius), channels - 1) + 1):
        none = F.zeros_like(squares[..., :shift])
        total = total + F.concat((squares[..., shift:], none), axis=-1)
        total = total + F.concat((none, squares[..., :-shift]), axis=-1)
    return x / (bias + alpha * total) ** beta


@op
def renormalized(
    F, mean, deviation, kept_mean, kept_deviation, gamma=None, beta=None, *, clipping=(None, None, None)
):
    """Scales and offsets for channels normalised by the batch's statistics, as if by the kept ones (Ioffe, 2017).

    Args:
        mean: the batch's mean of each channel.
        deviation: the batch's standard deviation.
        kept_mean: the moving mean.
        kept_deviation: the moving standard deviation.
        gamma: scales; `None` for ones.
        beta: offsets; `None` for zeros.
        clipping: the least and the largest ratio of deviations, and the largest shift; `None` for no limit.

    Returns:
        r * gamma and d * gamma + beta, where no gradient flows through r and d.

    Example:
        >>> from unikeras import ops
        >>> r, d = ops.renormalized([3.0], [2.0], [1.0], [1.0], clipping=(None, 1.5, None))
        >>> r.numpy().tolist(), d.numpy().tolist()
        ([1.5], [2.0])
    """
    r = deviation / F.astype(kept_deviation, mean.dtype)
    d = (mean - F.astype(kept_mean, mean.dtype)) / F.astype(kept_deviation, mean.dtype)
    least, largest, shift = clipping
    if least is not None:
        r = F.maximum(r, F.full_like(r, least))
    if largest is not None:
        r = F.minimum(r, F.full_like(r, largest))
    if shift is not None:
        d = F.minimum(F.maximum(d, F.full_like(d, -shift)), F.full_like(d, shift))
    r, d = F.stop_gradient(r), F.stop_gradient(d)
    if gamma is not None:
        r, d = r * F.astype(gamma, r.dtype), d * F.astype(gamma, r.dtype)
    return r, d if beta is None else d + F.astype(beta, d.dtype)
