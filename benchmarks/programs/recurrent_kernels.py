"""Recurrent layers alone against torch's on the same CPU, paired and interleaved: prints a JSON table of milliseconds.

Usage: recurrent_kernels.py [seconds per row]
`forward` is a compiled call, `both` a compiled call with the gradients of the inputs and the weights.
"""

import json
import os
import statistics
import sys
import time

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np
import torch

import unikeras as tf
from unikeras import keras

L = keras.layers
BATCH = 32


class Masked(torch.nn.Module):
    """torch's way with padding: packed sequences."""

    def __init__(self, inner, lengths):
        super().__init__()
        self.inner, self.lengths = inner, lengths

    def forward(self, x):
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            x, self.lengths, batch_first=True, enforce_sorted=False
        )
        return torch.nn.utils.rnn.pad_packed_sequence(self.inner(packed)[0], batch_first=True)


def rows():
    """Name, our layer, torch's module, steps, width, mask."""
    lengths = np.random.default_rng(0).integers(100, 201, BATCH)
    lengths[0] = 200
    mask = np.arange(200)[None] < lengths[:, None]
    for units, steps in ((64, 100), (64, 200), (128, 100), (128, 200)):
        for name, ours, theirs in (
            ("SimpleRNN", L.SimpleRNN, torch.nn.RNN),
            ("LSTM", L.LSTM, torch.nn.LSTM),
            ("GRU", L.GRU, torch.nn.GRU),
        ):
            yield (
                f"{name} {units} x {steps}",
                ours(units, return_sequences=True),
                theirs(units, units, batch_first=True),
                steps,
                units,
                None,
            )
    yield (
        "bidirectional LSTM 64 x 200", L.Bidirectional(L.LSTM(64, return_sequences=True)),
        torch.nn.LSTM(64, 64, batch_first=True, bidirectional=True), 200, 64, None,
    )  # fmt: skip
    yield (
        "masked LSTM 64 x 200", L.LSTM(64, return_sequences=True),
        Masked(torch.nn.LSTM(64, 64, batch_first=True), torch.tensor(lengths)), 200, 64, mask,
    )  # fmt: skip


def ours(layer, x, mask):
    x = tf.constant(x)
    call = {} if mask is None else {"mask": tf.constant(mask)}
    layer(x, **call)

    @tf.function
    def forward(x):
        return layer(x, **call)

    @tf.function
    def both(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(layer(x, **call))
        return tape.gradient(total, [x, *layer.trainable_weights])

    def wait(values):
        np.asarray(tf.nest.flatten(values)[-1])

    return lambda: wait(forward(x)), lambda: wait(both(x))


def theirs(module, x):
    x = torch.tensor(x, requires_grad=True)

    def forward():
        with torch.no_grad():
            module(x)

    def both():
        module.zero_grad()
        x.grad = None
        module(x)[0].sum().backward()

    return forward, both


def paired(a, b, seconds):
    """Medians of both in milliseconds, run in turns."""
    for run in (a, b, a, b):
        run()
    times = [], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 5:
        for run, found in zip((a, b), times, strict=True):
            start = time.perf_counter()
            run()
            found.append(time.perf_counter() - start)
    return [1000 * statistics.median(t) for t in times]


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    table = []
    for name, layer, module, steps, width, mask in rows():
        x = np.random.default_rng(1).normal(size=(BATCH, steps, width)).astype("float32")
        row = {"name": name}
        for kind, a, b in zip(("forward", "both"), ours(layer, x, mask), theirs(module, x), strict=True):
            mine, other = paired(a, b, seconds)
            row[kind] = {
                "unikeras": round(mine, 2),
                "torch": round(other, 2),
                "ratio": round(mine / other, 2),
            }
        table.append(row)
        print(json.dumps(row), file=sys.stderr)
    print(json.dumps({"threads": torch.get_num_threads(), "rows": table}, indent=1))


if __name__ == "__main__":
    main()
