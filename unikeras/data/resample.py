"""`rejection_resample`: classes in other proportions, by leaving elements out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.spec import TensorSpec
from unikeras.data.applied import Applied
from unikeras.data.constants import UNKNOWN
from unikeras.data.dataset import Dataset
from unikeras.data.function import UserFunction
from unikeras.data.iterator import ElementIterator
from unikeras.data.shuffle import generator, seed_of
from unikeras.data.structure import Structure, host_leaf

__all__ = ["_RejectionResampleDataset"]


class _RejectionResampleDataset(Dataset):
    """Pairs (class, element), the classes in the proportions that are wanted.

    An element is kept with a probability of its class: the wanted share over the present one, scaled so that the largest is 1. Where the
    present shares are not given, they are those of the elements so far, each class counted once beforehand.

    Args:
        source: the data set.
        class_func: function of an element, gives its class, an integer from 0 on.
        target: the wanted shares of the classes.
        initial: the present shares.
        seed: of the random numbers.
    """

    def __init__(
        self, source: Dataset, class_func: Callable[..., Any], target: Any, initial: Any, seed: Any
    ) -> None:
        super().__init__(source)
        self._function = UserFunction(class_func, source._known_spec())
        self._target = np.asarray(host_leaf(target), np.float64)
        self._initial = None if initial is None else np.asarray(host_leaf(initial), np.float64)
        self._seed = seed_of(seed)

    def _make_spec(self) -> Any:
        spec, kind = self._inputs[0]._known_spec(), self._function.spec
        if spec is None:
            return None
        return (kind if kind is not None else TensorSpec((), "int32"), spec)

    def _make_structure(self) -> Structure:
        return Structure((0, self._inputs[0].structure.template))

    def _make_cardinality(self) -> int:
        return UNKNOWN

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        rng = generator(self._seed, run)
        return _ResampleIterator(self._inputs[0], self._function, run, self._target, self._initial, rng)


class _ResampleIterator(Applied):
    def __init__(
        self,
        dataset: Dataset,
        function: UserFunction,
        run: Any,
        target: np.ndarray,
        initial: Any,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(dataset, function, run)
        self._target, self._initial, self._rng = target, initial, rng
        self._counts = np.ones(len(target))

    def __next__(self) -> list[Any]:
        for leaves in self.source:
            self._number += 1
            kind = np.asarray(self._apply(leaves, self._number - 1)[0])
            present = self._initial
            if present is None:
                self._counts[int(kind)] += 1
                present = self._counts / self._counts.sum()
            ratios = self._target / np.maximum(present, np.finfo(np.float64).tiny)
            if self._rng.random() * ratios.max() <= ratios[int(kind)]:
                return [kind, *leaves]
        raise StopIteration

    def _save(self) -> dict[str, Any]:
        return {"random": self._rng.bit_generator.state, "counts": self._counts.copy()}

    def _restore(self, state: dict[str, Any]) -> None:
        self._rng.bit_generator.state = state["random"]
        self._counts = np.array(state["counts"])
