"""`batch`: consecutive elements stacked."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.composite import CompositeTensor
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.nest import flatten, map_structure
from unikeras.core.spec import TensorSpec
from unikeras.data.constants import INFINITE, UNKNOWN, scalar
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator

__all__ = [
    "_BatchDataset",
    "_BatchIterator",
    "_ParallelBatchDataset",
    "batch_size_of",
    "batched_spec",
    "stacked",
]


def batch_size_of(value: Any) -> int:
    """A number of elements that a user gave.

    Raises:
        InvalidArgumentError: it is not positive.
    """
    size = scalar(value, "batch_size")
    if size < 1:
        raise InvalidArgumentError(f"Batch size must be greater than zero, not {size}.")
    return size


def batches(count: int, size: int, drop: bool) -> int:
    """How many batches of a size `count` elements are."""
    if count in (INFINITE, UNKNOWN):
        return count
    return count // size if drop else -(-count // size)


def batched_spec(spec: Any, first: int | None) -> Any:
    """The spec of several elements stacked."""
    if isinstance(spec, TensorSpec):
        shape = spec.shape
        return TensorSpec(None if shape.rank is None else [first, *shape], spec.dtype)
    if hasattr(spec, "element_spec"):
        from unikeras.data.specs import DatasetSpec

        return DatasetSpec(spec.element_spec)
    from unikeras.data.composites import batched_composite_spec

    return batched_composite_spec(spec, first)


class _BatchDataset(SameElements):
    """Consecutive elements of a data set, stacked.

    Args:
        source: the data set.
        batch_size: how many.
        drop_remainder: whether a last, smaller batch is left out.
    """

    def __init__(self, source: Dataset, batch_size: Any, drop_remainder: Any) -> None:
        super().__init__(source)
        self._size = batch_size_of(batch_size)
        self._drop = bool(drop_remainder)

    def _make_spec(self) -> Any:
        spec = self._inputs[0]._known_spec()
        first = self._size if self._drop else None
        return None if spec is None else map_structure(lambda s: batched_spec(s, first), spec)

    def _make_cardinality(self) -> int:
        return batches(self._inputs[0]._make_cardinality(), self._size, self._drop)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        source = self._inputs[0]._make_iterator(run)
        spec = self._inputs[0]._known_spec()
        if spec is not None and not all(isinstance(s, TensorSpec) for s in flatten(spec)):
            from unikeras.data.composites import _RaggedBatchIterator

            return _RaggedBatchIterator(source, self._size, self._drop, flatten(spec))
        return _BatchIterator(source, self._size, self._drop)


class _ParallelBatchDataset(_BatchDataset):
    """The same, spelled with `num_parallel_calls`."""


class _BatchIterator(Chained):
    """Stacks elements; blocks of them are taken as they come."""

    def __init__(self, source: ElementIterator, size: int, drop: bool) -> None:
        super().__init__(source)
        self._size, self._drop = size, drop

    def __next__(self) -> list[Any]:
        if self.source.blocks:
            return self._of_blocks()
        return [stacked(column, i) for i, column in enumerate(self._columns())]

    def _columns(self) -> list[tuple[Any, ...]]:
        """The leaves of the next elements, leaf by leaf."""
        size, source = self._size, self.source
        elements: list[list[Any]] = []
        try:
            while len(elements) < size:
                elements.append(next(source))
        except StopIteration:
            if not elements or self._drop:
                raise StopIteration from None
        return list(zip(*elements, strict=True))

    def _of_blocks(self) -> list[np.ndarray]:
        blocks: list[list[np.ndarray]] = []
        left = self._size
        while left:
            block = self.source.next_block(left)
            if block is None:
                break
            blocks.append(block)
            left -= len(block[0])
        if not blocks or (left and self._drop):
            raise StopIteration
        if len(blocks) == 1:
            return blocks[0]
        for i, column in enumerate(zip(*blocks, strict=True)):
            _same_shape([part[0, ...] for part in column], i)  # of strings too
        return [np.concatenate(column) for column in zip(*blocks, strict=True)]

    def skip(self, count: int) -> int:
        if self._drop:
            return super().skip(count)
        return -(-self.source.skip(count * self._size) // self._size)


def _same_shape(parts: Any, component: int) -> None:
    first = parts[0].shape
    for i, part in enumerate(parts):
        if part.shape != first:
            raise InvalidArgumentError(
                f"Cannot batch tensors with different shapes in component {component}. First element had shape "
                f"{list(first)} and element {i} had shape {list(part.shape)}. Use padded_batch or ragged_batch."
            )


def stacked(column: tuple[Any, ...], component: int = 0) -> Any:
    """Leaves of several elements as one.

    Raises:
        InvalidArgumentError: their shapes differ.
    """
    first = column[0]
    if isinstance(first, np.ndarray):
        _same_shape(column, component)
        if first.dtype == object:
            made = np.empty((len(column), *first.shape), object)
            for i, part in enumerate(column):
                made[i, ...] = part
            return made
        if first.nbytes > 512:
            return np.stack(column)
        made = np.empty((len(column), *first.shape), first.dtype)
        for i, part in enumerate(column):
            made[i] = part
        return made
    if first is None:
        return None
    if isinstance(first, CompositeTensor):
        from unikeras.data.composites import stacked_composites

        return stacked_composites(column, component)
    raise InvalidArgumentError(
        f"Batching of {type(first).__name__}s is not supported (component {component})."
    )
