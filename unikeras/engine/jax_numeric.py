"""Numerical primitives through JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from unikeras.engine.contract_numeric import Array, NumericEngine

__all__ = ["JaxNumeric"]


class JaxNumeric(NumericEngine):
    """XLA's own."""

    def erfc(self, x: Array) -> Array:
        """See the contract."""
        return jax.lax.erfc(x)

    def special(self, name: str, *arrays: Array) -> Array:
        """See the contract."""
        import jax.scipy.special as functions

        return getattr(functions, name)(*arrays)

    def lu(self, x: Array) -> tuple[Array, Array]:
        """See the contract."""
        factors, pivots, _ = jax.lax.linalg.lu(x)
        return factors, pivots.astype(jnp.int32)

    def scatter_reduce(self, x: Array, index: tuple[Array, ...], updates: Array, how: str) -> Array:
        """See the contract."""
        place = x.at[index]
        return {"max": place.max, "min": place.min, "mul": place.multiply}[how](updates)

    def jvp(
        self, function: Callable[..., Any], primals: Sequence[Array], tangents: Sequence[Array]
    ) -> tuple[Any, Any]:
        """See the contract."""
        return jax.jvp(function, tuple(primals), tuple(tangents))
