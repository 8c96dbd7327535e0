"""Gamma, beta and binomial numbers."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.core.random import key_of
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.ops.random import _float_dtype, _open_unit, _static, normal_body

__all__ = ["beta", "binomial", "gamma"]


def _next(F: Any, key: Any, count: int) -> Any:
    """As many keys, made of one."""
    return F.reshape(F.random_bits(key, (2 * count,)), (count, 2))


def _gamma(F: Any, key: Any, alpha: Any) -> Any:
    """Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; in float64."""
    keys = _next(F, key, 2)
    shape = tuple(alpha.shape)
    small = alpha < 1  # by way of alpha + 1
    d = F.where(small, alpha + 1, alpha) - 1 / 3
    c = 1 / F.sqrt(9 * d)

    def step(state: Any) -> Any:
        current, done, value = state
        drawn = _next(F, current, 3)
        x = normal_body(F, drawn[0], shape, "float64")
        u = _open_unit(F, drawn[1], shape)
        v = (1 + c * x) ** 3
        safe = F.where(v > 0, v, F.ones_like(v))
        good = (v > 0) & (F.log(u) < 0.5 * x * x + d - d * v + d * F.log(safe))
        return drawn[2], done | good, F.where(good & ~done, d * v, value)

    start = keys[0], F.zeros(shape, dtype=F.dtype("bool")), F.zeros(shape, dtype=F.dtype("float64"))
    _, _, value = F.while_loop(lambda state: ~F.all(state[1]), step, start)
    boost = F.pow(_open_unit(F, keys[1], shape), 1 / F.where(small, alpha, F.ones_like(alpha)))
    return F.where(small, value * boost, value)


def _double(F: Any, x: Any, shape: tuple[int, ...]) -> Any:
    return F.broadcast_to(F.astype(x, F.dtype("float64")), shape)


@op(no_gradient=True)
def _gamma_op(F, key, alpha, *, shape, dtype):
    return F.astype(_gamma(F, key, _double(F, alpha, shape)), F.dtype(dtype))


def _beta(F: Any, key: Any, a: Any, b: Any) -> Any:
    keys = _next(F, key, 2)
    first, second = _gamma(F, keys[0], a), _gamma(F, keys[1], b)
    return first / (first + second)


@op(no_gradient=True)
def _beta_op(F, key, a, b, *, shape, dtype):
    return F.astype(_beta(F, key, _double(F, a, shape), _double(F, b, shape)), F.dtype(dtype))


_FEW = 16


@op(no_gradient=True)
def _binomial(F, key, counts, probabilities, *, shape, dtype):
    # Of many trials the middle one in the order of size is a beta number, which leaves half as many (Relles, "A simple algorithm
    # for generating binomial random variables when N is large", 1972); the last few are counted one by one.
    n, p = _double(F, counts, shape), _double(F, probabilities, shape)

    def halve(state: Any) -> Any:
        current, n, p, found = state
        drawn = _next(F, current, 2)
        many = n >= _FEW
        i = F.floor(n / 2) + 1
        y = _beta(F, drawn[0], F.where(many, i, F.ones_like(n)), F.where(many, n + 1 - i, F.ones_like(n)))
        below = y <= p
        rest = F.where(below, n - i, i - 1)
        part = F.clip(F.where(below, (p - y) / (1 - y), p / y), 0.0, 1.0)
        more = F.where(many & below, found + i, found)
        return drawn[1], F.where(many, rest, n), F.where(many, part, p), more

    keys = _next(F, key, 2)
    state = keys[0], n, p, F.zeros_like(n)
    _, n, p, found = F.while_loop(lambda s: F.any(s[1] >= _FEW), halve, state)
    trials = _open_unit(F, keys[1], (_FEW, *shape)) < p
    places = F.reshape(F.arange(_FEW, dtype=n.dtype), (_FEW,) + (1,) * len(shape))
    return F.astype(found + F.sum(F.astype(trials & (places < n), n.dtype), axis=0), F.dtype(dtype))


def _key(seed: Any) -> Tensor:
    return Tensor(key_of(seed))


def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Gamma distributed numbers of scale 1 (mirrors `keras.random.gamma`).

    Args:
        shape: the result's.
        alpha: the distribution's shape, above 0; broadcast to `shape`.
        dtype: the result's; floatx if `None`.
        seed: `None`, an int or a `SeedGenerator`.

    Example:
        >>> from unikeras import keras
        >>> bool(keras.random.gamma((3,), 2.0, seed=1).numpy().min() > 0)
        True
    """
    return _gamma_op(_key(seed), convert_to_tensor(alpha), shape=_static(shape), dtype=_float_dtype(dtype))


def beta(shape: Any, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Beta distributed numbers (mirrors `keras.random.beta`).

    Args:
        shape: the result's.
        alpha: the first parameter, above 0; broadcast to `shape`.
        beta: the second one.
        dtype: the result's; floatx if `None`.
        seed: `None`, an int or a `SeedGenerator`.

    Example:
        >>> from unikeras import keras
        >>> bool(keras.random.beta((3,), 2.0, 3.0, seed=1).numpy().max() < 1)
        True
    """
    a, b = convert_to_tensor(alpha), convert_to_tensor(beta)
    return _beta_op(_key(seed), a, b, shape=_static(shape), dtype=_float_dtype(dtype))


def binomial(shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None) -> Any:
    """How many of `counts` trials succeed, as floats (mirrors `keras.random.binomial`).

    Args:
        shape: the result's.
        counts: the numbers of trials, broadcast to `shape`.
        probabilities: of success, in [0, 1].
        dtype: the result's; floatx if `None`.
        seed: `None`, an int or a `SeedGenerator`.

    Example:
        >>> from unikeras import keras
        >>> keras.random.binomial((2,), 10.0, 1.0, seed=1).numpy().tolist()
        [10.0, 10.0]
    """
    n, p = convert_to_tensor(counts), convert_to_tensor(probabilities)
    return _binomial(_key(seed), n, p, shape=_static(shape), dtype=_float_dtype(dtype))
