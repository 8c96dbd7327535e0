"""Different elements, and membership."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.promotion import promoted

__all__ = ["digitize", "isin", "unique"]


@op
def _isin(F, x1, x2, *, invert):
    x1, x2 = promoted(F, x1, x2)
    found = F.any(F.expand_dims(x1, axis=-1) == F.reshape(x2, (-1,)), axis=-1)
    return ~found if invert else found


def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    """Whether each element of x1 is one of x2's (mirrors `keras.ops.isin`).

    Args:
        x1: a tensor.
        x2: a tensor of any shape.
        assume_unique: accepted; the answer is the same.
        invert: whether to answer the opposite.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.isin([1, 2, 3], [3, 1]).numpy().tolist()
        [True, False, True]
    """
    return _isin(x1, x2, invert=bool(invert))


@op(no_gradient=True)
def digitize(F, x, bins):
    """Between which of the ascending `bins` each element lies: bins[i - 1] <= x < bins[i] (mirrors `keras.ops.digitize`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.digitize([0.5, 1.0, 9.0], [1.0, 2.0]).numpy().tolist()
        [0, 1, 2]
    """
    x, bins = promoted(F, x, bins)
    if bins.ndim != 1:
        raise ValueError(f"bins must have one axis, got the shape {tuple(bins.shape)}")
    flat = F.searchsorted(bins, F.reshape(x, (-1,)), side="right")
    return F.astype(F.reshape(flat, tuple(x.shape)), F.dtype("int32"))


def _unique(F: Any, x: Any, axis: int | None, size: int | None, fill_value: Any) -> Any:
    """(values, first index, inverse, counts); sorted, cut off or filled up to `size` if it is given."""
    rows = F.reshape(x, (-1, 1)) if axis is None else F.moveaxis(x, axis, 0)
    shape = rows.shape[1:]
    flat = F.reshape(rows, (rows.shape[0], -1))
    order = F.arange(flat.shape[0], dtype=F.dtype("int64"))
    for column in range(flat.shape[1] - 1, -1, -1):  # a stable sort by each column, the last one first
        order = order[F.argsort(flat[order, column], stable=True)]
    ordered = flat[order]
    fresh = F.any(ordered[1:] != ordered[:-1], axis=1)
    group = F.concat(
        [F.zeros((1,), dtype=F.dtype("int64")), F.cumulative_sum(F.astype(fresh, F.dtype("int64")))]
    )
    count = int(group[-1]) + 1 if size is None else size
    # A group beyond the size goes to a row that is cut off.
    place = F.where(group < count, group, F.full_like(group, count))
    first = F.scatter(
        F.zeros((count + 1,), dtype=order.dtype), (F.flip(place, axis=0),), F.flip(order, axis=0)
    )[:count]
    counts = F.scatter(F.zeros((count + 1,), dtype=order.dtype), (place,), F.ones_like(order), add=True)[
        :count
    ]
    values = F.reshape(flat[first], (count, *shape))
    if size is not None:
        filled = counts == 0
        first = F.where(filled, first[:1], first)
        blank = F.astype(F.asarray(0 if fill_value is None else fill_value), values.dtype)
        values = F.where(F.reshape(filled, (count,) + (1,) * len(shape)), blank, values)
    inverse = F.scatter(F.zeros_like(group), (order,), group)
    values = F.reshape(values, (-1,)) if axis is None else F.moveaxis(values, 0, axis)
    return values, *(F.astype(v, F.dtype("int32")) for v in (first, F.reshape(inverse, (-1,)), counts))


@op(data_dependent_shape=True, no_gradient=True)
def _unique_all(F, x, *, axis):
    return _unique(F, x, axis, None, None)


@op(no_gradient=True)
def _unique_of_size(F, x, *, axis, size, fill_value):
    return _unique(F, x, axis, size, fill_value)


def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The different elements, in ascending order (mirrors `keras.ops.unique`).

    Args:
        x: a tensor that is not empty.
        sorted: accepted; they are sorted in any case.
        return_index: whether to return where each occurs first.
        return_inverse: whether to return which one each element of x is.
        return_counts: whether to return how often each occurs.
        axis: the slices along this axis instead of the elements.
        size: how many to return; without it the number depends on the values, which compiled functions cannot have.
        fill_value: what fills up to `size`; 0 if `None`.

    Returns:
        The elements, or a tuple of them and what else was asked for.

    Example:
        >>> from unikeras import keras
        >>> [t.numpy().tolist() for t in keras.ops.unique([3, 1, 3], return_counts=True)]
        [[1, 3], [1, 2]]
    """
    x = convert_to_tensor(x)
    if size is None:
        found = _unique_all(x, axis=axis)
    else:
        found = _unique_of_size(x, axis=axis, size=int(size), fill_value=fill_value)
    values, *rest = found
    wanted = [
        part for part, asked in zip(rest, (return_index, return_inverse, return_counts), strict=True) if asked
    ]
    return (values, *wanted) if wanted else values
