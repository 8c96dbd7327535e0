"""Trigonometric and hyperbolic functions of one tensor, elementwise."""

from __future__ import annotations

from unikeras.core.op import op
from unikeras.ops.elementwise import to_float


@op
def sin(F, x):
    """The sine of x in radians.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.sin([0.0]).numpy().tolist()
        [0.0]
    """
    return F.sin(to_float(F, x))


@op
def cos(F, x):
    """The cosine of x in radians.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.cos([0.0]).numpy().tolist()
        [1.0]
    """
    return F.cos(to_float(F, x))


@op
def tan(F, x):
    """The tangent of x in radians.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.tan([0.0]).numpy().tolist()
        [0.0]
    """
    return F.tan(to_float(F, x))


@op
def arcsin(F, x):
    """The angle in radians whose sine is x.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.arcsin([0.0]).numpy().tolist()
        [0.0]
    """
    return F.asin(to_float(F, x))


@op
def arccos(F, x):
    """The angle in radians whose cosine is x.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.arccos([1.0]).numpy().tolist()
        [0.0]
    """
    return F.acos(to_float(F, x))


@op
def arctan(F, x):
    """The angle in radians whose tangent is x.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.arctan([0.0]).numpy().tolist()
        [0.0]
    """
    return F.atan(to_float(F, x))


@op
def sinh(F, x):
    """The hyperbolic sine.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.sinh([0.0]).numpy().tolist()
        [0.0]
    """
    return F.sinh(to_float(F, x))


@op
def cosh(F, x):
    """The hyperbolic cosine.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.cosh([0.0]).numpy().tolist()
        [1.0]
    """
    return F.cosh(to_float(F, x))


@op
def tanh(F, x):
    """The hyperbolic tangent.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.tanh([0.0, 100.0]).numpy().tolist()
        [0.0, 1.0]
    """
    return F.tanh(to_float(F, x))


@op
def arcsinh(F, x):
    """The inverse hyperbolic sine.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.arcsinh([0.0]).numpy().tolist()
        [0.0]
    """
    return F.asinh(to_float(F, x))


@op
def arccosh(F, x):
    """The inverse hyperbolic cosine.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.arccosh([1.0]).numpy().tolist()
        [0.0]
    """
    return F.acosh(to_float(F, x))


@op
def arctanh(F, x):
    """The inverse hyperbolic tangent.

    Args:
        x: a tensor of floats or integers, which become floatx.

    Example:
        >>> from unikeras import ops
        >>> ops.arctanh([0.0]).numpy().tolist()
        [0.0]
    """
    return F.atanh(to_float(F, x))
