"""Values cut into rows, as `tf.io.RaggedFeature` says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.io.features import RaggedFeature
from unikeras.io.values import tensor
from unikeras.io.wire import Column

__all__ = ["ragged", "with_rows"]


def ragged(
    key: str,
    feature: RaggedFeature,
    values: np.ndarray,
    counts: np.ndarray,
    integers: Callable[[str], Column],
    single: bool,
) -> Any:
    """A ragged tensor of features; a plain one for a single example without partitions.

    Args:
        key: the feature's name.
        feature: what to make of it.
        values: the values of all examples.
        counts: how many there are of each.
        integers: gives another feature's values by its name.
        single: whether there is one example, whose tensor has no dimension for examples.
    """
    made: Any = None
    below = counts  # how many things each example has that the next partition cuts into rows
    for partition in reversed(feature.partitions):
        if isinstance(partition, RaggedFeature.UniformRowLength):
            length = partition.length
            if length <= 0 or (below % length).any():
                raise _error(key, partition, f"{below.tolist()} values are no rows of {length}")
            below = below // length
            if made is None:
                values = values.reshape(-1, length, *values.shape[1:])
                continue
            lengths = np.full(int(below.sum()), length)
        else:
            lengths, below = _lengths(key, partition, integers(partition.key), below)
        made = with_rows(tensor(values) if made is None else made, lengths, feature.row_splits_dtype)
    if single:
        return tensor(values) if made is None else made
    return with_rows(tensor(values) if made is None else made, below, feature.row_splits_dtype)


def with_rows(values: Any, lengths: np.ndarray, dtype: Any) -> Any:
    """A ragged tensor with rows of these lengths."""
    from unikeras.composites.ragged_tensor import RaggedTensor

    splits = np.zeros(len(lengths) + 1, dtype.np_dtype)
    np.cumsum(lengths, out=splits[1:])
    return RaggedTensor.from_row_splits(values, tensor(splits), validate=False)


def _lengths(key: str, partition: Any, given: Column, below: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lengths of all rows, and how many rows each example has."""
    kind = type(partition)
    if kind is RaggedFeature.RowLengths:
        lengths, rows = given.values, given.counts
    else:
        edges = np.cumsum(given.counts) - given.counts
        parts = [given.values[e : e + n] for e, n in zip(edges.tolist(), given.counts.tolist(), strict=True)]
        found = [_of_example(kind, part, int(n)) for part, n in zip(parts, below, strict=True)]
        lengths = np.concatenate(found) if found else np.zeros(0, np.int64)
        rows = np.array([len(part) for part in found], np.int64)
    examples = np.repeat(np.arange(len(rows)), rows)
    sums = np.bincount(examples, lengths, len(rows)) if len(lengths) else np.zeros(len(rows))
    if (lengths < 0).any() or (sums != below).any():
        raise _error(
            key,
            partition,
            f"rows of {sums.astype(int).tolist()} values in all, but there are {below.tolist()}",
        )
    return lengths, rows


def _of_example(kind: Any, part: np.ndarray, size: int) -> np.ndarray:
    """The lengths of an example's rows."""
    if kind is RaggedFeature.RowSplits:
        return np.diff(part)
    if kind is RaggedFeature.RowStarts:
        return np.diff(part, append=size) if len(part) else part
    if kind is RaggedFeature.RowLimits:
        return np.diff(part, prepend=0) if len(part) else part
    if (
        len(part) != size
        or (np.diff(part) < 0).any()
        or (len(part) and not 0 <= part[0] <= part[-1] <= 1 << 31)
    ):
        return np.array([-1])
    return np.bincount(part)


def _error(key: str, partition: Any, what: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"Feature {key}: {partition} and its values do not form a valid RaggedTensor: {what}."
    )
