"""Pooling on XLA: `lax.reduce_window` on a GPU or TPU, slices of the input on the CPU, where windows are slow."""

# ruff: noqa: D102 - the contract says what each does.

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from unikeras.engine.contract_conv import Array, ConvEngine, Geometry, Pairs, Sizes
from unikeras.engine.jax_kept import kept

__all__ = ["JaxPool"]

_WIDE = (
    4  # a window along one axis above which those side by side are a reduction (14x14: a tenth of the time)
)
_LONGEST = 32  # from here on a window along one axis is left to `reduce_window` rather than unrolled


class JaxPool(ConvEngine):
    """Windows are taken one axis after the other, the last axis first, which gives the same maxima, sums and first-of-equals."""

    def max_pool(self, x: Array, *, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes) -> Array:
        if jax.default_backend() != "cpu":
            return _reduce_window(x, lax.max, _lowest(x.dtype), window, strides, padding, dilation)
        geometry = Geometry(x.shape[1:-1], window, strides, padding, dilation)
        for axis in reversed(range(len(window))):
            x = _max_along(kept(x), axis + 1, _along(geometry, axis))
        return kept(x)

    def sum_pool(self, x: Array, *, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes) -> Array:
        if jax.default_backend() != "cpu":
            return _reduce_window(x, lax.add, _zero(x.dtype), window, strides, padding, dilation)
        geometry = Geometry(x.shape[1:-1], window, strides, padding, dilation)
        for axis in reversed(range(len(window))):
            x = _sum_along(kept(x), axis + 1, _along(geometry, axis))
        return kept(x)


def _along(g: Geometry, axis: int) -> Geometry:
    """The geometry of one axis."""
    part = slice(axis, axis + 1)
    return Geometry(g.size[part], g.window[part], g.strides[part], g.padding[part], g.dilation[part])


def _reduce_window(
    x: Array, combine: Any, neutral: Any, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes
) -> Array:
    return lax.reduce_window(
        x,
        neutral,
        combine,
        (1, *window, 1),
        (1, *strides, 1),
        ((0, 0), *padding, (0, 0)),
        None,
        (1, *dilation, 1),
    )


def _zero(dtype: Any) -> np.ndarray:
    return np.zeros((), dtype)


def _lowest(dtype: Any) -> np.ndarray:
    return np.asarray(-np.inf if jnp.issubdtype(dtype, jnp.floating) else jnp.iinfo(dtype).min, dtype)


def _alone(g: Geometry) -> bool:
    return g.window == g.strides == (1,) and not any(g.padding[0])


def _tiles(g: Geometry) -> bool:
    """Whether the windows lie side by side and are wide, as in global pooling."""
    return g.window == g.strides and g.window[0] > _WIDE and not any(g.padding[0]) and g.dilation == (1,)


def _tiled(x: Array, axis: int, g: Geometry) -> Array:
    """The windows as an axis of their own, behind `axis`."""
    (n,), (k,) = g.output, g.window
    x = lax.slice_in_dim(x, 0, n * k, axis=axis)
    return x.reshape(*x.shape[:axis], n, k, *x.shape[axis + 1 :])


def _parts(x: Array, axis: int, g: Geometry, neutral: Any) -> list[Array]:
    """For each element of the window along `axis`, what of `x` it meets."""
    ((before, after),) = g.padding
    if before or after:
        x = lax.pad(x, neutral, [(before, after, 0) if i == axis else (0, 0, 0) for i in range(x.ndim)])
    (s,), (n,), (d,) = g.strides, g.output, g.dilation
    return [lax.slice_in_dim(x, i * d, i * d + (n - 1) * s + 1, s, axis) for i in range(g.window[0])]


def _one_axis(x: Array, axis: int, g: Geometry) -> tuple[Sizes, Sizes, Pairs, Sizes]:
    def at(value: int, other: int) -> Sizes:
        return tuple(value if i == axis else other for i in range(1, x.ndim - 1))

    pairs = tuple(g.padding[0] if i == axis else (0, 0) for i in range(1, x.ndim - 1))
    return at(g.window[0], 1), at(g.strides[0], 1), pairs, at(g.dilation[0], 1)


def _sum_along(x: Array, axis: int, g: Geometry) -> Array:
    if _alone(g):
        return x
    if _tiles(g):
        return _tiled(x, axis, g).sum(axis + 1)
    if g.window[0] > _LONGEST:
        return _reduce_window(x, lax.add, _zero(x.dtype), *_one_axis(x, axis, g))
    first, *others = _parts(x, axis, g, _zero(x.dtype))
    return sum(others, first)


def _max_along(x: Array, axis: int, g: Geometry) -> Array:
    if _alone(g):
        return x
    if _tiles(g):
        return _largest_of(_tiled(x, axis, g), axis + 1)
    if g.window[0] > _LONGEST:
        return _reduce_window(x, lax.max, _lowest(x.dtype), *_one_axis(x, axis, g))
    return _largest(x, axis, g)


@partial(jax.custom_vjp, nondiff_argnums=(1, 2))
def _largest(x: Array, axis: int, g: Geometry) -> Array:
    first, *others = _parts(x, axis, g, _lowest(x.dtype))
    for other in others:
        first = jnp.maximum(first, other)
    return first


def _largest_forward(x: Array, axis: int, g: Geometry) -> tuple[Array, tuple[Array, Array]]:
    y = _largest(x, axis, g)
    return y, (x, y)


def _largest_backward(axis: int, g: Geometry, kept: tuple[Array, Array], cotangent: Array) -> tuple[Array]:
    """The cotangent goes to the first element that equals the maximum; where all are nan, to none."""
    x, y = kept
    (n,), (s,), (o,), (d,), ((before, _),) = g.size, g.strides, g.output, g.dilation, g.padding
    zero = _zero(cotangent.dtype)
    total: Any = 0
    free: Any = True
    for i, part in enumerate(_parts(x, axis, g, _lowest(x.dtype))):
        chosen = (part == y) & free
        free = free & ~chosen
        # Back to where it came from; negative padding cuts what lay in the padding off.
        back = (i * d - before, n + before - (i * d + (o - 1) * s + 1), s - 1)
        spread = [back if j == axis else (0, 0, 0) for j in range(x.ndim)]
        total = total + lax.pad(jnp.where(chosen, cotangent, zero), zero, spread)
    return (total,)


_largest.defvjp(_largest_forward, _largest_backward)


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def _largest_of(x: Array, axis: int) -> Array:
    return x.max(axis)


def _largest_of_forward(x: Array, axis: int) -> tuple[Array, tuple[Array, Array]]:
    y = _largest_of(x, axis)
    return y, (x, y)


def _largest_of_backward(axis: int, kept_of: tuple[Array, Array], cotangent: Array) -> tuple[Array]:
    x, y = kept_of
    places = lax.broadcasted_iota(np.int32, x.shape, axis)
    first = jnp.where(x == jnp.expand_dims(y, axis), places, x.shape[axis]).min(axis, keepdims=True)
    return (jnp.where(places == kept(first), jnp.expand_dims(cotangent, axis), _zero(cotangent.dtype)),)


_largest_of.defvjp(_largest_of_forward, _largest_of_backward)
