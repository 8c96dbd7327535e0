"""Writing into tensors: scattered updates, slices, and reductions of segments."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.core.operators import Operators
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.counting import _classes
from unikeras.ops.selection import scatter_nd

__all__ = ["scatter", "scatter_update", "segment_max", "segment_min", "segment_prod", "slice", "slice_update"]


def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Zeros of `shape` with values added at indices (mirrors `keras.ops.scatter`).

    Args:
        indices: integers [..., depth], each an index into the first `depth` axes.
        values: a tensor [..., rest of the axes].
        shape: the result's.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.scatter([[0], [2], [0]], [1.0, 2.0, 3.0], (4,)).numpy().tolist()
        [4.0, 0.0, 2.0, 0.0]
    """
    return scatter_nd(indices, values, shape=tuple(int(s) for s in shape))


_HOW = ("add", "max", "min", "mul")


@op
def _scatter_update(F, x, indices, updates, *, how):
    updates = F.astype(updates, x.dtype)
    if indices.ndim < 1 or indices.shape[-1] > x.ndim:
        raise ValueError(f"the indices {tuple(indices.shape)} do not fit a tensor of {x.ndim} axes")
    place = tuple(F.astype(indices[..., i], F.dtype("int64")) for i in range(indices.shape[-1]))
    if how in (None, "add"):
        return F.scatter(x, place, updates, add=how == "add")
    return F.scatter_reduce(x, place, updates, how)


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """A tensor with updates at indices (mirrors `keras.ops.scatter_update`).

    Args:
        inputs: the tensor.
        indices: integers [..., depth], each an index into the first `depth` axes.
        updates: a tensor [..., rest of the axes].
        reduction: how an update meets what is there: `None` replaces it, or 'add', 'max', 'min', 'mul'.

    Raises:
        ValueError: another reduction.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.scatter_update([1.0, 2.0, 3.0], [[0], [2]], [9.0, 8.0]).numpy().tolist()
        [9.0, 2.0, 8.0]
    """
    if reduction is not None and reduction not in _HOW:
        raise ValueError(
            f"scatter_update: reduction must be None or one of {', '.join(_HOW)}, got {reduction!r}."
        )
    return _scatter_update(inputs, convert_to_tensor(indices), convert_to_tensor(updates), how=reduction)


def _known(numbers: Any) -> bool:
    """Whether these are Python's or NumPy's integers, so that they can be attributes."""
    return not isinstance(numbers, Operators) and not any(isinstance(n, Operators) for n in numbers)


@op
def _slice(F, x, start, *, shape):
    sizes = [x.shape[i] if s == -1 else s for i, s in enumerate(shape)]
    for axis, size in enumerate(sizes):
        places = F.astype(start[axis], F.dtype("int64")) + F.arange(size, dtype=F.dtype("int64"))
        x = F.take(x, places, axis=axis)
    return x


@op
def _slice_at(F, x, *, start, shape):
    stops = [x.shape[i] if s == -1 else start[i] + s for i, s in enumerate(shape)]
    if any(b < 0 or e > n for b, e, n in zip(start, stops, x.shape, strict=True)):
        raise ValueError(f"the slice from {start} of {shape} lies outside of {tuple(x.shape)}")
    return x[tuple(np.s_[b:e] for b, e in zip(start, stops, strict=True))]


def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """The part of a tensor that begins at an index and has a given shape (mirrors `keras.ops.slice`).

    Args:
        inputs: a tensor.
        start_indices: one index for each axis, numbers or a tensor.
        shape: the part's; -1 for all the rest of an axis.

    Raises:
        InvalidArgumentError: the part lies outside.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.slice([[1, 2], [3, 4]], (0, 1), (2, 1)).numpy().tolist()
        [[2], [4]]
    """
    sizes = tuple(int(s) for s in shape)
    if _known(start_indices):
        return _slice_at(inputs, start=tuple(int(s) for s in start_indices), shape=sizes)
    return _slice(convert_to_tensor(inputs), convert_to_tensor(start_indices), shape=sizes)


@op
def _slice_update(F, x, start, updates):
    updates = F.astype(updates, x.dtype)
    if updates.ndim != x.ndim:
        raise ValueError(
            f"updates of shape {tuple(updates.shape)} do not have the {x.ndim} axes of the tensor"
        )
    key = []
    for axis, size in enumerate(updates.shape):
        places = F.astype(start[axis], F.dtype("int64")) + F.arange(size, dtype=F.dtype("int64"))
        key.append(F.reshape(places, tuple(-1 if i == axis else 1 for i in range(x.ndim))))
    return F.scatter(x, tuple(F.broadcast_to(k, tuple(updates.shape)) for k in key), updates)


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """A tensor with a part replaced (mirrors `keras.ops.slice_update`).

    Args:
        inputs: a tensor.
        start_indices: where the part begins, one index for each axis.
        updates: the part.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.slice_update([1, 2, 3], [1], [9]).numpy().tolist()
        [1, 9, 3]
    """
    start = (
        start_indices if isinstance(start_indices, Operators) else np.asarray([int(s) for s in start_indices])
    )
    return _slice_update(convert_to_tensor(inputs), convert_to_tensor(start), convert_to_tensor(updates))


@op
def _segments(F, data, segment_ids, *, count, how):
    kind = as_dtype(data.dtype)
    limits = (F.finfo if kind.is_floating else F.iinfo)(data.dtype)
    nothing = {"max": limits.min, "min": limits.max, "mul": 1}[how]
    ids = F.astype(segment_ids, F.dtype("int64"))
    ids = F.where(
        (ids >= 0) & (ids < count), ids, F.full_like(ids, count)
    )  # others go to a row that is cut off
    nothing = float(nothing) if kind.is_floating else int(nothing)
    start = F.full((count + 1, *data.shape[1:]), nothing, dtype=data.dtype)
    return F.scatter_reduce(start, (ids,), data, how)[:count]


def _segment(what: str, data: Any, segment_ids: Any, num_segments: int | None, how: str) -> Any:
    if num_segments is None:
        ids = _classes(what, segment_ids, "segment_ids")
        num_segments = int(ids.max()) + 1 if ids.size else 0
    return _segments(
        convert_to_tensor(data), convert_to_tensor(segment_ids), count=int(num_segments), how=how
    )


def segment_max(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The largest of the rows of `data` that have the same id (mirrors `keras.ops.segment_max`).

    Args:
        data: [rows, ...].
        segment_ids: integers [rows].
        num_segments: how many; one more than the largest id if `None`, which compiled functions cannot know.
        sorted: accepted; the order does not matter.

    Returns:
        [num_segments, ...]; the dtype's lowest number for an id that does not occur.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.segment_max([1.0, 5.0, 2.0], [0, 0, 1], 2).numpy().tolist()
        [5.0, 2.0]
    """
    return _segment("segment_max", data, segment_ids, num_segments, "max")


def segment_min(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The smallest of the rows of `data` that have the same id; see `segment_max` (mirrors `keras.ops.segment_min`)."""
    return _segment("segment_min", data, segment_ids, num_segments, "min")


def segment_prod(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The product of the rows of `data` that have the same id, 1 of none (mirrors `keras.ops.segment_prod`)."""
    return _segment("segment_prod", data, segment_ids, num_segments, "mul")
