"""Elementwise functions of one tensor, and casting."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.op import op


def to_float(F: Any, x: Any) -> Any:
    """`x`, or as floatx where it holds integers: for bodies of functions that give fractions."""
    dtype = as_dtype(x.dtype)
    return x if dtype.is_floating or dtype.is_complex else F.astype(x, F.dtype(floatx()))


@op(aliases={"input": "x"})
def identity(F, x):
    """The tensor itself, as a new tensor (`tf.identity`)."""
    return x if F.compiles else F.astype(x, x.dtype, copy=True)


@op(aliases={"input": "x"})
def stop_gradient(F, x):
    """The tensor, through which no gradient flows (`tf.stop_gradient`)."""
    return F.stop_gradient(x)


@op
def cast(F, x, *, dtype):
    """The tensor with its elements converted to `dtype` (`tf.cast`)."""
    return F.astype(x, F.dtype(dtype if isinstance(dtype, str) else dtype.name))


@op
def negative(F, x):
    """-x, elementwise."""
    return -x


@op
def absolute(F, x):
    """|x|, elementwise (`tf.abs`). The gradient at 0 is 0, as TensorFlow has it (that of `F.abs` depends on
    the engine).

    Args:
        x: a tensor of numbers; the result has its dtype, that of complex numbers the matching real one.

    Example:
        >>> import unikeras as tf
        >>> tf.abs([-2.0, 3.0]).numpy().tolist()
        [2.0, 3.0]
    """
    return x * F.stop_gradient(F.sign(x)) if as_dtype(x.dtype).is_floating else F.abs(x)


@op
def sign(F, x):
    """-1, 0 or 1 by the sign of x, elementwise."""
    return F.sign(x)


@op
def square(F, x):
    """x * x, elementwise."""
    return x * x


@op
def sqrt(F, x):
    """The square root, elementwise."""
    return F.sqrt(to_float(F, x))


@op
def rsqrt(F, x):
    """1 / sqrt(x), elementwise."""
    return 1 / F.sqrt(to_float(F, x))


@op
def reciprocal(F, x):
    """1 / x, elementwise."""
    return 1 / to_float(F, x)


@op
def exp(F, x):
    """e to the power of x, elementwise."""
    return F.exp(to_float(F, x))


@op
def expm1(F, x):
    """exp(x) - 1, exact near 0."""
    return F.expm1(to_float(F, x))


@op
def log(F, x):
    """The natural logarithm, elementwise."""
    return F.log(to_float(F, x))


@op
def log1p(F, x):
    """log(1 + x), exact near 0."""
    return F.log1p(to_float(F, x))


@op
def log2(F, x):
    """The logarithm to base 2, elementwise."""
    return F.log2(to_float(F, x))


@op
def log10(F, x):
    """The logarithm to base 10, elementwise."""
    return F.log10(to_float(F, x))


@op
def sin(F, x):
    """The sine of x in radians."""
    return F.sin(to_float(F, x))


@op
def cos(F, x):
    """The cosine of x in radians."""
    return F.cos(to_float(F, x))


@op
def tan(F, x):
    """The tangent of x in radians."""
    return F.tan(to_float(F, x))


@op
def arcsin(F, x):
    """The angle in radians whose sine is x."""
    return F.asin(to_float(F, x))


@op
def arccos(F, x):
    """The angle in radians whose cosine is x."""
    return F.acos(to_float(F, x))


@op
def arctan(F, x):
    """The angle in radians whose tangent is x."""
    return F.atan(to_float(F, x))


@op
def sinh(F, x):
    """The hyperbolic sine."""
    return F.sinh(to_float(F, x))


@op
def cosh(F, x):
    """The hyperbolic cosine."""
    return F.cosh(to_float(F, x))


@op
def tanh(F, x):
    """The hyperbolic tangent."""
    return F.tanh(to_float(F, x))


@op
def arcsinh(F, x):
    """The inverse hyperbolic sine."""
    return F.asinh(to_float(F, x))


@op
def arccosh(F, x):
    """The inverse hyperbolic cosine."""
    return F.acosh(to_float(F, x))


@op
def arctanh(F, x):
    """The inverse hyperbolic tangent."""
    return F.atanh(to_float(F, x))


@op
def erf(F, x):
    """The error function."""
    return F.erf(to_float(F, x))


@op
def erfinv(F, x):
    """The inverse of the error function."""
    return F.erfinv(to_float(F, x))


@op
def lgamma(F, x):
    """log |gamma(x)|."""
    return F.lgamma(to_float(F, x))


@op
def floor(F, x):
    """The largest integer not above x, as a float."""
    return F.floor(to_float(F, x))


@op
def ceil(F, x):
    """The smallest integer not below x, as a float."""
    return F.ceil(to_float(F, x))


@op
def round(F, x, *, decimals=0):
    """The nearest number of so many decimals, halves to even."""
    if decimals == 0:
        return F.round(x)
    scale = 10.0**decimals
    return F.round(to_float(F, x) * scale) / scale


@op
def isnan(F, x):
    """Whether each element is not a number."""
    return F.isnan(x)


@op
def isinf(F, x):
    """Whether each element is infinite."""
    return F.isinf(x)


@op
def isfinite(F, x):
    """Whether each element is finite."""
    return F.isfinite(x)


@op
def logical_not(F, x):
    """not x, elementwise."""
    return F.logical_not(F.astype(x, F.dtype("bool")))


@op
def invert(F, x):
    """~x: not of bools, the complement of integers."""
    return F.bitwise_invert(x)


@op(aliases={"t": "x", "clip_value_min": "x_min", "clip_value_max": "x_max"})
def clip(F, x, x_min, x_max):
    """x limited to [x_min, x_max] (`tf.clip_by_value`)."""
    low, high = F.astype(x_min, x.dtype), F.astype(x_max, x.dtype)
    return F.where(x < low, low, F.where(x > high, high, x))


@op
def nan_to_num(F, x, *, nan=0.0, posinf=None, neginf=None):
    """x with nan and infinities replaced by numbers (the largest finite ones by default)."""
    top = F.finfo(x.dtype).max
    x = F.where(F.isnan(x), F.full_like(x, nan), x)
    x = F.where(x == float("inf"), F.full_like(x, top if posinf is None else posinf), x)
    return F.where(x == float("-inf"), F.full_like(x, -top if neginf is None else neginf), x)
