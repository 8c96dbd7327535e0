"""Reductions that leave out NaN, as NumPy's."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops import keras_style
from unikeras.ops.elementwise import cast, to_float

__all__ = [
    "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum", "nanvar",
]  # fmt: skip


def without_nan(F: Any, x: Any, value: float) -> tuple[Any, Any]:
    """x with `value` in place of NaN, and where there was none."""
    if not as_dtype(x.dtype).is_floating:
        return x, F.ones_like(x, dtype=F.dtype("bool"))
    valid = ~F.isnan(x)
    return F.where(valid, x, F.full_like(x, value)), valid


@op
def nansum(F, x, *, axis=None, keepdims=False):
    """The sum of what is not NaN (mirrors `keras.ops.nansum`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.nansum([1.0, float("nan"), 2.0]))
        3.0
    """
    x, _ = without_nan(F, x, 0.0)
    x = F.astype(x, F.dtype("int32")) if as_dtype(x.dtype).is_bool else x
    return F.sum(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


@op
def nanprod(F, x, *, axis=None, keepdims=False):
    """The product of what is not NaN (mirrors `keras.ops.nanprod`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.nanprod([2.0, float("nan"), 3.0]))
        6.0
    """
    x, _ = without_nan(F, x, 1.0)
    x = F.astype(x, F.dtype("int32")) if as_dtype(x.dtype).is_bool else x
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    for a in sorted((a % x.ndim for a in axes), reverse=True):
        x = F.prod(x, axis=a, keepdims=keepdims, dtype=x.dtype)
    return x


def _extreme(F: Any, x: Any, axis: Any, keepdims: bool, largest: bool) -> Any:
    replaced, valid = without_nan(F, x, float("-inf") if largest else float("inf"))
    found = (F.max if largest else F.min)(replaced, axis=axis, keepdims=keepdims)
    if not as_dtype(x.dtype).is_floating:
        return found
    any_valid = F.any(valid, axis=axis, keepdims=keepdims)
    return F.where(any_valid, found, F.full_like(found, float("nan")))


@op
def nanmax(F, x, *, axis=None, keepdims=False):
    """The largest that is not NaN; NaN if there is none (mirrors `keras.ops.nanmax`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.nanmax([1.0, float("nan"), 2.0]))
        2.0
    """
    return _extreme(F, x, axis, keepdims, True)


@op
def nanmin(F, x, *, axis=None, keepdims=False):
    """The smallest that is not NaN; NaN if there is none (mirrors `keras.ops.nanmin`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.nanmin([1.0, float("nan"), 2.0]))
        1.0
    """
    return _extreme(F, x, axis, keepdims, False)


def _mean(F: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    replaced, valid = without_nan(F, x, 0.0)
    count = F.sum(F.astype(valid, x.dtype), axis=axis, keepdims=keepdims)
    return F.sum(replaced, axis=axis, keepdims=keepdims) / count


@op
def nanmean(F, x, *, axis=None, keepdims=False):
    """The mean of what is not NaN; NaN if there is nothing (mirrors `keras.ops.nanmean`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.nanmean([1.0, float("nan"), 2.0]))
        1.5
    """
    return _mean(F, to_float(F, x), axis, keepdims)


@op
def nanvar(F, x, *, axis=None, keepdims=False):
    """The variance of what is not NaN (mirrors `keras.ops.nanvar`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.nanvar([1.0, float("nan"), 3.0]))
        1.0
    """
    x = to_float(F, x)
    kind = x.dtype
    if as_dtype(kind).size < 4:  # the squares of half precision are too coarse
        x = F.astype(x, F.dtype("float32"))
    centered = x - _mean(F, x, axis, True)
    return F.astype(_mean(F, centered * centered, axis, keepdims), kind)


@op
def nanstd(F, x, *, axis=None, keepdims=False):
    """The standard deviation of what is not NaN (mirrors `keras.ops.nanstd`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.nanstd([1.0, float("nan"), 3.0]))
        1.0
    """
    return F.sqrt(nanvar.body(F, x, axis=axis, keepdims=keepdims))


@op
def _replaced(F, x, *, value):
    return without_nan(F, x, value)[0]


def nanargmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the largest that is not NaN (mirrors `keras.ops.nanargmax`).

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.nanargmax([1.0, float("nan"), 2.0]))
        2
    """
    return keras_style.argmax(_replaced(x, value=float("-inf")), axis, keepdims)


def nanargmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the smallest that is not NaN (mirrors `keras.ops.nanargmin`)."""
    return keras_style.argmin(_replaced(x, value=float("inf")), axis, keepdims)


def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running sums, NaN counting as 0 (mirrors `keras.ops.nancumsum`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.nancumsum([1.0, float("nan"), 2.0]).numpy().tolist()
        [1.0, 1.0, 3.0]
    """
    return keras_style.cumsum(_replaced(_as(x, dtype), value=0.0), axis)


def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running products, NaN counting as 1 (mirrors `keras.ops.nancumprod`)."""
    return keras_style.cumprod(_replaced(_as(x, dtype), value=1.0), axis)


def _as(x: Any, dtype: Any) -> Any:
    x = convert_to_tensor(x)
    return x if dtype is None else cast(x, as_dtype(dtype).name)
