"""`scan` and `reduce`: a state that goes from element to element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.core.nest import flatten, is_nested
from unikeras.data.applied import Applied
from unikeras.data.dataset import Dataset
from unikeras.data.function import UserFunction
from unikeras.data.iterator import ElementIterator
from unikeras.data.structure import Structure, as_element, spec_of_leaf, tensor_leaf

__all__ = ["_ScanDataset", "reduced"]


class _State:
    """A state's leaves, and its function of state and element.

    Args:
        source: the data set.
        initial: the state before the first element.
        function: of a state and an element.
        what: the function's name in messages.
    """

    def __init__(self, source: Dataset, initial: Any, function: Callable[..., Any], what: str) -> None:
        element = as_element(tuple(initial) if isinstance(initial, list) and _mixed(initial) else initial)
        self.source, self.what = source, what
        self.structure = Structure(element)
        self.leaves = self.structure.flatten(element)
        self.spec = self.structure.pack([spec_of_leaf(leaf) for leaf in self.leaves])
        known = source._known_spec()
        self.function = UserFunction(function, None if known is None else (self.spec, known))

    def arguments(self) -> Structure:
        """The structure of the function's arguments."""
        return Structure((self.structure.template, self.source.structure.template))

    def check(self, spec: Any) -> None:
        """That a new state looks like the first one.

        Raises:
            TypeError: it does not.
        """
        old, new = flatten(self.spec), flatten(spec)
        if is_nested(spec) != is_nested(self.spec) or len(old) != len(new):
            raise TypeError(
                f"Invalid `{self.what}`. The new state must have the structure of the initial state, {self.spec}; got {spec}."
            )
        for a, b in zip(old, new, strict=True):
            if a.dtype != b.dtype:
                raise TypeError(
                    f"Invalid `{self.what}`. The element types for the new state must match the initial state. "
                    f"Expected {a.dtype!s}, got {b.dtype!s}."
                )


def _mixed(initial: list[Any]) -> bool:
    return any(isinstance(part, (dict, tuple)) or hasattr(part, "dtype") for part in initial)


class _ScanDataset(Dataset):
    """What a function gives for each element and the state so far.

    Args:
        source: the data set.
        initial: the state before the first element.
        function: of a state and an element; gives a new state and an element.
    """

    def __init__(self, source: Dataset, initial: Any, function: Callable[..., Any]) -> None:
        super().__init__(source)
        self._state = _State(source, initial, function, "scan_func")
        if self._state.function.spec is not None:
            self._known_spec()

    def _make_spec(self) -> Any:
        spec = self._state.function.spec
        if spec is None:
            return None
        if not (type(spec) is tuple and len(spec) == 2):
            raise TypeError(
                "Invalid `scan_func`. `scan_func` should return a pair consisting of new state and the output value but "
                f"its return type is {spec}."
            )
        self._state.check(spec[0])
        return spec[1]

    def _structure_of_run(self) -> Structure:
        structure = self._state.function.structure
        assert structure is not None
        return Structure(structure.template[1])

    def _make_structure(self) -> Structure:
        return self._structure_of_run() if self._state.function.structure else super()._make_structure()

    def _make_cardinality(self) -> int:
        return self._inputs[0]._make_cardinality()

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _ScanIterator(self._inputs[0], self._state, run)


class _ScanIterator(Applied):
    def __init__(self, dataset: Dataset, state: _State, run: tuple[int, ...]) -> None:
        super().__init__(dataset, state.function, run)
        self._described = state
        self._state = list(state.leaves)

    def __next__(self) -> list[Any]:
        leaves = next(self.source)
        self._number += 1
        made = self._function(
            [*self._state, *leaves], self._draws, self._number - 1, self._described.arguments
        )
        count = len(self._state)
        self._state = made[:count]
        return made[count:]

    def _save(self) -> dict[str, Any]:
        return {"state": list(self._state)}

    def _restore(self, state: dict[str, Any]) -> None:
        self._state = list(state["state"])


def reduced(source: Dataset, initial: Any, function: Callable[..., Any]) -> Any:
    """The state after the last element; see `Dataset.reduce`."""
    state = _State(source, initial, function, "reduce_func")
    spec = state.function.spec
    if spec is not None:
        state.check(spec)
    leaves = list(state.leaves)
    draws = state.function.draws((0,))
    elements = source._iterator()
    try:
        for number, element in enumerate(elements):
            leaves = state.function([*leaves, *element], draws, number, state.arguments)
    finally:
        elements.close()
    if spec is None:
        made = Structure(state.structure.template).pack([spec_of_leaf(leaf) for leaf in leaves])
        state.check(made)
    return state.structure.pack([tensor_leaf(leaf) for leaf in leaves])
