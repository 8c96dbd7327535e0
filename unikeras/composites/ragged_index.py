"""`x[key]` of ragged tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_convert import take_rows
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import RowPartition, known, ranges
from unikeras.composites.varying import varying
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.operators import Operators

__all__ = ["get_item"]


@varying
def get_item(x: RaggedTensor, key: Any) -> Any:
    """The part of a ragged tensor that a key names.

    Integers and slices along the first axis, slices along ragged ones (integers only where the axis is uniform), `tf.newaxis`, `...`.

    Raises:
        ValueError: an integer for a ragged axis.
        InvalidArgumentError: too many keys, or one that is out of bounds.
        TypeError: a tensor of several integers as a key.

    Example:
        >>> import unikeras as tf
        >>> x = tf.ragged.constant([[1, 2, 3], [], [4, 5]])
        >>> x[0].numpy().tolist(), x[:, :1].to_list(), x[2, -1].numpy().item()
        ([1, 2, 3], [[1], [], [4]], 5)
    """
    if isinstance(key, RaggedTensor):
        from unikeras.composites.ragged_build import boolean_mask

        if key.dtype.is_bool:
            return boolean_mask(x, key)
        raise TypeError("A ragged tensor of integers is no index; use tf.gather.")
    keys = list(key) if isinstance(key, (tuple, list)) else [key]
    if any(k is Ellipsis for k in keys):
        at = next(i for i, k in enumerate(keys) if k is Ellipsis)
        keys = keys[: at + 1] + [k for k in keys[at + 1 :] if k is not Ellipsis]
        used = sum(k is not None for k in keys) - 1
        if used > len(x.shape):
            raise InvalidArgumentError(f"Too many indices for a ragged tensor of {len(x.shape)} dimensions.")
        keys[at : at + 1] = [slice(None)] * (len(x.shape) - used)
    elif sum(k is not None for k in keys) > len(x.shape):
        raise InvalidArgumentError(f"Too many indices for a ragged tensor of {len(x.shape)} dimensions.")
    return _outer(x, keys)


def _number(key: Any) -> int:
    host = known(key, "an index of a ragged tensor") if isinstance(key, Operators) else np.asarray(key)
    if host.ndim or host.dtype.kind not in "iu":
        raise TypeError(
            f"A ragged tensor is indexed by integers, slices, ... and tf.newaxis, not by {key!r}."
        )
    return int(host)


def _slice(key: slice) -> slice:
    return slice(*(None if part is None else _number(part) for part in (key.start, key.stop, key.step)))


def _rest(x: Any, keys: list[Any]) -> Any:
    """Keys for a row."""
    if not keys or all(isinstance(k, slice) and k == slice(None) for k in keys):
        return x
    return _outer(x, keys) if isinstance(x, RaggedTensor) else x[tuple(keys)]


def _outer(x: Any, keys: list[Any]) -> Any:
    """Keys of which the first is for the rows."""
    if not keys:
        return x
    first, *rest = keys
    if not isinstance(x, RaggedTensor):
        return x[tuple(keys)]
    if first is None:
        inner = _outer(x, rest)
        rows = int(inner.shape[0])
        if not isinstance(inner, RaggedTensor):
            return ops.expand_dims(inner, 0)
        return RaggedTensor(inner, RowPartition(np.asarray([0, rows]), rows, x._rows.dtype))
    splits = x._rows.host
    count = x._rows.static_nrows
    if isinstance(first, slice):
        chosen = _slice(first)
        if chosen != slice(None):
            if chosen.step == 0:
                raise InvalidArgumentError("slice step cannot be zero")
            x = take_rows(x, np.arange(count)[chosen])
        return _inner(x, rest)
    index = _number(first)
    if not -count <= index < count:
        kind = IndexError if index >= count else InvalidArgumentError
        raise kind(f"slice index {index} of dimension 0 out of bounds: the dimension is {count}.")
    index %= count
    return _rest(x.values[int(splits[index]) : int(splits[index + 1])], rest)


def _inner(x: RaggedTensor, keys: list[Any]) -> Any:
    """Keys of which the first is for what is in the rows."""
    if not keys:
        return x
    first, *rest = keys
    rows = x._rows
    if first is None:
        inner = _inner(x, rest)
        if not isinstance(inner, RaggedTensor):
            return ops.expand_dims(inner, 1)
        return RaggedTensor(inner, RowPartition(np.arange(rows.static_nrows + 1), 1, rows.dtype))
    if isinstance(first, slice):
        chosen = _slice(first)
        if chosen != slice(None):
            x = _slice_rows(x, chosen)
        if not rest:
            return x
        values = x.values
        values = _inner(values, rest) if isinstance(values, RaggedTensor) else values[(slice(None), *rest)]
        return RaggedTensor(values, x._rows)
    if rows._uniform is None:
        raise ValueError("Cannot index into an inner ragged dimension.")
    index = _number(first)
    if not -rows._uniform <= index < rows._uniform:
        raise InvalidArgumentError(f"slice index {index} out of bounds: the dimension is {rows._uniform}.")
    values = take_rows(x.values, rows.host[:-1].astype(np.int64) + index % rows._uniform)
    return _inner(values, rest) if isinstance(values, RaggedTensor) else values[(slice(None), *rest)]


def _slice_rows(x: RaggedTensor, chosen: slice) -> RaggedTensor:
    """The same slice of every row."""
    rows = x._rows
    step = 1 if chosen.step is None else chosen.step
    if step == 0:
        raise InvalidArgumentError("slice step cannot be zero")
    lengths = rows.lengths.astype(np.int64)
    low, high = (0, lengths) if step > 0 else (-1, lengths - 1)

    def bound(value: int | None, default: Any) -> Any:
        if value is None:
            return default
        return np.clip(value + lengths if value < 0 else np.full_like(lengths, value), low, high)

    start = bound(chosen.start, 0 if step > 0 else high)
    stop = bound(chosen.stop, high if step > 0 else -1)
    counts = np.maximum(0, -((stop - start) // -step) if step > 0 else -((start - stop) // step))
    counts = np.broadcast_to(counts, lengths.shape)
    places = ranges(np.zeros_like(lengths), counts) * step + np.repeat(rows.host[:-1] + start, counts)
    uniform = None
    if rows._uniform is not None:
        uniform = len(range(*chosen.indices(rows._uniform)))
    return RaggedTensor(take_rows(x.values, places), RowPartition.of_lengths(counts, uniform, rows.dtype))
