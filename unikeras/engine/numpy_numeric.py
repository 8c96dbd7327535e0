"""Numerical primitives in plain NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unikeras.core.errors import EngineError
from unikeras.engine.contract_numeric import Array, NumericEngine

__all__ = ["NumpyNumeric"]

_UFUNCS = {"max": np.maximum, "min": np.minimum, "mul": np.multiply}


class NumpyNumeric(NumericEngine):
    """NumPy, with the textbook's LU factors."""

    def erfc(self, x: Array) -> Array:
        """See the contract."""
        x = np.asarray(x)
        return (
            np.fromiter((math.erfc(float(v)) for v in x.ravel()), np.float64, x.size)
            .reshape(x.shape)
            .astype(x.dtype)
        )

    def special(self, name: str, *arrays: Array) -> Array:
        """See the contract."""
        from scipy import special  # which JAX brings along

        return np.asarray(getattr(special, name)(*arrays))

    def lu(self, x: Array) -> tuple[Array, Array]:
        """See the contract."""
        factors = np.array(x)
        count = min(x.shape[-2:])
        pivots = np.zeros((*x.shape[:-2], count), np.int32)
        for batch in np.ndindex(x.shape[:-2]):
            a = factors[batch]
            for k in range(
                count
            ):  # Golub and Van Loan, "Matrix computations", outer products with partial pivoting
                row = k + int(np.argmax(np.abs(a[k:, k])))
                pivots[(*batch, k)] = row
                a[[k, row]] = a[[row, k]]
                if a[k, k] != 0:
                    a[k + 1 :, k] /= a[k, k]
                    a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
        return factors, pivots

    def scatter_reduce(self, x: Array, index: tuple[Array, ...], updates: Array, how: str) -> Array:
        """See the contract."""
        result = np.array(x)
        _UFUNCS[how].at(result, index, updates)
        return result

    def jvp(
        self, function: Callable[..., Any], primals: Sequence[Array], tangents: Sequence[Array]
    ) -> tuple[Any, Any]:
        """See the contract."""
        raise EngineError(
            "The engine 'numpy' has no gradients, so jvp is not available on it; choose another, for example KERAS_BACKEND=jax."
        )
