"""Convolutions and pooling of every kind: unikeras on jax against torch on the same CPU; prints a JSON table.

    python kernels.py [--repeats N] [--one-core] [name ...]

For each kind the forward pass and forward with gradients, called one by one and in a compiled loop. The two run alternately; medians are compared and, as they
say little on a machine that does other work too, the fastest calls. torch's time is that of the faster of its two memory layouts.
With --one-core both have one thread, and it is CPU time that counts: what another program does at the same time matters less.
"""

# ruff: noqa: E402 - the engines count the cores when they are imported.

import argparse
import json
import os
import sys
import time

ONE_CORE = "--one-core" in sys.argv
if ONE_CORE:  # before the engines count the cores
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import jax
import numpy as np
import torch

from unikeras import engine, ops

F = engine.get("jax")
STEPS = 5  # of a loop
clock = time.process_time if ONE_CORE else time.perf_counter


def conv(shape, kernel, **options):
    """inputs' shape (channels last), kernel's shape, options of ops.conv."""
    return shape, kernel, ops.conv, options, "conv"


def transpose(shape, kernel, **options):
    return shape, kernel, ops.conv_transpose, options, "transpose"


def depthwise(shape, kernel, **options):
    return shape, kernel, ops.depthwise_conv, options, "depthwise"


def separable(shape, kernel, **options):
    return shape, kernel, ops.separable_conv, options, "separable"


def pool(kind, shape, size, strides=None):
    """All of the image where there are no strides."""
    op = ops.max_pool if kind == "max" else ops.average_pool
    return shape, None, op, {"pool_size": size, "strides": size if strides is None else strides}, kind


KINDS = {
    "conv 3x3": conv((32, 28, 28, 32), (3, 3, 32, 64), padding=1),
    "conv 3x3, 3 channels": conv((32, 32, 32, 3), (3, 3, 3, 32), padding=1),
    "conv 3x3, 128 channels": conv((32, 14, 14, 128), (3, 3, 128, 128), padding=1),
    "conv 3x3 strides 2": conv((32, 28, 28, 32), (3, 3, 32, 64), padding=1, strides=2),
    "conv 3x3 dilated 2": conv((32, 28, 28, 32), (3, 3, 32, 32), padding=2, dilation_rate=2),
    "conv 7x7 strides 2": conv((8, 96, 96, 3), (7, 7, 3, 64), padding=3, strides=2),
    "conv 5x5": conv((32, 14, 14, 32), (5, 5, 32, 64), padding=2),
    "conv 1x1": conv((32, 28, 28, 64), (1, 1, 64, 128)),
    "conv 1x1 strides 2": conv((32, 28, 28, 64), (1, 1, 64, 128), strides=2),
    "conv 3x3, 2 groups": conv((32, 28, 28, 32), (3, 3, 16, 32), padding=1),
    "conv 3x3, 4 wide groups": conv((32, 14, 14, 128), (3, 3, 32, 128), padding=1),
    "conv 3x3, 8 groups": conv((32, 28, 28, 64), (3, 3, 8, 64), padding=1),
    "conv 3x3, 32 groups": conv((8, 28, 28, 128), (3, 3, 4, 128), padding=1),
    "depthwise 3x3": depthwise((32, 28, 28, 64), (3, 3, 64, 1), padding=1),
    "depthwise 5x5": depthwise((32, 28, 28, 64), (5, 5, 64, 1), padding=2),
    "depthwise 3x3 strides 2": depthwise((32, 28, 28, 64), (3, 3, 64, 1), padding=1, strides=2),
    "depthwise 3x3, 2 of each": depthwise((32, 28, 28, 32), (3, 3, 32, 2), padding=1),
    "depthwise 7x7": depthwise((8, 28, 28, 128), (7, 7, 128, 1), padding=3),
    "depthwise 1D 5": depthwise((32, 256, 64), (5, 64, 1), padding=2),
    "separable 3x3": separable((32, 28, 28, 64), (3, 3, 64, 1), padding=1),
    "separable 3x3 strides 2": separable((32, 28, 28, 64), (3, 3, 64, 1), padding=1, strides=2),
    "transpose 3x3 strides 2": transpose((32, 14, 14, 64), (3, 3, 32, 64), padding=0, strides=2),
    "transpose 4x4 strides 2": transpose((32, 14, 14, 64), (4, 4, 32, 64), padding=0, strides=2),
    "transpose 1D 4 strides 2": transpose((32, 64, 64), (4, 32, 64), padding=0, strides=2),
    "conv 1D 3": conv((32, 256, 64), (3, 64, 64), padding=1),
    "conv 1D 1": conv((32, 256, 64), (1, 64, 128)),
    "conv 1D 3 dilated 4": conv((32, 256, 64), (3, 64, 64), padding=4, dilation_rate=4),
    "conv 1D 7 strides 2": conv((32, 256, 32), (7, 32, 64), padding=3, strides=2),
    "conv 3D 3x3x3": conv((4, 16, 16, 16, 16), (3, 3, 3, 16, 32), padding=1),
    "conv 3D 3x3x3 strides 2": conv((4, 16, 16, 16, 16), (3, 3, 3, 16, 32), padding=1, strides=2),
    "conv 3D 1x1x1": conv((4, 16, 16, 16, 32), (1, 1, 1, 32, 64)),
    "transpose 3D 2x2x2 strides 2": transpose((4, 8, 8, 8, 32), (2, 2, 2, 16, 32), padding=0, strides=2),
    "max pool 2x2": pool("max", (32, 28, 28, 64), (2, 2), (2, 2)),
    "max pool 3x3 strides 2": pool("max", (32, 29, 29, 64), (3, 3), (2, 2)),
    "max pool 3x3 strides 1": pool("max", (32, 16, 16, 64), (3, 3), (1, 1)),
    "max pool, global": pool("max", (32, 14, 14, 128), (14, 14)),
    "max pool 1D 2": pool("max", (32, 256, 64), (2,), (2,)),
    "max pool 3D 2x2x2": pool("max", (4, 16, 16, 16, 32), (2, 2, 2), (2, 2, 2)),
    "average pool 2x2": pool("average", (32, 28, 28, 64), (2, 2), (2, 2)),
    "average pool 3x3 strides 2": pool("average", (32, 29, 29, 64), (3, 3), (2, 2)),
    "average pool 3x3 strides 1": pool("average", (32, 16, 16, 64), (3, 3), (1, 1)),
    "average pool, global": pool("average", (32, 14, 14, 128), (14, 14)),
    "average pool 1D 2": pool("average", (32, 256, 64), (2,), (2,)),
    "average pool 3D 2x2x2": pool("average", (4, 16, 16, 16, 32), (2, 2, 2), (2, 2, 2)),
}


def mixing(w, op):
    """The second kernel of a separable convolution: from its channels to as many."""
    if op is not ops.separable_conv:
        return None
    channels = w.shape[-2] * w.shape[-1]
    return (
        np.random.default_rng(1).normal(size=(*(1,) * (w.ndim - 2), channels, channels)).astype("float32")
        * 0.1
    )


def unikeras_calls(x, w, op, options):
    """The four ways of calling it, each a function of nothing that waits for its result."""
    options = dict(options)
    padding = options.pop("padding", "valid")
    if isinstance(padding, int):
        pairs = ((padding, padding),) * (x.ndim - 2)
        padding = pairs if padding else "valid"
    arrays = [jax.numpy.asarray(a) for a in (x, w, mixing(w, op)) if a is not None]

    def forward(*arrays):
        return op.body(F, *arrays, padding=padding, **options)

    def both(*arrays):
        y, pull = F.vjp(forward, *arrays)
        return pull(y)

    def looped(function):
        def run(data, *rest):
            empty = jax.tree.map(lambda a: F.zeros(a.shape, a.dtype), jax.eval_shape(function, *arrays))
            rows = len(arrays[0])
            return F.fori_loop(
                0, STEPS, lambda i, _: function(F.slice_rows(data, i * rows, rows), *rest), empty
            )

        run = F.compile(run)
        data = jax.numpy.concatenate([arrays[0]] * STEPS)
        return lambda: jax.block_until_ready(run(data, *arrays[1:]))

    def single(function):
        function = F.compile(function)
        return lambda: jax.block_until_ready(function(*arrays))

    return {
        "forward": single(forward),
        "forward, loop": looped(forward),
        "gradients": single(both),
        "gradients, loop": looped(both),
    }


def torch_calls(x, w, second, options, kind, channels_last):
    """The same in torch, in one of its two layouts."""
    rank = x.ndim - 2
    functional = torch.nn.functional

    def tensor(array, order):
        made = torch.tensor(np.ascontiguousarray(np.transpose(array, order)))
        if channels_last and rank > 1:
            made = made.to(memory_format={2: torch.channels_last, 3: torch.channels_last_3d}[rank])
        return made.requires_grad_()

    inputs = [tensor(x, (0, rank + 1, *range(1, rank + 1)))]
    padding, strides = options.get("padding", 0), options.get("strides", 1)
    padding = padding if isinstance(padding, int) else 0
    if kind in ("conv", "depthwise", "separable"):
        if kind != "conv":
            channels, multiplier = w.shape[-2:]
            w, groups = w.reshape(*w.shape[:-2], 1, channels * multiplier), channels
        else:
            groups = x.shape[-1] // w.shape[-2]
        inputs.append(tensor(w, (rank + 1, rank, *range(rank))))
        call = getattr(functional, f"conv{rank}d")

        if kind == "separable":
            inputs.append(tensor(second, (rank + 1, rank, *range(rank))))

        def forward():
            y = call(*inputs[:2], None, strides, padding, options.get("dilation_rate", 1), groups)
            return y if kind != "separable" else call(y, inputs[2])
    elif kind == "transpose":
        inputs.append(tensor(w, (rank + 1, rank, *range(rank))))
        call = getattr(functional, f"conv_transpose{rank}d")

        def forward():
            return call(*inputs, None, strides, padding)
    else:
        call = getattr(functional, f"{'max' if kind == 'max' else 'avg'}_pool{rank}d")

        def forward():
            return call(inputs[0], options["pool_size"], options["strides"])

    def without():
        with torch.no_grad():
            forward()

    def both():
        y = forward()
        torch.autograd.grad(y, inputs, y.detach())

    return {"forward": without, "gradients": both}


def measure(calls, repeats):
    """For each call its (median, fastest) time in ms; the calls are made in turn."""
    for call in calls.values():
        call()
        call()
    times = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            start = clock()
            call()
            times[name].append(clock() - start)
    return {name: (float(np.median(t)) * 1e3, min(t) * 1e3) for name, t in times.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--one-core", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if ONE_CORE:
        torch.set_num_threads(1)
    generator = np.random.default_rng(0)
    table = {}
    for name, (shape, kernel, op, options, kind) in KINDS.items():
        if arguments.names and name not in arguments.names:
            continue
        x = generator.normal(size=shape).astype("float32")
        w = None if kernel is None else generator.normal(size=kernel).astype("float32") * 0.1
        calls = {("unikeras", k): f for k, f in unikeras_calls(x, w, op, options).items()}
        for last in (False, True):
            calls |= {
                ("torch", k, last): f
                for k, f in torch_calls(x, w, mixing(w, op), options, kind, last).items()
            }
        found = measure(calls, arguments.repeats)
        row = {}
        for way in ("forward", "gradients"):
            layouts = found["torch", way, False], found["torch", way, True]
            theirs = [min(pair) for pair in zip(*layouts, strict=True)]
            row[f"{way}, torch ms"] = round(theirs[0], 3)
            for key, steps in ((way, 1), (f"{way}, loop", STEPS)):
                ours = [t / steps for t in found["unikeras", key]]
                row[f"{key}, ms"] = round(ours[0], 3)
                row[f"{key}, ratio"] = round(ours[0] / theirs[0], 2)
                row[f"{key}, ratio of the fastest"] = round(ours[1] / theirs[1], 2)
        table[name] = row
        print(json.dumps({name: row}), flush=True)
    print(json.dumps({"kernels": table, "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
