"""`window`: consecutive elements as data sets."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.nest import map_structure
from unikeras.data.constants import INFINITE, UNKNOWN, scalar
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import Chained, ElementIterator
from unikeras.data.slices import _ArraysIterator
from unikeras.data.specs import DatasetSpec
from unikeras.data.structure import Structure
from unikeras.data.tensors import _ListIterator

__all__ = ["_VariantDataset", "_WindowDataset"]


class _VariantDataset(Dataset):
    """A few elements that are there already, as a data set.

    Args:
        like: a data set whose elements look the same.
        elements: each a list of leaves.
        column: which leaf is wanted, if not all of them.
    """

    def __init__(self, like: Dataset, elements: list[list[Any]], column: int | None = None) -> None:
        super().__init__()
        self._like, self._elements, self._column = like, elements, column

    def _make_spec(self) -> Any:
        spec = self._like._known_spec()
        if spec is None or self._column is None:
            return spec
        return self._like.structure.flatten(spec)[self._column]

    def _make_structure(self) -> Structure:
        return self._like.structure if self._column is None else Structure(0)

    def _make_cardinality(self) -> int:
        return len(self._elements)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        rows = self._elements if self._column is None else [[row[self._column]] for row in self._elements]
        if rows and all(isinstance(leaf, np.ndarray) for leaf in rows[0]):
            columns = list(zip(*rows, strict=True))
            if all(len({leaf.shape for leaf in column}) == 1 for column in columns):
                from unikeras.data.batch import stacked

                return _ArraysIterator([stacked(column) for column in columns], len(rows))
        return _ListIterator(rows)


class _WindowDataset(Dataset):
    """Data sets of consecutive elements.

    Args:
        source: the data set.
        size: how many elements each has.
        shift: how many elements lie between the beginnings of two; `size` if `None`.
        stride: how many elements lie between two elements of one.
        drop_remainder: whether last, smaller ones are left out.
    """

    def __init__(self, source: Dataset, size: Any, shift: Any, stride: Any, drop_remainder: Any) -> None:
        super().__init__(source)
        self._size = scalar(size, "size")
        self._shift = self._size if shift is None else scalar(shift, "shift")
        self._stride = scalar(stride, "stride")
        self._drop = bool(drop_remainder)
        for name, value in (("size", self._size), ("shift", self._shift), ("stride", self._stride)):
            if value < 1:
                raise InvalidArgumentError(f"Window {name} must be greater than zero, not {value}.")

    def _make_spec(self) -> Any:
        spec = self._inputs[0]._known_spec()
        return None if spec is None else map_structure(DatasetSpec, spec)

    def _make_structure(self) -> Structure:
        return self._inputs[0].structure

    def _make_cardinality(self) -> int:
        count = self._inputs[0]._make_cardinality()
        if count in (INFINITE, UNKNOWN):
            return count
        if not self._drop:
            return -(-count // self._shift)
        span = (self._size - 1) * self._stride + 1
        return 0 if count < span else (count - span) // self._shift + 1

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _WindowIterator(self._inputs[0], run, self._size, self._shift, self._stride, self._drop)


class _WindowIterator(Chained):
    def __init__(
        self, dataset: Dataset, run: tuple[int, ...], size: int, shift: int, stride: int, drop: bool
    ) -> None:
        super().__init__(dataset._make_iterator(run))
        self._dataset = dataset
        self._size, self._shift, self._stride, self._drop = size, shift, stride, drop
        self._buffer: list[list[Any]] = []  # elements from the beginning of the next window on
        self._gap = 0  # elements to leave out before that
        self._ended = False

    def __next__(self) -> list[Any]:
        span = (self._size - 1) * self._stride + 1
        if self._gap and not self._ended:
            gap, self._gap = self._gap, 0
            self._ended = self.source.skip(gap) < gap
        while len(self._buffer) < span and not self._ended:
            try:
                self._buffer.append(next(self.source))
            except StopIteration:
                self._ended = True
        elements = self._buffer[: span : self._stride]
        if not elements or (self._drop and len(elements) < self._size):
            self._buffer = []
            raise StopIteration
        self._gap = max(0, self._shift - len(self._buffer))
        self._buffer = self._buffer[self._shift :]
        if len(elements[0]) == 1:
            return [_VariantDataset(self._dataset, elements)]
        return [_VariantDataset(self._dataset, elements, i) for i in range(len(elements[0]))]

    def _save(self) -> dict[str, Any]:
        return {"buffer": list(self._buffer), "gap": self._gap, "ended": self._ended}

    def _restore(self, state: dict[str, Any]) -> None:
        self._buffer = [list(leaves) for leaves in state["buffer"]]
        self._gap, self._ended = int(state["gap"]), bool(state["ended"])
