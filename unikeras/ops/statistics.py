"""Statistics of arrays: correlations, distances, histograms, areas."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.elementwise import to_float
from unikeras.ops.promotion import promoted

__all__ = ["cdist", "corrcoef", "correlate", "histogram", "inner", "max", "min", "ptp", "trapezoid", "vdot"]


@op
def ptp(F, x, *, axis=None, keepdims=False):
    """The difference of the largest and the smallest (mirrors `keras.ops.ptp`).

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.ptp([3, 9, 4]))
        6
    """
    return F.max(x, axis=axis, keepdims=keepdims) - F.min(x, axis=axis, keepdims=keepdims)


def _extreme(F: Any, x: Any, axis: Any, keepdims: bool, initial: Any, largest: bool) -> Any:
    find, other = (F.max, F.maximum) if largest else (F.min, F.minimum)
    if as_dtype(x.dtype).is_bool:
        find = F.any if largest else F.all
    if initial is None:
        return find(x, axis=axis, keepdims=keepdims)
    limit = F.asarray(initial, dtype=x.dtype)
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if any(x.shape[a] == 0 for a in axes):  # nothing but the limit
        reduced = [a % x.ndim for a in axes]
        shape = tuple(1 if i in reduced else d for i, d in enumerate(x.shape) if keepdims or i not in reduced)
        return F.full(shape, initial, dtype=x.dtype)
    found = find(x, axis=axis, keepdims=keepdims)
    return other(found, limit)


@op
def max(F, x, *, axis=None, keepdims=False, initial=None):
    """The largest element, at least `initial` (mirrors `keras.ops.max`).

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.max([1, 2], initial=5))
        5
    """
    return _extreme(F, x, axis, keepdims, initial, True)


@op
def min(F, x, *, axis=None, keepdims=False, initial=None):
    """The smallest element, at most `initial` (mirrors `keras.ops.min`).

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.min([1, 2], initial=-5))
        -5
    """
    return _extreme(F, x, axis, keepdims, initial, False)


@op
def corrcoef(F, x):
    """The correlation coefficients of the rows (mirrors `keras.ops.corrcoef`).

    Args:
        x: [variables, observations], or one variable [observations].

    Returns:
        [variables, variables], a scalar for one variable.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.corrcoef([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]).numpy().round(3).tolist()
        [[1.0, -1.0], [-1.0, 1.0]]
    """
    x = to_float(F, x)
    if x.ndim not in (1, 2):
        raise ValueError(f"expected one axis or two, got the shape {tuple(x.shape)}")
    rows = F.reshape(x, (1, -1)) if x.ndim == 1 else x
    centered = rows - F.mean(rows, axis=1, keepdims=True)
    covariance = F.matmul(centered, F.matrix_transpose(centered))
    sizes = F.sqrt(F.sum(centered * centered, axis=1))
    result = F.clip(covariance / (sizes[:, None] * sizes[None, :]), -1.0, 1.0)
    return result[0, 0] if x.ndim == 1 else result


@op
def correlate(F, x1, x2, *, mode="valid"):
    """The sums of products of x1 and a moved x2 (mirrors `keras.ops.correlate`).

    Args:
        x1: one axis.
        x2: one axis.
        mode: 'valid' (where they overlap completely), 'same' (as long as the longer one) or 'full'.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.correlate([1.0, 2.0, 3.0], [0.0, 1.0]).numpy().tolist()
        [2.0, 3.0]
    """
    if mode not in ("valid", "same", "full"):
        raise ValueError(f"mode must be 'valid', 'same' or 'full', got {mode!r}")
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(f"expected one axis each, got the shapes {tuple(x1.shape)} and {tuple(x2.shape)}")
    x1, x2 = (to_float(F, x) for x in promoted(F, x1, x2))
    shorter, longer = sorted((x1.shape[0], x2.shape[0]))
    edge = F.zeros((x2.shape[0] - 1,), dtype=x1.dtype)
    wide = F.concat([edge, x1, edge])
    places = np.arange(x1.shape[0] + x2.shape[0] - 1)[:, None] + np.arange(x2.shape[0])[None, :]
    full = F.sum(F.reshape(F.take(wide, F.asarray(places.reshape(-1)), axis=0), places.shape) * x2, axis=1)
    if mode == "full":
        return full
    count = longer if mode == "same" else longer - shorter + 1
    start = shorter - 1 if mode == "valid" else (shorter - (x1.shape[0] >= x2.shape[0])) // 2
    return full[start : start + count]


@op(aliases={"x": "x1", "y": "x2"})
def cdist(F, x1, x2):
    """The Euclidean distances of all pairs of rows (mirrors `keras.ops.cdist`).

    Args:
        x1: [..., n, features].
        x2: [..., m, features].

    Returns:
        [..., n, m].

    Example:
        >>> from unikeras import keras
        >>> keras.ops.cdist([[0.0, 0.0]], [[3.0, 4.0]]).numpy().tolist()
        [[5.0]]
    """
    x1, x2 = (to_float(F, x) for x in promoted(F, x1, x2))
    gaps = F.expand_dims(x1, axis=-2) - F.expand_dims(x2, axis=-3)
    squares = F.sum(gaps * gaps, axis=-1)
    apart = squares > 0  # the slope of the root at 0 is infinite
    return F.where(apart, F.sqrt(F.where(apart, squares, F.ones_like(squares))), F.zeros_like(squares))


@op(no_gradient=True)
def _histogram(F, x, *, bins, range):
    x = to_float(F, x)
    if range is None:
        low, high = F.min(x), F.max(x)
        same = low == high
        low, high = F.where(same, low - 0.5, low), F.where(same, high + 0.5, high)
    else:
        low, high = (F.asarray(v, dtype=x.dtype) for v in range)
    edges = low + (high - low) * (F.arange(bins + 1, dtype=x.dtype) / bins)
    inside = (x >= low) & (x <= high)
    place = F.clip(F.searchsorted(edges, x, side="right") - 1, 0, bins - 1)  # the last bin has both its edges
    counts = F.scatter(
        F.zeros((bins,), dtype=x.dtype),
        (F.astype(place, F.dtype("int64")),),
        F.astype(inside, x.dtype),
        add=True,
    )
    return counts, edges


def histogram(x: Any, bins: int = 10, range: Any = None) -> tuple[Any, Any]:
    """How many elements lie in each of evenly wide bins (mirrors `keras.ops.histogram`).

    Args:
        x: one axis.
        bins: how many bins.
        range: the (least, largest) that is counted; those of x if `None`.

    Returns:
        The counts as floats [bins], and the bins' edges [bins + 1].

    Raises:
        ValueError: not one axis, or not a positive number of bins.

    Example:
        >>> from unikeras import keras
        >>> [t.numpy().tolist() for t in keras.ops.histogram([0.0, 1.0, 4.0], bins=2)]
        [[2.0, 1.0], [0.0, 2.0, 4.0]]
    """
    x = convert_to_tensor(x)
    if not isinstance(bins, int):
        raise TypeError(f"histogram: bins must be an int, got {type(bins).__name__}.")
    if bins < 1 or len(x.shape) != 1:
        raise ValueError(
            f"histogram: expected one axis and a positive number of bins, got {tuple(x.shape)} and {bins}."
        )
    if range is not None and not (len(range) == 2 and range[0] < range[1]):
        raise ValueError(f"histogram: range must be (least, largest), got {range!r}.")
    return tuple(_histogram(x, bins=bins, range=None if range is None else tuple(float(r) for r in range)))


@op
def inner(F, x1, x2):
    """The products summed over the last axis of both (mirrors `keras.ops.inner`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.inner([1.0, 2.0], [3.0, 4.0]))
        11.0
    """
    x1, x2 = promoted(F, x1, x2)
    if x1.ndim == 0 or x2.ndim == 0:
        return x1 * x2
    return F.tensordot(x1, x2, axes=((x1.ndim - 1,), (x2.ndim - 1,)))


@op
def vdot(F, x1, x2):
    """The sum of all products, of the conjugate of x1 where it is complex (mirrors `keras.ops.vdot`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.vdot([[1.0, 2.0]], [[3.0, 4.0]]))
        11.0
    """
    x1, x2 = promoted(F, x1, x2)
    x1 = F.conj(x1) if as_dtype(x1.dtype).is_complex else x1
    return F.sum(F.reshape(x1, (-1,)) * F.reshape(x2, (-1,)), dtype=x1.dtype)


@op
def trapezoid(F, y, x=None, *, dx=1.0, axis=-1):
    """The area under points joined by lines (mirrors `keras.ops.trapezoid`).

    Args:
        y: the heights.
        x: where they are; `dx` apart if `None`.
        dx: their distance.
        axis: along which.

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.trapezoid([1.0, 2.0, 3.0]))
        4.0
    """
    y = F.moveaxis(to_float(F, y), axis, -1)
    gaps: Any = dx
    if x is not None:
        x = to_float(F, x)
        x = x if x.ndim == 1 else F.moveaxis(x, axis, -1)
        gaps = x[..., 1:] - x[..., :-1]
    return F.sum((y[..., 1:] + y[..., :-1]) * gaps, axis=-1) / 2
