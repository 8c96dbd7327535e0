"""Recurrences on jax: `scan` compiled, and the networks with gradients of their own.

Differentiating the loop step by step is slow on XLA. Instead, what does not depend on the order of the steps is computed
for all of them at once: before the backward loop the factors by which the gradients of the states are multiplied, after it
the gradients of the weights, each as one product. The sigmoids of the gates are tanh(z / 2) / 2 + 1 / 2, so that a step has
one tanh over all its gates. The product of the inputs is taken step by step, together with that of the state: what a step
needs is then in the cache, and nothing is kept for all steps. Only for small batches is it faster to take it before.
The backward loops are plain jax, so these gradients can be differentiated again.
"""

# ruff: noqa: D102 - the contract says what each does.

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from unikeras.engine.contract_recurrent import RecurrentEngine
from unikeras.engine.jax_callbacks import without_callbacks

__all__ = ["JaxRecurrent"]

Array = Any


class JaxRecurrent(RecurrentEngine):
    """See the module's docstring."""

    def scan(
        self,
        body: Callable[[Any, Any], tuple[Any, Any]],
        init: Any,
        xs: Any,
        length: int | None = None,
        reverse: bool = False,
        unroll: int = 1,
    ) -> tuple[Any, Any]:
        return jax.lax.scan(body, init, xs, length, reverse, unroll)

    def closed(self, function: Callable[..., list[Any]], *arrays: Any) -> Any:
        traced = jax.make_jaxpr(function)(*arrays)
        count = len(arrays)

        def pure(*every: Any, quiet: bool = False) -> list[Any]:
            jaxpr = without_callbacks(traced.jaxpr) if quiet else traced.jaxpr
            return jax.core.eval_jaxpr(jaxpr, every[count:], *every[:count])

        return pure, list(traced.consts)

    def simple_rnn(
        self,
        x: Any,
        h: Any,
        kernel: Any,
        recurrent_kernel: Any,
        bias: Any,
        mask: Any,
        keep: Any,
        reverse: bool,
    ) -> Any:
        every = _simple_rnn(x, h, kernel, recurrent_kernel, bias, mask, keep, reverse)
        return every, _last(every, reverse)

    def lstm(
        self, x: Any, h: Any, c: Any, kernel: Any, recurrent_kernel: Any, bias: Any, mask: Any, keep: Any, reverse: bool
    ) -> Any:  # fmt: skip
        every, c = _lstm(x, h, c, kernel, recurrent_kernel, bias, mask, keep, reverse)
        return every, _last(every, reverse), c

    def gru(
        self, x: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any, recurrent_bias: Any, mask: Any, keep: Any,
        reverse: bool,
    ) -> Any:  # fmt: skip
        every = _gru(x, h, kernel, recurrent_kernel, bias, recurrent_bias, mask, keep, reverse)
        return every, _last(every, reverse)


def _last(every: Array, reverse: bool) -> Array:
    return every[0] if reverse else every[-1]


def _affine(x: Array, kernel: Array, bias: Array | None) -> Array:
    y = x @ kernel
    return y if bias is None else y + bias


_SMALL = 16  # below so many rows a product is bound by reading the kernel, so one for all steps is faster


def _sums(
    x: Array, kernel: Array, recurrent_kernel: Array, bias: Array | None
) -> tuple[Array, Callable[[Array, Array], Array]]:
    """What to go over, and the function of a state and a step of it that is h U + x W + b."""
    if x.shape[1] < _SMALL:
        return _affine(x, kernel, bias), lambda h, z: z + h @ recurrent_kernel
    both = jnp.concatenate([recurrent_kernel, kernel])
    return x, lambda h, x: _affine(jnp.concatenate([h, x], -1), both, bias)


def _over(step: Callable[[Any, Any], Any], start: Any, rows: Any, reverse: bool) -> Any:
    """`scan`, with two steps a turn of the loop: a turn costs as much as a small step."""
    return jax.lax.scan(step, start, rows, reverse=reverse, unroll=2)


def _kept(h: Array, keep: Array | None) -> Array:
    return h if keep is None else h * keep


def _masked(mask: Array | None, new: Array, old: Array) -> Array:
    return new if mask is None else jnp.where(mask[..., None], new, old)


def _before(first: Array, every: Array, reverse: bool) -> Array:
    """The state before every step, from those after it."""
    first = first[None]
    return jnp.concatenate([every[1:], first] if reverse else [first, every[:-1]])


def _gates(units: int, candidate: int, count: int, dtype: Any) -> tuple[Array, Array]:
    """Scale and offset that make sigmoids of the tanh of halves, but for the gate number `candidate`."""
    scale = np.full((count, units), 0.5)
    scale[candidate] = 1
    offset = np.full((count, units), 0.5)
    offset[candidate] = 0
    return jnp.asarray(scale.ravel(), dtype), jnp.asarray(offset.ravel(), dtype)


def _products(rows: Array, columns: Array) -> Array:
    """rows^T columns, summed over steps and batch: the gradient of a kernel."""
    return rows.reshape(-1, rows.shape[-1]).T @ columns.reshape(-1, columns.shape[-1])


def _bias_gradient(bias: Array | None, gradient: Array) -> Array | None:
    return None if bias is None else jnp.sum(gradient, (0, 1))


def _no_gradient(mask: Array | None) -> Any:
    return None if mask is None else np.zeros(mask.shape, jax.dtypes.float0)


def _recurrent_gradients(
    before: Array, keep: Array | None, recurrent_kernel: Array, gradient: Array
) -> tuple[Array, Array | None]:
    """The gradients of the recurrent kernel and of `keep`, from that of the product (before, keep) @ recurrent_kernel."""
    kernel = _products(_kept(before, keep), gradient)
    return kernel, None if keep is None else jnp.sum(before * (gradient @ recurrent_kernel.T), 0)


# Simple recurrent network.


@partial(jax.custom_vjp, nondiff_argnums=(7,))
def _simple_rnn(
    x: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any, mask: Any, keep: Any, reverse: bool
) -> Any:
    rows, sums = _sums(x, kernel, recurrent_kernel, bias)

    def step(h: Array, inputs: Any) -> Any:
        row, m = inputs
        new = _masked(m, jnp.tanh(sums(_kept(h, keep), row)), h)
        return new, new

    return _over(step, h, (rows, mask), reverse)[1]


def _simple_rnn_forward(*args: Any) -> Any:
    every = _simple_rnn(*args)
    return every, (*args[:-1], every)


def _simple_rnn_backward(reverse: bool, saved: Any, gradient: Array) -> Any:
    x, h, kernel, recurrent_kernel, bias, mask, keep, every = saved
    slope = 1 - every * every
    if mask is not None:
        slope = jnp.where(mask[..., None], slope, 0)
    transposed = recurrent_kernel.T

    def step(dh: Array, inputs: Any) -> Any:
        gradient, slope, m = inputs
        dh = dh + gradient
        dz = dh * slope
        back = _kept(dz @ transposed, keep)
        return (back if m is None else jnp.where(m[..., None], back, dh)), dz

    dh, dz = _over(step, jnp.zeros_like(h), (gradient, slope, mask), not reverse)
    du, dkeep = _recurrent_gradients(_before(h, every, reverse), keep, recurrent_kernel, dz)
    return dz @ kernel.T, dh, _products(x, dz), du, _bias_gradient(bias, dz), _no_gradient(mask), dkeep


_simple_rnn.defvjp(_simple_rnn_forward, _simple_rnn_backward)


# Long short-term memory.


def _lstm_loop(
    x: Any, h: Any, c: Any, kernel: Any, recurrent_kernel: Any, bias: Any, mask: Any, keep: Any, reverse: bool, *, save: bool
) -> Any:  # fmt: skip
    scale, offset = _gates(h.shape[-1], 2, 4, x.dtype)
    rows, sums = _sums(x, kernel * scale, recurrent_kernel * scale, None if bias is None else bias * scale)

    def step(state: Any, inputs: Any) -> Any:
        h, c = state
        row, m = inputs
        gates = jnp.tanh(sums(_kept(h, keep), row)) * scale + offset
        i, f, g, o = jnp.split(gates, 4, -1)
        new_c = f * c + i * g
        new_h = _masked(m, o * jnp.tanh(new_c), h)
        new_c = _masked(m, new_c, c)
        return (new_h, new_c), ((new_h, new_c, gates) if save else new_h)

    return _over(step, (h, c), (rows, mask), reverse)


@partial(jax.custom_vjp, nondiff_argnums=(8,))
def _lstm(
    x: Any, h: Any, c: Any, kernel: Any, recurrent_kernel: Any, bias: Any, mask: Any, keep: Any, reverse: bool
) -> Any:
    (_, c), every = _lstm_loop(x, h, c, kernel, recurrent_kernel, bias, mask, keep, reverse, save=False)
    return every, c


def _lstm_forward(*args: Any) -> Any:
    (_, last_c), saved = _lstm_loop(*args, save=True)
    return (saved[0], last_c), (*args[:-1], saved)


def _lstm_backward(reverse: bool, saved: Any, gradients: Any) -> Any:
    x, h, c, kernel, recurrent_kernel, bias, mask, keep, (every, cells, gates) = saved
    i, f, g, o = jnp.split(gates, 4, -1)
    t = jnp.tanh(cells)
    cell = o * (1 - t * t)  # d h / d c
    factor = jnp.concatenate(
        [g * i * (1 - i), _before(c, cells, reverse) * f * (1 - f), i * (1 - g * g), t * o * (1 - o)], -1
    )
    if mask is not None:
        inside = mask[..., None]
        cell, factor, f = jnp.where(inside, cell, 0), jnp.where(inside, factor, 0), jnp.where(inside, f, 1)
    transposed = recurrent_kernel.T

    def step(state: Any, inputs: Any) -> Any:
        dh, dc = state
        gradient, cell, factor, f, m = inputs
        dh = dh + gradient
        dc = dc + dh * cell
        dz = jnp.concatenate([dc, dc, dc, dh], -1) * factor
        back = _kept(dz @ transposed, keep)
        return (back if m is None else jnp.where(m[..., None], back, dh), dc * f), dz

    start = (jnp.zeros_like(h), gradients[1])
    (dh, dc), dz = _over(step, start, (gradients[0], cell, factor, f, mask), not reverse)
    du, dkeep = _recurrent_gradients(_before(h, every, reverse), keep, recurrent_kernel, dz)
    return dz @ kernel.T, dh, dc, _products(x, dz), du, _bias_gradient(bias, dz), _no_gradient(mask), dkeep


_lstm.defvjp(_lstm_forward, _lstm_backward)


# Gated recurrent unit.


def _gru_loop(
    x: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any, recurrent_bias: Any, mask: Any, keep: Any, reverse: bool,
    *, save: bool,
) -> Any:  # fmt: skip
    units = h.shape[-1]
    small = x.shape[1] < _SMALL

    def step(h: Array, inputs: Any) -> Any:
        row, m = inputs
        a = row if small else _affine(row, kernel, bias)
        b = _affine(_kept(h, keep), recurrent_kernel, recurrent_bias)
        zr = jnp.tanh((a[..., : 2 * units] + b[..., : 2 * units]) * 0.5) * 0.5 + 0.5
        z, r, product = zr[..., :units], zr[..., units:], b[..., 2 * units :]
        g = jnp.tanh(a[..., 2 * units :] + r * product)
        new = _masked(m, g + z * (h - g), h)
        return new, ((new, zr, g, product) if save else new)

    rows = _affine(x, kernel, bias) if small else x
    return _over(step, h, (rows, mask), reverse)[1]


@partial(jax.custom_vjp, nondiff_argnums=(8,))
def _gru(
    x: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any, recurrent_bias: Any, mask: Any, keep: Any, reverse: bool
) -> Any:  # fmt: skip
    return _gru_loop(x, h, kernel, recurrent_kernel, bias, recurrent_bias, mask, keep, reverse, save=False)


def _gru_forward(*args: Any) -> Any:
    saved = _gru_loop(*args, save=True)
    return saved[0], (*args[:-1], saved)


def _gru_backward(reverse: bool, saved: Any, gradient: Array) -> Any:
    x, h, kernel, recurrent_kernel, bias, recurrent_bias, mask, keep, (every, zr, g, product) = saved
    z, r = jnp.split(zr, 2, -1)
    before = _before(h, every, reverse)
    to_g = (1 - z) * (1 - g * g)  # d h' / d (what g is the tanh of)
    to_zr = jnp.concatenate([(before - g) * z * (1 - z), to_g * product * r * (1 - r)], -1)
    if mask is not None:
        inside = mask[..., None]
        to_g, to_zr, z = jnp.where(inside, to_g, 0), jnp.where(inside, to_zr, 0), jnp.where(inside, z, 1)
    factor = jnp.concatenate([to_zr, to_g * r], -1)  # d h' / d (the recurrent product)
    transposed = recurrent_kernel.T

    def step(dh: Array, inputs: Any) -> Any:
        gradient, z, factor = inputs
        dh = dh + gradient
        back = (jnp.concatenate([dh, dh, dh], -1) * factor) @ transposed
        return dh * z + _kept(back, keep), dh

    first, dh = _over(step, jnp.zeros_like(h), (gradient, z, factor), not reverse)
    wide = jnp.concatenate([dh, dh, dh], -1)
    db = wide * factor
    da = jnp.concatenate([db[..., : to_zr.shape[-1]], dh * to_g], -1)
    du, dkeep = _recurrent_gradients(before, keep, recurrent_kernel, db)
    return (
        da @ kernel.T, first, _products(x, da), du, _bias_gradient(bias, da), _bias_gradient(recurrent_bias, db),
        _no_gradient(mask), dkeep,
    )  # fmt: skip


_gru.defvjp(_gru_forward, _gru_backward)
