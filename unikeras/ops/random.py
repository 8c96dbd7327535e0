"""Random numbers: distributions as formulas over bits that are the same on every engine."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.op import op
from unikeras.core.random import key_of
from unikeras.core.shape import as_shape
from unikeras.core.tensor import Tensor


def uniform_body(F: Any, key: Any, shape: tuple[int, ...], low: Any, high: Any, dtype: str) -> Any:
    """Uniform in [low, high), from the upper 24 (float64: 32) bits, so that every engine rounds alike."""
    bits = F.random_bits(key, shape)
    if dtype == "float64":
        unit = F.astype(bits, F.dtype("float64")) * 2.0**-32
    else:
        unit = F.astype(F.astype(bits >> 8, F.dtype("float32")) * 2.0**-24, F.dtype(dtype))
    return unit * (high - low) + low


def _open_unit(F: Any, key: Any, shape: tuple[int, ...]) -> Any:
    """Uniform in (0, 1), both ends out, in float64: for inverse distribution functions."""
    return (F.astype(F.random_bits(key, shape), F.dtype("float64")) + 0.5) * 2.0**-32


def normal_body(F: Any, key: Any, shape: tuple[int, ...], dtype: str) -> Any:
    """Standard normal by the inverse distribution function."""
    return F.astype(sqrt(2) * F.erfinv(2 * _open_unit(F, key, shape) - 1), F.dtype(dtype))


def truncated_normal_body(F: Any, key: Any, shape: tuple[int, ...], dtype: str) -> Any:
    """Standard normal restricted to [-2, 2]."""
    from math import erf

    edge = erf(2 / sqrt(2))
    unit = _open_unit(F, key, shape)
    return F.astype(F.clip(sqrt(2) * F.erfinv(edge * (2 * unit - 1)), -2.0, 2.0), F.dtype(dtype))


@op
def _uniform(F, key, low, high, *, shape, dtype):
    if dtype.startswith(("int", "uint")):
        low, high = F.astype(low, F.dtype("int64")), F.astype(high, F.dtype("int64"))
        return F.astype(low + F.random_bits(key, shape) % (high - low), F.dtype(dtype))
    return F.astype(uniform_body(F, key, shape, low, high, dtype), F.dtype(dtype))


@op
def _normal(F, key, mean, stddev, *, shape, dtype):
    return normal_body(F, key, shape, dtype) * stddev + mean


@op
def _truncated_normal(F, key, mean, stddev, *, shape, dtype):
    return truncated_normal_body(F, key, shape, dtype) * stddev + mean


@op
def _bernoulli(F, key, p, *, shape, dtype):
    return F.astype(uniform_body(F, key, shape, 0.0, 1.0, "float32") < p, F.dtype(dtype))


@op
def _categorical(F, key, logits, *, num_samples, dtype):
    # The Gumbel-max trick.
    noise = -F.log(-F.log(_open_unit(F, key, (logits.shape[0], num_samples, logits.shape[1]))))
    return F.astype(
        F.argmax(F.expand_dims(F.astype(logits, noise.dtype), axis=1) + noise, axis=-1), F.dtype(dtype)
    )


@op
def _permuted(F, x, key, *, axis):
    order = F.argsort(F.random_bits(key, (x.shape[axis],)), stable=True)
    return F.take(x, order, axis=axis)


@op
def _dropout(F, x, key, *, rate, noise_shape):
    shape = (
        x.shape
        if noise_shape is None
        else tuple(d if n is None else n for n, d in zip(noise_shape, x.shape, strict=True))
    )
    # Keeps where a 32-bit integer reaches rate * 2**32: no conversion to floats.
    keep = F.random_bits(key, tuple(shape)) >= round(rate * 2**32)
    return F.where(F.broadcast_to(keep, x.shape), x * (1 / (1 - rate)), F.zeros_like(x))


# Where selu goes for large negative numbers: -scale * alpha of its definition (Klambauer et al., 2017).
_SELU_FLOOR = -1.0507009873554805 * 1.6732632423543772


@op
def _alpha_dropout(F, x, key, *, rate, noise_shape):
    shape = (
        x.shape
        if noise_shape is None
        else tuple(d if n is None else n for n, d in zip(noise_shape, x.shape, strict=True))
    )
    keep = F.random_bits(key, tuple(shape)) >= round(rate * 2**32)
    scale = ((1 - rate) * (1 + rate * _SELU_FLOOR**2)) ** -0.5  # mean and variance stay
    return (
        F.where(F.broadcast_to(keep, x.shape), x, F.full_like(x, _SELU_FLOOR)) * scale
        - scale * _SELU_FLOOR * rate
    )


def _static(shape: Any) -> tuple[Any, ...]:
    if isinstance(shape, (list, tuple)):
        return tuple(shape)
    return tuple(as_shape(np.asarray(shape).tolist()))


def _float_dtype(dtype: Any) -> str:
    return as_dtype(dtype or floatx()).name


def uniform(
    shape: Any,
    minval: Any = 0.0,
    maxval: Any = None,
    dtype: Any = None,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Random numbers uniform in [minval, maxval) (`tf.random.uniform`, `keras.random.uniform`).

    Args:
        shape: the result's shape.
        minval: the lower end.
        maxval: the upper end; 1 for floats.
        dtype: a float or integer type; floatx if `None`.
        seed: `None`, an int or a `SeedGenerator`.
        name: ignored.

    Raises:
        ValueError: an integer type without maxval.
    """
    dtype = _float_dtype(dtype)
    if not (as_dtype(dtype).is_floating or as_dtype(dtype).is_integer):
        raise ValueError(f"uniform: the dtype must be a float or integer type, not {dtype}.")
    if isinstance(minval, float) and minval.is_integer() and as_dtype(dtype).is_integer:
        minval = int(minval)
    if maxval is None:
        if not as_dtype(dtype).is_floating:
            raise ValueError(f"uniform: maxval must be given for the integer type {dtype}.")
        maxval = 1.0
    wide = "int64" if not as_dtype(dtype).is_floating else dtype
    from unikeras.core.tensor import as_array

    return _uniform(
        Tensor(key_of(seed)),
        Tensor(as_array(minval, wide)),
        Tensor(as_array(maxval, wide)),
        shape=_static(shape),
        dtype=dtype,
    )


def _scaled(sample: Any, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: Any) -> Any:
    from unikeras.core.tensor import as_array

    dtype = _float_dtype(dtype)
    return sample(
        Tensor(key_of(seed)),
        Tensor(as_array(mean, dtype)),
        Tensor(as_array(stddev, dtype)),
        shape=_static(shape),
        dtype=dtype,
    )


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Normally distributed random numbers (`tf.random.normal`)."""
    return _scaled(_normal, shape, mean, stddev, dtype, seed)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Normally distributed random numbers within two standard deviations (`tf.random.truncated_normal`)."""
    return _scaled(_truncated_normal, shape, mean, stddev, dtype, seed)


def randint(shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None) -> Any:
    """Random integers in [minval, maxval) (`keras.random.randint`)."""
    return uniform(shape, minval, maxval, dtype, seed)


def bernoulli(p: Any, shape: Any, dtype: Any = None, seed: Any = None) -> Any:
    """1 with probability p, else 0."""
    from unikeras.core.tensor import as_array

    return _bernoulli(
        Tensor(key_of(seed)), Tensor(as_array(p, "float32")), shape=_static(shape), dtype=_float_dtype(dtype)
    )


def categorical(
    logits: Any, num_samples: int, dtype: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """Classes drawn with unnormalised log-probabilities `logits` [batch, classes]
    (`tf.random.categorical`)."""
    return _categorical(
        Tensor(key_of(seed)), logits, num_samples=int(num_samples), dtype=as_dtype(dtype or "int64").name
    )


def shuffle(value: Any, seed: Any = None, name: str | None = None, *, axis: int = 0) -> Any:
    """The slices along an axis in random order (`tf.random.shuffle`)."""
    return _permuted(value, Tensor(key_of(seed)), axis=axis)


def dropout(x: Any, rate: float, noise_shape: Any = None, seed: Any = None, name: str | None = None) -> Any:
    """x with a fraction `rate` of its elements set to 0 and the rest scaled by 1 / (1 - rate) (Srivastava et
    al., 2014).

    Args:
        x: a tensor of floats.
        rate: the fraction, in [0, 1).
        noise_shape: the shape of the mask, broadcast to x's; `None` for x's own.
        seed: `None`, an int or a `SeedGenerator`.
        name: ignored.

    Raises:
        ValueError: a rate outside [0, 1).
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: rate must be in [0, 1), not {rate}.")
    if rate == 0:
        return x
    noise = None if noise_shape is None else tuple(noise_shape)
    return _dropout(x, Tensor(key_of(seed)), rate=float(rate), noise_shape=noise)


def alpha_dropout(x: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """x with a fraction `rate` of its elements at selu's floor, scaled so that mean and variance stay
    (Klambauer et al., 2017).

    Args:
        x: a tensor of floats.
        rate: the fraction, in [0, 1).
        noise_shape: the shape of the mask, broadcast to x's; `None` for x's own.
        seed: `None`, an int or a `SeedGenerator`.

    Raises:
        ValueError: a rate outside [0, 1).
    """
    if not 0 <= rate < 1:
        raise ValueError(f"alpha_dropout: rate must be in [0, 1), not {rate}.")
    if rate == 0:
        return x
    noise = None if noise_shape is None else tuple(noise_shape)
    return _alpha_dropout(x, Tensor(key_of(seed)), rate=float(rate), noise_shape=noise)
