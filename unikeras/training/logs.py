"""What steps report, and how it is shown and returned."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.switches import is_interactive_logging_enabled

__all__ = ["as_logs", "returned", "verbosity", "with_callbacks"]


def as_logs(result: Any) -> dict[str, Any]:
    """A step's result as plain numbers by name."""
    if not isinstance(result, dict):
        if result is None:
            return {}
        raise ValueError(f"train_step and test_step must return a dict of logs, not {type(result).__name__}.")
    logs = {}
    for name, value in result.items():
        host = np.asarray(value)
        logs[name] = float(host) if host.ndim == 0 else host
    return logs


def returned(logs: dict[str, Any], return_dict: bool) -> Any:
    """Logs as `evaluate` and `train_on_batch` return them: a dict, a list, or the only value."""
    if return_dict:
        return logs
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def verbosity(verbose: Any) -> int:
    """`verbose` as 0, 1 or 2.

    Raises:
        ValueError: it is none of them, nor 'auto'.
    """
    if verbose in ("auto", 0, 1, 2):
        return (1 if is_interactive_logging_enabled() else 2) if verbose == "auto" else int(verbose)
    raise ValueError(
        f"verbose must be 0 (silent), 1 (a progress bar), 2 (a line an epoch) or 'auto', not {verbose!r}."
    )


def with_callbacks(
    model: Any, callbacks: Any, verbose: Any, epochs: int, steps: int | None, history: bool = False
) -> Any:
    """The `CallbackList` of a run: the user's callbacks, a progress bar unless silent, and a `History` if asked for."""
    from unikeras.callbacks import CallbackList

    verbose = verbosity(verbose)
    if isinstance(callbacks, CallbackList):
        return callbacks
    return CallbackList(
        callbacks,
        add_history=history,
        add_progbar=verbose != 0,
        model=model,
        verbose=verbose,
        epochs=epochs,
        steps=steps,
    )
