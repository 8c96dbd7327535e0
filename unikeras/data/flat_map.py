"""`flat_map` and `interleave`: the elements of the data sets that a function makes of elements."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.nest import flatten, map_structure
from unikeras.core.spec import TensorSpec
from unikeras.data.applied import Applied
from unikeras.data.constants import AUTOTUNE, UNKNOWN, scalar, workers
from unikeras.data.dataset import Dataset
from unikeras.data.function import UserFunction
from unikeras.data.iterator import ElementIterator
from unikeras.data.prefetch import _PrefetchIterator
from unikeras.data.specs import DatasetSpec
from unikeras.data.structure import Structure

__all__ = ["DatasetFunction", "_FlatMapDataset", "_InterleaveDataset", "interleaved"]


class DatasetFunction(UserFunction):
    """A function that makes a data set of an element. It is called for every element, on NumPy.

    Args:
        function: the user's.
        one: whether it has one argument, rather than one for each part of a tuple.
    """

    def __init__(self, function: Callable[..., Any], one: bool = False) -> None:
        super().__init__(function, None, one)

    def prepare(self, spec: Any) -> None:
        """Remember the structure; nothing is traced."""
        self.inputs = Structure(spec)

    def dataset(self, leaves: list[Any], draws: Any, number: int, structure: Structure) -> Dataset:
        """The data set for an element.

        Raises:
            TypeError: the function gives none.
        """
        made = self.run(leaves, draws, number, structure)
        if len(made) != 1 or not isinstance(made[0], Dataset):
            raise TypeError(
                f"Invalid `map_func`. `map_func` must return a `tf.data.Dataset` object. Got {made[0] if made else None!r}."
            )
        return made[0]

    def spec_of_elements(self, source: Dataset) -> Any:
        """The specs of the elements of what it makes, told from made-up elements; `None` if those will not do.

        Raises:
            TypeError: it gives no data set.
        """
        spec = source._known_spec()
        if spec is None:
            return None
        found = None
        for size in (2, 3):
            leaves = [_made_up(s, size) for s in flatten(spec)]
            if any(leaf is None for leaf in leaves):
                return None
            try:
                made = self.dataset(leaves, self.draws(()), 0, Structure(spec))._known_spec()
            except (TypeError, AttributeError):
                raise
            except Exception:  # it does not like made-up values
                return None
            if made is None:
                return None
            from unikeras.data.concatenate import common_spec

            found = made if found is None else common_spec(found, made)
        return found


def _made_up(spec: Any, size: int) -> Any:
    if isinstance(spec, TensorSpec) and spec.shape.rank is not None:
        shape = [size if d is None else d for d in spec.shape]
        return np.full(shape, b"" if spec.dtype.name == "string" else size, spec.dtype.np_dtype)
    if isinstance(spec, DatasetSpec):
        return _MadeUp(spec.element_spec)
    return None


class _MadeUp(Dataset):
    """A data set of which only is known what its elements look like."""

    def __init__(self, spec: Any) -> None:
        super().__init__()
        self._element_spec = spec

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        raise NotImplementedError("a data set that stands for another one has no elements")


class _FlatMapDataset(Dataset):
    """The elements of the data sets that a function makes of elements, one data set after the other.

    Args:
        source: the data set.
        function: of an element, gives a data set.
        cycle: how many of the data sets take turns.
        block: how many elements each gives in its turn.
    """

    def __init__(self, source: Dataset, function: Callable[..., Any], cycle: int = 1, block: int = 1) -> None:
        super().__init__(source)
        self._function = DatasetFunction(function)
        self._cycle, self._block = cycle, block
        self._known_spec()

    def _make_spec(self) -> Any:
        return self._function.spec_of_elements(self._inputs[0])

    def _peeked_spec(self) -> Any:
        """As the data set of the first element tells."""
        elements = self._inputs[0]._make_iterator((0,))
        try:
            leaves = next(elements, None)
        finally:
            elements.close()
        if leaves is None:
            raise ValueError(
                f"{type(self).__name__}: what its elements look like cannot be told: its input is empty."
            )
        made = self._function.dataset(leaves, self._function.draws(()), 0, self._inputs[0].structure)
        return map_structure(lambda s: s, made.element_spec)

    def _make_cardinality(self) -> int:
        return 0 if self._inputs[0]._make_cardinality() == 0 else UNKNOWN

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _InterleaveIterator(self._inputs[0], self._function, run, self._cycle, self._block)


class _InterleaveDataset(_FlatMapDataset):
    """The same with several data sets that take turns."""


class _ParallelInterleaveDataset(_InterleaveDataset):
    """The same, each data set read in a thread of its own."""

    def __init__(self, source: Dataset, function: Any, cycle: int, block: int, calls: int) -> None:
        super().__init__(source, function, cycle, block)
        self._calls = workers(calls)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _InterleaveIterator(
            self._inputs[0], self._function, run, self._cycle, self._block, ahead=self._calls > 1
        )


def interleaved(source: Dataset, function: Any, cycle: Any, block: Any, calls: Any) -> Dataset:
    """The data set of several that take turns; see `Dataset.interleave`."""
    block = 1 if block is None else scalar(block, "block_length")
    if cycle is None or (isinstance(cycle, int) and cycle == AUTOTUNE):
        cycle = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cycle = scalar(cycle, "cycle_length")
    if cycle < 1 or block < 1:
        raise InvalidArgumentError(f"`cycle_length` and `block_length` must be > 0, not {cycle} and {block}.")
    if calls is None:
        return _InterleaveDataset(source, function, cycle, block)
    return _ParallelInterleaveDataset(source, function, cycle, block, calls)


class _InterleaveIterator(Applied):
    def __init__(
        self,
        dataset: Dataset,
        function: DatasetFunction,
        run: tuple[int, ...],
        cycle: int,
        block: int,
        ahead: bool = False,
    ) -> None:
        super().__init__(dataset, function, run)
        self._block, self._ahead = block, ahead
        self._slots: list[ElementIterator | None] = [None] * cycle
        self._made_of: list[tuple[list[Any], int] | None] = [
            None
        ] * cycle  # the element of each slot, and its number
        self._turn = self._given = 0
        self._ended = False

    def _open(self, leaves: list[Any], number: int) -> ElementIterator:
        assert isinstance(self._function, DatasetFunction)
        made = self._function.dataset(leaves, self._draws, number, self._dataset.structure)
        inner = made._make_iterator((*self._run, number))
        return _PrefetchIterator(inner, 2 * self._block) if self._ahead else inner

    def _current(self) -> ElementIterator | None:
        """What gives the next element, if it has one more; `None` at the end."""
        while True:
            if self._slots[self._turn] is None and not self._ended:
                try:
                    leaves = next(self.source)
                except StopIteration:
                    self._ended = True
                else:
                    number, self._number = self._number, self._number + 1
                    self._slots[self._turn] = self._open(leaves, number)
                    self._made_of[self._turn] = (leaves, number)
            inner = self._slots[self._turn]
            if inner is not None:
                return inner
            if self._ended and not any(self._slots):
                return None
            self._advance()

    def _advance(self) -> None:
        self._turn = (self._turn + 1) % len(self._slots)
        self._given = 0

    def _leave(self) -> None:
        """The data set whose turn it is has ended."""
        inner = self._slots[self._turn]
        assert inner is not None
        inner.close()
        self._slots[self._turn] = self._made_of[self._turn] = None
        self._advance()

    def __next__(self) -> list[Any]:
        while True:
            inner = self._current()
            if inner is None:
                raise StopIteration
            try:
                leaves = next(inner)
            except StopIteration:
                self._leave()
                continue
            self._given += 1
            if self._given >= self._block:
                self._advance()
            return leaves

    def save(self) -> dict[str, Any]:
        slots = [
            None
            if inner is None or made is None
            else {"leaves": made[0], "number": made[1], "place": inner.save()}
            for inner, made in zip(self._slots, self._made_of, strict=True)
        ]
        return {
            **super().save(),
            "slots": slots,
            "turn": self._turn,
            "given": self._given,
            "ended": self._ended,
        }

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self._close_slots()
        for i, slot in enumerate(state["slots"]):
            if slot is not None:
                leaves, number = list(slot["leaves"]), int(slot["number"])
                inner = self._open(leaves, number)
                inner.restore(slot["place"])
                self._slots[i], self._made_of[i] = inner, (leaves, number)
        self._turn, self._given = int(state["turn"]), int(state["given"])
        self._ended = bool(state["ended"])

    def _close_slots(self) -> None:
        for i, inner in enumerate(self._slots):
            if inner is not None:
                inner.close()
            self._slots[i] = self._made_of[i] = None

    def close(self) -> None:
        self._close_slots()
        super().close()
