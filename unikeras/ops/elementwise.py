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
    """The tensor itself, as a new tensor (`tf.identity`).

    Args:
        x: a tensor; the result has its dtype.

    Example:
        >>> from unikeras import ops
        >>> ops.identity([1.0, 2.0]).numpy().tolist()
        [1.0, 2.0]
    """
    return x if F.compiles else F.astype(x, x.dtype, copy=True)


@op(aliases={"input": "x"}, no_gradient=True)
def stop_gradient(F, x):
    """The tensor, through which no gradient flows (`tf.stop_gradient`).

    Args:
        x: a tensor; the result has its dtype.

    Example:
        >>> from unikeras import ops
        >>> ops.stop_gradient([1.0, 2.0]).numpy().tolist()
        [1.0, 2.0]
    """
    return F.stop_gradient(x)


@op
def cast(F, x, *, dtype):
    """The tensor with its elements converted to `dtype` (`tf.cast`).

    Args:
        x: a tensor.
        dtype: the wanted type.

    Example:
        >>> from unikeras import ops
        >>> ops.cast([1.7, -1.7], "int32").numpy().tolist()
        [1, -1]
    """
    return F.astype(x, F.dtype(dtype if isinstance(dtype, str) else dtype.name))


@op
def negative(F, x):
    """-x, elementwise.

    Args:
        x: a tensor; the result has its dtype.

    Example:
        >>> from unikeras import ops
        >>> ops.negative([1.0, -2.0]).numpy().tolist()
        [-1.0, 2.0]
    """
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
    """-1, 0 or 1 by the sign of x, elementwise.

    Args:
        x: a tensor; the result has its dtype.

    Example:
        >>> from unikeras import ops
        >>> ops.sign([-3.0, 0.0, 5.0]).numpy().tolist()
        [-1.0, 0.0, 1.0]
    """
    return F.sign(x)


@op
def square(F, x):
    """x * x, elementwise.

    Args:
        x: a tensor; the result has its dtype, int32 for bools.

    Example:
        >>> from unikeras import ops
        >>> ops.square([-3.0, 2.0]).numpy().tolist()
        [9.0, 4.0]
    """
    x = F.astype(x, F.dtype("int32")) if as_dtype(x.dtype).is_bool else x
    return x * x


@op
def sqrt(F, x):
    """The square root, elementwise.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.sqrt([4.0, 9.0]).numpy().tolist()
        [2.0, 3.0]
    """
    return F.sqrt(to_float(F, x))


@op
def rsqrt(F, x):
    """1 / sqrt(x), elementwise.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.rsqrt([4.0, 16.0]).numpy().tolist()
        [0.5, 0.25]
    """
    return 1 / F.sqrt(to_float(F, x))


@op
def reciprocal(F, x):
    """1 / x, elementwise.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.reciprocal([4.0, 0.5]).numpy().tolist()
        [0.25, 2.0]
    """
    return 1 / to_float(F, x)


@op
def exp(F, x):
    """e to the power of x, elementwise.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.exp([0.0]).numpy().tolist()
        [1.0]
    """
    return F.exp(to_float(F, x))


@op
def expm1(F, x):
    """exp(x) - 1, exact near 0.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.expm1([0.0]).numpy().tolist()
        [0.0]
    """
    return F.expm1(to_float(F, x))


@op
def log(F, x):
    """The natural logarithm, elementwise.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.log([1.0]).numpy().tolist()
        [0.0]
    """
    return F.log(to_float(F, x))


@op
def log1p(F, x):
    """log(1 + x), exact near 0.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.log1p([0.0]).numpy().tolist()
        [0.0]
    """
    return F.log1p(to_float(F, x))


@op
def log2(F, x):
    """The logarithm to base 2, elementwise.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.log2([8.0]).numpy().tolist()
        [3.0]
    """
    return F.log2(to_float(F, x))


@op
def log10(F, x):
    """The logarithm to base 10, elementwise.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.log10([1000.0]).numpy().round(4).tolist()
        [3.0]
    """
    return F.log10(to_float(F, x))


@op
def erf(F, x):
    """The error function.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.erf([0.0, 10.0]).numpy().tolist()
        [0.0, 1.0]
    """
    return F.erf(to_float(F, x))


@op
def erfinv(F, x):
    """The inverse of the error function.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.erfinv([0.0]).numpy().tolist()
        [0.0]
    """
    return F.erfinv(to_float(F, x))


@op
def lgamma(F, x):
    """log |gamma(x)|.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> [f"{v:.3f}" for v in ops.lgamma([3.0, 4.0]).numpy()]
        ['0.693', '1.792']
    """
    return F.lgamma(to_float(F, x))


@op
def floor(F, x):
    """The largest integer not above x, as a float.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.floor([1.5, -1.5]).numpy().tolist()
        [1.0, -2.0]
    """
    return F.floor(to_float(F, x))


@op
def ceil(F, x):
    """The smallest integer not below x, as a float.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.ceil([1.5, -1.5]).numpy().tolist()
        [2.0, -1.0]
    """
    return F.ceil(to_float(F, x))


@op
def round(F, x, *, decimals=0):
    """The nearest number of so many decimals, halves to even.

    Args:
        x: a tensor; the result has its dtype.
        decimals: how many decimals to keep.

    Example:
        >>> from unikeras import ops
        >>> ops.round([0.5, 1.5, 2.6]).numpy().tolist()
        [0.0, 2.0, 3.0]
    """
    if decimals == 0:
        return F.round(x)
    scale = 10.0**decimals
    return F.round(to_float(F, x) * scale) / scale


@op
def isnan(F, x):
    """Whether each element is not a number.

    Args:
        x: a tensor.

    Example:
        >>> from unikeras import ops
        >>> ops.isnan([1.0, float("nan")]).numpy().tolist()
        [False, True]
    """
    return F.isnan(x)


@op
def isinf(F, x):
    """Whether each element is infinite.

    Args:
        x: a tensor.

    Example:
        >>> from unikeras import ops
        >>> ops.isinf([1.0, float("inf")]).numpy().tolist()
        [False, True]
    """
    return F.isinf(x)


@op
def isfinite(F, x):
    """Whether each element is finite.

    Args:
        x: a tensor.

    Example:
        >>> from unikeras import ops
        >>> ops.isfinite([1.0, float("inf")]).numpy().tolist()
        [True, False]
    """
    return F.isfinite(x)


@op
def logical_not(F, x):
    """not x, elementwise.

    Args:
        x: a tensor.

    Example:
        >>> from unikeras import ops
        >>> ops.logical_not([True, False]).numpy().tolist()
        [False, True]
    """
    return F.logical_not(F.astype(x, F.dtype("bool")))


@op
def invert(F, x):
    """~x: not of bools, the complement of integers.

    Args:
        x: a tensor; the result has its dtype.

    Example:
        >>> from unikeras import ops
        >>> ops.invert([0, 5]).numpy().tolist()
        [-1, -6]
    """
    return F.bitwise_invert(x)


@op(aliases={"t": "x", "clip_value_min": "x_min", "clip_value_max": "x_max"})
def clip(F, x, x_min, x_max):
    """x limited to [x_min, x_max] (`tf.clip_by_value`).

    Example:
        >>> from unikeras import ops
        >>> ops.clip([-2.0, 0.5, 3.0], -1.0, 1.0).numpy().tolist()
        [-1.0, 0.5, 1.0]
    """
    low, high = F.astype(x_min, x.dtype), F.astype(x_max, x.dtype)
    return F.where(x < low, low, F.where(x > high, high, x))


@op
def nan_to_num(F, x, *, nan=0.0, posinf=None, neginf=None):
    """x with nan and infinities replaced by numbers (the largest finite ones by default).

    Args:
        x: a tensor; the result has its dtype.
        nan: what replaces nan.
        posinf: what replaces infinity.
        neginf: what replaces minus infinity.

    Example:
        >>> from unikeras import ops
        >>> ops.nan_to_num([1.0, float("nan")]).numpy().tolist()
        [1.0, 0.0]
    """
    if not as_dtype(x.dtype).is_floating:
        return x
    top = F.finfo(x.dtype).max
    x = F.where(F.isnan(x), F.full_like(x, nan), x)
    x = F.where(x == float("inf"), F.full_like(x, top if posinf is None else posinf), x)
    return F.where(x == float("-inf"), F.full_like(x, -top if neginf is None else neginf), x)
