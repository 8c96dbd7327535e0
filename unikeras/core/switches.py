"""Switches of `keras.config` for the whole program: limits of training, how progress is shown, tracebacks."""

from __future__ import annotations

import os
from typing import Any

from unikeras import engine

__all__ = [
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]

_switches: dict[str, Any] = {"interactive": True, "filtering": True, "flash": None}


def enable_interactive_logging() -> None:
    """Let `verbose="auto"` show progress bars, which is the default (mirrors `keras.config.enable_interactive_logging`)."""
    _switches["interactive"] = True


def disable_interactive_logging() -> None:
    """Let `verbose="auto"` print a line an epoch instead of a bar (mirrors `keras.config.disable_interactive_logging`).

    Example:
        >>> disable_interactive_logging(); is_interactive_logging_enabled()
        False
        >>> enable_interactive_logging()
    """
    _switches["interactive"] = False


def is_interactive_logging_enabled() -> bool:
    """Whether `verbose="auto"` shows progress bars."""
    return _switches["interactive"]


def enable_traceback_filtering() -> None:
    """Accepted: tracebacks are never filtered here, notes at their end say which layer was called."""
    _switches["filtering"] = True


def disable_traceback_filtering() -> None:
    """Accepted, as `enable_traceback_filtering`."""
    _switches["filtering"] = False


def is_traceback_filtering_enabled() -> bool:
    """What was set last; `True` at first."""
    return _switches["filtering"]


def enable_flash_attention() -> None:
    """Accepted: which kernel computes attention is the engine's choice (mirrors `keras.config.enable_flash_attention`)."""
    _switches["flash"] = None  # as in Keras: where it can be


def disable_flash_attention() -> None:
    """Accepted, as `enable_flash_attention`."""
    _switches["flash"] = False


def is_flash_attention_enabled() -> bool | None:
    """What was set last; `None` at first: the engine chooses."""
    return _switches["flash"]


def is_nnx_enabled() -> bool:
    """Always `False`: there is no Flax NNX here."""
    return False


def _limit(name: str) -> int | None:
    if name in _switches:
        return _switches[name]
    given = os.environ.get(f"KERAS_{name.upper()}")
    return int(given) if given else None


def _set_limit(name: str, value: int | None) -> None:
    if value is not None and not (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        raise ValueError(f"set_{name}: expected a positive whole number or None, got {value!r}.")
    _switches[name] = value


def max_epochs() -> int | None:
    """The most epochs that a call of `fit` trains; `None`: no limit. `KERAS_MAX_EPOCHS` sets it from outside."""
    return _limit("max_epochs")


def set_max_epochs(max_epochs: int | None) -> None:
    """Limit every call of `fit`: for a quick try of a whole program (mirrors `keras.config.set_max_epochs`).

    Args:
        max_epochs: a positive number; `None`: no limit.

    Raises:
        ValueError: neither.

    Example:
        >>> set_max_epochs(2)
        >>> _switches["max_epochs"]
        2
        >>> set_max_epochs(None)
    """
    _set_limit("max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """The most batches of an epoch, an evaluation, a prediction; `None`: no limit. `KERAS_MAX_STEPS_PER_EPOCH` sets it from outside."""
    return _limit("max_steps_per_epoch")


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limit the batches of `fit`, `evaluate` and `predict` (mirrors `keras.config.set_max_steps_per_epoch`).

    Args:
        max_steps_per_epoch: a positive number; `None`: no limit.

    Raises:
        ValueError: neither.
    """
    _set_limit("max_steps_per_epoch", max_steps_per_epoch)


def set_backend(backend: str) -> None:
    """Choose the engine, before it is in use (mirrors `keras.config.set_backend`).

    Args:
        backend: 'jax', 'torch', 'numpy', or 'tensorflow' for the default.

    Raises:
        ValueError: there is no such engine, or another one is in use already.

    Example:
        >>> from unikeras import keras
        >>> set_backend(keras.backend.backend())
    """
    before = os.environ.get("KERAS_BACKEND")
    used = engine.selection()[0]
    os.environ["KERAS_BACKEND"] = backend
    try:
        wanted = engine.selection()[0]
    except Exception as error:
        _restore(before)
        raise ValueError(f"set_backend: {error}") from error
    if wanted != used and engine.in_use():
        _restore(before)
        raise ValueError(
            f"set_backend({backend!r}): the engine {used!r} is in use already, and tensors of two engines do not mix. Set KERAS_BACKEND "
            "in the environment, or call set_backend before anything else."
        )


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop("KERAS_BACKEND", None)
    else:
        os.environ["KERAS_BACKEND"] = before
