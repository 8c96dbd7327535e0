"""Reports of likely mistakes: warnings, or errors in strict mode."""

from __future__ import annotations

import os
import sys
import threading
import warnings

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_lock = threading.Lock()
_strict = False


def strict(enabled: bool | None = None) -> bool:
    """Whether likely mistakes are errors; with an argument, set it.

    Args:
        enabled: `True`: `report` raises; `False`: it warns (the default); `None`: only ask.

    Returns:
        The mode that now holds, for every thread.

    Raises:
        TypeError: `enabled` is neither a bool nor `None`.

    Example:
        >>> strict()
        False
        >>> strict(True)
        True
        >>> strict(False)
        False
    """
    global _strict
    if enabled is not None and not isinstance(enabled, bool):
        raise TypeError(f"strict: expected True, False or None, got {enabled!r}.")
    with _lock:
        if enabled is not None:
            _strict = enabled
        return _strict


def report(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn about a likely mistake, or raise in strict mode.

    Args:
        message: what was expected, what came, and what to do.
        category: the warning's class.

    Raises:
        ValueError: in strict mode.

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always")
        ...     report("the labels look shifted by one")
        >>> str(caught[0].message)
        'the labels look shifted by one'
    """
    if strict():
        raise ValueError(f"{message} (an error because keras.config.strict(True) is set)")
    warnings.warn(message, category, stacklevel=_user_level())


def user_line() -> str:
    """Where the nearest frame outside this package is: 'file.py, line 7'.

    Example:
        >>> user_line().startswith(("<doctest", "doctest"))
        True
    """
    frame = sys._getframe(_user_level() - 1)
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def _user_level() -> int:
    """The `stacklevel`, as seen from `report`, of the nearest frame outside this package."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and os.path.abspath(frame.f_code.co_filename).startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    return level
