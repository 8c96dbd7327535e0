"""`take`: the first elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.data.constants import INFINITE, UNKNOWN, scalar
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["_TakeDataset"]


class _TakeDataset(SameElements):
    """The first elements of a data set.

    Args:
        source: the data set.
        count: how many; all if it is negative.
    """

    def __init__(self, source: Dataset, count: Any) -> None:
        super().__init__(source)
        self._count = scalar(count, "count")

    def _make_cardinality(self) -> int:
        size = self._inputs[0]._make_cardinality()
        if self._count < 0 or (size == UNKNOWN and self._count):
            return size
        return self._count if size == INFINITE or not self._count else min(size, self._count)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        source = self._inputs[0]._make_iterator(run)
        return source if self._count < 0 else _TakeIterator(source, self._count)


class _TakeIterator(Chained):
    def __init__(self, source: ElementIterator, count: int) -> None:
        super().__init__(source, rows=True)
        self._left = count

    def __next__(self) -> list[Any]:
        if self._left <= 0:
            raise StopIteration
        try:
            return next(self.source)
        finally:  # what raises an error counts too
            self._left -= 1

    def next_block(self, count: int) -> list[np.ndarray] | None:
        if self._left <= 0:
            return None
        block = self.source.next_block(min(count, self._left))
        self._left -= 0 if block is None else len(block[0])
        return block

    def next_indices(self, count: int) -> np.ndarray:
        indices = self.source.next_indices(min(count, self._left))
        self._left -= len(indices)
        return indices

    def skip(self, count: int) -> int:
        done = self.source.skip(min(count, self._left))
        self._left -= done
        return done

    def _save(self) -> dict[str, Any]:
        return {"left": self._left}

    def _restore(self, state: dict[str, Any]) -> None:
        self._left = int(state["left"])
