"""`Applied`: what iterators have in common that call a user's function for every element."""

from __future__ import annotations

from typing import Any

from unikeras.data.dataset import Dataset
from unikeras.data.function import UserFunction
from unikeras.data.iterator import Chained

__all__ = ["Applied"]


class Applied(Chained):
    """An iterator that calls a function of the elements of another one.

    Args:
        dataset: whose elements.
        function: the function.
        run: of the iteration.
    """

    def __init__(self, dataset: Dataset, function: UserFunction, run: tuple[int, ...]) -> None:
        super().__init__(dataset._make_iterator(run))
        self._dataset = dataset
        self._function = function
        self._run = run
        self._draws = function.draws(run)
        self._number = 0  # of the next element

    def _apply(self, leaves: list[Any], number: int) -> list[Any]:
        return self._function(leaves, self._draws, number, lambda: self._dataset.structure)

    def save(self) -> dict[str, Any]:
        """Its place, and what its random numbers depend on."""
        state = super().save()
        return {**state, "number": self._number, "run": list(self._run), "seed": self._function.seed}

    def restore(self, state: dict[str, Any]) -> None:
        """Go to where `save` was called."""
        self._number = int(state["number"])
        self._run = tuple(int(n) for n in state["run"])
        self._function.seed = state["seed"]
        self._draws = self._function.draws(self._run)
        super().restore(state)
