"""Joining, gathering, repeating and moving the rows of ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_convert import take_rows
from unikeras.composites.ragged_tensor import RaggedTensor, convert_to_ragged
from unikeras.composites.row_partition import (
    RowPartition,
    known,
    ranges,
    same_partition,
    tensor_of,
)
from unikeras.core.errors import InvalidArgumentError
from unikeras.ops.selection import boolean_mask

__all__ = ["concat", "expand_dims", "gather", "handlers", "normal_axis"]

Attributes = dict[str, Any]


def normal_axis(axis: Any, rank: int, what: str) -> int:
    """An axis counted from the front.

    Raises:
        ValueError: it is out of bounds.
    """
    axis = int(axis)
    if not -rank <= axis < rank:
        raise ValueError(f"{what}: axis={axis} is out of bounds: expected {-rank} <= axis < {rank}.")
    return axis % rank


def as_ragged(x: Any, ragged_rank: int, dtype: Any = "int64") -> RaggedTensor:
    """A tensor or ragged tensor with so many ragged axes."""
    if not isinstance(x, RaggedTensor):
        return RaggedTensor.from_tensor(x, ragged_rank=ragged_rank, row_splits_dtype=dtype)
    if x.ragged_rank >= ragged_rank:
        return x
    if isinstance(x.values, RaggedTensor):
        return RaggedTensor(as_ragged(x.values, ragged_rank - 1, dtype), x._rows)
    return RaggedTensor(as_ragged(x.values, ragged_rank - 1, x._rows.dtype), x._rows)


def concat(values: list[Any], axis: int, what: str = "concat") -> Any:
    """Tensors and ragged tensors joined along an axis; the result is ragged if one of them is."""
    values = [convert_to_ragged(v) for v in values]
    ranks = {len(v.shape) for v in values}
    if len(ranks) > 1:
        raise ValueError(f"{what}: the tensors must have one rank, not {sorted(ranks)}.")
    axis = normal_axis(axis, ranks.pop(), what)
    if not any(isinstance(v, RaggedTensor) for v in values):
        return ops.concat(values, axis=axis)
    dtype = (
        "int64"
        if any(v._rows.dtype.name == "int64" for v in values if isinstance(v, RaggedTensor))
        else "int32"
    )
    depth = max(v.ragged_rank for v in values if isinstance(v, RaggedTensor))
    aligned = [as_ragged(v, depth, dtype).with_row_splits_dtype(dtype) for v in values]
    if len(aligned) == 1:
        return aligned[0]
    return _concat(aligned, axis, what)


def concat_rows(values: list[Any], what: str) -> Any:
    """Tensors, or ragged tensors of one ragged rank, joined along the first axis; the rows of one alone are ragged too."""
    return _concat(values, 0, what)


def _concat(values: list[Any], axis: int, what: str) -> Any:
    if not isinstance(values[0], RaggedTensor):
        return ops.concat(values, axis=axis)
    inner = [v.values for v in values]
    rows = [v._rows for v in values]
    if axis == 0:
        lengths = np.concatenate([r.lengths for r in rows])
        joined = RowPartition.of_lengths(lengths, dtype=rows[0].dtype)
        return RaggedTensor(_concat(inner, 0, what), joined)
    if len({r.static_nrows for r in rows}) > 1:
        raise InvalidArgumentError(f"{what}: the numbers of rows differ: {[r.static_nrows for r in rows]}.")
    if axis > 1:
        if not all(same_partition(rows[0], r) for r in rows[1:]):
            raise InvalidArgumentError(f"{what}: the lengths of rows along an axis before {axis} differ.")
        return RaggedTensor(_concat(inner, axis - 1, what), rows[0])
    offsets = np.append(0, np.cumsum([r.host[-1] for r in rows]))[:-1]
    starts = np.stack([r.host[:-1] + o for r, o in zip(rows, offsets, strict=True)], axis=1)
    lengths = np.stack([r.lengths for r in rows], axis=1)
    values_ = take_rows(_concat(inner, 0, what), ranges(starts.ravel(), lengths.ravel()))
    return RaggedTensor(values_, RowPartition.of_lengths(lengths.sum(1), dtype=rows[0].dtype))


def _concat_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    return concat(list(args), attributes.get("axis", 0))


def _stack_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    from unikeras.composites.ragged_build import stack

    return stack(list(args), attributes.get("axis", 0))


def expand_dims(x: Any, axis: int) -> Any:
    """A new axis of length 1."""
    axis = normal_axis(axis, len(x.shape) + 1, "expand_dims")
    if not isinstance(x, RaggedTensor):
        return ops.expand_dims(x, axis)
    rows = x._rows
    if axis == 0:
        return RaggedTensor(
            x, RowPartition(np.asarray([0, rows.static_nrows]), rows.static_nrows, rows.dtype)
        )
    if axis == 1:
        return RaggedTensor(x, RowPartition(np.arange(rows.static_nrows + 1), 1, rows.dtype))
    return RaggedTensor(expand_dims(x.values, axis - 1), rows)


def _expand_dims_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    return expand_dims(args[0], attributes["axis"])


def _squeeze_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    x: Any = args[0]
    axis = attributes.get("axis")
    if axis is None or axis == ():
        raise ValueError("Ragged.squeeze must have an axis argument.")
    rank = len(x.shape)
    axes = sorted(
        (normal_axis(a, rank, "squeeze") for a in (axis if isinstance(axis, tuple) else (axis,))),
        reverse=True,
    )
    for a in axes:
        x = _squeeze(x, a)
    return x


def _squeeze(x: Any, axis: int) -> Any:
    if not isinstance(x, RaggedTensor):
        return ops.squeeze(x, axis)
    if axis > 1:
        return RaggedTensor(_squeeze(x.values, axis - 1), x._rows)
    if (axis == 0 and x._rows.static_nrows != 1) or (axis == 1 and (x._rows.lengths != 1).any()):
        raise InvalidArgumentError(f"squeeze: the dimension {axis} of {x.shape} is not 1.")
    return x.values


def _places(indices: Any, size: int) -> np.ndarray:
    """Indices known on the host that are within a dimension."""
    host = known(indices, "the indices into a ragged tensor")
    if host.size and (host.min() < 0 or host.max() >= size):
        bad = host.min() if host.min() < 0 else host.max()
        raise InvalidArgumentError(f"gather: the index {bad} is not in [0, {size}).")
    return host.astype(np.int64)


def gather(params: Any, indices: Any, axis: int = 0, batch_dims: int = 0) -> Any:
    """The rows of `params` at `indices`; either may be ragged."""
    params, indices = convert_to_ragged(params), convert_to_ragged(indices)
    rank = len(params.shape)
    if batch_dims < 0:
        batch_dims += len(indices.shape)
    axis = batch_dims if axis is None else normal_axis(axis, rank, "gather")
    if axis < batch_dims:
        axis = batch_dims
    if not isinstance(params, RaggedTensor) and batch_dims:
        params = RaggedTensor.from_tensor(params, ragged_rank=batch_dims)
    if batch_dims:
        if not isinstance(indices, RaggedTensor):
            if len(indices.shape) == 1:
                found = gather(params, ops.expand_dims(indices, 1), axis, batch_dims)
                return _squeeze(found, 1) if isinstance(found, RaggedTensor) else found
            if batch_dims == 1 and axis == 1:
                return _gather_dense(params, _places(indices, params._rows.longest))
            indices = RaggedTensor.from_tensor(indices)
        if indices._rows.static_nrows != params._rows.static_nrows:
            raise InvalidArgumentError("gather: the batch dimensions of params and indices differ.")
        if batch_dims > 1:
            if not same_partition(indices._rows, params._rows):
                raise InvalidArgumentError("gather: the batch dimensions of params and indices differ.")
            return RaggedTensor(
                gather(params.values, indices.values, axis - 1, batch_dims - 1), indices._rows
            )
        if axis > 1:
            raise NotImplementedError("gather of a ragged tensor: axis > batch_dims > 0 is not available.")
        return _gather_in_rows(params, indices)
    if axis > 1:
        return RaggedTensor(gather(params.values, indices, axis - 1), params._rows)
    if axis == 1:
        if not isinstance(params, RaggedTensor):
            if not isinstance(indices, RaggedTensor):
                return ops.gather(params, indices, axis=1)
            params = RaggedTensor.from_tensor(params)
        count = params._rows.static_nrows
        if isinstance(indices, RaggedTensor):
            return _gather_in_rows(params, concat_rows([expand_dims(indices, 0)] * count, "gather"))
        places = np.broadcast_to(_places(indices, params._rows.longest), (count, *indices.shape))
        return _gather_dense(params, places)
    if isinstance(indices, RaggedTensor):
        return RaggedTensor(gather(params, indices.values), indices._rows)
    if not isinstance(params, RaggedTensor):
        return ops.gather(params, indices)
    places = _places(indices, params._rows.static_nrows)
    if not places.ndim:
        return params[int(places)]
    return _uniform(take_rows(params, places.ravel()), places.shape, params._rows.dtype)


def _uniform(rows: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """Rows in the order of a grid, put together in its shape."""
    for axis in range(len(shape) - 1, 0, -1):
        count = int(np.prod(shape[:axis], dtype=int))
        rows = RaggedTensor(rows, RowPartition.of_lengths(np.full(count, shape[axis]), dtype=dtype))
    return rows


def _gather_dense(params: RaggedTensor, places: np.ndarray) -> Any:
    """Row i of the result: the entries of row i of `params` at row i of places that are known."""
    row = np.arange(len(places)).reshape(-1, *(1 for _ in places.shape[1:]))
    if len(places) != params._rows.static_nrows or (places >= params._rows.lengths[row]).any():
        raise InvalidArgumentError("gather: an index is outside of its row.")
    taken = take_rows(params.values, (params._rows.host[:-1].astype(np.int64)[row] + places).ravel())
    if isinstance(taken, RaggedTensor):
        return _uniform(taken, places.shape, params._rows.dtype)
    return ops.reshape(taken, (*places.shape, *tuple(taken.shape)[1:]))


def _gather_in_rows(params: RaggedTensor, indices: RaggedTensor) -> Any:
    """Row i of the result: the entries of row i of `params` at row i of `indices`."""
    flat = indices
    row = np.arange(indices._rows.static_nrows)
    values: Any = flat
    while isinstance(values, RaggedTensor):
        row = np.repeat(row, values._rows.lengths)
        values = values.values
    host = known(values, "the indices into a ragged tensor")
    row = np.broadcast_to(row.reshape(-1, *(1 for _ in host.shape[1:])), host.shape)
    lengths = params._rows.lengths[row]
    if ((host < 0) | (host >= lengths)).any():
        raise InvalidArgumentError("gather: an index is outside of its row.")
    places = params._rows.host[:-1].astype(np.int64)[row] + host
    taken = take_rows(params.values, places.ravel())
    if len(host.shape) > 1:
        taken = (
            _uniform(taken, host.shape, params._rows.dtype)
            if isinstance(taken, RaggedTensor)
            else ops.reshape(taken, (*host.shape, *tuple(taken.shape)[1:]))
        )
    result = taken
    for rows in reversed(indices._nested_row_partitions):
        result = RaggedTensor(result, rows)
    return result


def _gather_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    return gather(args[0], args[1], attributes.get("axis", 0), attributes.get("batch_dims", 0))


def _gather_nd_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    params, indices = (convert_to_ragged(a) for a in args[:2])
    if attributes.get("batch_dims"):
        raise ValueError("gather_nd: batch_dims != 0 is not supported for ragged gather yet.")
    if isinstance(indices, RaggedTensor):
        if len(indices.flat_values.shape) < 2:
            raise ValueError("gather_nd: the innermost dimension of indices must be uniform.")
        return indices.with_values(_gather_nd_op(op, (params, indices.values), attributes, strict))
    if not isinstance(params, RaggedTensor):
        return op(params, indices, **attributes)
    host = known(indices, "the indices into a ragged tensor")
    depth, lead = host.shape[-1], host.shape[:-1]
    flat = host.reshape(-1, depth).astype(np.int64)
    if not depth:
        return _uniform(ops.stack([params] * len(flat)), lead, params._rows.dtype) if lead else params
    places = _places(flat[:, 0], params._rows.static_nrows)
    values: Any = params
    used = 1
    while used < depth and isinstance(values, RaggedTensor):
        lengths = values._rows.lengths[places]
        if ((flat[:, used] < 0) | (flat[:, used] >= lengths)).any():
            raise InvalidArgumentError(f"gather_nd: an index is out of bounds along axis {used}.")
        places = values._rows.host[:-1].astype(np.int64)[places] + flat[:, used]
        values = values.values
        used += 1
    rest = np.concatenate([places[:, None], flat[:, used:]], axis=1)
    found = (
        ops.gather_nd(values, tensor_of(rest))
        if not isinstance(values, RaggedTensor)
        else take_rows(values, places)
    )
    if isinstance(found, RaggedTensor):
        return _uniform(found, lead, params._rows.dtype) if lead else found[0]
    return ops.reshape(found, (*lead, *tuple(found.shape)[1:]))


def _tile_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    x: RaggedTensor = args[0]
    multiples = [int(m) for m in attributes["multiples"]]
    if len(multiples) != len(x.shape):
        raise ValueError(f"tile: give {len(x.shape)} multiples, not {len(multiples)}.")
    return _tile(x, multiples)


def _tile(x: Any, multiples: list[int]) -> Any:
    if all(m == 1 for m in multiples):
        return x
    if not isinstance(x, RaggedTensor):
        return ops.tile(x, multiples)
    outer, along, *rest = multiples
    rows = x._rows
    values = _tile(x.values, [1, *rest])
    if along != 1:
        starts = np.repeat(rows.host[:-1], along)
        values = take_rows(values, ranges(starts, np.repeat(rows.lengths, along)))
        uniform = None if rows._uniform is None else rows._uniform * along
        rows = RowPartition.of_lengths(rows.lengths * along, uniform, rows.dtype)
    found = RaggedTensor(values, rows)
    return found if outer == 1 else take_rows(found, np.tile(np.arange(rows.static_nrows), outer))


def _flip_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    x: Any = args[0]
    axis = attributes.get("axis")
    if axis is None:
        raise ValueError("reverse of a ragged tensor: give the axes.")
    for a in axis if isinstance(axis, tuple) else (axis,):
        a = normal_axis(a, len(x.shape), "reverse")
        x = x[(slice(None),) * a + (slice(None, None, -1),)]
    return x


def _nonzero_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    from unikeras.composites.ragged_convert import to_sparse

    sparse = to_sparse(args[0])
    return boolean_mask(sparse.indices, ops.cast(sparse.values, "bool"))


def _unstack_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    axis = normal_axis(attributes.get("axis", 0), len(args[0].shape), "unstack")
    x = args[0]
    size = x._rows.static_nrows if axis == 0 else x.shape[axis]
    if size is None:
        raise ValueError("unstack: the axis is ragged.")
    return tuple(x[(slice(None),) * axis + (i,)] for i in range(size))


def _split_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    x = args[0]
    axis = normal_axis(attributes.get("axis", 0), len(x.shape), "split")
    sizes = attributes["num_or_size_splits"]
    total = x.shape[axis]
    if total is None:
        raise ValueError("split: the axis is ragged.")
    if isinstance(sizes, int):
        if sizes <= 0 or total % sizes:
            raise InvalidArgumentError(
                f"split: a dimension of {total} does not divide into {sizes} equal parts."
            )
        sizes = [total // sizes] * sizes
    sizes = [total - sum(s for s in sizes if s != -1) if s == -1 else s for s in sizes]
    if sum(sizes) != total:
        raise InvalidArgumentError(f"split: parts {sizes} do not add up to the dimension of {total}.")
    ends = np.cumsum(sizes).tolist()
    return tuple(x[(slice(None),) * axis + (slice(e - s, e),)] for s, e in zip(sizes, ends, strict=True))


def _embedding_lookup(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    table, ids = args
    return ids.with_flat_values(op(table, ids.flat_values, **attributes))


def _segments_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    """Segments of values that are ragged as their ids are."""
    data, ids = (convert_to_ragged(a) for a in args[:2])
    if not isinstance(data, RaggedTensor) or not isinstance(ids, RaggedTensor):
        raise ValueError(f"{op.__name__}: ragged data needs ragged segment ids, and the other way round.")
    while isinstance(data, RaggedTensor) and isinstance(ids, RaggedTensor):
        if not same_partition(data._rows, ids._rows):
            raise InvalidArgumentError(f"{op.__name__}: data and segment ids differ in shape.")
        data, ids = data.values, ids.values
    return op(data, ids, *args[2:], **attributes)


def _matmul_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    """Products of matrices of different sizes, or of ragged rows with one matrix."""
    a, b = (convert_to_ragged(x) for x in args[:2])
    flat = isinstance(a, RaggedTensor) and len(a.flat_values.shape) > 1
    turned = attributes.get("transpose_a") or attributes.get("adjoint_a")
    if flat and not turned and not isinstance(b, RaggedTensor) and len(b.shape) == 2:
        return a.with_flat_values((op.strict if strict else op)(a.flat_values, b, **attributes))
    if len(a.shape) < 3 or len(b.shape) < 3:
        raise ValueError("matmul: ragged matrices must have a batch dimension.")
    times = op.strict if strict else op
    products = [times(_matrix(x), _matrix(y), **attributes) for x, y in zip(_rows(a), _rows(b), strict=True)]
    from unikeras.composites.ragged_build import stack

    if len({p.shape[-1] for p in products}) > 1:
        return stack([RaggedTensor.from_tensor(p) for p in products])
    return RaggedTensor.from_row_lengths(ops.concat(products, axis=0), [int(p.shape[0]) for p in products])


def _rows(x: Any) -> list[Any]:
    return list(x) if isinstance(x, RaggedTensor) else list(ops.unstack(x))


def _matrix(x: Any) -> Any:
    if not isinstance(x, RaggedTensor):
        return x
    if len(set(x._rows.lengths.tolist())) > 1:
        raise InvalidArgumentError("matmul: the rows of a matrix have different lengths.")
    return x.to_tensor()


def _add_n_op(op: Any, args: tuple[Any, ...], attributes: Attributes, strict: bool) -> Any:
    total = args[0]
    for term in args[1:]:
        total = ops.add.strict(total, term)
    return total


handlers: dict[str, Callable[..., Any]] = {
    "add_n": _add_n_op,
    "concat": _concat_op,
    "embedding_lookup": _embedding_lookup,
    "expand_dims": _expand_dims_op,
    "flip": _flip_op,
    "gather": _gather_op,
    "gather_nd": _gather_nd_op,
    "matmul": _matmul_op,
    "nonzero_indices": _nonzero_op,
    "split": _split_op,
    "squeeze": _squeeze_op,
    "stack": _stack_op,
    "tile": _tile_op,
    "unstack": _unstack_op,
    **dict.fromkeys(
        (f"unsorted_segment_{how}" for how in ("max", "mean", "min", "prod", "sqrt_n", "sum")), _segments_op
    ),
}
