"""`random`: an endless stream of random integers."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.spec import TensorSpec
from unikeras.data.constants import INFINITE
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.data.shuffle import generator, seed_of

__all__ = ["_RandomDataset"]


class _RandomDataset(Dataset):
    """Random integers of 32 bits, as int64. The numbers are not TensorFlow's.

    Args:
        seed: makes them the same in every run.
        rerandomize: whether every iteration has numbers of its own.
    """

    def __init__(self, seed: Any = None, rerandomize: bool | None = None) -> None:
        super().__init__()
        self._seed, self._rerandomize = seed_of(seed), bool(rerandomize)

    def _make_spec(self) -> Any:
        return TensorSpec((), "int64")

    def _make_cardinality(self) -> int:
        return INFINITE

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _RandomIterator(generator(self._seed, run if self._rerandomize else ()))


class _RandomIterator(ElementIterator):
    blocks = True

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def __next__(self) -> list[Any]:
        return [np.array(self._rng.integers(0, 1 << 32), np.int64)]

    def next_block(self, count: int) -> list[np.ndarray] | None:
        return [np.array([self._rng.integers(0, 1 << 32) for _ in range(count)], np.int64)]

    def save(self) -> dict[str, Any]:
        return {"random": self._rng.bit_generator.state}

    def restore(self, state: dict[str, Any]) -> None:
        self._rng.bit_generator.state = state["random"]
