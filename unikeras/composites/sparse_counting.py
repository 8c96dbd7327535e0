"""Counts, crosses and segments over sparse tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.crosses import cross_rows, hashed, joined
from unikeras.composites.ragged_tensor import RaggedTensor, convert_to_ragged
from unikeras.composites.row_partition import known, tensor_of
from unikeras.composites.sparse_tensor import SparseTensor
from unikeras.composites.varying import varying
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = ["bincount", "cross", "cross_hashed", "segment_mean", "segment_sqrt_n", "segment_sum"]


@varying
def bincount(
    values: Any,
    weights: Any = None,
    axis: int | None = 0,
    minlength: Any = None,
    maxlength: Any = None,
    binary_output: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """How often each number occurs, as a sparse tensor (mirrors `tf.sparse.bincount`).

    Args:
        values: integers: a tensor, ragged or sparse tensor.
        weights: what each counts, in the shape of values.
        axis: 0 (all together) or -1 (each row by itself).
        minlength: the least size of the last dimension.
        maxlength: numbers from here on are left out.
        binary_output: whether a number that occurs counts once.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> x = tf.sparse.bincount([[1, 2, 1], [0, 1, 1]], axis=-1)
        >>> tf.sparse.to_dense(x).numpy().tolist()
        [[0, 2, 1], [1, 2, 0]]
    """
    if axis not in (0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )
    if binary_output and weights is not None:
        raise ValueError(
            "Arguments `binary_output` and `weights` are mutually exclusive. Please specify only one."
        )
    rows, numbers, count, rank = _rows_and_numbers(values)
    weight: Any = None
    if weights is not None:
        weight = (
            weights.values if isinstance(weights, SparseTensor) else getattr(weights, "flat_values", weights)
        )
        weight = ops.reshape(convert_to_tensor(weight), (-1,))
    if len(numbers) and numbers.min() < 0:
        raise InvalidArgumentError("bincount: Input values must all be non-negative.")
    if axis == 0 or rank == 1:
        rows = np.zeros_like(rows)
    largest = int(numbers.max()) + 1 if len(numbers) else 0
    if maxlength is not None:
        kept = np.flatnonzero(numbers < int(maxlength))
        rows, numbers = rows[kept], numbers[kept]
        weight = None if weight is None else ops.gather(weight, tensor_of(kept))
        largest = min(largest, int(maxlength))
    size = max(largest, int(minlength or 0))
    places, group, times = np.unique(rows * max(size, 1) + numbers, return_inverse=True, return_counts=True)
    if weight is not None:
        zeros = ops.zeros((len(places),), weight.dtype)
        counts = ops.tensor_scatter_nd_add(zeros, tensor_of(group.reshape(-1, 1)), weight)
    else:
        counts = tensor_of((np.ones_like(times) if binary_output else times).astype(np.int32))
    row, number = np.divmod(places, max(size, 1))
    if axis == 0 or rank == 1:
        return SparseTensor(number.reshape(-1, 1), counts, np.asarray([size]))
    return SparseTensor(np.stack([row, number], axis=1), counts, np.asarray([count, size]))


def _rows_and_numbers(values: Any) -> tuple[np.ndarray, np.ndarray, int, int]:
    """For every number its row; and the number of rows and dimensions."""
    if isinstance(values, SparseTensor):
        numbers = known(values.values, "the value")
        rank = len(values._host_shape)
        rows = values._host_indices[:, 0] if rank > 1 else np.zeros(len(numbers), np.int64)
        return rows, numbers.astype(np.int64), int(values._host_shape[0]), rank
    values = convert_to_ragged(values)
    if isinstance(values, RaggedTensor):
        return (
            values._rows.rowids.astype(np.int64),
            known(values.flat_values, "the value").astype(np.int64),
            values._rows.static_nrows,
            2,
        )
    host = known(values, "the value").astype(np.int64)
    if host.ndim > 2:
        raise InvalidArgumentError("bincount: the values must have at most 2 dimensions.")
    rows = np.repeat(np.arange(len(host)), host.shape[1]) if host.ndim == 2 else np.zeros(host.size, np.int64)
    return rows, host.ravel(), len(host) if host.ndim else 1, max(host.ndim, 1)


def _sparse(rows: list[list[Any]], dtype: Any) -> SparseTensor:
    flat = [item for row in rows for item in row]
    values = np.empty(len(flat), dtype)
    values[:] = flat
    indices = np.asarray([(i, j) for i, row in enumerate(rows) for j in range(len(row))], np.int64).reshape(
        -1, 2
    )
    return SparseTensor(indices, tensor_of(values), np.asarray([len(rows), max(map(len, rows), default=0)]))


def cross(inputs: Any, name: str | None = None, separator: str | None = None) -> SparseTensor:
    """All combinations of the features of each row, as strings (mirrors `tf.sparse.cross`).

    Args:
        inputs: sparse or dense matrices of integers or strings, of one number of rows.
        name: ignored.
        separator: what stands between features; "_X_" by default.

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.cross([tf.constant([["a"], ["b"]]), tf.constant([["c"], ["d"]])]).values.numpy().tolist()
        [b'a_X_c', b'b_X_d']
    """
    between = b"_X_" if separator is None else np.asarray(separator).astype(str).item().encode()
    return _sparse([[joined(f, between) for f in row] for row in cross_rows(inputs, "sparse.cross")], object)


def cross_hashed(
    inputs: Any, num_buckets: int = 0, hash_key: Any = None, name: str | None = None
) -> SparseTensor:
    """All combinations of the features of each row, as hashes (mirrors `tf.sparse.cross_hashed`).

    Args:
        inputs: sparse or dense matrices of integers or strings, of one number of rows.
        num_buckets: the hashes are below it; 0: they are 63 bits long.
        hash_key: a number that the hash begins with.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.cross_hashed([tf.constant([["a"], ["b"]]), tf.constant([["c"], ["d"]])], num_buckets=100).values.numpy().tolist()
        [66, 54]
    """
    crossed = cross_rows(inputs, "sparse.cross_hashed")
    return _sparse([[hashed(f, num_buckets, hash_key) for f in row] for row in crossed], np.int64)


@varying
def _segments(data: Any, indices: Any, segment_ids: Any, num_segments: Any, how: str) -> Tensor:
    data, indices = convert_to_tensor(data), convert_to_tensor(indices)
    ids = known(segment_ids, "segment_ids")
    if len(ids) != indices.shape[0]:
        raise InvalidArgumentError("segment_ids should be the same size as indices.")
    if (np.diff(ids) < 0).any():
        raise InvalidArgumentError("segment ids are not increasing")
    count = int(ids[-1]) + 1 if len(ids) else 0
    if num_segments is not None:
        count = int(known(num_segments, "num_segments"))
    if len(ids) and (ids[0] < 0 or ids[-1] >= count):
        raise InvalidArgumentError("segment ids must be < num_segments and not negative")
    rows = ops.gather(data, indices)
    zeros = ops.zeros((count, *tuple(data.shape)[1:]), data.dtype)
    total = ops.tensor_scatter_nd_add(zeros, tensor_of(ids.reshape(-1, 1)), rows)
    if how == "sum":
        return total
    counts = np.maximum(np.bincount(ids, minlength=count), 1).astype(data.dtype.np_dtype)
    divisor = (np.sqrt(counts) if how == "sqrt_n" else counts).reshape(-1, *(1 for _ in data.shape[1:]))
    return total / tensor_of(divisor.astype(data.dtype.np_dtype))


def segment_sum(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Tensor:
    """The sums of the rows `indices` of data over segments (mirrors `tf.sparse.segment_sum`).

    Args:
        data: [n, ...].
        indices: integers [m]: rows of data.
        segment_ids: integers [m], not decreasing: where each row is added.
        num_segments: how many segments there are.
        name: ignored.
        sparse_gradient: accepted; gradients are dense.

    Raises:
        InvalidArgumentError: segment ids that decrease or are out of range, or rows that are not there.

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.segment_sum(tf.constant([[1, 2], [3, 4], [5, 6]]), [0, 2], [0, 0]).numpy().tolist()
        [[6, 8]]
    """
    return _segments(data, indices, segment_ids, num_segments, "sum")


def segment_mean(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Tensor:
    """The means of the rows `indices` of data over segments (mirrors `tf.sparse.segment_mean`); see `segment_sum`."""
    return _segments(data, indices, segment_ids, num_segments, "mean")


def segment_sqrt_n(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Tensor:
    """The sums of rows over segments, by the root of their number (mirrors `tf.sparse.segment_sqrt_n`); see `segment_sum`."""
    return _segments(data, indices, segment_ids, num_segments, "sqrt_n")
