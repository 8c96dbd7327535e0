"""`filter` and `take_while`: the elements for which a function is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.spec import TensorSpec
from unikeras.data.applied import Applied
from unikeras.data.constants import UNKNOWN
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.function import UserFunction
from unikeras.data.iterator import ElementIterator

__all__ = ["_FilterDataset", "_TakeWhileDataset"]


class _FilterDataset(SameElements):
    """The elements for which a function is true.

    Args:
        source: the data set.
        predicate: function of an element.
    """

    def __init__(self, source: Dataset, predicate: Callable[..., Any]) -> None:
        super().__init__(source)
        self._predicate = UserFunction(predicate, source._known_spec())
        spec = self._predicate.spec
        if spec is not None and not (isinstance(spec, TensorSpec) and _is_truth(spec)):
            raise ValueError(
                f"Invalid `predicate`. `predicate` must return a `tf.bool` scalar tensor, but its return type is {spec}."
            )

    def _make_cardinality(self) -> int:
        return UNKNOWN

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _FilterIterator(self._inputs[0], self._predicate, run)


def _is_truth(spec: TensorSpec) -> bool:
    return spec.dtype.is_bool and (spec.shape.rank is None or spec.shape.rank == 0)


class _FilterIterator(Applied):
    def __init__(self, dataset: Dataset, function: UserFunction, run: tuple[int, ...]) -> None:
        super().__init__(dataset, function, run)
        self.blocks = self.source.blocks and function.traced

    def _holds(self, leaves: list[Any]) -> bool:
        self._number += 1
        made = self._apply(leaves, self._number - 1)
        return bool(truth(made, "predicate"))

    def __next__(self) -> list[Any]:
        for leaves in self.source:
            if self._holds(leaves):
                return leaves
        raise StopIteration

    def next_block(self, count: int) -> list[np.ndarray] | None:
        while True:
            block = self.source.next_block(count)
            if block is None:
                return None
            size = len(block[0])
            traced = self._function.traced_for(block)
            if traced is not None and traced.blockwise:
                numbers = np.arange(self._number, self._number + size)
                kept = traced.block(block, self._draws, numbers)[0].astype(bool)
                self._number += size
            else:
                kept = np.array([self._holds([leaf[i, ...] for leaf in block]) for i in range(size)])
            if kept.all():
                return block
            if kept.any():
                return [leaf[kept] for leaf in block]


def truth(made: list[Any], what: str) -> np.ndarray:
    """The one bool that a function gave.

    Raises:
        ValueError: it gave something else.
    """
    if len(made) != 1 or np.ndim(made[0]) or np.asarray(made[0]).dtype != bool:
        raise ValueError(
            f"Invalid `{what}`. `{what}` must return a `tf.bool` scalar tensor, but it returned {made}."
        )
    return made[0]


class _TakeWhileDataset(_FilterDataset):
    """The elements before the first one for which a function is false."""

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _TakeWhileIterator(self._inputs[0], self._predicate, run)


class _TakeWhileIterator(_FilterIterator):
    def __init__(self, dataset: Dataset, function: UserFunction, run: tuple[int, ...]) -> None:
        super().__init__(dataset, function, run)
        self.blocks = False
        self._ended = False

    def __next__(self) -> list[Any]:
        if not self._ended:
            leaves = next(self.source)
            if self._holds(leaves):
                return leaves
            self._ended = True
        raise StopIteration

    def _save(self) -> dict[str, Any]:
        return {"ended": self._ended}

    def _restore(self, state: dict[str, Any]) -> None:
        self._ended = bool(state["ended"])
