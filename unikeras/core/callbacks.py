"""Python functions that a compiled program calls when it runs: printing, assertions.

What such a function raises stops the program, and the caller gets the exception itself and not the engine's account of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.operators import Operators
from unikeras.core.state import thread
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = ["call_back", "run_with_callbacks", "when_known"]

_lock = threading.Lock()
_raised: list[BaseException] = []  # by functions that the program now running called
_watchers = 0  # how many wait for programs and will raise what these functions raise


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, whose exception is kept for who waits for the program; if nobody does, the engine reports it."""

    def guarded(*arrays: Any) -> Any:
        try:
            return function(*arrays)
        except BaseException as error:
            if not _watchers:
                raise
            with _lock:
                _raised.append(error)

    return guarded


def call_back(function: Callable[..., None], tensors: Sequence[Tensor]) -> None:
    """Call `function(*arrays)` with NumPy arrays when the program runs, in the order of the program."""
    thread.calls_back = True
    engine.current().call_back(_guarded(function), [t._array for t in tensors])


def _host(value: Any) -> np.ndarray:
    return np.asarray(
        value, object if isinstance(value, bytes) else None
    )  # NumPy's own strings drop zeros at the end


def when_known(function: Callable[..., None], *tensors: Any) -> None:
    """Call `function(*values)` with the tensors' values as NumPy: now, or when the program that is being traced runs."""
    from unikeras.core.printing import get_static_value

    known = [get_static_value(t) for t in tensors]
    unknown = [t for t, value in zip(tensors, known, strict=True) if value is None]
    if not unknown:
        function(*map(_host, known))
    elif not thread.symbolic and all(isinstance(t, Operators) and not is_symbolic(t) for t in unknown):

        def later(*arrays: Any) -> None:
            found = iter(arrays)
            function(*(_host(next(found) if value is None else value) for value in known))

        call_back(later, [convert_to_tensor(t) for t in unknown])


def run_with_callbacks(compiled: Callable[..., Any], arrays: Sequence[Any]) -> Any:
    """`compiled(*arrays)`, done when it returns.

    Raises:
        Exception: what a function that it called raised.
    """
    global _watchers
    F = engine.current()
    with _lock:
        _watchers += 1
    try:
        made = compiled(*arrays)
        F.wait(made)
        F.wait_for_callbacks()
    finally:
        with _lock:
            _watchers -= 1
            first = _raised[0] if _raised else None
            _raised.clear()
    if first is not None:
        raise first
    return made
