"""`shuffle`: elements drawn from a buffer."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.operators import Operators
from unikeras.data.constants import UNKNOWN, scalar
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.draws import fresh_seed
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["_ShuffleDataset", "generator"]

_DRAWS = 256  # places in the buffer that are drawn at once


def generator(seed: int, run: tuple[int, ...]) -> np.random.Generator:
    """The random numbers of one iteration."""
    return np.random.default_rng(np.random.SeedSequence([seed & (2**64 - 1), *run]))


def seed_of(seed: Any) -> int:
    """A seed that a user gave (also as a tensor), or a new one from the program's stream."""
    if isinstance(seed, (Operators, np.ndarray)):
        seed = np.asarray(seed).item()
    return fresh_seed() if seed is None else int(seed)


class _ShuffleDataset(SameElements):
    """The elements of a data set, each drawn from a buffer of the next ones.

    Args:
        source: the data set.
        buffer_size: how many elements the buffer holds.
        seed: of the random numbers.
        reshuffle: whether every iteration has an order of its own.
    """

    def __init__(self, source: Dataset, buffer_size: Any, seed: Any, reshuffle: bool | None) -> None:
        super().__init__(source)
        size = scalar(buffer_size, "buffer_size")
        if size < 1 and size != UNKNOWN:
            raise InvalidArgumentError("buffer_size must be greater than zero or UNKNOWN_CARDINALITY")
        self._size = size
        self._seed = seed_of(seed)
        self._reshuffle = reshuffle is None or bool(reshuffle)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        rng = generator(self._seed, run if self._reshuffle else ())
        return _ShuffleIterator(self._inputs[0]._make_iterator(run), self._size, rng)


class _ShuffleIterator(Chained):
    """Where the input is a stream of numbers, the buffer holds numbers; else it holds elements."""

    def __init__(self, source: ElementIterator, size: int, rng: np.random.Generator) -> None:
        super().__init__(source)
        if source.indexed:
            self._pass_rows(source)
        self._size = size
        self._rng = rng
        self._buffer: list[Any] = []
        self._places: list[int] = []  # drawn, and not used yet
        self._filled = False
        self._ended = False  # the rest of the buffer is in a random order already

    def __next__(self) -> list[Any]:
        if self.indexed:
            indices = self.next_indices(1)
            if not len(indices):
                raise StopIteration
            return self.row(int(indices[0]))
        buffer = self._buffer
        if not self._filled:
            while self._size == UNKNOWN or len(buffer) < self._size:
                try:
                    buffer.append(next(self.source))
                except StopIteration:
                    self._end()
                    break
            self._filled = True
        if not self._ended:
            try:
                leaves = next(self.source)
            except StopIteration:
                self._end()
            else:
                place = self._draw()
                drawn, buffer[place] = buffer[place], leaves
                return drawn
        if not buffer:
            raise StopIteration
        return buffer.pop()

    def _end(self) -> None:
        """Nothing more comes in: bring what is left into a random order."""
        self._ended = True
        self._buffer[:] = [self._buffer[i] for i in self._rng.permutation(len(self._buffer)).tolist()]

    def _draw(self) -> int:
        if not self._places:
            self._places = self._rng.integers(0, len(self._buffer), _DRAWS).tolist()
        return self._places.pop()

    def next_indices(self, count: int) -> np.ndarray:
        if not self._filled:
            self._fill_with_numbers()
            self._filled = True
        made: list[int] = []
        while len(made) < count and not self._ended:
            incoming = self.source.next_indices(count - len(made)).tolist()
            if not incoming:
                self._end()
            buffer = self._buffer
            for index in incoming:
                place = self._places.pop() if self._places else self._draw()
                made.append(buffer[place])
                buffer[place] = index
        while len(made) < count and self._buffer:
            made.append(self._buffer.pop())
        return np.array(made, np.int64)

    def _fill_with_numbers(self) -> None:
        while self._size == UNKNOWN or len(self._buffer) < self._size:
            wanted = 1 << 16 if self._size == UNKNOWN else self._size - len(self._buffer)
            incoming = self.source.next_indices(min(wanted, 1 << 16)).tolist()
            if not incoming:
                self._end()
                return
            self._buffer += incoming

    def next_block(self, count: int) -> list[np.ndarray] | None:
        indices = self.next_indices(count)
        return self.gather(indices) if len(indices) else None

    def _save(self) -> dict[str, Any]:
        buffer = np.array(self._buffer, np.int64) if self.indexed else list(self._buffer)
        return {
            "buffer": buffer,
            "places": list(self._places),
            "filled": self._filled,
            "ended": self._ended,
            "random": self._rng.bit_generator.state,
        }

    def _restore(self, state: dict[str, Any]) -> None:
        if self.source.indexed:
            self._pass_rows(self.source)
        self._buffer = state["buffer"].tolist() if self.indexed else list(state["buffer"])
        self._places = list(state["places"])
        self._filled, self._ended = bool(state["filled"]), bool(state["ended"])
        self._rng.bit_generator.state = state["random"]
