"""A worker's side of the conversation with run.py: one JSON line out for every line that comes in."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

import numpy as np


def data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Standardised training and validation images (float32) and labels, from the file run.py prepared."""
    with np.load(os.environ["BENCH_DATA"]) as file:
        x, y = file["x"], file["y"].astype("int64")
    x = x.astype("float32")
    x = (x - x.mean()) / x.std()
    held = len(x) // 12  # 5,000 of 60,000
    return x[held:], y[held:], x[:held], y[:held]


def serve(measure: Callable[[], dict], **about) -> None:
    """Say that setting up is done, then answer each line of stdin with what ``measure`` returns.

    Whatever libraries print goes to stderr, so that stdout carries only answers.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"ready": True} | about), file=answers, flush=True)
    for _ in sys.stdin:
        print(json.dumps(measure()), file=answers, flush=True)
