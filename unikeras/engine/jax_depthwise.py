"""Depthwise convolutions on XLA:CPU: sums over the elements of the window, each times a slice of the input.

The kernel is [*window, channels], one for each channel. Arrays that several slices are taken of are kept in memory, padded.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from math import prod
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from unikeras.engine.contract_conv import Array, Geometry, Sizes
from unikeras.engine.jax_closed import closed
from unikeras.engine.jax_kept import kept

__all__ = ["depthwise", "offsets", "sum_of"]

_TERMS = 25  # of a sum in one loop; the registers do not hold more (7x7: 2.0 ms instead of 4.7)
_TOTALS = (
    2**17
)  # elements that are added to again and again, so that they stay in the cache (56x56x128: 6 ms instead of 11)


def offsets(g: Geometry) -> Iterable[Sizes]:
    """The places of the window's elements."""
    return product(*map(range, g.window))


def sum_of(terms: Iterable[Array]) -> Array:
    """The terms' sum in four chains: in one, each addition would wait for the one before, at half the speed and less."""
    chains: list[Array] = []
    for i, term in enumerate(terms):
        if i < 4:
            chains.append(term)
        else:
            chains[i % 4] = chains[i % 4] + term
    return sum(chains[1:], chains[0])


def _in_parts(terms: Iterable[Array]) -> Array:
    """The sum of many terms, a few in each loop."""
    given = list(terms)
    total = sum_of(given[:_TERMS])
    return total if len(given) <= _TERMS else kept(total) + _in_parts(given[_TERMS:])


def _forward(x: Array, kernel: Array, g: Geometry) -> Array:
    x = kept(jnp.pad(x, [(0, 0), *g.padding, (0, 0)]))
    return _in_parts(x[(slice(None), *g.slices(offset))] * kernel[offset] for offset in offsets(g))


def _to_input(y: Array, kernel: Array, g: Geometry) -> Array:
    """Along an axis every `strides`-th element of the input meets the same elements of the window: a sum for each such phase."""
    size = [-(-n // s) for n, s in zip(g.size, g.strides, strict=True)]  # of a phase
    # For each axis and phase, the elements of the window and by how much the output is shifted for them.
    meets = [
        [
            [(i, (before + phase - i * d) // s) for i in range(k) if (before + phase - i * d) % s == 0]
            for phase in range(s)
        ]
        for k, s, d, (before, _) in zip(g.window, g.strides, g.dilation, g.padding, strict=True)
    ]
    shifts = [[shift for phase in axis for _, shift in phase] for axis in meets]
    padding = [(-min(t), n - 1 + max(t) - (o - 1), 0) for t, n, o in zip(shifts, size, g.output, strict=True)]
    y = kept(lax.pad(y, np.zeros((), y.dtype), [(0, 0, 0), *padding, (0, 0, 0)]))

    def terms(phases: Sizes) -> Iterable[Array]:
        for met in product(*(axis[phase] for axis, phase in zip(meets, phases, strict=True))):
            starts = [shift + before for (_, shift), (before, _, _) in zip(met, padding, strict=True)]
            part = tuple(slice(a, a + n) for a, n in zip(starts, size, strict=True))
            yield y[(slice(None), *part)] * kernel[tuple(i for i, _ in met)]

    zeros = jnp.zeros((len(y), *size, y.shape[-1]), y.dtype)
    sums = [_in_parts([*terms(phases)] or [zeros]) for phases in product(*map(range, g.strides))]
    for axis in reversed(range(1, len(size) + 1)):  # the phases of an axis side by side
        s = g.strides[axis - 1]
        if s > 1:
            joined = [jnp.stack(sums[i : i + s], axis + 1) for i in range(0, len(sums), s)]
            sums = [x.reshape(*x.shape[:axis], -1, *x.shape[axis + 2 :]) for x in joined]
    return sums[0][(slice(None), *map(slice, g.size))]


def _to_kernel(x: Array, y: Array, g: Geometry) -> Array:
    """A loop over blocks of rows with a total, as large as a block, for each element of the window."""
    if len(g.size) == 1:  # as one row
        g = Geometry((1, *g.size), (1, *g.window), (1, *g.strides), ((0, 0), *g.padding), (1, *g.dilation))
        return _to_kernel(x[:, None], y[:, None], g)[0]
    window, channels = tuple(offsets(g)), y.shape[-1]
    x, y = kept((jnp.pad(x, [(0, 0), *g.padding, (0, 0)]), y))
    merged = g.strides[-1] == 1
    if merged:  # The last axis and channels are one: rows are long, which halves the time of 32 channels.
        x, y = (a.reshape(*a.shape[:-2], -1) for a in (x, y))
    height = y.shape[1]
    most = max(1, _TOTALS // (len(window) * prod(y.shape[2:])))
    rows = max(n for n in range(1, min(height, most) + 1) if height % n == 0)
    stride, blocks = g.strides[0], height // rows
    reach = (rows - 1) * stride + g.extent[0]
    block = Geometry((reach, *g.size[1:]), g.window, g.strides, ((0, 0), *g.padding[1:]), g.dilation)

    def met(offset: Sizes) -> tuple[slice, ...]:
        *others, last = block.slices(offset)
        return (*others, slice(last.start * channels, last.stop * channels) if merged else last)

    def add(turn: Any, totals: list[Array]) -> list[Array]:
        sample, row = turn // blocks, turn % blocks * rows
        part = lax.dynamic_slice_in_dim(x[sample], row * stride, reach)
        cotangent = lax.dynamic_slice_in_dim(y[sample], row, rows)
        return [total + part[met(offset)] * cotangent for total, offset in zip(totals, window, strict=True)]

    totals = lax.fori_loop(0, len(y) * blocks, add, [jnp.zeros((rows, *y.shape[2:]), y.dtype)] * len(window))
    sums = jnp.stack([total.reshape(-1, channels).sum(0) for total in totals])
    return sums.reshape(*g.window, channels)


depthwise, _, _ = closed(_forward, _to_input, _to_kernel)
