"""How many steps to run before Python is asked again: about half a second's worth.

A chunk pays once for fresh memory for everything that its steps compute, which can cost as much as a step: so not fewer.
"""

from __future__ import annotations

import time

__all__ = ["Pace"]


class Pace:
    """Chooses the number of steps of the next chunk from how long the last ones took.

    Args:
        single: whether every chunk must be one step (a callback sees every batch).
        seconds: how long a chunk should take.
    """

    def __init__(self, single: bool, seconds: float = 0.5) -> None:
        self.single = single
        self._seconds = seconds
        self._count = 1
        self._began = 0.0
        self._first = True

    def next(self) -> int:
        """The number of steps to run now."""
        self._began = time.perf_counter()
        return 1 if self.single else self._count

    def done(self, steps: int) -> None:
        """Tell that the chunk is over."""
        elapsed = time.perf_counter() - self._began
        if self._first:  # compiling is in it
            self._first = False
            self._count = 8
            return
        fitting = int(self._seconds * steps / max(elapsed, 1e-6))
        self._count = max(1, min(fitting, self._count * 8))
