"""Crosses: all combinations of the features of a row, as strings or as hashes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from unikeras.composites.ragged_tensor import RaggedTensor, convert_to_ragged
from unikeras.composites.row_partition import RowPartition, host_of, tensor_of
from unikeras.composites.sparse_tensor import SparseTensor

__all__ = ["cross_rows", "ragged_cross", "ragged_cross_hashed", "rows_of"]

_KEY = 0xDECAFCAFFE  # of hashes without one


def rows_of(x: Any, what: str) -> list[list[Any]]:
    """The features of every row of a matrix, ragged tensor or sparse matrix: integers or bytes.

    Raises:
        ValueError: another rank.
        TypeError: other elements.
    """
    if isinstance(x, SparseTensor):
        rows: list[list[Any]] = [[] for _ in range(int(x._host_shape[0]))]
        for (row, _), value in zip(x._host_indices.tolist(), host_of(x.values).tolist(), strict=True):  # type: ignore[union-attr]
            rows[row].append(value)
        found = rows
    else:
        x = convert_to_ragged(x)
        if len(x.shape) != 2:
            raise ValueError(f"{what}: the inputs must be matrices, not of shape {x.shape}.")
        found = x.to_list() if isinstance(x, RaggedTensor) else x.numpy().tolist()
    if not (x.dtype.is_integer or x.dtype.name == "string"):
        raise ValueError(f"{what}: the inputs must be integers or strings, not {x.dtype.name}.")
    return found


def cross_rows(inputs: Any, what: str) -> list[list[tuple[Any, ...]]]:
    """The combinations of every row's features, the last input's running fastest."""
    columns = [rows_of(x, what) for x in inputs]
    counts = {len(c) for c in columns}
    if len(counts) > 1:
        raise ValueError(f"{what}: the inputs have different numbers of rows: {sorted(counts)}.")
    return [list(itertools.product(*row)) for row in zip(*columns, strict=True)]


def joined(features: tuple[Any, ...], separator: bytes = b"_X_") -> bytes:
    """Features as one string."""
    return separator.join(f if isinstance(f, bytes) else str(f).encode() for f in features)


def hashed(features: tuple[Any, ...], num_buckets: int, hash_key: int | None) -> int:
    """Features as one number below `num_buckets`, or below 2**63 - 1."""
    from unikeras.utils.string_hashes import combine_fingerprints, fingerprint64

    value: Any = _KEY if hash_key is None else int(hash_key)
    for feature in features:
        value = combine_fingerprints(
            value, fingerprint64(feature) if isinstance(feature, bytes) else int(feature)
        )
    return int(value % (int(num_buckets) or 2**63 - 1))


def _ragged(rows: list[list[Any]], dtype: Any) -> RaggedTensor:
    flat = [item for row in rows for item in row]
    values = np.empty(len(flat), dtype)
    values[:] = flat
    return RaggedTensor(
        tensor_of(values), RowPartition.of_lengths(np.asarray([len(r) for r in rows], np.int64))
    )


def ragged_cross(inputs: Any, name: str | None = None) -> RaggedTensor:
    """All combinations of the features of each row, joined by "_X_" (mirrors `tf.ragged.cross`).

    Args:
        inputs: ragged or sparse tensors or matrices of integers or strings, of one number of rows.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.cross([tf.ragged.constant([["a"], ["b", "c"]]), tf.ragged.constant([[1], [2]])])
        <tf.RaggedTensor [[b'a_X_1'], [b'b_X_2', b'c_X_2']]>
    """
    return _ragged([[joined(f) for f in row] for row in cross_rows(inputs, "ragged.cross")], object)


def ragged_cross_hashed(
    inputs: Any, num_buckets: int = 0, hash_key: Any = None, name: str | None = None
) -> RaggedTensor:
    """All combinations of the features of each row, as hashes (mirrors `tf.ragged.cross_hashed`).

    Args:
        inputs: ragged or sparse tensors or matrices of integers or strings, of one number of rows.
        num_buckets: the hashes are below it; 0: they are 63 bits long.
        hash_key: a number that the hash begins with.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.ragged.cross_hashed([tf.ragged.constant([["a"], []]), tf.ragged.constant([["d"], ["e"]])], num_buckets=100).shape
        TensorShape([2, None])
    """
    crossed = cross_rows(inputs, "ragged.cross_hashed")
    return _ragged([[hashed(f, num_buckets, hash_key) for f in row] for row in crossed], np.int64)
