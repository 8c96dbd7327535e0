"""`tf.random`: the distributions of `ops/random.py` with TensorFlow's op seeds, whose streams go on from call to call."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.core.random import key_of, stream_key
from unikeras.core.tensor import Tensor, as_array
from unikeras.ops import random as base
from unikeras.ops.generator import _key
from unikeras.ops.random_gamma import _binomial, _gamma, _next
from unikeras.ops.random_gamma import binomial as _binomials

__all__ = [
    "categorical",
    "dropout",
    "fold_in",
    "gamma",
    "normal",
    "poisson",
    "shuffle",
    "split",
    "stateless_binomial",
    "stateless_gamma",
    "stateless_poisson",
    "stateless_shuffle",
    "truncated_normal",
    "uniform",
]


def _with_streams(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with TensorFlow's meaning of `seed`: two calls with one number draw different values."""
    place = list(inspect.signature(function).parameters).index("seed")

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if len(args) > place:
            args = (*args[:place], _stream(args[place]), *args[place + 1 :])
        elif kwargs.get("seed") is not None:
            kwargs["seed"] = _stream(kwargs["seed"])
        return function(*args, **kwargs)

    return wrapped


def _stream(seed: Any) -> Any:
    return Tensor(stream_key(seed)) if isinstance(seed, (int, np.integer)) else seed


uniform = _with_streams(base.uniform)
normal = _with_streams(base.normal)
truncated_normal = _with_streams(base.truncated_normal)
categorical = _with_streams(base.categorical)
shuffle = _with_streams(base.shuffle)
dropout = _with_streams(base.dropout)


def stateless_shuffle(value: Any, seed: Any, alg: Any = None, name: str | None = None) -> Any:
    """The slices along the first axis in an order that is the seed's (mirrors `tf.random.experimental.stateless_shuffle`).

    Args:
        value: a tensor.
        seed: two whole numbers.
        alg: accepted; the algorithm is threefry.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> sorted(tf.random.experimental.stateless_shuffle([3, 1, 2], seed=[1, 2]).numpy().tolist())
        [1, 2, 3]
    """
    return base.shuffle(value, seed=_key(seed))


@op
def _gammas(F, key, alpha, beta, *, shape, dtype):
    kind = F.dtype("float64" if dtype == "float64" else "float32")
    alpha, beta = F.astype(alpha, kind), F.astype(beta, kind)
    whole = (*shape, *np.broadcast_shapes(tuple(alpha.shape), tuple(beta.shape)))
    return F.astype(_gamma(F, key, F.broadcast_to(alpha, whole)) / beta, F.dtype(dtype))


def _shape(shape: Any) -> tuple[int, ...]:
    return tuple(int(d) for d in np.asarray(shape).ravel())


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Numbers of gamma distributions (mirrors `tf.random.gamma`).

    Args:
        shape: how many numbers of each distribution.
        alpha: the shapes of the distributions.
        beta: their rates, 1 by default; broadcast with `alpha`.
        dtype: a float type.
        seed: an int for a stream of its own, or `None`.
        name: ignored.

    Returns:
        `shape` followed by the shape of alpha and beta.

    Example:
        >>> import unikeras as tf
        >>> tf.random.gamma([2], [0.5, 1.5, 3.0]).shape
        TensorShape([2, 3])
    """
    dtype = as_dtype(dtype).name
    arrays = (as_array(alpha, dtype), as_array(1.0 if beta is None else beta, dtype))
    return _gammas(Tensor(stream_key(seed)), *map(Tensor, arrays), shape=_shape(shape), dtype=dtype)


def stateless_gamma(
    shape: Any,
    seed: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    alg: Any = None,
    name: str | None = None,
) -> Any:
    """Numbers of gamma distributions that depend on nothing but the seed (mirrors `tf.random.stateless_gamma`).

    Args:
        shape: the result's shape, which alpha and beta are broadcast to.
        seed: two whole numbers.
        alpha: the shapes of the distributions.
        beta: their rates, 1 by default.
        dtype: a float type.
        alg: accepted; the algorithm is threefry.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.random.stateless_gamma([4, 2], seed=[1, 2], alpha=[0.5, 1.5]).shape
        TensorShape([4, 2])
    """
    dtype = as_dtype(dtype).name
    whole = _shape(shape)
    low, high = (
        np.broadcast_to(np.asarray(v, as_dtype(dtype).np_dtype), whole)
        for v in (alpha, 1.0 if beta is None else beta)
    )
    return _gammas(
        Tensor(key_of(_key(seed))), Tensor(as_array(low)), Tensor(as_array(high)), shape=(), dtype=dtype
    )


_DIRECT = 16.0  # rates up to which the gaps between events are counted
_GAPS = 80  # more than ever happen with such a rate (the chance is below 1e-25)


@op(no_gradient=True)
def _poissons(F, key, lam, *, shape, dtype):
    # Gaps between events are exponential. While a rate is large, the time of an early event, a gamma number, leaves a smaller rate or
    # a binomial number (Ahrens and Dieter, "Computer methods for sampling from gamma, beta, Poisson and binomial distributions", 1974).
    kind = F.dtype("float64")

    def shorten(state: Any) -> Any:
        current, rate, found = state
        drawn = _next(F, current, 3)
        large = rate > _DIRECT
        event = F.where(large, F.floor(rate * 0.875), F.ones_like(rate))
        time = _gamma(F, drawn[0], event)
        beyond = large & (time > rate)
        share = F.where(beyond, rate / time, F.zeros_like(rate))
        before = _binomial.body(F, drawn[1], event - 1, share, shape=shape, dtype="float64")
        more = F.where(beyond, before, F.where(large, event, F.zeros_like(rate)))
        left = F.where(beyond, F.zeros_like(rate), F.where(large, rate - time, rate))
        return drawn[2], left, found + more

    keys = _next(F, key, 2)
    rate = F.broadcast_to(F.astype(lam, kind), shape)
    state = keys[0], rate, F.zeros_like(rate)
    _, rate, found = F.while_loop(lambda s: F.any(s[1] > _DIRECT), shorten, state)
    gaps = -F.log((F.astype(F.random_bits(keys[1], (_GAPS, *shape)), kind) + 0.5) / 2.0**32)
    arrived = F.cumulative_sum(gaps, axis=0) <= F.expand_dims(rate, axis=0)
    return F.astype(found + F.sum(F.astype(arrived, kind), axis=0), F.dtype(dtype))


def poisson(shape: Any, lam: Any, dtype: Any = "float32", seed: Any = None, name: str | None = None) -> Any:
    """Numbers of Poisson distributions (mirrors `tf.random.poisson`).

    Args:
        shape: how many numbers of each distribution.
        lam: the rates, floats.
        dtype: a float or integer type.
        seed: an int for a stream of its own, or `None`.
        name: ignored.

    Returns:
        `shape` followed by the shape of lam.

    Example:
        >>> import unikeras as tf
        >>> tf.random.poisson([2], [0.5, 1.5, 3.0]).shape
        TensorShape([2, 3])
    """
    rates = as_array(lam)
    whole = (*_shape(shape), *rates.shape)
    return _poissons(Tensor(stream_key(seed)), Tensor(rates), shape=whole, dtype=as_dtype(dtype).name)


def stateless_poisson(shape: Any, seed: Any, lam: Any, dtype: Any = "int32", name: str | None = None) -> Any:
    """Numbers of Poisson distributions that depend on nothing but the seed (mirrors `tf.random.stateless_poisson`).

    Args:
        shape: the result's shape, which lam is broadcast to.
        seed: two whole numbers.
        lam: the rates, floats.
        dtype: a float or integer type.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.random.stateless_poisson([4, 2], seed=[1, 2], lam=[0.5, 1.5]).shape
        TensorShape([4, 2])
    """
    return _poissons(
        Tensor(key_of(_key(seed))), Tensor(as_array(lam)), shape=_shape(shape), dtype=as_dtype(dtype).name
    )


def stateless_binomial(
    shape: Any, seed: Any, counts: Any, probs: Any, output_dtype: Any = "int32", name: str | None = None
) -> Any:
    """Numbers of binomial distributions that depend on nothing but the seed (mirrors `tf.random.stateless_binomial`).

    Args:
        shape: the result's shape, which counts and probs are broadcast to.
        seed: two whole numbers.
        counts: how many trials.
        probs: the chance of each.
        output_dtype: a float or integer type.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.random.stateless_binomial([3], seed=[1, 2], counts=10.0, probs=1.0).numpy().tolist()
        [10, 10, 10]
    """
    return _binomials(_shape(shape), counts, probs, dtype=as_dtype(output_dtype).name, seed=_key(seed))


@op
def _split(F, seed, *, num):
    bits = F.random_bits(F.astype(seed, F.dtype("uint32")), (num, 2))
    return (
        F.astype(bits, F.dtype("int32")) if str(seed.dtype).endswith("int32") else F.astype(bits, seed.dtype)
    )


def split(seed: Any, num: int = 2, alg: Any = None) -> Any:
    """New seeds from one, [num, 2] (mirrors `tf.random.split`).

    Args:
        seed: two whole numbers.
        num: how many.
        alg: accepted; the algorithm is threefry.

    Example:
        >>> import unikeras as tf
        >>> tf.random.split([1, 2], 3).shape
        TensorShape([3, 2])
    """
    return _split(seed, num=int(num))


@op
def _fold(F, seed, data):
    key = F.astype(seed, F.dtype("uint32"))
    mixed = F.random_bits(F.stack([key[0], key[1] ^ F.astype(data, F.dtype("uint32"))]), (2,))
    return F.astype(mixed, seed.dtype)


def fold_in(seed: Any, data: Any, alg: Any = None) -> Any:
    """A new seed from one and a number (mirrors `tf.random.fold_in`).

    Args:
        seed: two whole numbers.
        data: a whole number.
        alg: accepted; the algorithm is threefry.

    Example:
        >>> import unikeras as tf
        >>> tf.random.fold_in([1, 2], 3).shape
        TensorShape([2])
    """
    return _fold(seed, data)
