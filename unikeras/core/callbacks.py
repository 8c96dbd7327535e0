"""Python functions that a compiled program calls when it runs: printing, assertions.

What such a function raises stops the program, and the caller gets the exception itself and not the engine's account of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from unikeras import engine
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor

__all__ = ["call_back", "run_with_callbacks"]

_lock = threading.Lock()
_raised: list[BaseException] = []  # by functions that the program now running called


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, whose exception is kept for who waits for the program."""

    def guarded(*arrays: Any) -> Any:
        try:
            return function(*arrays)
        except BaseException as error:
            with _lock:
                _raised.append(error)
            raise

    return guarded


def call_back(function: Callable[..., None], tensors: Sequence[Tensor]) -> None:
    """Call `function(*arrays)` with NumPy arrays when the program runs, in the order of the program."""
    thread.calls_back = True
    engine.current().call_back(_guarded(function), [t._array for t in tensors])


def run_with_callbacks(compiled: Callable[..., Any], arrays: Sequence[Any]) -> Any:
    """`compiled(*arrays)`, done when it returns.

    Raises:
        Exception: what a function that it called raised.
    """
    with _lock:
        _raised.clear()
    F = engine.current()
    try:
        made = compiled(*arrays)
        F.wait(made)
        F.wait_for_callbacks()
    except Exception:
        with _lock:
            first = _raised[0] if _raised else None
            _raised.clear()
        if first is None:
            raise
        raise first from None
    return made
