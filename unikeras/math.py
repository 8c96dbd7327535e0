"""`tf.math`: elementwise functions, reductions, counts. As in TensorFlow, dtypes of operands must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras import math_special as special
from unikeras import ops
from unikeras.core.absent import missing
from unikeras.ops import absolute as abs
from unikeras.ops import all as reduce_all
from unikeras.ops import any as reduce_any
from unikeras.ops import arccos as acos
from unikeras.ops import arccosh as acosh
from unikeras.ops import arcsin as asin
from unikeras.ops import arcsinh as asinh
from unikeras.ops import arctan as atan
from unikeras.ops import arctanh as atanh
from unikeras.ops import (
    argmax,
    argmin,
    ceil,
    cos,
    cosh,
    count_nonzero,
    cumprod,
    cumsum,
    divide_no_nan,
    erf,
    erfinv,
    exp,
    expm1,
    floor,
    l2_normalize,
    lgamma,
    log,
    log1p,
    log_sigmoid,
    log_softmax,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    negative,
    reciprocal,
    round,
    rsqrt,
    sigmoid,
    sign,
    sin,
    sinh,
    softmax,
    softplus,
    softsign,
    sqrt,
    square,
    tan,
    tanh,
    xlogy,
)
from unikeras.ops import isfinite as is_finite
from unikeras.ops import isinf as is_inf
from unikeras.ops import isnan as is_nan
from unikeras.ops import logsumexp as reduce_logsumexp
from unikeras.ops import max as reduce_max
from unikeras.ops import mean_same_dtype as reduce_mean
from unikeras.ops import min as reduce_min
from unikeras.ops import norm as reduce_euclidean_norm
from unikeras.ops import prod as reduce_prod
from unikeras.ops import round as rint
from unikeras.ops import std as reduce_std
from unikeras.ops import sum as reduce_sum
from unikeras.ops import variance as reduce_variance
from unikeras.ops.clipping import add_n
from unikeras.ops.clipping import add_n as accumulate_n
from unikeras.ops.complex import conj, imag, real
from unikeras.ops.counting import (
    bincount,
    confusion_matrix,
    in_top_k,
    unsorted_segment_sum,
    zero_fraction,
)
from unikeras.ops.math_tf_style import (
    angle,
    approx_max_k,
    approx_min_k,
    cumulative_logsumexp,
    invert_permutation,
    is_non_decreasing,
    is_strictly_increasing,
    multiply_no_nan,
    nextafter,
    polyval,
    reciprocal_no_nan,
    sobol_sample,
    top_k,
    xdivy,
    xlog1py,
)
from unikeras.ops.segments_tf_style import (
    segment_max,
    segment_mean,
    segment_min,
    segment_prod,
    segment_sum,
    unsorted_segment_max,
    unsorted_segment_mean,
    unsorted_segment_min,
    unsorted_segment_prod,
    unsorted_segment_sqrt_n,
)
from unikeras.ops.special import (
    bessel_i0,
    bessel_i0e,
    bessel_i1,
    bessel_i1e,
    betainc,
    digamma,
    erfc,
    erfcinv,
    igamma,
    igammac,
    lbeta,
    ndtri,
    polygamma,
    zeta,
)

add = ops.add.strict
subtract = ops.subtract.strict
multiply = ops.multiply.strict
divide = ops.divide.strict
pow = ops.power.strict
maximum = ops.maximum.strict
minimum = ops.minimum.strict
equal = ops.equal.strict
not_equal = ops.not_equal.strict
less = ops.less.strict
less_equal = ops.less_equal.strict
greater = ops.greater.strict
greater_equal = ops.greater_equal.strict
truediv = divide
squared_difference = ops.squared_difference.strict
atan2 = ops.arctan2.strict
floordiv = ops.floor_divide.strict
floormod = ops.mod.strict
mod = ops.mod.strict
scalar_mul = ops.multiply.strict
__all__ = [
    "abs",
    "accumulate_n",
    "acos",
    "acosh",
    "add",
    "add_n",
    "angle",
    "approx_max_k",
    "approx_min_k",
    "argmax",
    "argmin",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bessel_i0",
    "bessel_i0e",
    "bessel_i1",
    "bessel_i1e",
    "betainc",
    "bincount",
    "ceil",
    "confusion_matrix",
    "conj",
    "cos",
    "cosh",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "cumulative_logsumexp",
    "digamma",
    "divide",
    "divide_no_nan",
    "equal",
    "erf",
    "erfc",
    "erfcinv",
    "erfinv",
    "exp",
    "expm1",
    "floor",
    "floordiv",
    "floormod",
    "greater",
    "greater_equal",
    "igamma",
    "igammac",
    "imag",
    "in_top_k",
    "invert_permutation",
    "is_finite",
    "is_inf",
    "is_nan",
    "is_non_decreasing",
    "is_strictly_increasing",
    "l2_normalize",
    "lbeta",
    "less",
    "less_equal",
    "lgamma",
    "log",
    "log1p",
    "log_sigmoid",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "multiply_no_nan",
    "ndtri",
    "negative",
    "nextafter",
    "not_equal",
    "ops",
    "polygamma",
    "polyval",
    "pow",
    "real",
    "reciprocal",
    "reciprocal_no_nan",
    "reduce_all",
    "reduce_any",
    "reduce_euclidean_norm",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_std",
    "reduce_sum",
    "reduce_variance",
    "rint",
    "round",
    "rsqrt",
    "scalar_mul",
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sobol_sample",
    "softmax",
    "softplus",
    "softsign",
    "special",
    "sqrt",
    "square",
    "squared_difference",
    "subtract",
    "tan",
    "tanh",
    "top_k",
    "truediv",
    "unsorted_segment_max",
    "unsorted_segment_mean",
    "unsorted_segment_min",
    "unsorted_segment_prod",
    "unsorted_segment_sqrt_n",
    "unsorted_segment_sum",
    "xdivy",
    "xlog1py",
    "xlogy",
    "zero_fraction",
    "zeta",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.math", name, __all__)
