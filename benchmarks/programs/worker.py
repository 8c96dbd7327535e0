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


def images(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first standardised images as (count, 28, 28, 1) float32, and their labels."""
    x, y, _, _ = data()
    return np.ascontiguousarray(x[:count, :, :, None]), y[:count]


def sentences(count: int, length: int, words: int) -> tuple[np.ndarray, np.ndarray]:
    """Word numbers (count, length) int32 drawn as word frequencies fall, and labels of two classes."""
    rng = np.random.default_rng(1)
    x = np.minimum(rng.zipf(1.3, (count, length)), words) - 1
    return x.astype("int32"), (x[:, 0] % 2).astype("int64")


def serve(measure: Callable[[], dict], **about) -> None:
    """Say that setting up is done, then answer each line of stdin with what ``measure`` returns.

    Whatever libraries print goes to stderr, so that stdout carries only answers.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"ready": True} | about), file=answers, flush=True)
    for _ in sys.stdin:
        print(json.dumps(measure()), file=answers, flush=True)
