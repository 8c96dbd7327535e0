"""Indices as indicator vectors: one-hot, multi-hot, counts; on the host, where there may be many tokens."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["indicators"]


def indicators(ids: np.ndarray, mode: str, depth: int, dtype: str, weights: Any = None) -> np.ndarray:
    """Vectors of length `depth` for indices.

    Args:
        ids: integers; a negative one stands for nothing.
        mode: 'one_hot' (a vector an index; a last axis of length 1 is replaced by the vector), 'multi_hot', 'count' or
            'tf_idf' (a vector for all indices along the last axis).
        depth: the length of the vectors.
        dtype: of the result.
        weights: for 'tf_idf', what the count of each index is multiplied by [depth].

    Example:
        >>> indicators(np.array([[0, 2, 2]]), "count", 3, "float32").tolist()
        [[1.0, 0.0, 2.0]]
        >>> indicators(np.array([[1], [-1]]), "one_hot", 2, "int32").tolist()
        [[0, 1], [0, 0]]
    """
    if mode == "one_hot":
        if ids.ndim > 1 and ids.shape[-1] == 1:
            ids = ids[..., 0]
        ids = ids[..., None]
    elif not ids.ndim:
        ids = ids[None]
    rows = ids.reshape(-1, ids.shape[-1]) if ids.size else ids.reshape(int(np.prod(ids.shape[:-1])), -1)
    result = np.zeros((len(rows), depth), dtype)
    place, column = np.nonzero(rows >= 0)
    found = rows[place, column]
    if mode in ("one_hot", "multi_hot"):
        result[place, found] = 1
    else:
        np.add.at(result, (place, found), 1)
    if weights is not None:
        result = result * np.asarray(weights, result.dtype)
    return result.reshape(*ids.shape[:-1], depth)
