"""`from_tensor_slices`: the slices of arrays along their first dimension."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.composite import CompositeTensor
from unikeras.core.spec import TensorSpec
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.data.structure import Structure, as_element, host_leaf, tensor_spec

__all__ = ["_ArraysIterator", "_TensorSliceDataset", "frozen", "tensor_slices"]


def tensor_slices(tensors: Any) -> Dataset:
    """The data set of slices; see `Dataset.from_tensor_slices`."""
    element = as_element(_table(tensors), host_leaf)
    structure = Structure(element)
    leaves = structure.flatten(element)
    if any(isinstance(leaf, CompositeTensor) for leaf in leaves):
        from unikeras.data.composites import _CompositeSliceDataset

        return _CompositeSliceDataset(structure, leaves)
    return _TensorSliceDataset(structure, leaves)


def _table(tensors: Any) -> Any:
    """A pandas table's rows as arrays."""
    if hasattr(tensors, "columns") and hasattr(tensors, "to_numpy"):
        return tensors.to_numpy()
    return tensors


def frozen(array: np.ndarray, given: Any = None) -> np.ndarray:
    """A copy that nobody can change, unless it is one already."""
    if not array.flags.writeable and not isinstance(array.base, np.ndarray):
        return array
    array = np.array(array)
    array.flags.writeable = False
    return array


def first_dimension(leaves: list[Any]) -> int:
    """The first dimension that all leaves have.

    Raises:
        ValueError: they differ, or there is none.
    """
    size = None
    for leaf in leaves:
        shape = leaf.shape
        if not len(shape):
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        if size is not None and shape[0] != size:
            raise ValueError(f"Dimensions {size} and {shape[0]} are not compatible")
        size = shape[0]
    if size is None:
        raise ValueError("Invalid `tensors`. `tensors` should not be empty.")
    return int(size)


class _TensorSliceDataset(Dataset):
    """The slices of arrays.

    Args:
        structure: of an element.
        leaves: the arrays, in its order.
    """

    def __init__(self, structure: Structure, leaves: list[np.ndarray]) -> None:
        super().__init__()
        self._size = first_dimension(leaves)
        self._leaves = [frozen(leaf) for leaf in leaves]
        self._structure = structure

    def _make_spec(self) -> Any:
        assert self._structure is not None
        specs = [tensor_spec(leaf) for leaf in self._leaves]
        return self._structure.pack([TensorSpec(s.shape[1:], s.dtype) for s in specs])

    def _make_cardinality(self) -> int:
        return self._size

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _ArraysIterator(self._leaves, self._size)


class _ArraysIterator(ElementIterator):
    """The rows of arrays, in their order.

    Args:
        arrays: the arrays.
        size: how many rows.
    """

    blocks = True
    indexed = True

    def __init__(self, arrays: list[np.ndarray], size: int) -> None:
        self._arrays = arrays
        self._size = size
        self._at = 0

    def __next__(self) -> list[np.ndarray]:
        at = self._at
        if at >= self._size:
            raise StopIteration
        self._at = at + 1
        return [array[at, ...] for array in self._arrays]

    def next_block(self, count: int) -> list[np.ndarray] | None:
        start, stop = self._at, min(self._at + count, self._size)
        if start >= stop:
            return None
        self._at = stop
        return [array[start:stop] for array in self._arrays]

    def next_indices(self, count: int) -> np.ndarray:
        start, stop = self._at, min(self._at + count, self._size)
        self._at = stop
        return np.arange(start, stop)

    def gather(self, indices: np.ndarray) -> list[np.ndarray]:
        return [array.take(indices, 0) for array in self._arrays]

    def row(self, index: int) -> list[np.ndarray]:
        return [array[index, ...] for array in self._arrays]

    def skip(self, count: int) -> int:
        done = min(count, self._size - self._at)
        self._at += done
        return done

    def save(self) -> dict[str, Any]:
        return {"at": self._at}

    def restore(self, state: dict[str, Any]) -> None:
        self._at = int(state["at"])
