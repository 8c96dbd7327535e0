"""`map`: a function of every element."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.nest import flatten
from unikeras.core.spec import TensorSpec
from unikeras.data.applied import Applied
from unikeras.data.batch import stacked
from unikeras.data.constants import AUTOTUNE, workers
from unikeras.data.dataset import Dataset
from unikeras.data.function import UserFunction
from unikeras.data.iterator import ElementIterator
from unikeras.data.structure import Structure
from unikeras.data.workers import Result, Workers

__all__ = ["_MapDataset", "_MapIterator", "_ParallelMapDataset", "map_dataset"]

_WORTH_COMPILING = 1024  # elements, from which on a function of blocks is compiled
_BLOCK_BYTES = 1 << 25
_SHORT = 1e-4  # seconds, below which a call costs less than handing it to a thread


def map_dataset(source: Dataset, function: Any, calls: Any, deterministic: bool | None) -> Dataset:
    """The data set of a function of another one's elements; see `Dataset.map`."""
    if calls is None:
        return _MapDataset(source, function)
    if calls != AUTOTUNE and calls < 1:
        raise InvalidArgumentError(f"num_parallel_calls must be greater than zero, not {calls}.")
    return _ParallelMapDataset(source, function, calls, deterministic)


class _MapDataset(Dataset):
    """A function of every element.

    Args:
        source: the data set.
        function: of an element.
    """

    def __init__(self, source: Dataset, function: Callable[..., Any]) -> None:
        super().__init__(source)
        self._function = UserFunction(function, source._known_spec())

    def _make_spec(self) -> Any:
        if self._function.inputs is None and self._inputs[0]._known_spec() is not None:
            self._function.prepare(self._inputs[0]._known_spec())
        return self._function.told_spec()

    def _structure_of_run(self) -> Structure:
        assert self._function.structure is not None
        return self._function.structure

    def _make_structure(self) -> Structure:
        return self._function.structure or super()._make_structure()

    def _make_cardinality(self) -> int:
        return self._inputs[0]._make_cardinality()

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _MapIterator(self._inputs[0], self._function, run)


class _ParallelMapDataset(_MapDataset):
    """The same with several calls at a time.

    Args:
        source: the data set.
        function: of an element.
        calls: how many at a time.
        deterministic: whether the order is kept.
    """

    def __init__(self, source: Dataset, function: Any, calls: int, deterministic: bool | None) -> None:
        super().__init__(source, function)
        self._calls = calls
        self._ordered = deterministic is None or bool(deterministic)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        count = workers(self._calls)
        if count == 1 or (self._function.traced and self._function.on_host):
            return _MapIterator(self._inputs[0], self._function, run)
        return _ParallelMapIterator(self._inputs[0], self._function, run, count, self._ordered)


class _MapIterator(Applied):
    """Calls the function for one element after the other, or for blocks of them."""

    def __init__(self, dataset: Dataset, function: UserFunction, run: tuple[int, ...]) -> None:
        super().__init__(dataset, function, run)
        self._error: Exception | None = None
        self._rows = 0  # that compiled functions are given at once
        size = dataset._make_cardinality()
        self._many = size < 0 or size >= _WORTH_COMPILING
        self.blocks = function.traced and (self.source.blocks or _is_static(dataset._known_spec()))

    def __next__(self) -> list[Any]:
        self._raise()
        leaves = next(self.source)
        self._number += 1
        return self._apply(leaves, self._number - 1)

    def _raise(self) -> None:
        """Raise the error of an element that came in the middle of a block."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    def next_block(self, count: int) -> list[np.ndarray] | None:
        self._raise()
        if self.source.blocks:
            block = self.source.next_block(count)
            if block is None:
                return None
        else:
            elements = self._collect(count)
            if not elements:
                return None
            block = [stacked(column, i) for i, column in enumerate(zip(*elements, strict=True))]
        start, self._number = self._number, self._number + len(block[0])
        traced = self._function.traced_for(block)
        if traced is not None and traced.blockwise:
            return traced.block(block, self._draws, np.arange(start, self._number))
        if traced is None or (traced.on_host and not self._many):
            made = [self._apply([leaf[i, ...] for leaf in block], start + i) for i in range(len(block[0]))]
            return [stacked(column, i) for i, column in enumerate(zip(*made, strict=True))]
        return self._mapped(traced, block, start)

    def _collect(self, count: int) -> list[list[Any]]:
        elements: list[list[Any]] = []
        try:
            while len(elements) < count:
                elements.append(next(self.source))
        except StopIteration:
            pass
        except Exception as error:
            if not elements:
                raise
            self._error = error  # first what came before it
        return elements

    def _mapped(self, traced: Any, block: list[np.ndarray], start: int) -> list[np.ndarray]:
        """The function compiled for a number of elements at once; the last ones are filled up, since each is on its own."""
        count = len(block[0])
        if not self._rows:
            size = max([1, *(leaf.nbytes // count for leaf in block), *(traced.result_bytes())])
            self._rows = max(1, min(count, _BLOCK_BYTES // size))
        rows, parts = self._rows, []
        for at in range(0, count, rows):
            some = [leaf[at : at + rows] for leaf in block]
            have = len(some[0])
            if have < rows:
                some = [np.concatenate([leaf, np.repeat(leaf[-1:], rows - have, 0)]) for leaf in some]
            made = traced.block(some, self._draws, np.arange(start + at, start + at + rows))
            parts.append([leaf[:have] for leaf in made])
        return (
            parts[0] if len(parts) == 1 else [np.concatenate(column) for column in zip(*parts, strict=True)]
        )

    def skip(self, count: int) -> int:
        if self._function.pure:  # nothing that it does shows
            done = self.source.skip(count)
            self._number += done
            return done
        return super().skip(count)

    def _restore(self, state: dict[str, Any]) -> None:
        self._error = None


class _ParallelMapIterator(_MapIterator):
    """Has several calls made at a time. All that is done in the user's thread is to take elements and hand them out."""

    def __init__(
        self, dataset: Dataset, function: UserFunction, run: tuple[int, ...], count: int, ordered: bool
    ) -> None:
        super().__init__(dataset, function, run)
        self._count, self._ordered = count, ordered
        self._workers = Workers(count, "map")
        self._under_way: deque[Result] = deque()
        self._ready: deque[list[Any]] = deque()  # of a state that was restored
        self._times: list[float] = []
        self._short = False  # calls are so short that they are made at once
        self._ended = False

    def __next__(self) -> list[Any]:
        if self._ready:
            return self._ready.popleft()
        if self._short and not self._under_way:
            return super().__next__()
        self._hand_out()
        if not self._under_way:
            self._raise()
            raise StopIteration
        result = self._under_way[0]
        if not self._ordered:
            result = next((r for r in self._under_way if r.done), result)
        self._under_way.remove(result)
        return result.get()

    def _hand_out(self) -> None:
        while (
            len(self._under_way) < self._count and not self._ended and self._error is None and not self._short
        ):
            try:
                leaves = next(self.source)
            except StopIteration:
                self._ended = True
                return
            except Exception as error:
                self._error = error
                return
            self._under_way.append(self._workers.submit(self._timed, leaves, self._number))
            self._number += 1

    def _timed(self, leaves: list[Any], number: int) -> list[Any]:
        before = time.perf_counter()
        made = self._apply(leaves, number)
        if len(self._times) < 8:
            self._times.append(time.perf_counter() - before)
            self._short = len(self._times) == 8 and sorted(self._times)[4] < _SHORT
        return made

    def next_block(self, count: int) -> list[np.ndarray] | None:
        if not self._ready and not self._under_way:
            return super().next_block(count)
        some = [leaves for _, leaves in zip(range(count), self, strict=False)]
        if not some:
            return None
        return [stacked(column, i) for i, column in enumerate(zip(*some, strict=True))]

    def skip(self, count: int) -> int:
        if self._ready or self._under_way:
            return ElementIterator.skip(self, count)
        return super().skip(count)

    def save(self) -> dict[str, Any]:
        for result in self._under_way:
            result.wait()
        ready = [*self._ready, *(result.get() for result in self._under_way)]
        return {**super().save(), "ready": ready}

    def restore(self, state: dict[str, Any]) -> None:
        self._under_way.clear()
        super().restore(state)
        self._ready = deque(state["ready"])
        self._ended = False

    def close(self) -> None:
        self._workers.close()
        super().close()


def _is_static(spec: Any) -> bool:
    """Whether all elements have one shape."""
    return spec is not None and all(
        type(s) is TensorSpec and s.shape.is_fully_defined() for s in flatten(spec)
    )
