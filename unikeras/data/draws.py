"""Random numbers in the functions of a pipeline: a key for each element, whatever else runs at the time."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.random import make_seed
from unikeras.core.state import StateScope, thread
from unikeras.core.variable import Variable

__all__ = ["Draws", "ElementScope", "fresh_seed", "is_seed", "mixed"]

_MASK = (1 << 64) - 1


def mixed(*words: int) -> int:
    """64 bits that depend on all of the words.

    The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), word after word.

    Example:
        >>> mixed(1, 2) != mixed(2, 1)
        True
    """
    state = 0x9E3779B97F4A7C15
    for word in words:
        state = ((state ^ (word & _MASK)) + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return state


def _mixed_all(base: int, numbers: np.ndarray) -> np.ndarray:
    """`mixed` of a state and each of several numbers."""
    with np.errstate(over="ignore"):
        state = (np.uint64(base) ^ numbers.astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return state ^ (state >> np.uint64(31))


def is_seed(variable: Variable) -> bool:
    """Whether a variable is the state of a `SeedGenerator`."""
    return (
        variable._name.startswith("seed_generator_state")
        and variable._dtype.name == "uint32"
        and tuple(variable._shape) == (2,)
    )


class Draws:
    """The keys that a function's calls in one iteration over a data set draw from.

    Args:
        seed: of the function.
        run: of the iteration, so that each draws anew.
    """

    def __init__(self, seed: int, run: tuple[int, ...]) -> None:
        self.base = mixed(seed, *run)

    def key(self, generator: Variable, number: Any) -> np.ndarray:
        """What a generator's state reads as while an element is made: two words; for an array of numbers, a row for each."""
        words = np.asarray(generator._value)
        base = mixed(self.base, int(words[0]), int(words[1]))
        if isinstance(number, np.ndarray):
            bits = _mixed_all(base, number)
            return np.stack([bits >> np.uint64(32), bits & np.uint64(0xFFFFFFFF)], -1).astype(np.uint32)
        one = int(_mixed_all(base, np.array([number]))[0])
        return np.array([one >> 32, one & 0xFFFFFFFF], np.uint32)


class ElementScope(StateScope):
    """Variables as they are, but for those that random numbers come from: they give the element's.

    Args:
        draws: where random numbers come from.
        number: the element's.
    """

    def __init__(self, draws: Draws, number: int) -> None:
        super().__init__()
        self._draws, self._number = draws, number
        self._seeds = 0  # that were given out

    def seed(self) -> int:
        """A seed for a data set that the function makes: the same whenever it is called for this element."""
        self._seeds += 1
        return mixed(self._draws.base, self._number, self._seeds) >> 33

    def missing(self, variable: Variable) -> Any:
        """What a variable reads as."""
        if is_seed(variable):
            return self._draws.key(variable, self._number)
        return variable._value

    def keep(self) -> None:
        """Let the variables that were assigned keep their values."""
        for variable in self.written.values():
            if not is_seed(variable):
                value = self.value(variable)
                variable._write(engine.current().from_numpy(np.asarray(value)))


def fresh_seed() -> int:
    """A seed for what has none: from the program's stream, or that of the element for which a function is being called."""
    scope = thread.scope
    return scope.seed() if isinstance(scope, ElementScope) else make_seed()
