"""What the two housing data sets share: shuffle, then split."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Pair = tuple[tuple[Array, Array], tuple[Array, Array]]


def check_test_split(test_split: float, function: str) -> None:
    """Raise a `ValueError` unless `0 <= test_split < 1`."""
    if not 0 <= test_split < 1:
        raise ValueError(
            f"{function}: test_split is the fraction kept for testing, at least 0 and below 1, "
            f"but {test_split!r} was given."
        )


def shuffle_and_split(x: Array, y: Array, test_split: float, seed: int) -> Pair:
    """`(x_train, y_train), (x_test, y_test)`, rows shuffled by `seed` as Keras does."""
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    end = int(len(x) * (1 - test_split))
    return (x[:end], y[:end]), (x[end:], y[end:])
