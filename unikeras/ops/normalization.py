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
def layer_normalization(F, x, gamma=None, beta=None, *, axis=-1, epsilon=1e-3, rms_scaling=False):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, with each sample's statistics (Ba et al., 2016).

    Mirrors `keras.ops.layer_normalization`.

    Args:
        x: a tensor of floats.
        gamma: scales, of the shape of the normalised axes; `None` for ones.
        beta: offsets, likewise; `None` for zeros.
        axis: the axis or axes that are normalised.
        epsilon: added to the variance.
        rms_scaling: do not subtract the mean.

    Example:
        >>> from unikeras import ops
        >>> ops.layer_normalization([[1.0, 3.0]], epsilon=0.0).numpy().tolist()
        [[-1.0, 1.0]]
    """
    axis = (axis,) if isinstance(axis, int) else tuple(axis)
    wide = _wide(F, x)
    centered = wide - F.mean(wide, axis=axis, keepdims=True)
    variance = F.mean(centered * centered, axis=axis, keepdims=True)
    y = (wide if rms_scaling else centered) / F.sqrt(variance + epsilon)
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
