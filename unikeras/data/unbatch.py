"""`unbatch` and `rebatch`: elements taken apart along their first dimension."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.composite import CompositeTensor
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.nest import flatten, map_structure
from unikeras.core.spec import TensorSpec
from unikeras.data.batch import _BatchDataset
from unikeras.data.constants import INFINITE, UNKNOWN
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["_RebatchDataset", "_UnbatchDataset"]


def _row_spec(spec: Any) -> Any:
    if isinstance(spec, TensorSpec):
        if spec.shape.rank == 0:
            raise ValueError("Cannot unbatch an input with scalar components.")
        return TensorSpec(None if spec.shape.rank is None else spec.shape[1:], spec.dtype)
    from unikeras.data.composites import row_spec

    return row_spec(spec)


class _UnbatchDataset(SameElements):
    """The rows of the elements.

    Args:
        source: the data set.
    """

    def __init__(self, source: Dataset) -> None:
        super().__init__(source)
        spec = self._known_spec()
        if spec is not None:
            self._same_sizes(source._known_spec())

    def _same_sizes(self, spec: Any) -> int | None:
        known = {s.shape[0] for s in flatten(spec) if s.shape.rank} - {None}
        if len(known) > 1:
            a, b, *_ = sorted(known)
            raise ValueError(
                "`unbatch()` is only supported for datasets of elements whose components have a matching leading "
                f"dimension. Encountered both {a} and {b}."
            )
        return known.pop() if known else None

    def _make_spec(self) -> Any:
        spec = self._inputs[0]._known_spec()
        return None if spec is None else map_structure(_row_spec, spec)

    def _make_cardinality(self) -> int:
        size = self._inputs[0]._make_cardinality()
        spec = self._inputs[0]._known_spec()
        rows = None if spec is None else self._same_sizes(spec)
        if size == 0 or rows == 0:
            return 0
        return UNKNOWN if rows is None or size == UNKNOWN else INFINITE if size == INFINITE else size * rows

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _UnbatchIterator(self._inputs[0]._make_iterator(run), _all_arrays(self._inputs[0]))


def _all_arrays(dataset: Dataset) -> bool:
    spec = dataset._known_spec()
    return spec is not None and all(
        isinstance(s, TensorSpec) and s.shape.rank is not None and s.shape[1:].is_fully_defined()
        for s in flatten(spec)
    )


class _UnbatchIterator(Chained):
    def __init__(self, source: ElementIterator, blocks: bool) -> None:
        super().__init__(source)
        self.blocks = blocks
        self._leaves: list[Any] = []
        self._at = self._size = 0

    def _fill(self) -> None:
        """Take the next element that has rows."""
        while self._at >= self._size:
            leaves = next(self.source)
            sizes = {int(leaf.shape[0]) for leaf in leaves}
            if len(sizes) > 1:
                raise InvalidArgumentError(
                    f"Input element must have the same batch size in each component; they have {sorted(sizes)}."
                )
            self._leaves, self._at, self._size = leaves, 0, sizes.pop()

    def __next__(self) -> list[Any]:
        self._fill()
        at, self._at = self._at, self._at + 1
        return [_row(leaf, at) for leaf in self._leaves]

    def next_block(self, count: int) -> list[np.ndarray] | None:
        try:
            self._fill()
        except StopIteration:
            return None
        start, self._at = self._at, min(self._at + count, self._size)
        return [leaf[start : self._at] for leaf in self._leaves]

    def _save(self) -> dict[str, Any]:
        rest = self._leaves if self._at < self._size else []
        return {"leaves": rest, "at": self._at, "size": self._size}

    def _restore(self, state: dict[str, Any]) -> None:
        self._leaves, self._at, self._size = list(state["leaves"]), int(state["at"]), int(state["size"])


def _row(leaf: Any, at: int) -> Any:
    if isinstance(leaf, CompositeTensor):
        from unikeras.data.composites import row_of

        return row_of(leaf, at)
    return leaf[at, ...]


class _RebatchDataset(_BatchDataset):
    """The rows of batches in batches of another size."""

    def __init__(self, source: Dataset, batch_size: Any, drop_remainder: Any) -> None:
        super().__init__(_UnbatchDataset(source), batch_size, drop_remainder)

    def _make_cardinality(self) -> int:
        return UNKNOWN
