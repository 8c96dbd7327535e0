"""`repeat`: a data set several times."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.data.constants import INFINITE, UNKNOWN, scalar
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["_RepeatDataset"]


class _RepeatDataset(SameElements):
    """A data set several times, one after the other.

    Args:
        source: the data set.
        count: how often; without end if it is `None` or negative.
    """

    def __init__(self, source: Dataset, count: Any) -> None:
        super().__init__(source)
        self._count = -1 if count is None else scalar(count, "count")

    def _make_cardinality(self) -> int:
        size = self._inputs[0]._make_cardinality()
        if self._count < 0:
            return 0 if size == 0 else INFINITE
        if self._count == 0:
            return 0
        return size if size in (INFINITE, UNKNOWN) else size * self._count

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        if self._count == 0:
            from unikeras.data.tensors import _ListIterator

            return _ListIterator([])
        return _RepeatIterator(self._inputs[0], self._count, run)


class _RepeatIterator(Chained):
    def __init__(self, dataset: Dataset, count: int, run: tuple[int, ...]) -> None:
        super().__init__(dataset._make_iterator((*run, 0)), rows=True)
        self._dataset, self._count, self._run = dataset, count, run
        self._round = 0
        self._any = False  # whether this round gave something: without end, an empty data set would give nothing for ever

    def _again(self) -> bool:
        """Begin the next round, if there is one."""
        if (self._count >= 0 and self._round + 1 >= self._count) or (self._count < 0 and not self._any):
            return False
        self.source.close()
        self._open(self._round + 1)
        return True

    def _open(self, number: int) -> None:
        self._round = number
        self._any = False
        self.source = self._dataset._make_iterator((*self._run, number))
        self._pass_rows(self.source)

    def __next__(self) -> list[Any]:
        while True:
            try:
                leaves = next(self.source)
            except StopIteration:
                if not self._again():
                    raise
            else:
                self._any = True
                return leaves

    def next_block(self, count: int) -> list[np.ndarray] | None:
        while True:
            block = self.source.next_block(count)
            if block is not None:
                self._any = True
                return block
            if not self._again():
                return None

    def next_indices(self, count: int) -> np.ndarray:
        while True:
            indices = self.source.next_indices(count)
            if len(indices) or not count:
                self._any = True
                return indices
            if not self._again():
                return indices

    def skip(self, count: int) -> int:
        done = 0
        while done < count:
            made = self.source.skip(count - done)
            done += made
            self._any = self._any or made > 0
            if done < count and not self._again():
                break
        return done

    def save(self) -> dict[str, Any]:
        return {"round": self._round, "run": list(self._run), "any": self._any, "source": self.source.save()}

    def restore(self, state: dict[str, Any]) -> None:
        self._run = tuple(int(n) for n in state["run"])
        self.source.close()
        self._open(int(state["round"]))
        self.source.restore(state["source"])
        self._any = bool(state["any"])
