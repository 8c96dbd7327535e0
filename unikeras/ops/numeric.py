"""Elementwise functions that NumPy has and TensorFlow's foundation does not: roots, remainders, bits, special functions."""

from __future__ import annotations

import math
from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.ops.elementwise import to_float
from unikeras.ops.promotion import promoted

__all__ = [
    "allclose", "angle", "bitwise_left_shift", "bitwise_right_shift", "cbrt", "deg2rad", "erfc", "exp2", "fabs", "fmax", "fmin",
    "fmod", "gcd", "heaviside", "hypot", "i0", "isneginf", "isposinf", "isreal", "lcm", "ldexp", "logaddexp2", "nextafter",
    "rad2deg", "saturate_cast", "signbit", "sinc", "trunc", "view",
]  # fmt: skip


def _floats(F: Any, *arrays: Any) -> Any:
    """Arrays in their common dtype, in floatx where that is of integers."""
    return tuple(to_float(F, a) for a in promoted(F, *arrays))


def _whole(F: Any, what: str, *arrays: Any) -> Any:
    """Arrays in their common dtype, which must be one of integers."""
    arrays = promoted(F, *arrays)
    if not F.isdtype(arrays[0].dtype, "integral"):
        raise TypeError(f"{what}: expected integers, got {as_dtype(arrays[0].dtype).name}; use cast first")
    return arrays


@op
def cbrt(F, x):
    """The cube root (mirrors `keras.ops.cbrt`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.cbrt([8.0, -27.0]).numpy().round(5).tolist()
        [2.0, -3.0]
    """
    x = to_float(F, x)
    return F.sign(x) * F.pow(F.abs(x), F.asarray(1 / 3, dtype=x.dtype))


@op
def deg2rad(F, x):
    """Degrees as radians (mirrors `keras.ops.deg2rad`).

    Example:
        >>> from unikeras import keras
        >>> round(float(keras.ops.deg2rad(180.0)), 4)
        3.1416
    """
    return to_float(F, x) * (math.pi / 180)


@op
def rad2deg(F, x):
    """Radians as degrees (mirrors `keras.ops.rad2deg`).

    Example:
        >>> from unikeras import keras
        >>> round(float(keras.ops.rad2deg(3.14159265)))
        180
    """
    return to_float(F, x) * (180 / math.pi)


@op
def exp2(F, x):
    """2 to the power of x (mirrors `keras.ops.exp2`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.exp2([1.0, 3.0]).numpy().tolist()
        [2.0, 8.0]
    """
    return F.exp2(to_float(F, x))


@op
def erfc(F, x):
    """1 - erf(x), exact where erf(x) is almost 1 (mirrors `keras.ops.erfc`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.erfc(0.0))
        1.0
    """
    return F.erfc(to_float(F, x))


@op
def i0(F, x):
    """The modified Bessel function of the first kind of order 0 (mirrors `keras.ops.i0`).

    Example:
        >>> from unikeras import keras
        >>> round(float(keras.ops.i0(0.0)), 5)
        1.0
    """
    x = to_float(F, x)
    return F.astype(F.i0(x), x.dtype)


@op
def sinc(F, x):
    """sin(pi x) / (pi x), 1 at 0 (mirrors `keras.ops.sinc`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.sinc(0.0))
        1.0
    """
    x = to_float(F, x)
    return F.astype(F.sinc(x), x.dtype)


@op
def fabs(F, x):
    """The absolute value as a float (mirrors `keras.ops.fabs`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.fabs([-3, 2]).numpy().tolist()
        [3.0, 2.0]
    """
    return F.abs(to_float(F, x))


@op
def trunc(F, x):
    """Without the fraction, towards 0 (mirrors `keras.ops.trunc`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.trunc([-1.7, 1.7]).numpy().tolist()
        [-1.0, 1.0]
    """
    return F.trunc(x) if as_dtype(x.dtype).is_floating else x


@op
def signbit(F, x):
    """Whether the sign is negative, of -0.0 as well (mirrors `keras.ops.signbit`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.signbit([-0.0, 0.0]).numpy().tolist()
        [True, False]
    """
    if as_dtype(x.dtype).is_bool:
        return F.zeros_like(x)
    return F.signbit(x) if as_dtype(x.dtype).is_floating else x < 0


@op
def isposinf(F, x):
    """Whether an element is infinity (mirrors `keras.ops.isposinf`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.isposinf([float("inf"), float("-inf")]).numpy().tolist()
        [True, False]
    """
    x = to_float(F, x)
    return F.isinf(x) & (x > 0)


@op
def isneginf(F, x):
    """Whether an element is minus infinity (mirrors `keras.ops.isneginf`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.isneginf([float("inf"), float("-inf")]).numpy().tolist()
        [False, True]
    """
    x = to_float(F, x)
    return F.isinf(x) & (x < 0)


@op
def isreal(F, x):
    """Whether an element has no imaginary part (mirrors `keras.ops.isreal`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.isreal([1.0, 2.0]).numpy().tolist()
        [True, True]
    """
    return F.imag(x) == 0 if as_dtype(x.dtype).is_complex else F.ones_like(x, dtype=F.dtype("bool"))


@op
def angle(F, x):
    """The angle of complex numbers in radians; 0 or pi of real ones (mirrors `keras.ops.angle`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.angle([1.0, -1.0]).numpy().round(4).tolist()
        [0.0, 3.1415998935699463]
    """
    if as_dtype(x.dtype).is_complex:
        return F.atan2(F.imag(x), F.real(x))
    x = to_float(F, x)
    return F.atan2(F.zeros_like(x), x)


@op
def fmax(F, x1, x2):
    """The larger of two; where one is NaN, the other (mirrors `keras.ops.fmax`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.fmax([1.0, float("nan")], [2.0, 3.0]).numpy().tolist()
        [2.0, 3.0]
    """
    x1, x2 = promoted(F, x1, x2)
    return F.fmax(x1, x2) if as_dtype(x1.dtype).is_floating else F.maximum(x1, x2)


@op
def fmin(F, x1, x2):
    """The smaller of two; where one is NaN, the other (mirrors `keras.ops.fmin`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.fmin([1.0, float("nan")], [2.0, 3.0]).numpy().tolist()
        [1.0, 3.0]
    """
    x1, x2 = promoted(F, x1, x2)
    return F.fmin(x1, x2) if as_dtype(x1.dtype).is_floating else F.minimum(x1, x2)


@op
def fmod(F, x1, x2):
    """The remainder with the sign of x1, as in C (mirrors `keras.ops.fmod`); `keras.ops.mod` has that of x2.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.fmod([-7, 7], 3).numpy().tolist()
        [-1, 1]
    """
    return F.fmod(*promoted(F, x1, x2))


@op
def hypot(F, x1, x2):
    """sqrt(x1² + x2²), without overflow (mirrors `keras.ops.hypot`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.hypot(3.0, 4.0))
        5.0
    """
    return F.hypot(*_floats(F, x1, x2))


@op
def heaviside(F, x1, x2):
    """0 where x1 < 0, 1 where x1 > 0, x2 where it is 0 (mirrors `keras.ops.heaviside`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.heaviside([-1.0, 0.0, 2.0], 0.5).numpy().tolist()
        [0.0, 0.5, 1.0]
    """
    x1, x2 = _floats(F, x1, x2)
    step = F.astype(x1 > 0, x1.dtype)
    return F.where(F.isnan(x1), x1, F.where(x1 == 0, x2, step))


@op
def logaddexp2(F, x1, x2):
    """log2(2^x1 + 2^x2), without overflow (mirrors `keras.ops.logaddexp2`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.logaddexp2(1.0, 1.0))
        2.0
    """
    return F.logaddexp2(*_floats(F, x1, x2))


@op
def ldexp(F, x1, x2):
    """x1 * 2^x2, of integers x2 (mirrors `keras.ops.ldexp`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.ldexp([1.0, 3.0], [2, -1]).numpy().tolist()
        [4.0, 1.5]
    """
    if not as_dtype(x2.dtype).is_integer:
        raise TypeError(f"the exponents must be integers, got {as_dtype(x2.dtype).name}")
    x1 = to_float(F, x1)
    return F.astype(F.ldexp(x1, F.astype(x2, F.dtype("int32"))), x1.dtype)


@op(no_gradient=True)
def nextafter(F, x1, x2):
    """The number that follows x1 in the direction of x2 (mirrors `keras.ops.nextafter`).

    Example:
        >>> from unikeras import keras
        >>> bool(keras.ops.nextafter(1.0, 2.0) > 1.0)
        True
    """
    return F.nextafter(*_floats(F, x1, x2))


@op
def gcd(F, x1, x2):
    """The greatest common divisor of integers (mirrors `keras.ops.gcd`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.gcd([12, 7], 18).numpy().tolist()
        [6, 1]
    """
    return F.gcd(*_whole(F, "gcd", x1, x2))


@op
def lcm(F, x1, x2):
    """The least common multiple of integers (mirrors `keras.ops.lcm`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.lcm([4, 7], 6).numpy().tolist()
        [12, 42]
    """
    x1, x2 = _whole(F, "lcm", x1, x2)
    return F.lcm(x1, x2)


@op(aliases={"x1": "x", "x2": "y"})
def bitwise_left_shift(F, x, y):
    """The bits of integers moved to the left (mirrors `keras.ops.bitwise_left_shift`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.bitwise_left_shift([1, 3], 2).numpy().tolist()
        [4, 12]
    """
    return F.bitwise_left_shift(*_whole(F, "bitwise_left_shift", x, y))


@op(aliases={"x1": "x", "x2": "y"})
def bitwise_right_shift(F, x, y):
    """The bits of integers moved to the right; the sign stays (mirrors `keras.ops.bitwise_right_shift`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.bitwise_right_shift([4, 13], 2).numpy().tolist()
        [1, 3]
    """
    return F.bitwise_right_shift(*_whole(F, "bitwise_right_shift", x, y))


@op
def allclose(F, x1, x2, *, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether |x1 - x2| <= atol + rtol * |x2| everywhere (mirrors `keras.ops.allclose`).

    Example:
        >>> from unikeras import keras
        >>> bool(keras.ops.allclose([1.0, 2.0], [1.0, 2.00001]))
        True
    """
    x1, x2 = promoted(F, x1, x2)
    near = (F.abs(x1 - x2) <= atol + rtol * F.abs(x2)) | (x1 == x2)
    return F.all(near | (F.isnan(x1) & F.isnan(x2)) if equal_nan else near)


@op
def saturate_cast(F, x, *, dtype):
    """x in another dtype, limited to that dtype's range (mirrors `keras.ops.saturate_cast`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.saturate_cast([-5.0, 300.0], "uint8").numpy().tolist()
        [0, 255]
    """
    kind = F.dtype(dtype)
    target, source = as_dtype(dtype), as_dtype(x.dtype)
    if target.is_bool or target.is_complex or source.is_complex:
        return F.astype(x, kind)
    if source.is_bool:
        return F.astype(x, kind)
    limits = (F.iinfo if target.is_integer else F.finfo)(kind)
    low, high = float(limits.min), float(limits.max)
    if source.is_integer and target.is_integer:
        own = F.iinfo(x.dtype)
        low, high = max(int(limits.min), int(own.min)), min(int(limits.max), int(own.max))
        return F.astype(F.clip(x, low, high), kind)
    limited = F.clip(x, low, high) if source.size > target.size or target.is_integer else x
    if target.is_integer:
        # The largest integer may round up to a float beyond it, whose conversion would overflow.
        top = F.full(x.shape, int(limits.max), dtype=kind)
        return F.where(
            limited >= high, top, F.astype(F.where(limited >= high, F.zeros_like(limited), limited), kind)
        )
    return F.astype(limited, kind)


@op(no_gradient=True)
def view(F, x, *, dtype=None):
    """The bits of x as numbers of another dtype (mirrors `keras.ops.view`).

    Args:
        x: a tensor; its last axis grows or shrinks if the sizes of the dtypes differ.
        dtype: that of the result; the same if `None`.

    Raises:
        InvalidArgumentError: the last axis cannot be divided; it is a ValueError.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.view([1.0], "int32").numpy().tolist()
        [1065353216]
    """
    if dtype is None:
        return x
    own, other = as_dtype(x.dtype).size, as_dtype(dtype).size
    if other > own and (x.ndim == 0 or x.shape[-1] * own % other):
        raise ValueError(f"the last axis of {tuple(x.shape)} cannot hold numbers of {other} bytes")
    if own > other and x.ndim == 0:
        raise ValueError("a scalar cannot be divided into smaller numbers")
    return x.view(F.dtype(dtype))
