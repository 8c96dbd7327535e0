"""Special functions (`tf.math`, `tf.math.special`): scipy.special's, by the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.core.op import op
from unikeras.ops.elementwise import to_float

__all__ = [
    "bessel_i0",
    "bessel_i0e",
    "bessel_i1",
    "bessel_i1e",
    "betainc",
    "digamma",
    "erfc",
    "erfcinv",
    "expint",
    "igamma",
    "igammac",
    "lbeta",
    "ndtri",
    "polygamma",
    "spence",
    "zeta",
]

_X = {"value": "x"}


def _function(
    name: str, scipy: str, what: str, example: str, value: str, where: str = "math"
) -> Callable[..., Any]:
    """The op of one argument that scipy.special has under the name `scipy`."""

    def body(F, x):
        return F.special(scipy, to_float(F, x))

    body.__name__ = body.__qualname__ = name
    body.__module__ = __name__
    body.__doc__ = f"""{what} (mirrors `tf.{where}.{name}`).

    Args:
        x: floats.

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.{where}.{name}({example})), 4)
        {value}
    """
    return op(body, aliases=_X)


digamma = _function(
    "digamma", "digamma", "The derivative of the logarithm of the gamma function", "1.0", "-0.5772"
)
ndtri = _function("ndtri", "ndtri", "The quantile function of the normal distribution", "0.975", "1.96")
bessel_i0 = _function("bessel_i0", "i0", "The modified Bessel function of order 0", "1.0", "1.2661")
bessel_i0e = _function(
    "bessel_i0e", "i0e", "The modified Bessel function of order 0, times exp(-|x|)", "1.0", "0.4658"
)
bessel_i1 = _function("bessel_i1", "i1", "The modified Bessel function of order 1", "1.0", "0.5652")
bessel_i1e = _function(
    "bessel_i1e", "i1e", "The modified Bessel function of order 1, times exp(-|x|)", "1.0", "0.2079"
)
expint = _function("expint", "expi", "The exponential integral", "1.0", "1.8951", "math.special")
spence = _function("spence", "spence", "Spence's integral", "2.0", "-0.8225", "math.special")


@op(aliases=_X)
def erfc(F, x):
    """1 - erf(x), exact where erf(x) is almost 1 (mirrors `tf.math.erfc`).

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.erfc(1.0)), 4)
        0.1573
    """
    return F.erfc(to_float(F, x))


@op(aliases=_X)
def erfcinv(F, x):
    """The x of which erfc is `x` (mirrors `tf.math.erfcinv`).

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.erfcinv(0.1573)), 3)
        1.0
    """
    return F.special("ndtri", to_float(F, x) * 0.5) * -(0.5**0.5)


@op(aliases={"a": "x1", "x": "x2"})
def igamma(F, x1, x2):
    """The lower incomplete gamma function of x2 for the shape x1, from 0 to 1 (mirrors `tf.math.igamma`).

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.igamma(1.0, 1.0)), 4)
        0.6321
    """
    return F.special("gammainc", x1, x2)


@op(aliases={"a": "x1", "x": "x2"})
def igammac(F, x1, x2):
    """1 - `igamma` (mirrors `tf.math.igammac`).

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.igammac(1.0, 1.0)), 4)
        0.3679
    """
    return F.special("gammaincc", x1, x2)


@op
def betainc(F, a, b, x):
    """The incomplete beta function, from 0 to 1 (mirrors `tf.math.betainc`).

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.betainc(1.0, 1.0, 0.25)), 4)
        0.25
    """
    return F.special("betainc", a, b, x)


@op(aliases={"a": "n"})
def polygamma(F, n, x):
    """The n-th derivative of `digamma` (mirrors `tf.math.polygamma`).

    Args:
        n: floats that are whole, of x's dtype.
        x: floats.

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.polygamma(1.0, 1.0)), 4)
        1.6449
    """
    sign = F.where(F.remainder(n, F.full_like(n, 2)) == 0, -F.ones_like(n), F.ones_like(n))
    higher = sign * F.exp(F.lgamma(n + 1)) * F.special("zeta", n + 1, x)
    return F.where(n == 0, F.special("digamma", x), higher)


@op
def zeta(F, x, q):
    """Hurwitz's zeta function, the sum of (k + q)^-x over k = 0, 1 ... (mirrors `tf.math.zeta`).

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.zeta(2.0, 1.0)), 4)
        1.6449
    """
    return F.special("zeta", x, q)


@op
def lbeta(F, x):
    """The logarithm of the beta function of the numbers along the last axis (mirrors `tf.math.lbeta`).

    Args:
        x: floats [..., n].

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.lbeta([1.0, 2.0])), 4)
        -0.6931
    """
    return F.sum(F.lgamma(x), axis=-1) - F.lgamma(F.sum(x, axis=-1))
