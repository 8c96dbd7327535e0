"""`renamed`: the same tensors in another structure, such as the columns of a table by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.nest import flatten
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["renamed"]


def renamed(source: Dataset, arrange: Callable[[Any], Any]) -> Dataset:
    """The elements in another structure.

    Args:
        source: the data set.
        arrange: function of an element that gives the structure, of its parts and without changing them.
    """
    return _RenamedDataset(source, arrange)


class _RenamedDataset(Dataset):
    def __init__(self, source: Dataset, arrange: Callable[[Any], Any]) -> None:
        super().__init__(source)
        self._arrange = arrange
        structure = source.structure
        self._places = flatten(arrange(structure.pack(list(range(structure.count)))))

    def _make_spec(self) -> Any:
        return self._arrange(self._inputs[0].element_spec)

    def _make_cardinality(self) -> int:
        return self._inputs[0]._make_cardinality()

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _RenamedIterator(self._inputs[0]._make_iterator(run), self._places)


class _RenamedIterator(Chained):
    def __init__(self, source: ElementIterator, places: list[int]) -> None:
        super().__init__(source)
        self.blocks = source.blocks
        self._places = places

    def __next__(self) -> list[Any]:
        leaves = next(self.source)
        return [leaves[i] for i in self._places]

    def next_block(self, count: int) -> list[np.ndarray] | None:
        block = self.source.next_block(count)
        return None if block is None else [block[i] for i in self._places]
