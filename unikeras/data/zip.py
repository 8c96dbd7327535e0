"""`zip` and `enumerate`: elements of several data sets side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from unikeras.core.nest import flatten, pack_as
from unikeras.data.constants import INFINITE, UNKNOWN
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.data.structure import Structure

__all__ = ["_ZipDataset", "zip_datasets"]


def zip_datasets(args: tuple[Any, ...], datasets: Any) -> Dataset:
    """The data set of elements side by side; see `Dataset.zip`."""
    if not args and datasets is None:
        raise TypeError("Must pass at least one dataset to `zip`.")
    if args and datasets is not None:
        raise TypeError("Both `*args` and `datasets` cannot be set.")
    given = datasets if not args else args[0] if len(args) == 1 else args
    _check(given)
    return _ZipDataset(given)


def _check(given: Any) -> None:
    if isinstance(given, Dataset):
        return
    parts = given.values() if isinstance(given, Mapping) else given if isinstance(given, tuple) else None
    if parts is None:
        kind = "list" if isinstance(given, list) else type(given).__name__
        raise TypeError(
            "Invalid input to `zip`. Inputs are expected to be (nested) structures of `tf.data.Dataset` objects. Python "
            f"`{kind}` is not supported; use a `tuple` or a `dict` instead."
        )
    for part in parts:
        _check(part)


class _ZipDataset(Dataset):
    """Elements of several data sets side by side, until one of them ends.

    Args:
        datasets: tuples and dictionaries of data sets.
    """

    def __init__(self, datasets: Any) -> None:
        self._given = datasets
        super().__init__(*flatten(datasets))

    def _make_spec(self) -> Any:
        specs = [source._known_spec() for source in self._inputs]
        return None if any(spec is None for spec in specs) else pack_as(self._given, specs)

    def _make_structure(self) -> Structure:
        return Structure(pack_as(self._given, [source.structure.template for source in self._inputs]))

    def _make_cardinality(self) -> int:
        sizes = [source._make_cardinality() for source in self._inputs]
        if 0 in sizes:
            return 0
        if UNKNOWN in sizes:
            return UNKNOWN
        finite = [size for size in sizes if size != INFINITE]
        return min(finite) if finite else INFINITE

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        sources = [source._make_iterator((*run, i)) for i, source in enumerate(self._inputs)]
        return _ZipIterator(sources)


class _ZipIterator(ElementIterator):
    def __init__(self, sources: list[ElementIterator]) -> None:
        self._sources = sources
        self.blocks = all(source.blocks for source in sources)
        self._ended = False

    def __next__(self) -> list[Any]:
        if self._ended:
            raise StopIteration
        made: list[Any] = []
        try:
            for source in self._sources:
                made += next(source)
        except StopIteration:
            self._ended = True
            raise
        return made

    def next_block(self, count: int) -> list[np.ndarray] | None:
        if self._ended:
            return None
        made: list[np.ndarray] = []
        for source in self._sources:
            block = _exactly(source, count)
            if block is None:
                self._ended = True
                return None
            size = len(block[0])
            if size < count and made:
                self._ended = True
                made = [leaf[:size] for leaf in made]
            count = size
            made += block
        return made

    def save(self) -> dict[str, Any]:
        return {"ended": self._ended, "sources": [source.save() for source in self._sources]}

    def restore(self, state: dict[str, Any]) -> None:
        self._ended = bool(state["ended"])
        for source, place in zip(self._sources, state["sources"], strict=True):
            source.restore(place)

    def close(self) -> None:
        for source in self._sources:
            source.close()


def _exactly(source: ElementIterator, count: int) -> list[np.ndarray] | None:
    """The next `count` elements as one block, fewer only at the end."""
    blocks: list[list[np.ndarray]] = []
    left = count
    while left:
        block = source.next_block(left)
        if block is None:
            break
        blocks.append(block)
        left -= len(block[0])
    if len(blocks) < 2:
        return blocks[0] if blocks else None
    return [np.concatenate(column) for column in zip(*blocks, strict=True)]
