"""The reference engine: plain NumPy. It has no gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ml_dtypes
import numpy as np

from unikeras.core.errors import EngineError
from unikeras.engine import threefry
from unikeras.engine.contract import Array, Engine
from unikeras.engine.numpy_conv import NumpyConv
from unikeras.engine.numpy_numeric import NumpyNumeric

__all__ = ["NumpyEngine"]


def _no_gradients(what: str) -> EngineError:
    return EngineError(
        f"The engine 'numpy' has no gradients, so {what} is not available on it: it predicts and evaluates. "
        "To train, choose another engine, for example KERAS_BACKEND=jax."
    )


def _wide(x: Array) -> Array:
    return x.astype(np.float32) if x.dtype == ml_dtypes.bfloat16 else x


def _narrow(result: Array, operands: Sequence[Array]) -> Array:
    return (
        result.astype(ml_dtypes.bfloat16) if all(x.dtype == ml_dtypes.bfloat16 for x in operands) else result
    )


def _as_given(op: Any, arrays: Sequence[Array], result: Any) -> Any:
    """Results of bfloat16 arrays as bfloat16: NumPy widens them whenever a Python fraction is near."""
    floating = [a.dtype for a in arrays if a is not None and a.dtype.kind in "fV"]
    if not floating or any(d != ml_dtypes.bfloat16 for d in floating) or "dtype" in op.static:
        return result
    if isinstance(result, (tuple, list)):
        return type(result)(_rounded(r) for r in result)
    return _rounded(result)


def _rounded(result: Array) -> Array:
    return result.astype(ml_dtypes.bfloat16) if result.dtype in (np.float32, np.float64) else result


class NumpyEngine(NumpyConv, NumpyNumeric, Engine):
    """NumPy arrays, evaluated at once."""

    name = "numpy"
    gradients = False
    xp = np

    def dtype(self, name: str) -> Any:
        return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)

    def from_numpy(self, value: np.ndarray) -> Array:
        return np.array(value)

    def to_numpy(self, array: Array) -> np.ndarray:
        return np.asarray(array)

    def owns(self, value: Any) -> bool:
        return isinstance(value, (np.ndarray, np.generic))

    def run(self, op: Any, arrays: Sequence[Array], attributes: tuple[Any, ...]) -> Any:
        with np.errstate(all="ignore"):  # inf and nan are values here, as on the other engines
            result = op.apply(self, arrays, attributes)
        return _as_given(op, arrays, result)

    def stop_gradient(self, x: Array) -> Array:
        return x

    def vjp(self, function: Callable[..., Any], *primals: Array) -> Any:
        raise _no_gradients("a gradient")

    def value_and_grad(self, function: Any, primals: list[Array]) -> Any:
        raise _no_gradients("training (fit, train_on_batch)")

    def jacobian(self, function: Callable[..., Array], *primals: Array) -> Any:
        raise _no_gradients("a jacobian")

    def vmap(self, function: Callable[..., Any], in_axes: Any = 0) -> Callable[..., Any]:
        def mapped(*args: Array) -> Array:
            axes = in_axes if isinstance(in_axes, (tuple, list)) else (in_axes,) * len(args)
            size = next(a.shape[axis] for a, axis in zip(args, axes, strict=True) if axis is not None)
            rows = [
                function(
                    *(a if axis is None else np.take(a, i, axis) for a, axis in zip(args, axes, strict=True))
                )
                for i in range(size)
            ]
            return np.stack(rows)

        return mapped

    def custom_gradient(
        self, forward: Callable[..., Any], pullback: Callable[..., Any] | None = None
    ) -> Callable[..., Any]:
        return lambda *arrays: forward(*arrays)[0]

    def random_bits(self, key: Array, shape: tuple[int, ...]) -> Array:
        return threefry.random_bits(self, key, shape)

    def erf(self, x: Array) -> Array:
        return _special.erf(x)

    def erfinv(self, x: Array) -> Array:
        return _special.erfinv(x)

    def lgamma(self, x: Array) -> Array:
        return _special.lgamma(x)

    def sigmoid(self, x: Array) -> Array:
        small = np.exp(-np.abs(x))
        return np.where(x >= 0, 1, small) / (1 + small)

    def logsumexp(self, x: Array, *, axis: Any = None, keepdims: bool = False) -> Array:
        top = np.max(x, axis=axis, keepdims=True)
        top = np.where(np.isfinite(top), top, np.zeros_like(top))
        total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
        return total if keepdims else np.squeeze(total, axis=axis)

    def isdtype(self, dtype: Any, kind: Any) -> bool:
        """Whether a dtype is of a kind of the Array API's, bfloat16 as float32 is."""
        return np.isdtype(np.dtype(np.float32) if dtype == ml_dtypes.bfloat16 else dtype, kind)

    # NumPy knows nothing of bfloat16: its products are summed in float32, as elsewhere, and rounded then.

    def einsum(self, equation: str, *operands: Array) -> Array:
        result = np.einsum(equation, *map(_wide, operands), optimize=True)
        return _narrow(result, operands)

    def matmul(self, x1: Array, x2: Array) -> Array:
        """The matrix product of the last two axes."""
        return _narrow(np.matmul(_wide(x1), _wide(x2)), (x1, x2))

    def tensordot(self, x1: Array, x2: Array, *, axes: Any = 2) -> Array:
        """The products summed over `axes`."""
        return _narrow(np.tensordot(_wide(x1), _wide(x2), axes=axes), (x1, x2))

    def scatter(self, x: Array, index: Any, updates: Array, *, add: bool = False) -> Array:
        result = np.array(x)
        if add:
            np.add.at(result, index, updates)
        else:
            result[index] = updates
        return result

    def top_k(self, x: Array, k: int) -> tuple[Array, Array]:
        order = np.argsort(-x if x.dtype.kind != "u" else x.max() - x, axis=-1, kind="stable")[..., :k]
        return np.take_along_axis(x, order, axis=-1), order.astype(np.int32)

    def svd(self, x: Array) -> tuple[Array, Array, Array]:
        u, s, v = np.linalg.svd(x, full_matrices=False)
        return u, s, v


class _Special:
    """Special functions NumPy lacks, from the standard library or a published series, computed in float64."""

    @staticmethod
    def _map(function: Callable[[float], float], x: Array) -> Array:
        x = np.asarray(x)
        flat = np.fromiter((function(float(v)) for v in x.ravel()), np.float64, x.size)
        return flat.reshape(x.shape).astype(x.dtype)

    def erf(self, x: Array) -> Array:
        import math

        return self._map(math.erf, x)

    def lgamma(self, x: Array) -> Array:
        import math

        def one(v: float) -> float:
            if math.isnan(v):
                return v
            return math.inf if math.isinf(v) or (v <= 0 and v == math.floor(v)) else math.lgamma(v)

        return self._map(one, x)

    def erfinv(self, x: Array) -> Array:
        # Giles, "Approximating the erfinv function" (GPU Computing Gems, 2011), in its single-precision form, then one
        # Newton step in float64: the result is exact to float32.
        x = np.asarray(x)
        y = x.astype(np.float64)
        with np.errstate(all="ignore"):
            w = -np.log((1.0 - y) * (1.0 + y))
            central = np.polyval(
                [2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
                 -0.00125372503, -0.00417768164, 0.246640727, 1.50140941],
                w - 2.5,
            )  # fmt: skip
            tail = np.polyval(
                [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
                 -0.0076224613, 0.00943887047, 1.00167406, 2.83297682],
                np.sqrt(np.where(w < 5, 5, w)) - 3.0,
            )  # fmt: skip
            guess = np.where(w < 5, central, tail) * y
            error = self.erf(guess) - y
            refined = guess - error / (2 / np.sqrt(np.pi) * np.exp(-(guess**2)))
        refined = np.where(np.abs(y) == 1, np.copysign(np.inf, y), refined)
        return refined.astype(x.dtype)


_special = _Special()
