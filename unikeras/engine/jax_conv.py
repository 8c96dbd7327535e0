"""Convolutions on XLA.

On a GPU or TPU these are `lax`'s own, gradients included. XLA:CPU has a fast kernel for one form only, the canonical one: channels-last
input and output, kernel [*window, in, out], no batch groups; whatever autodiff emits in another form is tens of times slower inside a
loop (jax issue 12868). So on the CPU a convolution and its two transposes are written in canonical convolutions, and each is
the others' gradient, to any order.
"""

# ruff: noqa: D102 - the contract says what each does.

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from unikeras.engine.contract_conv import Array, Geometry, Pairs, Sizes
from unikeras.engine.jax_pool import JaxPool

__all__ = ["JaxConv", "is_slow_on_cpu"]

_barrier = lax.optimization_barrier


class JaxConv(JaxPool):
    """The contract's convolutions; those of pooling are inherited."""

    def conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes, groups: int = 1
    ) -> Array:
        if not _on_cpu():
            return _lax_conv(x, kernel, strides, padding, None, dilation, groups)
        geometry = Geometry(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation, groups)
        return _conv(x, kernel, geometry)

    def conv_transpose(
        self, x: Array, kernel: Array, *, size: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        geometry = Geometry(tuple(size), kernel.shape[:-2], strides, padding, dilation)
        return (_transpose if _on_cpu() else _to_input)(x, kernel, geometry)

    def depthwise_conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        if not _on_cpu():
            channels, multiplier = kernel.shape[-2:]
            kernel = kernel.reshape(*kernel.shape[:-2], 1, channels * multiplier)
            return _lax_conv(x, kernel, strides, padding, None, dilation, channels)
        geometry = Geometry(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
        return _depthwise(x, kernel, geometry)


def _on_cpu() -> bool:
    return jax.default_backend() == "cpu"


def _lax_conv(
    x: Array,
    kernel: Array,
    strides: Sizes,
    padding: Any,
    lhs_dilation: Any,
    rhs_dilation: Any,
    groups: int = 1,
) -> Array:
    letters = "DHW"[-len(strides) :]
    layout = (f"N{letters}C", f"{letters}IO", f"N{letters}C")
    return lax.conv_general_dilated(
        x, kernel, strides, padding, lhs_dilation, rhs_dilation, layout, feature_group_count=groups
    )


def closed(forward: Any, to_input: Any, to_kernel: Any) -> tuple[Callable[..., Array], ...]:
    """A product of an input and a kernel, and its two transposes, each with the others as its gradient.

    Args:
        forward: function of (x, kernel, geometry), linear in x and in kernel.
        to_input: function of (y, kernel, geometry): its transpose in x.
        to_kernel: function of (x, y, geometry): its transpose in the kernel.
    """
    y_of = jax.custom_vjp(forward, nondiff_argnums=(2,))
    x_of = jax.custom_vjp(to_input, nondiff_argnums=(2,))
    w_of = jax.custom_vjp(to_kernel, nondiff_argnums=(2,))

    def keep(a: Array, b: Array, geometry: Geometry, function: Any) -> tuple[Array, tuple[Array, Array]]:
        return function(a, b, geometry), (a, b)

    y_of.defvjp(partial(keep, function=y_of), lambda g, kept, y: (x_of(y, kept[1], g), w_of(kept[0], y, g)))
    x_of.defvjp(partial(keep, function=x_of), lambda g, kept, x: (y_of(x, kept[1], g), w_of(x, kept[0], g)))
    w_of.defvjp(partial(keep, function=w_of), lambda g, kept, w: (x_of(kept[1], w, g), y_of(kept[0], w, g)))
    return y_of, x_of, w_of


# Dense.


def _forward(x: Array, kernel: Array, g: Geometry) -> Array:
    if _pointwise(g):
        return x[(slice(None), *g.slices((0,) * len(g.size)))] @ kernel.reshape(kernel.shape[-2:])
    if g.groups > 1:
        parts = zip(jnp.split(x, g.groups, -1), jnp.split(kernel, g.groups, -1), strict=True)
        return jnp.concatenate([_forward(a, b, g._replace(groups=1)) for a, b in parts], -1)
    return _lax_conv(x, kernel, g.strides, g.padding, None, g.dilation)


def _to_input(y: Array, kernel: Array, g: Geometry) -> Array:
    if g.groups > 1:
        parts = zip(jnp.split(y, g.groups, -1), jnp.split(kernel, g.groups, -1), strict=True)
        return jnp.concatenate([_to_input(a, b, g._replace(groups=1)) for a, b in parts], -1)
    if _pointwise(g):
        return _spread(y @ kernel.reshape(kernel.shape[-2:]).T, g)
    kernel = _barrier(jnp.swapaxes(jnp.flip(kernel, range(kernel.ndim - 2)), -1, -2))
    padding = [
        (e - 1 - before, n - 1 + before - (o - 1) * s)
        for n, (before, _), e, o, s in zip(g.size, g.padding, g.extent, g.output, g.strides, strict=True)
    ]
    return _lax_conv(y, kernel, (1,) * len(g.size), padding, g.strides, g.dilation)


def _to_kernel(x: Array, y: Array, g: Geometry) -> Array:
    if g.groups > 1:
        parts = zip(jnp.split(x, g.groups, -1), jnp.split(y, g.groups, -1), strict=True)
        return jnp.concatenate([_to_kernel(a, b, g._replace(groups=1)) for a, b in parts], -1)
    if _pointwise(g):
        x = x[(slice(None), *g.slices((0,) * len(g.size)))]
        w = x.reshape(-1, x.shape[-1]).T @ y.reshape(-1, y.shape[-1])
        return w.reshape(*g.window, *w.shape)
    x = _barrier(jnp.swapaxes(x, 0, -1))  # channels as the batch,
    y = _barrier(jnp.moveaxis(y, 0, -2))  # the batch as channels
    padding = [
        (before, (k - 1) * d + (o - 1) * s + 1 - n - before)
        for n, k, (before, _), d, o, s in zip(
            g.size, g.window, g.padding, g.dilation, g.output, g.strides, strict=True
        )
    ]
    return jnp.moveaxis(_lax_conv(x, y, g.dilation, padding, None, g.strides), 0, -2)


def _pointwise(g: Geometry) -> bool:
    return all(k == 1 for k in g.window) and not any(map(any, g.padding)) and g.groups == 1


def _spread(y: Array, g: Geometry) -> Array:
    """`y` at every `strides`-th place of an input, zeros between: the transpose of taking a strided slice."""
    if all(s == 1 for s in g.strides):
        return y
    inner = [(0, n - 1 - (o - 1) * s, s - 1) for n, o, s in zip(g.size, g.output, g.strides, strict=True)]
    return lax.pad(y, jnp.zeros((), y.dtype), [(0, 0, 0), *inner, (0, 0, 0)])


_conv, _transpose, _kernel = closed(_forward, _to_input, _to_kernel)


# Depthwise: a sum over the elements of the window, each times a slice of the input.


def _offsets(g: Geometry) -> Any:
    return product(*map(range, g.window))


def _depthwise_forward(x: Array, kernel: Array, g: Geometry) -> Array:
    x = _barrier(jnp.pad(x, [(0, 0), *g.padding, (0, 0)]))
    multiplier = kernel.shape[-1]
    if multiplier > 1:  # channel c's results lie side by side
        x = jnp.repeat(x, multiplier, -1)
    kernel = kernel.reshape(*kernel.shape[:-2], -1)
    total: Any = 0
    for offset in _offsets(g):
        total = total + x[(slice(None), *g.slices(offset))] * kernel[offset]
    return total


def _depthwise_to_input(y: Array, kernel: Array, g: Geometry) -> Array:
    channels, multiplier = kernel.shape[-2:]
    padding = [
        (e - 1 - before, n - 1 + before - (o - 1) * s, s - 1)
        for n, (before, _), e, o, s in zip(g.size, g.padding, g.extent, g.output, g.strides, strict=True)
    ]
    y = _barrier(lax.pad(y, jnp.zeros((), y.dtype), [(0, 0, 0), *padding, (0, 0, 0)]))
    kernel = jnp.flip(kernel, range(kernel.ndim - 2)).reshape(*kernel.shape[:-2], -1)
    total: Any = 0
    for offset in _offsets(g):
        part = (slice(i * d, i * d + n) for i, d, n in zip(offset, g.dilation, g.size, strict=True))
        total = total + y[(slice(None), *part)] * kernel[offset]
    return total if multiplier == 1 else total.reshape(*total.shape[:-1], channels, multiplier).sum(-1)


def _depthwise_to_kernel(x: Array, y: Array, g: Geometry) -> Array:
    x, y = _barrier((jnp.pad(x, [(0, 0), *g.padding, (0, 0)]), y))
    channels, multiplier = x.shape[-1], y.shape[-1] // x.shape[-1]
    if multiplier > 1:
        x = jnp.repeat(x, multiplier, -1)

    def add(i: Any, totals: list[Array]) -> list[Array]:
        one, cotangent = x[i], y[i]
        return [
            total + one[g.slices(offset)] * cotangent
            for total, offset in zip(totals, _offsets(g), strict=True)
        ]

    empty = [jnp.zeros(y.shape[1:], y.dtype)] * prod(g.window)
    totals = lax.fori_loop(0, len(x), add, empty)
    sums = jnp.stack([t.reshape(-1, t.shape[-1]).sum(0) for t in totals])
    return sums.reshape(*g.window, channels, multiplier)


_depthwise, _, _ = closed(_depthwise_forward, _depthwise_to_input, _depthwise_to_kernel)


def is_slow_on_cpu(equation: Any) -> bool:
    """Whether an equation of a jaxpr is a convolution of a form that XLA:CPU has no fast kernel for."""
    if equation.primitive.name != "conv_general_dilated":
        return False
    numbers, last = equation.params["dimension_numbers"], len(equation.invars[0].aval.shape) - 1
    spatial = tuple(range(1, last))
    kernel = (last, last - 1, *range(last - 1))
    canonical = (0, last, *spatial)
    return (
        (numbers.lhs_spec, numbers.rhs_spec, numbers.out_spec) != (canonical, kernel, canonical)
        or equation.params["batch_group_count"] != 1
        or equation.params["feature_group_count"] != 1
    )
