"""Elementwise ops of ragged tensors, tensors and numbers: one set of rows for all, then the op on the flat values."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_convert import take_rows
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import RowPartition, ranges, same_partition
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.operators import Operators
from unikeras.core.tensor import convert_to_tensor

__all__ = ["align", "elementwise"]


def elementwise(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    """The op on the flat values of its arguments, which are broadcast to one set of rows."""
    partitions, flats = align(args, op.__name__)
    result = (op.strict if strict else op)(*flats, **attributes)
    for rows in reversed(partitions):
        result = RaggedTensor(result, rows)
    return result


def align(args: tuple[Any, ...], what: str) -> tuple[list[RowPartition], list[Any]]:
    """The rows that all arguments are broadcast to, and their values in these rows; numbers stay as they are.

    Raises:
        InvalidArgumentError: rows of different lengths.
    """
    ragged = [a for a in args if isinstance(a, RaggedTensor)]
    dtype = ragged[0].dtype
    if len({a._rows.dtype for a in ragged}) > 1:
        args = tuple(a.with_row_splits_dtype("int64") if isinstance(a, RaggedTensor) else a for a in args)
        ragged = [a for a in args if isinstance(a, RaggedTensor)]
    whole = tuple(_as_tensor(a, dtype) for a in args)
    first = ragged[0]
    rank = max(len(a.shape) for a in whole if _has_shape(a))
    partitions = list(first._nested_row_partitions)
    depth = max(a.ragged_rank for a in ragged)
    inner = rank - depth  # dimensions of the flat values that are aligned
    simple = len(first.shape) == rank and all(
        not _has_shape(a)
        or (
            isinstance(a, RaggedTensor)
            and len(a.shape) == rank
            and _same(a._nested_row_partitions, partitions)
        )
        or (not isinstance(a, RaggedTensor) and len(a.shape) < inner)
        for a in whole
    )
    if simple:
        return partitions, [a.flat_values if isinstance(a, RaggedTensor) else a for a in whole]
    return _broadcast(whole, rank, depth, what)


def _same(a: tuple[RowPartition, ...], b: list[RowPartition]) -> bool:
    return len(a) == len(b) and all(same_partition(x, y) for x, y in zip(a, b, strict=True))


def _as_tensor(value: Any, dtype: Any) -> Any:
    """Lists and arrays as tensors of the ragged tensor's dtype; numbers as they are."""
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value):
        return convert_to_tensor(
            value if isinstance(value, np.ndarray) else np.asarray(value),
            None if dtype.name == "string" else dtype,
        )
    return value


def _has_shape(value: Any) -> bool:
    return isinstance(value, Operators) and len(value.shape) > 0  # type: ignore[attr-defined]


def _broadcast(
    args: tuple[Any, ...], rank: int, depth: int, what: str
) -> tuple[list[RowPartition], list[Any]]:
    parts = [_levels(a, rank, depth) if _has_shape(a) else None for a in args]
    found = [p for p in parts if p is not None]
    dtype = next(a._rows.dtype for a in args if isinstance(a, RaggedTensor))
    count = max((p[0].static_nrows for p in found), key=lambda n: (n != 1, n))
    places = []
    for levels in found:
        have = levels[0].static_nrows
        if have not in (1, count):
            raise InvalidArgumentError(f"{what}: the numbers of rows differ: {have} and {count}.")
        places.append(np.arange(count) if have == count else np.zeros(count, np.int64))
    partitions = []
    for level in range(depth):
        rows = [levels[level] for levels in found]
        lengths = [r.lengths[p] for r, p in zip(rows, places, strict=True)]
        wide = [i for i, r in enumerate(rows) if r._uniform != 1]
        target = lengths[wide[0]] if wide else lengths[0]
        for i in wide:
            if not np.array_equal(lengths[i], target):
                raise InvalidArgumentError(
                    f"{what}: the lengths of rows along axis {level + 1} differ: {target.tolist()} and {lengths[i].tolist()}."
                )
        uniform = {rows[i]._uniform for i in wide} - {None} if wide else {1}
        partitions.append(RowPartition.of_lengths(target, uniform.pop() if uniform else None, dtype))
        for i, r in enumerate(rows):
            starts = r.host[:-1][places[i]]
            places[i] = ranges(starts, target) if i in wide or not wide else np.repeat(starts, target)
    flats: list[Any] = []
    given = iter(zip(found, places, strict=True))
    for arg, part in zip(args, parts, strict=True):
        if part is None:
            flats.append(arg)
            continue
        chosen, place = next(given)
        flats.append(take_rows(chosen[-1], place))
    return partitions, flats


def _levels(x: Any, rank: int, depth: int) -> list[Any]:
    """The row partitions of axes 1 to `depth` of a tensor brought to a rank, and then its values."""
    values = x
    for _ in range(rank - len(x.shape)):
        if isinstance(values, RaggedTensor):
            values = RaggedTensor(
                values,
                RowPartition.of_lengths(np.asarray([values._rows.static_nrows]), None, values._rows.dtype),
            )
            if values.values._rows.static_nrows == 1:
                values._rows._uniform = 1
        else:
            values = ops.expand_dims(values, 0)
    levels: list[Any] = []
    for _ in range(depth):
        if isinstance(values, RaggedTensor):
            levels.append(values._rows)
            values = values.values
        else:
            shape = tuple(values.shape)
            levels.append(RowPartition.of_lengths(np.full(shape[0], shape[1]), shape[1]))
            values = ops.reshape(values, (shape[0] * shape[1], *shape[2:]))
    return [*levels, values]
