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
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from unikeras.engine.contract_conv import Array, Geometry, Pairs, Sizes
from unikeras.engine.jax_closed import closed
from unikeras.engine.jax_depthwise import depthwise, offsets, sum_of
from unikeras.engine.jax_kept import kept
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
        if groups == x.shape[-1] > 1:  # each channel by itself
            kernel = kernel.reshape(*kernel.shape[:-2], groups, -1)
            return self.depthwise_conv(x, kernel, strides=strides, padding=padding, dilation=dilation)
        if groups > 1 and kernel.shape[-2] <= _NARROW and len(strides) < 3:
            geometry = Geometry(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
            return _grouped(x, kernel, (geometry, groups))
        if groups > 1:
            return _conv_in_groups(
                x, kernel, groups, partial(self.conv, strides=strides, padding=padding, dilation=dilation)
            )
        geometry = Geometry(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
        return (_conv_by_planes if len(strides) == 3 else _conv)(x, kernel, geometry)

    def conv_transpose(
        self, x: Array, kernel: Array, *, size: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        geometry = Geometry(tuple(size), kernel.shape[:-2], strides, padding, dilation)
        if not _on_cpu():
            return _to_input(x, kernel, geometry)
        return (_transpose_by_planes if len(strides) == 3 else _transpose)(x, kernel, geometry)

    def depthwise_conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        channels, multiplier = kernel.shape[-2:]
        if not _on_cpu():
            kernel = kernel.reshape(*kernel.shape[:-2], 1, channels * multiplier)
            return _lax_conv(x, kernel, strides, padding, None, dilation, channels)
        geometry = Geometry(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
        parts = [depthwise(x, kernel[..., i], geometry) for i in range(multiplier)]
        return parts[0] if multiplier == 1 else jnp.stack(parts, -1).reshape(*parts[0].shape[:-1], -1)


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


# Dense, along one or two axes.

_FEW = 4  # channels: XLA's kernel packs its input fastest in fours
_SMALL = (
    2**20
)  # elements that are faster transposed by themselves than in a product: 10 to 25% of the time for 32 to 512 channels


def _forward(x: Array, kernel: Array, g: Geometry) -> Array:
    if _pointwise(g):
        return x[(slice(None), *g.slices((0,) * len(g.size)))] @ kernel.reshape(kernel.shape[-2:])
    if x.shape[-1] == _FEW - 1 and prod(g.window) <= 25 and kernel.shape[-1] < 64:  # colours: half the time
        x = _barrier(jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, 1)]))
        kernel = _barrier(jnp.pad(kernel, [(0, 0)] * (kernel.ndim - 2) + [(0, 1), (0, 0)]))
    return _lax_conv(x, kernel, g.strides, g.padding, None, g.dilation)


def _to_input(y: Array, kernel: Array, g: Geometry) -> Array:
    if _pointwise(g):
        return _spread(y @ kernel.reshape(kernel.shape[-2:]).T, g)
    kernel = _barrier(jnp.swapaxes(jnp.flip(kernel, range(kernel.ndim - 2)), -1, -2))
    padding = [
        (e - 1 - before, n - 1 + before - (o - 1) * s)
        for n, (before, _), e, o, s in zip(g.size, g.padding, g.extent, g.output, g.strides, strict=True)
    ]
    return _lax_conv(y, kernel, (1,) * len(g.size), padding, g.strides, g.dilation)


def _to_kernel(x: Array, y: Array, g: Geometry) -> Array:
    if _pointwise(g):
        x = x[(slice(None), *g.slices((0,) * len(g.size)))]
        if x.size <= _SMALL:
            w = kept(kept(x).reshape(-1, x.shape[-1]).T) @ y.reshape(-1, y.shape[-1])
        else:
            w = x.reshape(-1, x.shape[-1]).T @ y.reshape(-1, y.shape[-1])
        return w.reshape(*g.window, *w.shape)
    return _correlated(*_turned(x, y), g)


def _turned(x: Array, y: Array) -> tuple[Array, Array]:
    """The input with channels as the batch, and of both the batch as channels."""
    return _barrier(jnp.swapaxes(x, 0, -1)), _barrier(jnp.moveaxis(y, 0, -2))


def _correlated(x: Array, y: Array, g: Geometry) -> Array:
    padding = [
        (before, (k - 1) * d + (o - 1) * s + 1 - n - before)
        for n, k, (before, _), d, o, s in zip(
            g.size, g.window, g.padding, g.dilation, g.output, g.strides, strict=True
        )
    ]
    return jnp.moveaxis(_lax_conv(x, y, g.dilation, padding, None, g.strides), 0, -2)


def _pointwise(g: Geometry) -> bool:
    return all(k == 1 for k in g.window) and not any(map(any, g.padding))


def _spread(y: Array, g: Geometry) -> Array:
    """`y` at every `strides`-th place of an input, zeros between: the transpose of taking a strided slice."""
    if all(s == 1 for s in g.strides):
        return y
    inner = [(0, n - 1 - (o - 1) * s, s - 1) for n, o, s in zip(g.size, g.output, g.strides, strict=True)]
    return lax.pad(y, np.zeros((), y.dtype), [(0, 0, 0), *inner, (0, 0, 0)])


_conv, _transpose, _ = closed(_forward, _to_input, _to_kernel)


# Three axes and groups, by convolutions of the kind above; their gradients follow from those.


def _plane(g: Geometry) -> Geometry:
    """The geometry of the last two of three axes."""
    return Geometry(g.size[1:], g.window[1:], g.strides[1:], g.padding[1:], g.dilation[1:])


def _conv_by_planes(x: Array, kernel: Array, g: Geometry) -> Array:
    """For each plane of the kernel a convolution of planes: XLA's kernel of three axes is several times slower."""
    if _pointwise(g):
        return _conv(x, kernel, g)
    x = jnp.pad(x, [(0, 0), g.padding[0], (0, 0), (0, 0), (0, 0)])
    total: Any = 0
    for i in range(g.window[0]):
        part = x[:, g.slices((i, 0, 0))[0]]
        y = _conv(part.reshape(-1, *part.shape[2:]), kernel[i], _plane(g))
        total = total + y.reshape(*part.shape[:2], *y.shape[1:])
    return total


def _transpose_by_planes(y: Array, kernel: Array, g: Geometry) -> Array:
    if _pointwise(g):
        return _transpose(y, kernel, g)
    (n, *_), (s, *_), (o, *_), (d, *_), ((before, _), *_) = g.size, g.strides, g.output, g.dilation, g.padding
    total: Any = 0
    for i in range(g.window[0]):
        x = _transpose(y.reshape(-1, *y.shape[2:]), kernel[i], _plane(g))
        x = x.reshape(*y.shape[:2], *x.shape[1:])
        back = (i * d - before, n + before - (i * d + (o - 1) * s + 1), s - 1)
        total = total + lax.pad(x, np.zeros((), x.dtype), [(0, 0, 0), back, *[(0, 0, 0)] * 3])
    return total


def _conv_in_groups(x: Array, kernel: Array, groups: int, conv: Callable[..., Array]) -> Array:
    """One convolution a group: right for few and wide ones."""
    parts = zip(jnp.split(x, groups, -1), jnp.split(kernel, groups, -1), strict=True)
    return jnp.concatenate([conv(a, b) for a, b in parts], -1)


# Narrow groups: a sum over the elements of the window and the channels of a group, each channel times a row of the kernel. XLA's
# convolution is slow at few filters. The kernel is that of `conv`: [*window, channels / groups, filters].

_NARROW = 16  # channels of a group, up to which this is the faster form
_TOGETHER = 8  # channels of a convolution for several groups
_AT_ONCE = 4  # channels in one turn of the loop: sums of many more terms are not vectorized


def _narrow(x: Array, kernel: Array, parts: Any) -> Array:
    """x [batch, *padded, groups, channels] and a kernel [*window, channels, groups, filters / groups] give [batch, *output, filters].

    parts: for each element of the window its offset and the slices of `x` it meets.
    """
    channels = x.shape[-1]
    step = max(n for n in range(1, _AT_ONCE + 1) if channels % n == 0)

    def add(turn: Any, total: Array) -> Array:
        some = lax.dynamic_slice_in_dim(x, turn * step, step, -1)
        weights = lax.dynamic_slice_in_dim(kernel, turn * step, step, -3)
        return total + sum_of(
            some[(slice(None), *part)][..., i, None] * weights[offset][i]
            for offset, part in parts
            for i in range(step)
        )

    y_shape = jax.eval_shape(lambda x: x[(slice(None), *parts[0][1])], x).shape[:-2]
    y = lax.fori_loop(0, channels // step, add, jnp.zeros((*y_shape, *kernel.shape[-2:]), x.dtype))
    return y.reshape(*y_shape, -1)


def _spread_and_padded(y: Array, g: Geometry) -> Array:
    """An output such that the flipped kernel's windows of it, `_whole`, give an input."""
    padding = [
        (e - 1 - before, n - 1 + before - (o - 1) * s, s - 1)
        for n, (before, _), e, o, s in zip(g.size, g.padding, g.extent, g.output, g.strides, strict=True)
    ]
    return kept(lax.pad(y, np.zeros((), y.dtype), [(0, 0, 0), *padding, (0, 0, 0)]))


def _whole(g: Geometry) -> list[Any]:
    """For each element of the window its offset, and a slice as large as the input."""
    return [
        (at, tuple(slice(i * d, i * d + n) for i, d, n in zip(at, g.dilation, g.size, strict=True)))
        for at in offsets(g)
    ]


@partial(jax.jit, static_argnums=2)
def _grouped_forward(x: Array, kernel: Array, how: tuple[Geometry, int]) -> Array:
    (g, groups), channels = how, kernel.shape[-2]
    x = kept(jnp.pad(x, [(0, 0), *g.padding, (0, 0)]))
    x = x.reshape(*x.shape[:-1], groups, channels)
    kernel = kernel.reshape(*kernel.shape[:-1], groups, -1)
    return _narrow(x, kernel, [(offset, g.slices(offset)) for offset in offsets(g)])


@partial(jax.jit, static_argnums=2)
def _grouped_to_input(y: Array, kernel: Array, how: tuple[Geometry, int]) -> Array:
    g, groups = how
    y = _spread_and_padded(y, g)
    y = y.reshape(*y.shape[:-1], groups, -1)
    kernel = jnp.flip(kernel, range(kernel.ndim - 2)).reshape(*kernel.shape[:-1], groups, -1)
    return _narrow(y, kept(jnp.swapaxes(kernel, -1, -3)), _whole(g))


def _grouped_to_kernel(x: Array, y: Array, how: tuple[Geometry, int]) -> Array:
    """A convolution for some groups at once, of whose result only the blocks of one group are of use."""
    g, groups = how
    most = max(1, _TOGETHER // (x.shape[-1] // groups))
    together = max(n for n in range(1, most + 1) if groups % n == 0)
    channels, product = -1, _to_kernel
    if not _pointwise(g):
        x, y = kept(_turned(x, y))
        channels, product = 0, _correlated

    def blocks(x: Array, y: Array) -> list[Array]:
        w = product(x, y, g)
        w = w.reshape(*g.window, together, w.shape[-2] // together, together, -1)
        return [w[..., i, :, i, :] for i in range(together)]

    parts = zip(jnp.split(x, groups // together, channels), jnp.split(y, groups // together, -1), strict=True)
    return jnp.concatenate([block for pair in parts for block in blocks(*pair)], -1)


_grouped, _, _ = closed(_grouped_forward, _grouped_to_input, _grouped_to_kernel)


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
        or len(spatial) > 2
    )
