"""`shard`: every n-th element."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.data.constants import INFINITE, UNKNOWN, scalar
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["_ShardDataset"]


class _ShardDataset(SameElements):
    """Every n-th element.

    Args:
        source: the data set.
        num_shards: n.
        index: the number of the first.
    """

    def __init__(self, source: Dataset, num_shards: Any, index: Any) -> None:
        super().__init__(source)
        self._count, self._index = scalar(num_shards, "num_shards"), scalar(index, "index")
        if self._count < 1:
            raise InvalidArgumentError(
                f"Number of shards must be greater than zero (currently num_shards = {self._count})."
            )
        if not 0 <= self._index < self._count:
            raise InvalidArgumentError(
                f"Index must be between 0 and {self._count - 1} (currently index = {self._index})."
            )

    def _make_cardinality(self) -> int:
        size = self._inputs[0]._make_cardinality()
        return size if size in (INFINITE, UNKNOWN) else len(range(self._index, size, self._count))

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _ShardIterator(self._inputs[0]._make_iterator(run), self._count, self._index)


class _ShardIterator(Chained):
    def __init__(self, source: ElementIterator, count: int, index: int) -> None:
        super().__init__(source, rows=True)
        self._count = count
        self._before = index  # how many to leave out before the next

    def __next__(self) -> list[Any]:
        if self._before:
            before, self._before = self._before, 0
            self.source.skip(before)
        leaves = next(self.source)
        self._before = self._count - 1
        return leaves

    def next_block(self, count: int) -> list[np.ndarray] | None:
        while True:
            block = self.source.next_block((count - 1) * self._count + self._before + 1)
            if block is None:
                return None
            start = self._before
            size = len(block[0])
            picked = range(start, size, self._count)
            self._before = start - size if not picked else self._count - 1 - (size - 1 - picked[-1])
            if picked:
                return [leaf[start :: self._count] for leaf in block]

    def next_indices(self, count: int) -> np.ndarray:
        while True:
            indices = self.source.next_indices((count - 1) * self._count + self._before + 1)
            size = len(indices)
            if not size:
                return indices
            start = self._before
            picked = range(start, size, self._count)
            self._before = start - size if not picked else self._count - 1 - (size - 1 - picked[-1])
            if picked:
                return indices[start :: self._count]

    def _save(self) -> dict[str, Any]:
        return {"before": self._before}

    def _restore(self, state: dict[str, Any]) -> None:
        self._before = int(state["before"])
