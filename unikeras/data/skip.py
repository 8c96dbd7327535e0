"""`skip`: all but the first elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.data.constants import INFINITE, UNKNOWN, scalar
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["_SkipDataset"]


class _SkipDataset(SameElements):
    """All but the first elements of a data set.

    Args:
        source: the data set.
        count: how many are left out; all if it is negative.
    """

    def __init__(self, source: Dataset, count: Any) -> None:
        super().__init__(source)
        self._count = scalar(count, "count")

    def _make_cardinality(self) -> int:
        size = self._inputs[0]._make_cardinality()
        if self._count < 0:
            return 0
        return size if size in (INFINITE, UNKNOWN) else max(size - self._count, 0)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        if self._count < 0:
            from unikeras.data.tensors import _ListIterator

            return _ListIterator([])
        return _SkipIterator(self._inputs[0]._make_iterator(run), self._count)


class _SkipIterator(Chained):
    def __init__(self, source: ElementIterator, count: int) -> None:
        super().__init__(source, rows=True)
        self._left = count

    def _leave_out(self) -> None:
        left, self._left = self._left, 0
        self.source.skip(left)

    def __next__(self) -> list[Any]:
        if self._left:
            self._leave_out()
        return next(self.source)

    def next_block(self, count: int) -> list[np.ndarray] | None:
        if self._left:
            self._leave_out()
        return self.source.next_block(count)

    def next_indices(self, count: int) -> np.ndarray:
        if self._left:
            self._leave_out()
        return self.source.next_indices(count)

    def skip(self, count: int) -> int:
        if self._left:
            self._leave_out()
        return self.source.skip(count)

    def _save(self) -> dict[str, Any]:
        return {"left": self._left}

    def _restore(self, state: dict[str, Any]) -> None:
        self._left = int(state["left"])
