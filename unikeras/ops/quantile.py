"""Quantiles, percentiles and medians, of all elements or of those that are not NaN."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.elementwise import to_float

__all__ = ["median", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile"]

_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


@op
def _quantile(F, x, q, *, axis, method, keepdims, skip_nan):
    x = to_float(F, x)
    rank = x.ndim
    axes = (
        tuple(range(rank))
        if axis is None
        else tuple(a % rank for a in (axis if isinstance(axis, tuple) else (axis,)))
    )
    kept = tuple(a for a in range(rank) if a not in axes)
    rest = tuple(x.shape[a] for a in kept)
    rows = F.sort(F.reshape(F.permute_dims(x, kept + axes), (*rest, -1)), axis=-1)  # NaN comes last
    missing = F.isnan(rows)
    last = F.full(rest, rows.shape[-1] - 1, dtype=x.dtype)
    if skip_nan:
        last = last - F.sum(F.astype(missing, x.dtype), axis=-1)
    q_shape = tuple(q.shape)
    place = F.reshape(F.astype(q, x.dtype), (-1,) + (1,) * len(rest)) * F.maximum(last, F.zeros_like(last))
    low, high = F.floor(place), F.ceil(place)
    if method == "lower":
        high = low
    elif method == "higher":
        low = high
    elif method == "nearest":
        low = high = F.round(place)
    part = F.full_like(place, 0.5) if method == "midpoint" else place - low

    def at(index: Any) -> Any:
        chosen = F.moveaxis(F.astype(index, F.dtype("int64")), 0, -1)
        return F.moveaxis(F.take_along_axis(rows, chosen, axis=-1), -1, 0)

    below, above = at(low), at(high)
    found = F.where(low == high, below, below + (above - below) * part)
    # NaN anywhere makes the result NaN; left out, it does where there is nothing else.
    broken = F.all(missing, axis=-1) if skip_nan else F.any(missing, axis=-1)
    found = F.where(broken, F.full_like(found, float("nan")), found)
    shape = tuple(1 if a in axes else x.shape[a] for a in range(rank)) if keepdims else rest
    return F.reshape(found, q_shape + shape)


def _of(
    what: str, x: Any, q: Any, scale: float, axis: Any, method: str, keepdims: bool, skip_nan: bool = False
) -> Any:
    if method not in _METHODS:
        raise ValueError(f"{what}: method must be one of {', '.join(_METHODS)}, got {method!r}.")
    if isinstance(q, (int, float, list, tuple, np.ndarray)):
        q = np.asarray(q, np.float64) / scale
        if q.size and not (q.min() >= 0 and q.max() <= 1):
            raise ValueError(f"{what}: q must lie between 0 and {scale:g}.")
        q = convert_to_tensor(q)
    else:
        q = convert_to_tensor(q) / scale
    return _quantile(
        convert_to_tensor(x), q, axis=axis, method=method, keepdims=bool(keepdims), skip_nan=skip_nan
    )


def quantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """What a fraction q of the elements lies below (mirrors `keras.ops.quantile`).

    Args:
        x: a tensor; integers are taken as floats.
        q: between 0 and 1, a number or a tensor, whose axes come first in the result.
        axis: an axis or a tuple of axes; `None` for all.
        method: between two elements: 'linear', 'lower', 'higher', 'midpoint' or 'nearest'.
        keepdims: whether reduced axes stay, with length 1.

    Raises:
        ValueError: another method, or a q outside.

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.quantile([1.0, 2.0, 4.0], 0.75))
        3.0
    """
    return _of("quantile", x, q, 1.0, axis, method, keepdims)


def percentile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`quantile` with q between 0 and 100 (mirrors `keras.ops.percentile`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.percentile([1.0, 2.0, 4.0], 75))
        3.0
    """
    return _of("percentile", x, q, 100.0, axis, method, keepdims)


def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The middle of the elements (mirrors `keras.ops.median`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.median([1.0, 9.0, 2.0]))
        2.0
    """
    return _of("median", x, 0.5, 1.0, axis, "linear", keepdims)


def nanquantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`quantile` of what is not NaN (mirrors `keras.ops.nanquantile`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.nanquantile([1.0, float("nan"), 2.0], 0.5))
        1.5
    """
    return _of("nanquantile", x, q, 1.0, axis, method, keepdims, True)


def nanpercentile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`percentile` of what is not NaN (mirrors `keras.ops.nanpercentile`)."""
    return _of("nanpercentile", x, q, 100.0, axis, method, keepdims, True)


def nanmedian(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`median` of what is not NaN (mirrors `keras.ops.nanmedian`)."""
    return _of("nanmedian", x, 0.5, 1.0, axis, "linear", keepdims, True)
