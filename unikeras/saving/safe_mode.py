"""Whether code in files may be run: a setting of the thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["enable_unsafe_deserialization", "in_safe_mode", "safe_mode_scope"]


class _State(threading.local):
    current: bool | None = None  # set while a file is being read
    enabled: bool = False  # the user allowed code


_state = _State()


def in_safe_mode() -> bool:
    """Whether code in files (marshalled lambdas) is refused; it is, unless asked for.

    Example:
        >>> in_safe_mode()
        True
    """
    return not _state.enabled if _state.current is None else _state.current


def enable_unsafe_deserialization() -> None:
    """Let this thread run code from the model files it loads (mirrors `keras.config.enable_unsafe_deserialization`).

    Only for files whose makers you trust: such code can do anything that you can.
    """
    _state.enabled = True


@contextmanager
def safe_mode_scope(safe: bool | None) -> Iterator[None]:
    """Inside it the mode is `safe`; `None` leaves it as it is."""
    saved = _state.current
    if safe is not None:
        _state.current = safe and not _state.enabled
    try:
        yield
    finally:
        _state.current = saved
