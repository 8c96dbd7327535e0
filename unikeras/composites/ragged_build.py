"""Making ragged tensors: constants, ranges, stacks, masks, and functions of flat values."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_arrange import as_ragged, concat, concat_rows, expand_dims, normal_axis
from unikeras.composites.ragged_convert import take_rows
from unikeras.composites.ragged_tensor import RaggedTensor, convert_to_ragged
from unikeras.composites.row_partition import (
    RowPartition,
    known,
    ranges,
    same_partition,
    tensor_of,
)
from unikeras.composites.varying import varying
from unikeras.core import nest
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import default_numpy

__all__ = [
    "boolean_mask", "constant", "map_flat_values", "range", "row_splits_to_segment_ids", "segment_ids_to_row_splits", "stack",
    "stack_dynamic_partitions",
]  # fmt: skip


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
    if ragged_rank >= deepest and ragged_rank > 0 and scalar_depth is not None:
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
    for _ in builtins.range(ragged_rank):
        lengths = np.asarray([len(row) for row in flat], as_dtype(row_splits_dtype).np_dtype)
        partitions.append(RowPartition.of_lengths(lengths))
        flat = [item for row in flat for item in row]
    if any(_shape_of(item) != inner_shape for item in flat):
        raise ValueError(f"Invalid pylist={pylist!r}: the entries must have the shape {inner_shape}.")
    values: Any
    if flat:
        typed = _typed(flat)
        values = ops.constant(typed if dtype is not None else default_numpy(typed), dtype)
        values = ops.reshape(values, (len(flat), *inner_shape)) if inner_shape else values
    else:
        values = tensor_of(np.zeros((0, *inner_shape), as_dtype(dtype or "float32").np_dtype))
    for rows in reversed(partitions):
        values = RaggedTensor(values, rows)
    return values


def _typed(flat: list[Any]) -> list[Any]:
    """Entries as Python's own numbers and strings: arrays of integers have no say in the dtype, those of fractions have."""
    if all(isinstance(item, (np.ndarray, np.generic)) and item.dtype.kind == "f" for item in flat):
        return flat
    found = [item.tolist() if isinstance(item, (np.ndarray, np.generic)) else item for item in flat]
    texts = {isinstance(leaf, (str, bytes)) for leaf in nest.flatten(found)}
    if len(texts) > 1:
        raise ValueError("ragged.constant: strings and numbers are mixed.")
    return found


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
    for _ in builtins.range(ragged_rank):
        flat = [item for row in flat for item in row]
    return _shape_of(flat[0]) if flat else (0,) * max(deepest - ragged_rank - 1, 0)


def _shape_of(value: Any) -> tuple[int, ...]:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape
    if not isinstance(value, (list, tuple, np.ndarray)):
        return ()
    return (len(value), *(_shape_of(value[0]) if len(value) else ()))


def range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = "int64",
) -> RaggedTensor:
    """Rows of numbers from `starts` to before `limits` (mirrors `tf.ragged.range`).

    Args:
        starts: a number, or [n]; the limits, if `limits` is not given.
        limits: a number, or [n].
        deltas: a number, or [n]: the steps.
        dtype: the elements' type.
        name: ignored.
        row_splits_dtype: int32 or int64.

    Raises:
        InvalidArgumentError: a step of 0, or vectors of different lengths.

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.range([3, 0, 5])
        <tf.RaggedTensor [[0, 1, 2], [], [0, 1, 2, 3, 4]]>
    """
    if limits is None:
        starts, limits = 0, starts
    given = [
        default_numpy(known(v, "starts, limits and deltas") if not isinstance(v, (int, float)) else v)
        for v in (starts, limits, deltas)
    ]
    kind = as_dtype(dtype).np_dtype if dtype is not None else np.result_type(*(g.dtype for g in given))
    kind = (
        np.dtype("float32")
        if dtype is None and kind == np.float64 and all(g.dtype != np.float64 for g in given)
        else kind
    )
    if any(g.ndim > 1 for g in given):
        raise InvalidArgumentError("ragged.range: starts, limits and deltas must be numbers or vectors.")
    sizes = {len(g) for g in given if g.ndim}
    if len(sizes) > 1:
        raise InvalidArgumentError("ragged.range: starts, limits and deltas must have the same shape.")
    count = sizes.pop() if sizes else 1
    start, limit, delta = (np.broadcast_to(g.astype(kind), (count,)) for g in given)
    if (delta == 0).any():
        raise InvalidArgumentError("Requires delta != 0.")
    lengths = np.maximum(0, np.ceil((limit.astype(np.float64) - start) / delta)).astype(np.int64)
    steps = ranges(np.zeros(count, np.int64), lengths)
    values = (np.repeat(start, lengths) + steps * np.repeat(delta, lengths)).astype(kind)
    return RaggedTensor(tensor_of(values), RowPartition.of_lengths(lengths, dtype=row_splits_dtype))


@varying
def stack(values: Any, axis: int = 0, name: str | None = None) -> Any:
    """Tensors and ragged tensors of one rank joined along a new axis (mirrors `tf.ragged.stack`).

    Args:
        values: tensors or ragged tensors; their sizes may differ.
        axis: where the new axis is.
        name: ignored.

    Raises:
        ValueError: no values, or different ranks.

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.stack([[1, 2], [3]])
        <tf.RaggedTensor [[1, 2], [3]]>
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if not values:
        raise ValueError("rt_inputs may not be empty.")
    values = [convert_to_ragged(v) for v in values]
    ranks = {len(v.shape) for v in values}
    if len(ranks) > 1:
        raise ValueError(f"stack: the tensors must have one rank, not {sorted(ranks)}.")
    rank = ranks.pop()
    axis = normal_axis(axis, rank + 1, "stack")
    if rank == 0:
        return ops.stack(values)
    if rank == 1 and axis == 1:
        return ops.stack(values, axis=1)
    if axis == 0:
        depth = max((v.ragged_rank if isinstance(v, RaggedTensor) else 0) for v in values)
        dtype = (
            "int32"
            if any(isinstance(v, RaggedTensor) for v in values)
            and all(v._rows.dtype.name == "int32" for v in values if isinstance(v, RaggedTensor))
            else "int64"
        )
        if rank > 1:
            values = [as_ragged(v, max(depth, 1), dtype) for v in values]
        counts = np.asarray(
            [v._rows.static_nrows if isinstance(v, RaggedTensor) else v.shape[0] for v in values]
        )
        joined = concat_rows(values, "stack")
        return RaggedTensor(joined, RowPartition.of_lengths(counts, dtype=dtype))
    return concat([expand_dims(v, axis) for v in values], axis, "stack")


@varying
def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """The parts of data where a mask holds, in rows as the mask's (mirrors `tf.ragged.boolean_mask`).

    Args:
        data: a tensor or ragged tensor.
        mask: bools; its shape is that of the first dimensions of data.
        name: ignored.

    Raises:
        ValueError: a mask of no dimension, or of another shape.

    Example:
        >>> import unikeras as tf
        >>> x = tf.ragged.constant([[1, 2, 3], [4]])
        >>> tf.ragged.boolean_mask(x, x != 2)
        <tf.RaggedTensor [[1, 3], [4]]>
    """
    data = convert_to_ragged(data)
    mask = (
        mask
        if isinstance(mask, RaggedTensor)
        else convert_to_ragged(constant(mask) if isinstance(mask, list) else mask)
    )
    if not mask.dtype.is_bool:
        raise (TypeError if not isinstance(mask, RaggedTensor) else ValueError)(
            f"boolean_mask: the mask must be of bool, not {mask.dtype.name}."
        )
    rank = len(mask.shape)
    if rank == 0:
        raise ValueError("mask cannot be scalar.")
    if rank > len(data.shape):
        raise ValueError(f"boolean_mask: the mask has {rank} dimensions, the data {len(data.shape)}.")
    if rank == 1:
        kept = known(mask, "the mask")
        if len(kept) != int(data.shape[0]):
            raise ValueError(
                f"boolean_mask: {len(kept)} entries of the mask for {data.shape[0]} of the data."
            )
        return take_rows(data, np.flatnonzero(kept))
    if not isinstance(mask, RaggedTensor) and not isinstance(data, RaggedTensor):
        mask = RaggedTensor.from_tensor(mask, ragged_rank=rank - 1)
    if not isinstance(mask, RaggedTensor):
        mask = RaggedTensor.from_tensor(mask)
    if not isinstance(data, RaggedTensor):
        data = RaggedTensor.from_tensor(data, ragged_rank=min(mask.ragged_rank, len(data.shape) - 1))
    if not same_partition(data._rows, mask._rows):
        raise InvalidArgumentError("boolean_mask: the mask's rows have other lengths than the data's.")
    values = boolean_mask(data.values, mask.values)
    if rank > 2:
        return RaggedTensor(values, data._rows)
    kept = known(mask.values, "the mask").astype(np.int64)
    lengths = np.diff(np.append(0, np.cumsum(kept))[data._rows.host])
    return RaggedTensor(values, RowPartition.of_lengths(lengths, dtype=data._rows.dtype))


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the flat values of ragged tensors, whose rows must be the same (mirrors `tf.ragged.map_flat_values`).

    Args:
        op: function of tensors; what it returns has as many rows as it was given.
        *args: its arguments; ragged tensors, also inside lists and dictionaries, are replaced by their flat values.
        **kwargs: the same by keyword.

    Raises:
        ValueError: op gives another number of rows.
        InvalidArgumentError: the ragged tensors' rows differ.

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.map_flat_values(lambda x: x * x, tf.ragged.constant([[1, 2], [], [3]]))
        <tf.RaggedTensor [[1, 4], [], [9]]>
    """
    leaves = nest.flatten((args, kwargs))
    found = [leaf for leaf in leaves if isinstance(leaf, RaggedTensor)]
    if not found:
        return op(*args, **kwargs)
    depth = min(x.ragged_rank for x in found)
    partitions = found[0]._nested_row_partitions
    if any(x.ragged_rank != depth for x in found):
        raise ValueError("map_flat_values: the ragged tensors have different ragged ranks.")
    for x in found[1:]:
        if not all(same_partition(a, b) for a, b in zip(partitions, x._nested_row_partitions, strict=True)):
            raise InvalidArgumentError("map_flat_values: the ragged tensors' rows have different lengths.")
    flat = [leaf.flat_values if isinstance(leaf, RaggedTensor) else leaf for leaf in leaves]
    new_args, new_kwargs = nest.pack_as((args, kwargs), flat)
    result = convert_to_ragged(op(*new_args, **new_kwargs))
    count = found[0].flat_values.shape[0]
    if not len(result.shape) or result.shape[0] != count:
        raise ValueError(
            f"tf.ragged.map_flat_values requires that the output of `op` have {count} rows, not the shape {result.shape}."
        )
    for rows in reversed(partitions):
        result = RaggedTensor(result, rows)
    return result


def _long(value: Any) -> np.ndarray:
    host = np.asarray(value)
    return host.astype(np.int64) if host.dtype.kind == "i" or not host.size else host


def row_splits_to_segment_ids(splits: Any, name: str | None = None, out_type: Any = None) -> Any:
    """The row of every value (mirrors `tf.ragged.row_splits_to_segment_ids`).

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.row_splits_to_segment_ids([0, 3, 3, 5]).numpy().tolist()
        [0, 0, 0, 2, 2]
    """
    if isinstance(splits, (list, tuple)):
        splits = _long(splits)
    host = known(splits, "row splits")
    if host.dtype.kind != "i":
        raise ValueError(f"Invalid dtype for splits: {host.dtype}.")
    if host.ndim != 1 or not len(host):
        raise ValueError("Invalid row_splits: they must be a vector, not empty.")
    dtype = as_dtype(out_type or host.dtype).np_dtype
    return tensor_of(np.repeat(np.arange(len(host) - 1, dtype=dtype), np.diff(host)))


def segment_ids_to_row_splits(
    segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: str | None = None
) -> Any:
    """Where rows begin and end (mirrors `tf.ragged.segment_ids_to_row_splits`).

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.segment_ids_to_row_splits([0, 0, 0, 2, 2]).numpy().tolist()
        [0, 3, 3, 5]
    """
    if isinstance(segment_ids, (list, tuple)):
        segment_ids = _long(segment_ids)
    host = known(segment_ids, "segment ids")
    if host.dtype.kind != "i":
        raise ValueError(f"segment_ids must be integers, not {host.dtype}.")
    count = int(known(num_segments, "num_segments")) if num_segments is not None else 0
    counts = np.bincount(host.astype(np.int64), minlength=count)
    dtype = as_dtype(out_type or host.dtype).np_dtype
    return tensor_of(np.append(0, np.cumsum(counts)).astype(dtype))


@varying
def stack_dynamic_partitions(
    data: Any, partitions: Any, num_partitions: Any, name: str | None = None
) -> RaggedTensor:
    """Rows of the data of each partition (mirrors `tf.ragged.stack_dynamic_partitions`).

    Args:
        data: a tensor or ragged tensor.
        partitions: integers, of the shape of the first dimensions of data.
        num_partitions: how many partitions there are.
        name: ignored.

    Raises:
        InvalidArgumentError: a partition that is not in [0, num_partitions).

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.stack_dynamic_partitions(["a", "b", "c", "d", "e"], [3, 0, 2, 2, 3], 5)
        <tf.RaggedTensor [[b'b'], [], [b'c', b'd'], [b'a', b'e'], []]>
    """
    data, partitions = convert_to_ragged(data), convert_to_ragged(partitions)
    if isinstance(partitions, RaggedTensor):
        if not isinstance(data, RaggedTensor):
            data = RaggedTensor.from_tensor(data)
        if not same_partition(data._rows, partitions._rows):
            raise InvalidArgumentError("stack_dynamic_partitions: data and partitions differ in shape.")
        return stack_dynamic_partitions(data.values, partitions.values, num_partitions)
    host = known(partitions, "partitions")
    if host.ndim != 1:
        if isinstance(data, RaggedTensor):
            data = data.merge_dims(0, host.ndim - 1)
        else:
            data = ops.reshape(data, (host.size, *tuple(data.shape)[host.ndim :]))
        host = host.ravel()
    count = int(known(num_partitions, "num_partitions"))
    if host.size and (host.min() < 0 or host.max() >= count):
        raise InvalidArgumentError(f"partitions must be in [0, {count}).")
    values = take_rows(data, np.argsort(host, kind="stable"))
    return RaggedTensor(values, RowPartition.of_lengths(np.bincount(host, minlength=count)))
