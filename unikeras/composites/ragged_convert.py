"""Ragged tensors from and to tensors, sparse tensors and NumPy; their shapes and their text."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import RowPartition, known, ranges, tensor_of
from unikeras.composites.varying import varying
from unikeras.core.dtypes import DType
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.shape import as_shape
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = [
    "bounding_shape", "from_sparse", "from_tensor", "merge_dims", "row_lengths", "text", "to_numpy", "to_sparse", "to_tensor",
]  # fmt: skip


def take_rows(values: Any, places: np.ndarray) -> Any:
    """The rows of a tensor or ragged tensor at places known on the host."""
    if isinstance(values, RaggedTensor):
        lengths = values._rows.lengths[places]
        inner = take_rows(values.values, ranges(values._rows.host[:-1][places], lengths))
        return RaggedTensor(
            inner, RowPartition.of_lengths(lengths, values._rows._uniform, values._rows.dtype)
        )
    count = values.shape[0]
    if len(places) == count and np.array_equal(places, np.arange(count)):
        return values
    return ops.gather(values, tensor_of(np.asarray(places, np.int64)))


@varying
def from_tensor(tensor: Any, lengths: Any, padding: Any, ragged_rank: int, dtype: DType) -> Any:
    """See `RaggedTensor.from_tensor`."""
    if lengths is not None and padding is not None:
        raise ValueError("Specify argument `lengths` or `padding`, but not both.")
    if not isinstance(ragged_rank, int):
        raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank!r}.")
    if ragged_rank <= 0:
        raise ValueError(f"Argument `ragged_rank` must be greater than 0. Received {ragged_rank}.")
    if isinstance(tensor, RaggedTensor):
        raise ValueError("from_tensor: the tensor is ragged already.")
    tensor = convert_to_tensor(tensor)
    rank = len(tensor.shape)
    if rank <= ragged_rank:
        raise ValueError(f"Shape {tensor.shape} must have rank at least {ragged_rank + 1}.")
    if isinstance(lengths, (list, tuple)) and lengths and not isinstance(lengths[0], (int, np.integer)):
        return _nested_lengths(tensor, lengths, ragged_rank, dtype)
    shape = tuple(tensor.shape)
    if padding is not None:
        if len(shape) > ragged_rank + 1 and tuple(np.shape(padding)) not in ((), shape[ragged_rank + 1 :]):
            raise InvalidArgumentError(
                f"from_tensor: the padding must have the shape {shape[ragged_rank + 1 :]}."
            )
        host = known(tensor, "the padding of tensor")
        pad = known(convert_to_tensor(padding, tensor.dtype), "padding")
        equal = (host == pad).reshape(*shape[: ragged_rank + 1], -1).all(-1)
        kept = np.where(equal, 0, np.arange(1, shape[ragged_rank] + 1)).max(-1, initial=0).ravel()
        return _of_tensor(tensor, ragged_rank, kept, dtype)
    if lengths is not None:
        host = known(lengths, "the lengths of rows")
        if host.ndim == 1 and len(host) != int(np.prod(shape[:ragged_rank], dtype=int)):
            raise ValueError("from_tensor: give one length for each innermost row.")
        if host.ndim != 1:
            raise ValueError(f"Shape {host.shape} must have rank 1: lengths.")
        kept = np.clip(host, 0, shape[ragged_rank])
        return _of_tensor(tensor, ragged_rank, kept, dtype)
    return _of_tensor(tensor, ragged_rank, None, dtype)


def _of_tensor(tensor: Tensor, ragged_rank: int, kept: np.ndarray | None, dtype: DType) -> RaggedTensor:
    shape = tuple(tensor.shape)
    rows = int(np.prod(shape[:ragged_rank], dtype=int))
    width = shape[ragged_rank]
    flat = ops.reshape(tensor, (rows * width, *shape[ragged_rank + 1 :]))
    if kept is None:
        result: Any = RaggedTensor(flat, RowPartition.of_lengths(np.full(rows, width), width, dtype))
    else:
        flat = take_rows(flat, ranges(np.arange(rows) * width, kept))
        result = RaggedTensor(flat, RowPartition.of_lengths(kept, dtype=dtype))
    for axis in range(ragged_rank - 1, 0, -1):
        count = int(np.prod(shape[:axis], dtype=int))
        result = RaggedTensor(
            result, RowPartition.of_lengths(np.full(count, shape[axis]), shape[axis], dtype)
        )
    return result


def _nested_lengths(tensor: Tensor, lengths: Any, ragged_rank: int, dtype: DType) -> RaggedTensor:
    if ragged_rank not in (1, len(lengths)):
        raise ValueError(
            f"If lengths is a list, ragged_rank must be 1 or {len(lengths)}. Received {ragged_rank}."
        )
    ragged_rank = len(lengths)
    result: Any = None
    places = np.arange(tensor.shape[0])
    shape = tuple(tensor.shape)
    partitions = []
    for axis, given in enumerate(lengths):
        kept = np.asarray(given, np.int64)
        partitions.append(RowPartition.of_lengths(kept, dtype=dtype))
        places = ranges(places * shape[axis + 1], kept)
    flat = ops.reshape(tensor, (int(np.prod(shape[: ragged_rank + 1], dtype=int)), *shape[ragged_rank + 1 :]))
    result = take_rows(flat, places)
    for rows in reversed(partitions):
        result = RaggedTensor(result, rows)
    return result


@varying
def from_sparse(sparse: Any, dtype: DType) -> RaggedTensor:
    """See `RaggedTensor.from_sparse`."""
    from unikeras.composites.sparse_tensor import SparseTensor

    if not isinstance(sparse, SparseTensor):
        raise TypeError(f"Argument `st_input` must be of type SparseTensor, not {type(sparse).__name__}.")
    if sparse.shape.rank not in (None, 2):
        raise ValueError(f"Shape {sparse.shape} must have rank 2: only matrices become ragged tensors.")
    indices, shape = sparse._host_indices, sparse._host_shape
    if len(indices):
        row, column = indices[:, 0], indices[:, 1]
        new = np.append(True, row[1:] != row[:-1])
        wanted = np.where(new, 0, np.append(0, column[:-1] + 1))
        if (np.diff(row) < 0).any() or (column != wanted).any():
            raise InvalidArgumentError(
                "SparseTensor is not right-ragged: its rows must be filled from the left, in order."
            )
    lengths = np.bincount(indices[:, 0], minlength=int(shape[0]))
    return RaggedTensor(sparse.values, RowPartition.of_lengths(lengths, dtype=dtype))


def bounding_shape(x: RaggedTensor) -> list[int]:
    """The dimensions of the smallest tensor that has room for it."""
    dims = [x._rows.static_nrows]
    values: Any = x
    while isinstance(values, RaggedTensor):
        dims.append(values._rows.longest)
        values = values.values
    return dims + [int(d) for d in tuple(values.shape)[1:]]


def _dense_places(x: RaggedTensor, dims: list[int]) -> np.ndarray:
    """Where each entry of the bounding box is among the flat values; -1 where there is none."""
    splits = x._rows.host.astype(np.int64)
    width = dims[1]
    grid = splits[:-1, None] + np.arange(width)
    grid = np.where(np.arange(width) < np.minimum(x._rows.lengths, width)[:, None], grid, -1)
    if not isinstance(x.values, RaggedTensor):
        return grid
    inner = _dense_places(x.values, [0, *dims[2:]])
    empty = np.full((1, *inner.shape[1:]), -1, np.int64)
    return np.concatenate([inner, empty])[grid]


@varying
def to_tensor(x: RaggedTensor, default: Any, shape: Any) -> Tensor:
    """See `RaggedTensor.to_tensor`."""
    dims = bounding_shape(x)
    if shape is not None:
        wanted = as_shape(shape)
        if wanted.rank is not None:
            if len(wanted) != len(dims):
                raise InvalidArgumentError(f"Shapes {wanted} and {x.shape} are incompatible: to_tensor.")
            dims = [d if w is None or w < 0 else w for d, w in zip(dims, wanted, strict=True)]
    flat = x.flat_values
    if default is None:
        default = b"" if flat.dtype.name == "string" else 0
    default = convert_to_tensor(default, None if isinstance(default, Tensor) else flat.dtype)
    if default.dtype != flat.dtype:
        raise InvalidArgumentError(
            f"to_tensor: default_value is {default.dtype.name}, but the values are {flat.dtype.name}."
        )
    inner = tuple(flat.shape)[1:]
    if len(default.shape) > len(inner):
        raise InvalidArgumentError(
            f"to_tensor: default_value of shape {default.shape} does not broadcast to {inner}."
        )
    ragged = len(dims) - len(inner)
    places = _dense_places(x, dims[:ragged])
    if places.shape[0] > dims[0]:
        places = places[: dims[0]]
    elif places.shape[0] < dims[0]:
        more = np.full((dims[0] - places.shape[0], *places.shape[1:]), -1, np.int64)
        places = np.concatenate([places, more])
    default = ops.broadcast_to(default, inner)
    extended = ops.concat([flat, ops.expand_dims(default, 0)], axis=0)
    count = int(flat.shape[0])
    dense = ops.gather(extended, tensor_of(np.where(places < 0, count, places)))
    for axis, (have, want) in enumerate(zip(inner, dims[ragged:], strict=True), ragged):
        if want < have:
            dense = dense[(slice(None),) * axis + (slice(0, want),)]
        elif want > have:
            raise ValueError(
                f"to_tensor: the dimension {axis} of shape {as_shape(shape)} is larger than {have}."
            )
    return dense


@varying
def to_sparse(x: RaggedTensor) -> Any:
    """See `RaggedTensor.to_sparse`."""
    from unikeras.composites.sparse_tensor import SparseTensor

    dims = bounding_shape(x)
    columns: list[np.ndarray] = [np.arange(x._rows.static_nrows)]
    values: Any = x
    while isinstance(values, RaggedTensor):
        rows = values._rows
        columns = [c[rows.rowids] for c in columns]
        columns.append(ranges(np.zeros(rows.static_nrows, np.int64), rows.lengths))
        values = values.values
    inner = tuple(values.shape)[1:]
    count = int(np.prod(inner, dtype=int))
    columns = [np.repeat(c, count) for c in columns]
    for place in np.indices(inner).reshape(len(inner), count):
        columns.append(np.tile(place, int(values.shape[0])))
    indices = np.stack(columns, axis=1).astype(np.int64)
    return SparseTensor(indices, ops.reshape(values, (-1,)) if inner else values, np.asarray(dims, np.int64))


def row_lengths(x: RaggedTensor, axis: int) -> Any:
    """See `RaggedTensor.row_lengths`."""
    if axis == 0:
        return x.nrows()
    if axis == 1:
        return x._rows.row_lengths()
    rank = len(x.shape)
    if axis < 0:
        axis += rank
        if axis <= 1:
            return row_lengths(x, axis)
    if not 0 <= axis < rank:
        raise ValueError(f"axis={axis} is out of bounds: the tensor has {rank} dimensions.")
    if isinstance(x.values, RaggedTensor):
        return x.with_values(row_lengths(x.values, axis - 1))
    shape = tuple(x.values.shape)
    return x.with_values(tensor_of(np.full(shape[: axis - 1], shape[axis - 1], x._rows.dtype.np_dtype)))


@varying
def merge_dims(x: Any, outer: int, inner: int) -> Any:
    """See `RaggedTensor.merge_dims`; also of tensors."""
    rank = len(x.shape)
    outer, inner = (a + rank if a < 0 else a for a in (outer, inner))
    if not 0 <= outer < rank or not 0 <= inner < rank:
        raise ValueError(f"merge_dims: the axes must be in [{-rank}, {rank}).")
    if outer > inner:
        raise ValueError(f"Expected outer_axis ({outer}) to be less than or equal to inner_axis ({inner}).")
    if outer == inner:
        return x
    if not isinstance(x, RaggedTensor):
        shape = tuple(x.shape)
        return ops.reshape(
            x, (*shape[:outer], int(np.prod(shape[outer : inner + 1], dtype=int)), *shape[inner + 1 :])
        )
    if outer > 0:
        if outer == 1 and isinstance(x.values, RaggedTensor):
            splits = x.values._rows.host[x._rows.host]
            x = RaggedTensor(x.values.values, RowPartition(splits, dtype=x._rows.dtype))
            return x if inner == 2 else merge_dims(x, 1, inner - 1)
        if outer == 1:
            shape = tuple(x.values.shape)
            count = int(np.prod(shape[1:inner], dtype=int))
            flat = ops.reshape(x.values, (shape[0] * count, *shape[inner:]))
            uniform = x._rows._uniform
            rows = RowPartition(
                x._rows.host * count, None if uniform is None else uniform * count, x._rows.dtype
            )
            return RaggedTensor(flat, rows)
        return RaggedTensor(merge_dims(x.values, outer - 1, inner - 1), x._rows)
    return x.values if inner == 1 else merge_dims(x.values, 0, inner - 1)


def to_numpy(x: RaggedTensor) -> np.ndarray:
    """See `RaggedTensor.numpy`."""
    values = x.values.numpy()
    splits = x._rows.host
    rows = [values[a:b] for a, b in pairwise(splits)]
    if not rows:
        return np.zeros((0, 0, *values.shape[1:]), values.dtype)
    lengths = {len(row) for row in rows}
    if len(lengths) == 1 and x._rows._uniform is not None:
        return np.stack(rows)
    if len(lengths) == 1:
        return np.stack(rows)
    result = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        result[i] = row
    return result


def text(x: RaggedTensor) -> str:
    """The value as TensorFlow prints it."""
    return _row_text(to_numpy(x))


def _row_text(row: Any) -> str:
    if isinstance(row, np.ndarray):
        if not row.size and row.ndim > 1:
            return f"[{', '.join(_row_text(r) for r in row)}]"
        return np.array2string(row, separator=", ", formatter={"all": _row_text})
    return str(row) if isinstance(row, np.generic) else repr(row)
