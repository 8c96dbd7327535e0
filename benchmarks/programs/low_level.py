"""TensorFlow's low-level API. Arguments: the framework, and "function" (a tf.function of 100 operations) or "eager" (one addition)."""

from __future__ import annotations

import sys
import time

import numpy as np
from frameworks import load
from worker import serve

tf, _ = load(sys.argv[1])
x = tf.constant(np.linspace(-1, 1, 1000, dtype="float32"))


@tf.function
def hundred(x):
    for _ in range(50):
        x = tf.tanh(x * 0.9 + 0.1)
    return x


def measure() -> dict:
    count = 300 if sys.argv[2] == "function" else 3000
    y = x
    start = time.perf_counter()
    for _ in range(count):
        y = hundred(x) if sys.argv[2] == "function" else y + x
    np.asarray(y)
    return {"seconds": (time.perf_counter() - start) / count}


measure()
serve(measure)
