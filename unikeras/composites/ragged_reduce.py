"""Reductions of ragged tensors along ragged and uniform axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_convert import take_rows
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import RowPartition, ranges, tensor_of
from unikeras.core.tensor import Tensor

__all__ = ["handlers", "reduce"]


def _axes(axis: Any, rank: int, what: str) -> list[int]:
    found = set()
    for a in axis if isinstance(axis, (tuple, list)) else (axis,):
        if not -rank <= a < rank:
            raise ValueError(f"{what}: axis={a} is out of bounds: the tensor has {rank} dimensions.")
        found.add(a % rank)
    return sorted(found, reverse=True)


def reduce(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    """A reduction along one axis after the other, the innermost first."""
    x: Any = args[0]
    what = op.__name__
    axis, keepdims = attributes.get("axis"), bool(attributes.get("keepdims"))
    rest = {k: v for k, v in attributes.items() if k not in ("axis", "keepdims")}
    if axis is None:
        if keepdims:
            axis = tuple(range(len(x.shape)))
        else:
            return op(x.flat_values, **attributes)
    axes = _axes(axis, len(x.shape), what)
    if what.startswith("mean") and len(axes) > 1:
        total = reduce(ops.sum, (x,), {"axis": tuple(axes), "keepdims": keepdims}, strict)
        ones = ops.ones_like(x)
        count = reduce(ops.sum, (ones,), {"axis": tuple(axes), "keepdims": keepdims}, strict)
        return total / count
    if what in ("variance", "std"):
        settings = {"axis": tuple(axes), "keepdims": keepdims}
        mean = reduce(ops.mean, (x,), settings, strict)
        spread = reduce(ops.mean, (ops.square(x),), settings, strict) - ops.square(mean)
        return ops.sqrt(spread) if what == "std" else spread
    for a in axes:
        x = _along(op, x, a, rest)
        if keepdims:
            x = ops.expand_dims(x, axis=a)
    return x


def _along(op: Any, x: Any, axis: int, rest: dict[str, Any]) -> Any:
    if not isinstance(x, RaggedTensor):
        return op(x, axis=axis, **rest)
    if axis == 0:
        outer = RowPartition(np.asarray([0, x._rows.static_nrows]), x._rows.static_nrows, x._rows.dtype)
        found = _along(op, RaggedTensor(x, outer), 1, rest)
        return found.values if isinstance(found, RaggedTensor) else found[0]
    if axis == 1:
        if isinstance(x.values, RaggedTensor):
            return _along(op, swap(x), 2, rest)
        return _rows(op, x, rest)
    values = _along(op, x.values, axis - 1, rest)
    return RaggedTensor(values, x._rows)


def swap(x: RaggedTensor) -> RaggedTensor:
    """With the two outermost ragged axes exchanged: [n, (a), (b), ...] as [n, (b), (a), ...]."""
    outer, inner = x._rows, x.values._rows
    row = outer.rowids[inner.rowids]  # of every value
    place = ranges(np.zeros(outer.static_nrows, np.int64), outer.lengths)[inner.rowids]
    offset = ranges(np.zeros(inner.static_nrows, np.int64), inner.lengths)
    order = np.lexsort((place, offset, row))
    longest = np.zeros(outer.static_nrows, np.int64)
    np.maximum.at(longest, outer.rowids, inner.lengths)
    starts = np.append(0, np.cumsum(longest))
    counts = np.bincount(starts[row] + offset, minlength=int(starts[-1]))
    values = take_rows(x.values.values, order)
    inner_rows = RowPartition.of_lengths(counts, dtype=inner.dtype)
    return RaggedTensor(RaggedTensor(values, inner_rows), RowPartition.of_lengths(longest, dtype=outer.dtype))


def _rows(op: Any, x: RaggedTensor, rest: dict[str, Any]) -> Any:
    """Each row of a tensor's values reduced to one."""
    rows, values = x._rows, x.values
    uniform = rows._uniform
    if uniform is not None:
        shape = tuple(values.shape)
        return op(ops.reshape(values, (rows.static_nrows, uniform, *shape[1:])), axis=1, **rest)
    name = op.__name__
    if name == "sum":
        return _sums(values, rows)
    if name in ("mean", "mean_same_dtype"):
        if values.dtype.is_integer:
            values = ops.cast(values, "float32" if name == "mean" else "float64")
        total = _sums(values, rows)
        count = rows.row_lengths()
        count = ops.reshape(
            ops.cast(count, values.dtype), (rows.static_nrows, *(1 for _ in values.shape[1:]))
        )
        return total / count
    fill, empty = _UNITS[name](values.dtype)
    dense = RaggedTensor(values, rows).to_tensor(ops.constant(np.asarray(fill, values.dtype.np_dtype)))
    if not dense.shape[1]:
        shape = tuple(dense.shape)
        dense = ops.fill((shape[0], 1, *shape[2:]), ops.constant(np.asarray(empty, values.dtype.np_dtype)))
    result = op(dense, axis=1, **rest)
    if name in ("max", "min") and values.dtype.is_floating and not rows.lengths.all():
        low = np.asarray(empty, values.dtype.np_dtype)
        bare = (rows.lengths == 0).reshape(-1, *(1 for _ in values.shape[1:]))
        result = ops.where(tensor_of(bare), ops.constant(low), result)
    return result


def _sums(values: Tensor, rows: RowPartition) -> Tensor:
    zeros = ops.zeros((rows.static_nrows, *tuple(values.shape)[1:]), values.dtype)
    return ops.tensor_scatter_nd_add(zeros, ops.expand_dims(rows.value_rowids(), -1), values)


def _largest(dtype: Any) -> tuple[Any, Any]:
    return (-np.inf if dtype.is_floating else dtype.min), dtype.min


def _smallest(dtype: Any) -> tuple[Any, Any]:
    return (np.inf if dtype.is_floating else dtype.max), dtype.max


# Reduction -> what fills up rows, what a row without values gives.
_UNITS: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "max": _largest,
    "min": _smallest,
    "prod": lambda dtype: (1, 1),
    "all": lambda dtype: (True, True),
    "any": lambda dtype: (False, False),
    "logsumexp": lambda dtype: (-np.inf, -np.inf),
    "count_nonzero": lambda dtype: (0, 0),
}

handlers: dict[str, Callable[..., Any]] = dict.fromkeys(
    (
        "all",
        "any",
        "count_nonzero",
        "logsumexp",
        "max",
        "mean",
        "mean_same_dtype",
        "min",
        "prod",
        "std",
        "sum",
        "variance",
    ),
    reduce,
)
