"""Embeddings of sparse ids: the rows of a table that each row of ids names, combined to one."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import known, tensor_of
from unikeras.composites.sparse_math import check_sparse
from unikeras.composites.sparse_ops import fill_empty_rows, retain
from unikeras.composites.sparse_tensor import SparseTensor
from unikeras.composites.varying import varying
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = ["embedding_lookup_sparse", "safe_embedding_lookup_sparse"]


def _rows_and_entries(ids: Any) -> tuple[np.ndarray, Any]:
    """The row of every id, and the ids."""
    if isinstance(ids, RaggedTensor):
        return ids._rows.rowids, ids.flat_values
    ids = check_sparse(ids, "sp_ids")
    return ids._host_indices[:, 0], ids.values


@varying
def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    combiner: str | None = None,
    max_norm: float | None = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Tensor:
    """For each row of ids the sum or mean of their embeddings (mirrors `tf.nn.embedding_lookup_sparse`).

    Args:
        params: the table, [vocabulary, ...].
        sp_ids: integers [rows, any], sparse (or ragged); every row has one at least.
        sp_weights: weights at the same places; `None`: ones.
        combiner: "sum", "mean" (the default; by the sum of the weights) or "sqrtn" (by the root of the sum of their squares).
        max_norm: embeddings are scaled down to this norm.
        name: ignored.
        allow_fast_lookup: accepted.

    Returns:
        [rows, ...].

    Raises:
        ValueError: another combiner.
        InvalidArgumentError: ids outside of the table, or weights at other places.

    Example:
        >>> import unikeras as tf
        >>> ids = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [1, 3, 2], [2, 2])
        >>> table = tf.reshape(tf.range(8.0), [4, 2])
        >>> tf.nn.embedding_lookup_sparse(table, ids, None, combiner="sum").numpy().tolist()
        [[8.0, 10.0], [4.0, 5.0]]
    """
    combiner = "mean" if combiner is None else combiner
    if combiner not in ("sum", "mean", "sqrtn"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}.")
    params = params[0] if isinstance(params, (list, tuple)) and len(params) == 1 else params
    params = convert_to_tensor(params)
    rows, ids = _rows_and_entries(sp_ids)
    if (np.diff(rows) < 0).any():
        raise InvalidArgumentError(
            "embedding_lookup_sparse: the ids are out of order; use tf.sparse.reorder."
        )
    found = ops.gather(params, ids)
    if max_norm is not None:
        axes = tuple(range(1, len(found.shape)))
        norms = ops.sqrt(ops.sum(ops.square(found), axis=axes, keepdims=True))
        found = found * ops.minimum(max_norm / ops.maximum(norms, 1e-30), 1.0)
    count = int(rows[-1]) + 1 if len(rows) else 0
    if sp_weights is None:
        weights = ops.ones((len(rows),), found.dtype)
    else:
        places, weights = _rows_and_entries(sp_weights)
        if not np.array_equal(places, rows):
            raise InvalidArgumentError(
                "embedding_lookup_sparse: the weights are at other places than the ids."
            )
        weights = ops.cast(weights, found.dtype)
    wide = (len(rows), *(1 for _ in found.shape[1:]))
    segment = tensor_of(rows.reshape(-1, 1).astype(np.int64))

    def total(values: Any) -> Any:
        zeros = ops.zeros((count, *tuple(values.shape)[1:]), values.dtype)
        return ops.tensor_scatter_nd_add(zeros, segment, values)

    result = total(found * ops.reshape(weights, wide))
    if combiner == "sum":
        return result
    if combiner == "mean":
        return ops.divide_no_nan(result, total(ops.reshape(weights, wide)))
    return ops.divide_no_nan(result, ops.sqrt(total(ops.reshape(ops.square(weights), wide))))


@varying
def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str = "mean",
    default_id: Any = None,
    max_norm: float | None = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Tensor:
    """The same where rows may have no ids, and ids may be invalid (mirrors `tf.nn.safe_embedding_lookup_sparse`).

    Args:
        embedding_weights: the table, [vocabulary, ...].
        sparse_ids: integers [..., any], sparse; negative ones, and those whose weight is not positive, are left out.
        sparse_weights: weights at the same places.
        combiner: see `embedding_lookup_sparse`.
        default_id: the id of rows without any; `None`: their result is zero.
        max_norm: see `embedding_lookup_sparse`.
        name: ignored.
        allow_fast_lookup: accepted.

    Example:
        >>> import unikeras as tf
        >>> ids = tf.SparseTensor([[0, 0]], [1], [2, 2])
        >>> tf.nn.safe_embedding_lookup_sparse([[1.0], [2.0]], ids).numpy().tolist()
        [[2.0], [0.0]]
    """
    ids = check_sparse(sparse_ids, "sparse_ids")
    shape = ids._host_shape
    if len(shape) > 2:
        from unikeras.composites.sparse_ops import reshape

        flat = [int(np.prod(shape[:-1])), int(shape[-1])]
        ids = reshape(ids, flat)
        sparse_weights = None if sparse_weights is None else reshape(sparse_weights, flat)
    kept = known(ids.values, "the value") >= 0
    weights: SparseTensor | None = sparse_weights
    if weights is not None and combiner != "sum":
        kept &= known(weights.values, "the value") > 0
    ids = retain(ids, tensor_of(kept))
    weights = None if weights is None else retain(weights, tensor_of(kept))
    ids, empty = fill_empty_rows(ids, ops.cast(0 if default_id is None else default_id, ids.dtype))
    if weights is not None:
        weights, _ = fill_empty_rows(weights, ops.cast(1.0, weights.dtype))
    result = embedding_lookup_sparse(embedding_weights, ids, weights, combiner, max_norm)
    if default_id is None:
        bare = ops.reshape(empty, (-1, *(1 for _ in result.shape[1:])))
        result = ops.where(bare, ops.zeros_like(result), result)
    return ops.reshape(result, (*shape[:-1].tolist(), *tuple(result.shape)[1:])) if len(shape) > 2 else result
