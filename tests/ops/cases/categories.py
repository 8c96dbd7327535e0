"""Bins between boundaries, and indicator vectors of indices."""

import numpy as np

from unikeras.ops.categories import discretize, indicate

from .case import RNG, case

X = np.concatenate([RNG.normal(size=(3, 3)), np.full((3, 1), np.nan)], axis=1)
BOUNDS = (-0.5, 0.0, 0.7)
IDS = RNG.integers(0, 4, (3, 5))
WEIGHTS = RNG.uniform(size=(3, 5))
ROWS = np.eye(4, dtype="float32")[IDS]

CASES = [
    case("discretize", lambda x: discretize(x, boundaries=BOUNDS), lambda x: np.digitize(x, BOUNDS), X, gradient=False),
    case("discretize integers", lambda x: discretize(x, boundaries=(1.5, 3.0)), lambda x: np.digitize(x, (1.5, 3.0)), IDS),
    case("indicate one_hot", lambda i: indicate(i, depth=4, mode="one_hot", dtype="float32"), lambda i: ROWS, IDS),
    case("indicate one_hot of a column", lambda i: indicate(i, depth=4, mode="one_hot", dtype="float32"), lambda i: ROWS[:, 0],
         IDS[:, :1]),
    case("indicate multi_hot", lambda i: indicate(i, depth=4, mode="multi_hot", dtype="float32"), lambda i: ROWS.max(1), IDS),
    case("indicate count", lambda i: indicate(i, depth=4, mode="count", dtype="float32"), lambda i: ROWS.sum(1), IDS),
    case("indicate count of weights", lambda i, w: indicate(i, w, depth=4, mode="count", dtype="float32"),
         lambda i, w: (ROWS * w[..., None]).sum(1), IDS, WEIGHTS, gradient=False),
]  # fmt: skip
