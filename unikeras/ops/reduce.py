"""Reductions: sums, means, extremes, norms, and running sums."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.ops.elementwise import to_float

_TF = {
    "input_tensor": "x",
    "input": "x",
    "keep_dims": "keepdims",
    "reduction_indices": "axis",
    "dimension": "axis",
}


def _counted(F: Any, x: Any) -> Any:
    """`x`, with bools as int32, in which they are counted."""
    return F.astype(x, F.dtype("int32")) if as_dtype(x.dtype).is_bool else x


@op(aliases=_TF)
def sum(F, x, *, axis=None, keepdims=False):
    """The sum over `axis` (all axes if None), of x's dtype (`tf.reduce_sum`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.sum([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy().tolist()
        [4.0, 6.0]
    """
    x = _counted(F, x)
    return F.sum(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


@op(aliases=_TF)
def mean(F, x, *, axis=None, keepdims=False):
    """The mean over `axis` (all axes if None) (`tf.reduce_mean`); that of integers is a fraction, as in
    Keras.

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.mean([[1, 2], [3, 5]], axis=1).numpy().tolist()
        [1.5, 4.0]
    """
    return F.mean(to_float(F, x), axis=axis, keepdims=keepdims)


@op(aliases=_TF)
def mean_same_dtype(F, x, *, axis=None, keepdims=False):
    """The mean over `axis` in x's own dtype: TensorFlow's `tf.reduce_mean`, which rounds the mean of
    integers down to one.

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.mean_same_dtype([1, 2]).numpy().tolist()
        1
    """
    return F.astype(F.mean(to_float(F, x), axis=axis, keepdims=keepdims), x.dtype)


@op(aliases=_TF)
def prod(F, x, *, axis=None, keepdims=False):
    """The product over `axis` (all axes if None) (`tf.reduce_prod`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.prod([2.0, 3.0]).numpy().tolist()
        6.0
    """
    x = _counted(F, x)
    return F.prod(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


@op(aliases=_TF)
def max(F, x, *, axis=None, keepdims=False):
    """The largest element over `axis` (all axes if None) (`tf.reduce_max`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.max([[1.0, 2.0], [3.0, 0.0]], axis=1).numpy().tolist()
        [2.0, 3.0]
    """
    return F.max(x, axis=axis, keepdims=keepdims)


@op(aliases=_TF)
def min(F, x, *, axis=None, keepdims=False):
    """The smallest element over `axis` (all axes if None) (`tf.reduce_min`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.min([[1.0, 2.0], [3.0, 0.0]], axis=1).numpy().tolist()
        [1.0, 0.0]
    """
    return F.min(x, axis=axis, keepdims=keepdims)


@op(aliases=_TF)
def all(F, x, *, axis=None, keepdims=False):
    """Whether all elements over `axis` hold (`tf.reduce_all`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.all([[True, False], [True, True]], axis=1).numpy().tolist()
        [False, True]
    """
    return F.all(F.astype(x, F.dtype("bool")), axis=axis, keepdims=keepdims)


@op(aliases=_TF)
def any(F, x, *, axis=None, keepdims=False):
    """Whether any element over `axis` holds (`tf.reduce_any`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.any([[True, False], [False, False]], axis=1).numpy().tolist()
        [True, False]
    """
    return F.any(F.astype(x, F.dtype("bool")), axis=axis, keepdims=keepdims)


@op(aliases=_TF)
def variance(F, x, *, axis=None, keepdims=False):
    """The variance over `axis` (population, not sample) (`tf.math.reduce_variance`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.variance([1.0, 3.0]).numpy().tolist()
        1.0
    """
    x = to_float(F, x)
    centered = x - F.mean(x, axis=axis, keepdims=True)
    return F.mean(centered * centered, axis=axis, keepdims=keepdims)


@op(aliases=_TF)
def std(F, x, *, axis=None, keepdims=False):
    """The standard deviation over `axis` (population, not sample) (`tf.math.reduce_std`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.std([1.0, 5.0]).numpy().tolist()
        2.0
    """
    return F.sqrt(variance.body(F, x, axis=axis, keepdims=keepdims))


@op(aliases=_TF)
def logsumexp(F, x, *, axis=None, keepdims=False):
    """log(sum(exp(x))) over `axis`, without overflow (`tf.reduce_logsumexp`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.logsumexp([1000.0, -1000.0]).numpy().tolist()
        1000.0
    """
    return F.logsumexp(to_float(F, x), axis=axis, keepdims=keepdims)


@op(aliases={**_TF, "tensor": "x"})
def norm(F, x, *, ord="euclidean", axis=None, keepdims=False):
    """A vector norm over `axis`: 'euclidean', 1, 2, inf or any positive number (`tf.norm`).

    Example:
        >>> from unikeras import ops
        >>> ops.norm([3.0, 4.0]).numpy().tolist()
        5.0
    """
    x = F.abs(to_float(F, x))
    if ord in ("euclidean", "fro", 2, None):
        return F.sqrt(F.sum(x * x, axis=axis, keepdims=keepdims))
    if ord == float("inf"):
        return F.max(x, axis=axis, keepdims=keepdims)
    if ord == 1:
        return F.sum(x, axis=axis, keepdims=keepdims)
    return F.sum(x**ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


@op(aliases=_TF)
def argmax(F, x, *, axis=0, output_type="int64", keepdims=False):
    """The index of the largest element along `axis`, the first of equals (`tf.argmax`).

    Args:
        x: a tensor.
        axis: the axis to search; `None` for the flattened tensor.
        output_type: the type of the indices.
        keepdims: whether the axis stays, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.argmax([[1.0, 2.0], [3.0, 0.0]], axis=1).numpy().tolist()
        [1, 0]
    """
    return F.astype(F.argmax(_counted(F, x), axis=axis, keepdims=keepdims), F.dtype(output_type))


@op(aliases=_TF)
def argmin(F, x, *, axis=0, output_type="int64", keepdims=False):
    """The index of the smallest element along `axis`, the first of equals (`tf.argmin`).

    Args:
        x: a tensor.
        axis: the axis to search; `None` for the flattened tensor.
        output_type: the type of the indices.
        keepdims: whether the axis stays, with length 1.

    Example:
        >>> from unikeras import ops
        >>> ops.argmin([[1.0, 2.0], [3.0, 0.0]], axis=1).numpy().tolist()
        [0, 1]
    """
    return F.astype(F.argmin(_counted(F, x), axis=axis, keepdims=keepdims), F.dtype(output_type))


def _running(F: Any, cumulative: Any, x: Any, axis: int, exclusive: bool, reverse: bool, unit: int) -> Any:
    x = _counted(F, x)
    if reverse:
        x = F.flip(x, axis=axis)
    if exclusive:
        first = F.full_like(F.take(x, F.asarray([0]), axis=axis), unit)
        keep = F.take(x, F.arange(x.shape[axis] - 1), axis=axis)
        x = F.concat([first, keep], axis=axis)
    result = cumulative(x, axis=axis, dtype=x.dtype)
    return F.flip(result, axis=axis) if reverse else result


@op
def cumsum(F, x, *, axis=0, exclusive=False, reverse=False):
    """Running sums along `axis` (`tf.cumsum`).

    Example:
        >>> from unikeras import ops
        >>> ops.cumsum([1.0, 2.0, 3.0]).numpy().tolist()
        [1.0, 3.0, 6.0]
    """
    return _running(F, F.cumulative_sum, x, axis, exclusive, reverse, 0)


@op
def cumprod(F, x, *, axis=0, exclusive=False, reverse=False):
    """Running products along `axis` (`tf.math.cumprod`).

    Example:
        >>> from unikeras import ops
        >>> ops.cumprod([2.0, 3.0, 4.0]).numpy().tolist()
        [2.0, 6.0, 24.0]
    """
    return _running(F, F.cumulative_prod, x, axis, exclusive, reverse, 1)


@op
def count_nonzero(F, x, *, axis=None, keepdims=False, dtype="int64"):
    """How many elements over `axis` are not 0 (`tf.math.count_nonzero`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes to reduce; `None` for all.
        keepdims: whether reduced axes stay, with length 1.
        dtype: the type of the result.

    Example:
        >>> from unikeras import ops
        >>> ops.count_nonzero([1.0, 0.0, 2.0]).numpy().tolist()
        2
    """
    return F.sum(F.astype(x != 0, F.dtype(dtype)), axis=axis, keepdims=keepdims, dtype=F.dtype(dtype))


@op
def moments(F, x, *, axes, keepdims=False):
    """Mean and variance over `axes` (`tf.nn.moments`).

    Example:
        >>> from unikeras import ops
        >>> ops.moments([1.0, 3.0], axes=[0])[1].numpy().tolist()
        1.0
    """
    return mean.body(F, x, axis=axes, keepdims=keepdims), variance.body(F, x, axis=axes, keepdims=keepdims)
