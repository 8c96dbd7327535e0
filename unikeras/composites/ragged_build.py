"""Making ragged tensors: constants, ranges, stacks, masks."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import RowPartition
from unikeras.core.dtypes import as_dtype
from unikeras.core.tensor import default_numpy

__all__ = ["constant"]


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = "int64",
) -> Any:
    """A ragged tensor of nested lists (mirrors `tf.ragged.constant`).

    Args:
        pylist: lists, tuples or arrays, nested to one depth.
        dtype: the elements' type; chosen from them by default.
        ragged_rank: how many axes are ragged; all but the first and those of `inner_shape` by default.
        inner_shape: the shape of the entries below the ragged axes.
        name: ignored.
        row_splits_dtype: int32 or int64.

    Returns:
        A ragged tensor; a tensor if no axis is ragged.

    Raises:
        ValueError: lists of different depths, or entries that do not have the inner shape.
        TypeError: a `pylist` that is a ragged tensor.

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.constant([[1, 2], [3], []])
        <tf.RaggedTensor [[1, 2], [3], []]>
    """
    if isinstance(pylist, RaggedTensor):
        raise TypeError("pylist must be lists, not a ragged tensor.")
    if inner_shape is not None:
        inner_shape = (
            (int(inner_shape),)
            if isinstance(inner_shape, (int, np.integer))
            else tuple(int(d) for d in inner_shape)
        )
    if ragged_rank is not None and ragged_rank < 0:
        raise ValueError(f"Invalid pylist={pylist!r}: ragged_rank ({ragged_rank}) must not be negative.")
    if not isinstance(pylist, (list, tuple, np.ndarray)) or (
        isinstance(pylist, np.ndarray) and not pylist.ndim
    ):
        if ragged_rank:
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank}.")
        if inner_shape:
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with inner_shape={inner_shape}.")
        return ops.constant(pylist, dtype)
    scalar_depth, deepest = _depths(pylist)
    if scalar_depth is not None and deepest > scalar_depth:
        raise ValueError(
            f"Invalid pylist={pylist!r}: empty list nesting is greater than scalar value nesting."
        )
    if ragged_rank is None:
        if inner_shape is None:
            ragged_rank = max(deepest - 1, 0)
        else:
            ragged_rank = (
                max(deepest - len(inner_shape) - 1, 0) if scalar_depth is not None else max(deepest - 1, 0)
            )
            if scalar_depth is not None and deepest < len(inner_shape):
                raise ValueError(f"Invalid pylist={pylist!r}: incompatible with inner_shape={inner_shape}.")
    if ragged_rank >= deepest and ragged_rank > 0:
        raise ValueError(f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank}.")
    if inner_shape is None:
        inner_shape = _inner_shape(pylist, ragged_rank, deepest)
    elif (
        scalar_depth is not None
        and ragged_rank + len(inner_shape) + 1 != scalar_depth
        and scalar_depth != deepest
    ):
        raise ValueError(f"Invalid pylist={pylist!r}: incompatible with inner_shape={inner_shape}.")
    partitions = []
    flat: list[Any] = list(pylist)
    for _ in range(ragged_rank):
        lengths = np.asarray([len(row) for row in flat], as_dtype(row_splits_dtype).np_dtype)
        partitions.append(RowPartition.of_lengths(lengths))
        flat = [item for row in flat for item in row]
    for item in flat:
        if np.shape(item) != inner_shape and not (not flat or _shape_of(item) == inner_shape):
            raise ValueError(f"Invalid pylist={pylist!r}: the entries must have the shape {inner_shape}.")
    if flat:
        values = (
            ops.constant(_typed(flat), dtype)
            if dtype is not None
            else ops.constant(default_numpy(_typed(flat)))
        )
        values = ops.reshape(values, (len(flat), *inner_shape)) if inner_shape else values
    else:
        values = ops.zeros((0, *inner_shape), dtype or "float32")
    for rows in reversed(partitions):
        values = RaggedTensor(values, rows)
    return values


def _typed(flat: list[Any]) -> list[Any]:
    return (
        [item.tolist() if isinstance(item, (np.ndarray, np.generic)) else item for item in flat]
        if any(isinstance(item, list) for item in flat)
        else flat
    )


def _depths(value: Any) -> tuple[int | None, int]:
    """How deep scalars are (`None` if there are none; they must be of one depth), and how deep lists are."""
    if isinstance(value, np.ndarray):
        if value.dtype != object:
            return (value.ndim if value.size else None), max(value.ndim, 1) if value.ndim else 0
        value = list(value)
    if not isinstance(value, (list, tuple)):
        return 0, 0
    scalars, deepest = None, 1
    for item in value:
        inner, depth = _depths(item)
        deepest = max(deepest, depth + 1)
        if inner is not None:
            if scalars is not None and scalars != inner + 1:
                raise ValueError(
                    f"Invalid pylist={value!r}: all scalar values must have the same nesting depth."
                )
            scalars = inner + 1
    return scalars, deepest


def _inner_shape(value: Any, ragged_rank: int, deepest: int) -> tuple[int, ...]:
    """The shape of the entries below the ragged axes: of the first one."""
    flat: list[Any] = list(value)
    for _ in range(ragged_rank):
        flat = [item for row in flat for item in row]
    return _shape_of(flat[0]) if flat else (0,) * max(deepest - ragged_rank - 1, 0)


def _shape_of(value: Any) -> tuple[int, ...]:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape
    if not isinstance(value, (list, tuple, np.ndarray)):
        return ()
    return (len(value), *(_shape_of(value[0]) if len(value) else ()))
