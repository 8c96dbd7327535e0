"""Sparse tensors from and to dense ones, in another order, shape or place."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.row_partition import host_of, known, tensor_of
from unikeras.composites.sparse_math import check_bounds, check_sparse, flat_places
from unikeras.composites.sparse_tensor import SparseTensor
from unikeras.composites.varying import varying
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = [
    "concat", "expand_dims", "eye", "fill_empty_rows", "from_dense", "mask", "reorder", "reset_shape", "reshape", "retain", "slice", "split",
    "to_dense", "to_indicator", "transpose",
]  # fmt: skip


def _taken(x: SparseTensor, kept: np.ndarray, indices: np.ndarray, shape: Any) -> SparseTensor:
    """Some of the entries at other places."""
    whole = len(kept) == len(x._host_indices) and np.array_equal(kept, np.arange(len(kept)))
    values = x.values if whole else ops.gather(x.values, tensor_of(kept.astype(np.int64)))
    return SparseTensor(indices.astype(np.int64), values, np.asarray(shape, np.int64))


@varying
def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The entries of a tensor that are not zero (not "") (mirrors `tf.sparse.from_dense`).

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.from_dense([[0, 5], [3, 0]]).indices.numpy().tolist()
        [[0, 1], [1, 0]]
    """
    tensor = convert_to_tensor(tensor)
    host = known(tensor, "the tensor")
    given = host != (b"" if host.dtype == object else 0)
    places = np.argwhere(given).astype(np.int64).reshape(-1, host.ndim)
    values = ops.gather(ops.reshape(tensor, (-1,)), tensor_of(np.flatnonzero(given)))
    return SparseTensor(places, values, np.asarray(host.shape, np.int64))


def _check_order(x: SparseTensor) -> None:
    """Refuse entries that are out of bounds, out of order or repeated."""
    check_bounds(x, "to_dense")
    indices, places = x._host_indices, flat_places(x)
    steps = np.diff(places)
    if (steps <= 0).any():
        at = int(np.argmax(steps <= 0)) + 1
        if steps[at - 1] == 0:
            raise InvalidArgumentError(f"indices[{at}] = {indices[at].tolist()} is repeated")
        raise InvalidArgumentError(
            f"indices[{at}] = {indices[at].tolist()} is out of order. Many sparse ops require sorted indices. "
            "Use `tf.sparse.reorder` to create a correctly ordered copy."
        )


@varying
def to_dense(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """A sparse tensor as a dense one (mirrors `tf.sparse.to_dense`).

    Args:
        sp_input: a sparse tensor.
        default_value: what stands where there is no entry; zero, "" or `False` by default.
        validate_indices: whether entries that are out of order or repeated are refused.
        name: ignored.

    Raises:
        InvalidArgumentError: indices that are out of bounds, out of order or repeated.

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.to_dense(tf.SparseTensor([[0, 1]], [5], [2, 2]), default_value=-1).numpy().tolist()
        [[-1, 5], [-1, -1]]
    """
    x = check_sparse(sp_input)
    shape = tuple(x._host_shape.tolist())
    if host_of(x.indices) is not None:
        if validate_indices:
            _check_order(x)
        else:
            check_bounds(x, "to_dense")
    default = default_value
    if default is None:
        default = b"" if x.dtype.name == "string" else 0
    default = convert_to_tensor(default, None if hasattr(default, "dtype") else x.dtype)
    if default.dtype != x.dtype:
        raise InvalidArgumentError(
            f"to_dense: default_value is {default.dtype.name}, but the values are {x.dtype.name}."
        )
    if len(default.shape):
        raise InvalidArgumentError("default_value should be a scalar: to_dense.")
    if x.dtype.name == "string":
        host = np.full(shape, np.asarray(default).item(), object)
        host[tuple(x._host_indices.T)] = np.asarray(x.values)
        return Tensor(host)
    whole = ops.broadcast_to(default, shape)
    if not x.values.shape[0]:
        return whole
    if not shape:
        return x.values[0]
    return ops.tensor_scatter_nd_update(whole, x.indices, x.values)


@varying
def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The entries in the order of their places, row-major (mirrors `tf.sparse.reorder`).

    Example:
        >>> import unikeras as tf
        >>> x = tf.sparse.reorder(tf.SparseTensor([[1, 0], [0, 1]], [1, 2], [2, 2]))
        >>> x.indices.numpy().tolist(), x.values.numpy().tolist()
        ([[0, 1], [1, 0]], [2, 1])
    """
    x = check_sparse(sp_input)
    check_bounds(x, "reorder")
    order = np.argsort(flat_places(x), kind="stable")
    return _taken(x, order, x._host_indices[order], x._host_shape)


def reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The same entries in another dense shape (mirrors `tf.sparse.reshape`); one dimension may be -1.

    Raises:
        InvalidArgumentError: a shape of another number of elements.

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.reshape(tf.sparse.from_dense([[0, 1], [2, 0]]), [4]).indices.numpy().tolist()
        [[1], [2]]
    """
    x = check_sparse(sp_input)
    wanted = known(shape, "shape").astype(np.int64)
    total = int(np.prod(x._host_shape))
    if (wanted == -1).sum() > 1:
        raise InvalidArgumentError("At most one dimension can be inferred (-1): sparse.reshape.")
    if (wanted == -1).any():
        others = int(np.prod(wanted[wanted != -1]))
        wanted = np.where(wanted == -1, total // others if others else 0, wanted)
    if int(np.prod(wanted)) != total:
        raise InvalidArgumentError(
            f"Cannot reshape a tensor with {total} elements to shape {wanted.tolist()} ({int(np.prod(wanted))} elements)."
        )
    places = flat_places(x)
    indices = (
        np.stack(np.unravel_index(places, tuple(wanted.tolist())), axis=1)
        if len(places)
        else np.zeros((0, len(wanted)))
    )
    return SparseTensor(indices.astype(np.int64), x.values, wanted)


@varying
def slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The part that begins at `start` and has the dimensions `size` (mirrors `tf.sparse.slice`).

    Example:
        >>> import unikeras as tf
        >>> x = tf.sparse.slice(tf.sparse.from_dense([[1, 2, 3], [4, 5, 6]]), [0, 1], [2, 1])
        >>> tf.sparse.to_dense(x).numpy().tolist()
        [[2], [5]]
    """
    x = check_sparse(sp_input)
    start, size = (known(v, "v").astype(np.int64) for v in (start, size))
    shape = x._host_shape
    if len(start) != len(shape) or len(size) != len(shape):
        raise InvalidArgumentError(f"sparse.slice: start and size must have {len(shape)} entries.")
    stop = np.minimum(start + size, shape)
    kept = np.flatnonzero(((x._host_indices >= start) & (x._host_indices < stop)).all(axis=1))
    return _taken(x, kept, x._host_indices[kept] - start, np.maximum(stop - start, 0))


@varying
def concat(
    axis: int, sp_inputs: Any, expand_nonconcat_dims: bool = False, name: str | None = None
) -> SparseTensor:
    """Sparse tensors joined along an axis (mirrors `tf.sparse.concat`).

    Args:
        axis: the axis.
        sp_inputs: sparse tensors of one rank and dtype.
        expand_nonconcat_dims: whether the other dimensions may differ; the result has the largest.
        name: ignored.

    Raises:
        InvalidArgumentError: the other dimensions differ.

    Example:
        >>> import unikeras as tf
        >>> x = tf.sparse.from_dense([[1], [0]])
        >>> tf.sparse.to_dense(tf.sparse.concat(1, [x, x])).numpy().tolist()
        [[1, 1], [0, 0]]
    """
    inputs = [check_sparse(x) for x in (sp_inputs if isinstance(sp_inputs, (list, tuple)) else [sp_inputs])]
    rank = len(inputs[0]._host_shape)
    if not -rank <= axis < rank:
        raise InvalidArgumentError(f"Concat dimension must be in range [{-rank}, {rank}), got {axis}.")
    axis %= rank
    if len(inputs) == 1:
        return inputs[0]
    if len({len(x._host_shape) for x in inputs}) > 1:
        raise InvalidArgumentError("sparse.concat: the ranks differ.")
    shapes = np.stack([x._host_shape for x in inputs])
    largest = shapes.max(axis=0)
    if not expand_nonconcat_dims:
        for i in range(rank):
            if i != axis and (shapes[:, i] != shapes[0, i]).any():
                raise InvalidArgumentError(
                    f"Input shapes must match: expected {shapes[0, i]} for dimension {i} but got {shapes[:, i].tolist()}."
                )
    offsets = np.append(0, np.cumsum(shapes[:, axis]))
    parts = []
    for x, offset in zip(inputs, offsets[:-1], strict=True):
        moved = x._host_indices.copy()
        moved[:, axis] += offset
        parts.append(moved)
    largest[axis] = offsets[-1]
    indices = np.concatenate(parts)
    joined = SparseTensor(indices, ops.concat([x.values for x in inputs], axis=0), largest)
    return joined if axis == 0 else reorder(joined)


@varying
def split(
    sp_input: Any = None, num_split: Any = None, axis: Any = None, name: str | None = None
) -> list[SparseTensor]:
    """So many parts along an axis, the first ones larger by one where it does not divide (mirrors `tf.sparse.split`).

    Example:
        >>> import unikeras as tf
        >>> [x.shape for x in tf.sparse.split(sp_input=tf.sparse.eye(2, 3), num_split=2, axis=1)]
        [TensorShape([2, 2]), TensorShape([2, 1])]
    """
    if num_split is None or axis is None:
        raise ValueError("sparse.split: num_split and axis must be given.")
    x = check_sparse(sp_input)
    rank = len(x._host_shape)
    axis = int(axis)
    if not -rank <= axis < rank:
        raise InvalidArgumentError(f"Input split_dim should be between {-rank} and {rank}, got {axis}.")
    axis %= rank
    total, count = int(x._host_shape[axis]), int(num_split)
    if not 0 < count <= total:
        raise InvalidArgumentError(
            f"Input num_split should be between 1 and the splitting dimension size ({total}), got {count}."
        )
    sizes = [total // count + (i < total % count) for i in range(count)]
    found, at = [], 0
    for size in sizes:
        start, extent = np.zeros(rank, np.int64), x._host_shape.copy()
        start[axis], extent[axis] = at, size
        found.append(slice(x, start, extent))
        at += size
    return found


@varying
def transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """The axes in another order, reversed by default (mirrors `tf.sparse.transpose`).

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.transpose(tf.SparseTensor([[0, 2]], [1], [2, 3])).indices.numpy().tolist()
        [[2, 0]]
    """
    x = check_sparse(sp_input)
    rank = len(x._host_shape)
    order = np.arange(rank)[::-1] if perm is None else known(perm, "perm")
    if sorted(order.tolist()) != list(range(rank)):
        raise InvalidArgumentError(f"sparse.transpose: perm {order.tolist()} is no order of {rank} axes.")
    return reorder(SparseTensor(x._host_indices[:, order], x.values, x._host_shape[order]))


def expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """A new axis of length 1, the last by default (mirrors `tf.sparse.expand_dims`).

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.expand_dims(tf.sparse.eye(2), 0).shape
        TensorShape([1, 2, 2])
    """
    x = check_sparse(sp_input)
    rank = len(x._host_shape)
    axis = -1 if axis is None else int(axis)
    if not -rank - 1 <= axis <= rank:
        raise InvalidArgumentError(f"axis {axis} is not in [{-rank - 1}, {rank}]: sparse.expand_dims.")
    axis %= rank + 1
    return SparseTensor(
        np.insert(x._host_indices, axis, 0, axis=1), x.values, np.insert(x._host_shape, axis, 1)
    )


def eye(
    num_rows: int, num_columns: int | None = None, dtype: Any = "float32", name: str | None = None
) -> SparseTensor:
    """Ones on the diagonal (mirrors `tf.sparse.eye`).

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.to_dense(tf.sparse.eye(2, 3)).numpy().tolist()
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    rows = int(num_rows)
    columns = rows if num_columns is None else int(num_columns)
    places = np.arange(min(rows, columns))
    return SparseTensor(
        np.stack([places, places], axis=1), ops.ones((len(places),), dtype), np.asarray([rows, columns])
    )


@varying
def fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """A matrix with an entry in the first column of each row that had none, and which rows these are (mirrors
    `tf.sparse.fill_empty_rows`).

    Example:
        >>> import unikeras as tf
        >>> x, empty = tf.sparse.fill_empty_rows(tf.SparseTensor([[0, 1]], [5], [2, 2]), 7)
        >>> x.values.numpy().tolist(), empty.numpy().tolist()
        ([5, 7], [False, True])
    """
    x = check_sparse(sp_input)
    rows = int(x._host_shape[0])
    empty = np.bincount(x._host_indices[:, 0], minlength=rows) == 0
    more = np.zeros((int(empty.sum()), len(x._host_shape)), np.int64)
    more[:, 0] = np.flatnonzero(empty)
    default = convert_to_tensor(default_value, None if hasattr(default_value, "dtype") else x.dtype)
    values = ops.concat([x.values, ops.broadcast_to(default, (len(more),))], axis=0)
    indices = np.concatenate([x._host_indices, more])
    order = np.argsort(indices[:, 0], kind="stable")
    filled = SparseTensor(indices[order], ops.gather(values, tensor_of(order)), x.dense_shape)
    return filled, tensor_of(empty)


@varying
def mask(a: Any, mask_indices: Any, name: str | None = None) -> Any:
    """Indexed slices without those at some indices (mirrors `tf.sparse.mask`).

    Example:
        >>> import unikeras as tf
        >>> x = tf.IndexedSlices(tf.ones([2, 3]), tf.constant([4, 7]))
        >>> tf.sparse.mask(x, [4]).indices.numpy().tolist()
        [7]
    """
    from unikeras.composites.indexed_slices import IndexedSlices

    dropped = known(mask_indices, "mask_indices")
    kept = np.flatnonzero(~np.isin(known(a.indices, "the value"), dropped))
    return IndexedSlices(
        ops.gather(a.values, tensor_of(kept)), ops.gather(a.indices, tensor_of(kept)), a.dense_shape
    )


@varying
def retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The entries that are chosen (mirrors `tf.sparse.retain`).

    Args:
        sp_input: a sparse tensor of n entries.
        to_retain: bools [n].

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.retain(tf.sparse.from_dense([5, 6]), [False, True]).values.numpy().tolist()
        [6]
    """
    x = check_sparse(sp_input)
    chosen = known(to_retain, "to_retain").astype(bool)
    if chosen.ndim != 1 or len(chosen) != len(x._host_indices):
        raise ValueError(
            f"sparse.retain: to_retain must have {len(x._host_indices)} entries, not the shape {chosen.shape}."
        )
    kept = np.flatnonzero(chosen)
    return _taken(x, kept, x._host_indices[kept], x._host_shape)


def reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same entries in another dense shape, the tightest by default (mirrors `tf.sparse.reset_shape`).

    Raises:
        ValueError: another rank, or a smaller dimension.

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.reset_shape(tf.SparseTensor([[0, 2]], [1], [9, 9])).shape
        TensorShape([1, 3])
    """
    x = check_sparse(sp_input)
    if new_shape is None:
        tight = x._host_indices.max(axis=0) + 1 if len(x._host_indices) else np.zeros_like(x._host_shape)
        return SparseTensor(x.indices, x.values, tight)
    wanted = known(new_shape, "new_shape").astype(np.int64)
    if len(wanted) != len(x._host_shape):
        raise ValueError(f"reset_shape: the rank {len(x._host_shape)} cannot become {len(wanted)}.")
    if (wanted < x._host_shape).any():
        raise ValueError(
            f"reset_shape: the shape {wanted.tolist()} is smaller than {x._host_shape.tolist()}."
        )
    return SparseTensor(x.indices, x.values, wanted)


def to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Tensor:
    """Which numbers below `vocab_size` each row has as entries (mirrors `tf.sparse.to_indicator`).

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.to_indicator(tf.SparseTensor([[0, 0], [0, 1]], [2, 0], [1, 3]), 3).numpy().tolist()
        [[True, False, True]]
    """
    x = check_sparse(sp_input)
    size = int(vocab_size)
    columns = known(x.values, "the value").astype(np.int64)
    if len(columns) and (columns.min() < 0 or columns.max() >= size):
        raise InvalidArgumentError(f"to_indicator: an entry is not in [0, {size}).")
    shape = (*x._host_shape[:-1].tolist(), size)
    found = np.zeros(shape, bool)
    found[(*x._host_indices[:, :-1].T, columns)] = True
    return tensor_of(found)
