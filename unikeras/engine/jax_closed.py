"""`closed`: a product of an input and a kernel with its two transposes, gradients of each other to any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

from unikeras.engine.contract_conv import Array

__all__ = ["closed"]


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

    def keeping(function: Any) -> Any:
        return lambda a, b, geometry: (function(a, b, geometry), (a, b))

    y_of.defvjp(keeping(y_of), lambda g, kept, y: (x_of(y, kept[1], g), w_of(kept[0], y, g)))
    x_of.defvjp(keeping(x_of), lambda g, kept, x: (y_of(x, kept[1], g), w_of(x, kept[0], g)))
    w_of.defvjp(keeping(w_of), lambda g, kept, w: (x_of(kept[1], w, g), y_of(kept[0], w, g)))
    return y_of, x_of, w_of
