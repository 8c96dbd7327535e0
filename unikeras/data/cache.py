"""`cache`: the elements of a first iteration, kept for those that follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from unikeras.core.operators import Operators
from unikeras.data.batch import stacked
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator
from unikeras.data.slices import _ArraysIterator
from unikeras.data.storage import ElementFile, ElementWriter
from unikeras.data.tensors import _ListIterator

__all__ = ["CacheDataset", "FileIterator"]


class CacheDataset(SameElements):
    """The elements of a data set, made once.

    They are kept when an iteration has come to its end; what an iteration that was given up has made is forgotten.

    Args:
        source: the data set.
        filename: where they are kept; in memory if it is empty.
    """

    def __init__(self, source: Dataset, filename: Any = "") -> None:
        super().__init__(source)
        if isinstance(filename, (Operators, np.ndarray)):
            filename = np.asarray(filename).item()
        self._file = filename.decode() if isinstance(filename, bytes) else str(filename)
        self._kept: _Kept | None = None

    def keep(self, kept: _Kept) -> None:
        """Take over what a complete iteration has made."""
        self._kept = kept

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        if self._file:
            path = Path(f"{self._file}.elements")
            if path.exists():
                return FileIterator(path)
            return _Writing(self._inputs[0]._make_iterator(run), path, self._inputs[0])
        if self._kept is not None:
            return self._kept.iterator()
        return _Keeping(self._inputs[0]._make_iterator(run), self)


class _Kept:
    """Elements in memory: as arrays with a row for each where they are of one shape, so that they can be taken by number."""

    def __init__(self, elements: list[list[Any]], blocks: list[list[np.ndarray]]) -> None:
        self._elements: list[list[Any]] = []
        self._arrays: list[np.ndarray] = []
        self._size = 0
        if blocks and all(
            len({part.shape[1:] for part in column}) == 1 for column in zip(*blocks, strict=True)
        ):
            self._arrays = [np.concatenate(column) for column in zip(*blocks, strict=True)]
        elif blocks:
            elements = [[leaf[i, ...] for leaf in block] for block in blocks for i in range(len(block[0]))]
        if elements and not self._arrays:
            columns = list(zip(*elements, strict=True))
            if columns and all(_alike(column) for column in columns):
                self._arrays = [stacked(column) for column in columns]
            else:
                self._elements = elements
        for array in self._arrays:
            array.flags.writeable = False
        self._size = len(self._arrays[0]) if self._arrays else len(self._elements)

    def iterator(self) -> ElementIterator:
        """An iterator over them."""
        if self._arrays:
            return _ArraysIterator(self._arrays, self._size)
        return _ListIterator(self._elements)


def _alike(column: tuple[Any, ...]) -> bool:
    first = column[0]
    return isinstance(first, np.ndarray) and all(
        isinstance(leaf, np.ndarray) and leaf.shape == first.shape and leaf.dtype == first.dtype
        for leaf in column
    )


class _Keeping(Chained):
    """The first iteration: gives on what it keeps."""

    def __init__(self, source: ElementIterator, dataset: CacheDataset) -> None:
        super().__init__(source)
        self.blocks = source.blocks
        self._dataset = dataset
        self._elements: list[list[Any]] = []
        self._blocks: list[list[np.ndarray]] = []
        self._ended = False

    def __next__(self) -> list[Any]:
        if self._ended:
            raise StopIteration
        try:
            leaves = next(self.source)
        except StopIteration:
            self._end()
            raise
        if self._blocks:  # both were asked for: keep the order
            self._blocks.append([leaf[None] for leaf in leaves])
        else:
            self._elements.append(leaves)
        return leaves

    def next_block(self, count: int) -> list[np.ndarray] | None:
        if self._ended:
            return None
        block = self.source.next_block(count)
        if block is None:
            self._end()
            return None
        if self._elements:
            self._blocks = [[leaf[None] for leaf in leaves] for leaves in self._elements]
            self._elements = []
        self._blocks.append(block)
        return block

    def _end(self) -> None:
        self._ended = True
        self._dataset.keep(_Kept(self._elements, self._blocks))
        self._elements, self._blocks = [], []

    def _save(self) -> dict[str, Any]:
        return {"elements": list(self._elements), "blocks": list(self._blocks), "ended": self._ended}

    def restore(self, state: dict[str, Any]) -> None:
        if "source" not in state:  # saved when everything was kept: go there by making them
            super().restore({"source": self.source.save(), "elements": [], "blocks": [], "ended": False})
            self.skip(int(state["at"]))
            return
        super().restore(state)

    def _restore(self, state: dict[str, Any]) -> None:
        self._elements = [list(leaves) for leaves in state["elements"]]
        self._blocks = [list(block) for block in state["blocks"]]
        self._ended = bool(state["ended"])


class _Writing(Chained):
    """The first iteration: gives on what it writes into a file."""

    def __init__(self, source: ElementIterator, path: Path, dataset: Dataset) -> None:
        super().__init__(source)
        self._path = path
        self._writer: ElementWriter | None = None
        self._ended = False
        self._count = 0

    def __next__(self) -> list[Any]:
        if self._ended:
            raise StopIteration
        if self._writer is None:
            self._writer = ElementWriter(self._path)
        try:
            leaves = next(self.source)
        except StopIteration:
            self._writer.close()
            self._ended = True
            raise
        self._writer.write(leaves)
        self._count += 1
        return leaves

    def save(self) -> dict[str, Any]:
        return {"at": self._count}

    def restore(self, state: dict[str, Any]) -> None:
        self.skip(int(state["at"]) - self._count)

    def close(self) -> None:
        if self._writer is not None and not self._ended:
            self._writer.discard()
            self._writer = None
            self._ended = True
        super().close()

    def __del__(self) -> None:
        self.close()


class FileIterator(ElementIterator):
    """The elements of a file.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: ElementFile | None = None
        self._at = 0

    def __next__(self) -> list[Any]:
        if self._file is None:
            self._file = ElementFile(self._path)
            self._file.skip(self._at)
        leaves = next(self._file)
        self._at += 1
        return leaves

    def save(self) -> dict[str, Any]:
        """How many elements were read."""
        return {"at": self._at}

    def restore(self, state: dict[str, Any]) -> None:
        """Go to where `save` was called."""
        self.close()
        self._at = int(state["at"])

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __del__(self) -> None:
        self.close()
