"""Products of matrices on XLA."""

# ruff: noqa: D102 - the contract says what each does.

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import jax.numpy as jnp

__all__ = ["JaxProducts"]

Array = Any


class JaxProducts:
    """Rows of any number of axes times one matrix are given to XLA as a product of two matrices.

    XLA:CPU computes the product of more axes as fast, but for the gradient of the matrix it transposes both operands first,
    which takes as long as the product.
    """

    def matmul(self, x1: Array, x2: Array) -> Array:
        return _rows_times(x1, x2, 1) if x1.ndim > 2 and x2.ndim == 2 else jnp.matmul(x1, x2)

    def einsum(self, equation: str, *operands: Array) -> Array:
        count = _summed(equation) if len(operands) == 2 else 0
        return _rows_times(operands[0], operands[1], count) if count else jnp.einsum(equation, *operands)


def _rows_times(x1: Array, x2: Array, count: int) -> Array:
    """The sum over the last `count` axes of x1 and the first of x2."""
    free, summed, made = x1.shape[:-count], x2.shape[:count], x2.shape[count:]
    if x1.shape[-count:] != summed:  # jax says what is wrong
        return jnp.tensordot(x1, x2, count)
    y = jnp.matmul(x1.reshape(prod(free), prod(summed)), x2.reshape(prod(summed), prod(made)))
    return y.reshape(*free, *made)


@lru_cache(maxsize=1024)
def _summed(equation: str) -> int:
    """How many axes are summed, if the equation is 'free summed, summed made -> free made'; else 0."""
    inputs, _, output = equation.partition("->")
    left, _, right = inputs.partition(",")
    count = len(set(left) & set(right))
    free, made = left[: len(left) - count], right[count:]
    plain = (left + made).isalpha() and len(set(left + made)) == len(left + made)
    return count if plain and left[len(free) :] == right[:count] and output == free + made else 0
