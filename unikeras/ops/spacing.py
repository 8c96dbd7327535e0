"""Numbers between two ends, at equal distances or equal ratios, as `keras.ops` and NumPy have them."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.elementwise import cast
from unikeras.ops.promotion import promoted

__all__ = ["geomspace", "linspace", "logspace"]


@op
def _linspace(F, start, stop, *, num, endpoint, axis):
    start, stop = F.broadcast_arrays(*promoted(F, start, stop))
    steps = F.reshape(F.arange(num, dtype=start.dtype), (num,) + (1,) * start.ndim)
    gap = (stop - start) / max(num - 1 if endpoint else num, 1)
    values = start + gap * steps
    if endpoint and num > 1:  # the last one exactly
        last = F.reshape(F.arange(num) == num - 1, steps.shape)
        values = F.where(last, stop, values)
    return F.moveaxis(values, 0, axis), gap


def _ends(*values: Any) -> list[Any]:
    tensors = [convert_to_tensor(v) for v in values]
    return [t if as_dtype(t.dtype).is_floating else cast(t, floatx()) for t in tensors]


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers evenly spaced from `start` to `stop` (mirrors `keras.ops.linspace`).

    Args:
        start: the first.
        stop: the last, or the one after the last without `endpoint`.
        num: how many.
        endpoint: whether `stop` is one of them.
        retstep: whether to return the distance as well.
        dtype: the result's; fractions are cut off for integers.
        axis: of the numbers, where `start` and `stop` are tensors.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.linspace(0, 1, 2, endpoint=False).numpy().tolist()
        [0.0, 0.5]
    """
    values, gap = _linspace(*_ends(start, stop), num=int(num), endpoint=bool(endpoint), axis=int(axis))
    values = values if dtype is None else cast(values, as_dtype(dtype).name)
    return (values, gap) if retstep else values


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Powers of `base` with evenly spaced exponents from `start` to `stop` (mirrors `keras.ops.logspace`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.logspace(0, 2, 3).numpy().round(3).tolist()
        [1.0, 10.0, 100.0]
    """
    values = base ** linspace(start, stop, num, endpoint, axis=axis)
    if dtype is not None and as_dtype(dtype).is_integer:
        values = cast(values + 1e-4, "float64")  # a power that is whole must not fall below itself
    return values if dtype is None else cast(values, as_dtype(dtype).name)


@op
def _geomspace(F, start, stop, *, num, endpoint, axis):
    sign = F.sign(start)
    logs, _ = _linspace.body(F, F.log(F.abs(start)), F.log(F.abs(stop)), num=num, endpoint=endpoint, axis=0)
    return F.moveaxis(sign * F.exp(logs), 0, axis)


def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """`num` numbers from `start` to `stop`, each the same multiple of the one before (mirrors `keras.ops.geomspace`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.geomspace(1, 8, 4).numpy().round(4).tolist()
        [1.0, 2.0, 4.0, 8.0]
    """
    values = _geomspace(*_ends(start, stop), num=int(num), endpoint=bool(endpoint), axis=int(axis))
    return values if dtype is None else cast(values, as_dtype(dtype).name)
