"""`concatenate`: one data set after another."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.nest import flatten
from unikeras.data.constants import INFINITE, UNKNOWN
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.data.structure import Structure

__all__ = ["_ConcatenateDataset", "common_spec"]


def common_spec(first: Any, second: Any) -> Any:
    """The specs of elements of both kinds.

    Raises:
        TypeError: there are none.
    """
    a, b = flatten(first), flatten(second)
    one, two = Structure(first), Structure(second)
    found = None
    if len(a) == len(b) and repr(one.pack([0] * len(a))) == repr(two.pack([0] * len(b))):
        found = [x.most_specific_common_supertype([y]) for x, y in zip(a, b, strict=True)]
    if found is None or any(spec is None for spec in found):
        raise TypeError(f"Incompatible dataset elements:\n  {first} vs.\n  {second}")
    return one.pack(found)


class _ConcatenateDataset(Dataset):
    """One data set after another.

    Args:
        first: a data set.
        second: the one after it.
    """

    def __init__(self, first: Dataset, second: Dataset) -> None:
        if not isinstance(second, Dataset):
            raise TypeError(f"concatenate takes a tf.data.Dataset, not {second!r}.")
        super().__init__(first, second)
        self._known_spec()

    def _make_spec(self) -> Any:
        first, second = (source._known_spec() for source in self._inputs)
        return None if first is None or second is None else common_spec(first, second)

    def _make_structure(self) -> Structure:
        return self._inputs[0].structure

    def _make_cardinality(self) -> int:
        sizes = [source._make_cardinality() for source in self._inputs]
        if INFINITE in sizes:
            return INFINITE
        return UNKNOWN if UNKNOWN in sizes else sum(sizes)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _ConcatenateIterator(self._inputs, run)


class _ConcatenateIterator(ElementIterator):
    def __init__(self, datasets: tuple[Dataset, ...], run: tuple[int, ...]) -> None:
        self._datasets = datasets
        self._run = run
        self._open(0)

    def _open(self, which: int) -> None:
        self._which = which
        self._source = self._datasets[which]._make_iterator((*self._run, which))
        self.blocks = self._source.blocks

    def _more(self) -> bool:
        if self._which + 1 >= len(self._datasets):
            return False
        self._source.close()
        self._open(self._which + 1)
        return True

    def __next__(self) -> list[Any]:
        while True:
            try:
                return next(self._source)
            except StopIteration:
                if not self._more():
                    raise

    def next_block(self, count: int) -> list[np.ndarray] | None:
        block = self._source.next_block(count)
        if block is None and self._more():
            if self._source.blocks:
                return self.next_block(count)
            leaves = next(self, None)
            return None if leaves is None else [leaf[None] for leaf in leaves]
        return block

    def save(self) -> dict[str, Any]:
        return {"which": self._which, "run": list(self._run), "source": self._source.save()}

    def restore(self, state: dict[str, Any]) -> None:
        self._run = tuple(int(n) for n in state["run"])
        self._source.close()
        self._open(int(state["which"]))
        self._source.restore(state["source"])

    def close(self) -> None:
        self._source.close()
