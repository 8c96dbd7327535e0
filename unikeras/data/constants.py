"""Numbers that stand for something else, and what users give in place of plain numbers."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.core.operators import Operators

__all__ = ["AUTOTUNE", "INFINITE", "SHARD_HINT", "UNKNOWN", "scalar", "workers"]

AUTOTUNE = -1
SHARD_HINT = -1
INFINITE = -1
UNKNOWN = -2


def scalar(value: Any, what: str) -> int:
    """A whole number that a user gave, also as a tensor.

    Raises:
        TypeError: a fraction.
        ValueError: not a single number.
    """
    if isinstance(value, (Operators, np.ndarray, np.generic)):
        value = np.asarray(value)
        if value.ndim:
            raise ValueError(f"{what} must be a single number, not a tensor of shape {value.shape}.")
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{what} must be a whole number, not {value!r}.")
    return value


def workers(wanted: int | None) -> int:
    """How many calls at a time: for `AUTOTUNE` as many as there are processors, two at least."""
    if wanted is None:
        return 1
    if wanted == AUTOTUNE:
        return max(
            2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
        )
    return wanted
