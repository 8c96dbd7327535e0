"""Host arrays as what users get: tensors, sparse and ragged tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unikeras import engine
from unikeras.core.tensor import Tensor

if TYPE_CHECKING:
    from unikeras.composites.sparse_tensor import SparseTensor

__all__ = ["sparse", "tensor"]


def tensor(array: np.ndarray) -> Tensor:
    """An array that nobody else holds as a tensor."""
    return Tensor(array if array.dtype == object else engine.current().from_numpy(array))


def sparse(indices: np.ndarray, values: np.ndarray, dense_shape: Any) -> SparseTensor:
    """A sparse tensor."""
    from unikeras.composites.sparse_tensor import SparseTensor

    shape = np.asarray(dense_shape, np.int64)
    return SparseTensor(tensor(indices.astype(np.int64, copy=False)), tensor(values), tensor(shape))
