"""What is per thread: the scope that redirects variables, the recording tapes, the engine in use, the call context."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["StateScope", "thread", "tracing"]


class _Thread(threading.local):
    scope: StateScope | None = None  # where variables are read from and written to, if not themselves
    tapes: tuple[Any, ...] = ()  # the GradientTapes that record
    engine: Any = None  # overrides the selected engine (abstract evaluation)
    tracing: bool = False  # arrays are abstract: ops run inline
    symbolic: bool = False  # tracing only to learn shapes
    call: Any = None  # the outermost layer call (training flag, losses)
    path: str = ""  # the names of the layers being built or called, outermost first: "block/dense"
    autocast: Any = None  # the dtype that variables are read in (mixed precision), if not their own
    function: bool = (
        False  # inside a tf.function that runs as plain Python, on an engine that does not compile
    )
    feeds: Any = None  # elements of data sets that iterators give first (core/feeds.py)
    turns: Any = None  # the compiled turns of loops that run from Python, by their code
    calls_back: bool = False  # the function being traced calls Python when it runs
    init: bool = False  # inside init_scope: concrete although a trace is under way


thread = _Thread()


class StateScope:
    """Inside it, `Variable`s read from and write to a mapping: a function over variables becomes a pure one.

    Args:
        known: variable -> engine array to read instead of the variable's own.
    """

    def __init__(self, known: list[tuple[Any, Any]] | None = None) -> None:
        self._values: dict[int, Any] = {}
        self._known: set[int] = set()
        self.unknown: dict[int, Any] = {}
        self.written: dict[int, Any] = {}
        self.read_ids: set[int] = set()
        for variable, array in known or ():
            self._values[id(variable)] = array
            self._known.add(id(variable))

    def read(self, variable: Any) -> Any:
        """The array that stands for `variable` here."""
        key = id(variable)
        self.read_ids.add(key)
        found = self._values.get(key)
        if found is None:
            self.unknown[key] = variable
            found = self._values[key] = self.missing(variable)
        return found

    def missing(self, variable: Any) -> Any:
        """What an unknown variable reads as: its present value."""
        return variable._value

    def write(self, variable: Any, array: Any) -> None:
        """Let `variable` read as `array` from now on."""
        key = id(variable)
        if key not in self._known:
            self.unknown[key] = variable
        self.written[key] = variable
        self._values[key] = array

    def value(self, variable: Any) -> Any:
        """The array that `variable` has at the end."""
        return self._values[id(variable)]

    def __enter__(self) -> StateScope:
        self._outer = thread.scope
        thread.scope = self
        return self

    def __exit__(self, *_: object) -> None:
        thread.scope = self._outer


@contextmanager
def tracing(engine: Any, *, symbolic: bool = False) -> Iterator[None]:
    """Mark this thread as tracing on `engine`, with no tape of the outside recording."""
    saved = thread.tracing, thread.symbolic, thread.engine, thread.tapes, thread.init
    thread.tracing, thread.symbolic, thread.engine, thread.init = True, symbolic, engine, False
    thread.tapes = ()
    try:
        yield
    finally:
        thread.tracing, thread.symbolic, thread.engine, thread.tapes, thread.init = saved
