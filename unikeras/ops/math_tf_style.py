"""Functions of `tf.math` that Keras does not have."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor
from unikeras.ops.array import top_k as _top_k
from unikeras.ops.elementwise import cast, identity

__all__ = [
    "angle",
    "approx_max_k",
    "approx_min_k",
    "bitcast",
    "cumulative_logsumexp",
    "invert_permutation",
    "is_non_decreasing",
    "is_strictly_increasing",
    "multiply_no_nan",
    "nextafter",
    "polyval",
    "reciprocal_no_nan",
    "sobol_sample",
    "top_k",
    "truncatediv",
    "truncatemod",
    "xdivy",
    "xlog1py",
]


@op(aliases={"input": "x"})
def angle(F, x):
    """The angle of complex numbers, in radians; pi for negative real ones (mirrors `tf.math.angle`).

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.math.angle(1j)), 4)
        1.5708
    """
    if F.isdtype(x.dtype, "complex floating"):
        return F.atan2(F.imag(x), F.real(x))
    return F.where(x < 0, F.full_like(x, np.pi), F.zeros_like(x))


def _safe(F: Any, x: Any, condition: Any) -> Any:
    """x, and 1 where the condition is not met: no gradient becomes NaN there."""
    return F.where(condition, x, F.ones_like(x))


@op
def xdivy(F, x, y):
    """x / y, 0 where x is 0 (mirrors `tf.math.xdivy`).

    Example:
        >>> import unikeras as tf
        >>> tf.math.xdivy([0.0, 1.0], [0.0, 2.0]).numpy().tolist()
        [0.0, 0.5]
    """
    return F.where(x == 0, F.zeros_like(x * y), x / _safe(F, y, x != 0))


@op
def xlog1py(F, x, y):
    """x * log(1 + y), 0 where x is 0 (mirrors `tf.math.xlog1py`).

    Example:
        >>> import unikeras as tf
        >>> tf.math.xlog1py([0.0, 1.0], [-1.0, 0.0]).numpy().tolist()
        [0.0, 0.0]
    """
    return F.where(x == 0, F.zeros_like(x * y), x * F.log1p(_safe(F, y, x != 0)))


@op
def multiply_no_nan(F, x, y):
    """x * y, 0 where y is 0, even if x is not finite (mirrors `tf.math.multiply_no_nan`).

    Example:
        >>> import unikeras as tf
        >>> tf.math.multiply_no_nan([float("nan"), 2.0], [0.0, 3.0]).numpy().tolist()
        [0.0, 6.0]
    """
    return F.where(y == 0, F.zeros_like(x * y), _safe(F, x, y != 0) * y)


@op
def reciprocal_no_nan(F, x):
    """1 / x, 0 where x is 0 (mirrors `tf.math.reciprocal_no_nan`).

    Example:
        >>> import unikeras as tf
        >>> tf.math.reciprocal_no_nan([0.0, 2.0]).numpy().tolist()
        [0.0, 0.5]
    """
    return F.where(x == 0, F.zeros_like(x), 1 / _safe(F, x, x != 0))


@op(no_gradient=True)
def nextafter(F, x1, x2):
    """The float that follows x1 in the direction of x2 (mirrors `tf.math.nextafter`).

    Example:
        >>> import unikeras as tf
        >>> float(tf.math.nextafter(tf.constant(1.0, tf.float64), tf.constant(2.0, tf.float64))) - 1
        2.220446049250313e-16
    """
    return F.nextafter(x1, x2)


@op(aliases={"x": "x1", "y": "x2"})
def truncatediv(F, x1, x2):
    """The quotient without its fraction, rounded toward 0 (mirrors `tf.truncatediv`).

    Example:
        >>> import unikeras as tf
        >>> tf.truncatediv([-7, 7], 2).numpy().tolist()
        [-3, 3]
    """
    if not F.isdtype(x1.dtype, "integral"):
        return F.trunc(x1 / x2)
    quotient = F.floor_divide(x1, x2)
    inexact = (quotient * x2 != x1) & ((x1 < 0) != (x2 < 0))
    return quotient + F.astype(inexact, x1.dtype)


@op(aliases={"x": "x1", "y": "x2"})
def truncatemod(F, x1, x2):
    """What `truncatediv` leaves, of x1's sign (mirrors `tf.truncatemod`).

    Example:
        >>> import unikeras as tf
        >>> tf.truncatemod([-7, 7], 2).numpy().tolist()
        [-1, 1]
    """
    return x1 - truncatediv.body(F, x1, x2) * x2


class TopK(NamedTuple):
    """What `top_k` returns: the largest values, and where they are."""

    values: Any
    indices: Any


def top_k(
    input: Any, k: int = 1, sorted: bool = True, index_type: Any = "int32", name: str | None = None
) -> TopK:
    """The k largest elements of the last axis and their places (mirrors `tf.math.top_k`).

    Args:
        input: [..., n].
        k: how many, at most n.
        sorted: accepted; the largest comes first.
        index_type: the places' dtype.
        name: ignored.

    Returns:
        A named tuple (values, indices).

    Raises:
        InvalidArgumentError: there are not so many.

    Example:
        >>> import unikeras as tf
        >>> tf.math.top_k([3, 1, 2], 2).indices.numpy().tolist()
        [0, 2]
    """
    x = convert_to_tensor(input)
    if x.shape.rank and x.shape[-1] is not None and x.shape[-1] < int(k):
        raise InvalidArgumentError(
            f"top_k: input must have at least {int(k)} columns, but has {x.shape[-1]}."
        )
    values, indices = _top_k(x, k=int(k), sorted=sorted)
    return TopK(values, cast(indices, index_type))


@op
def cumulative_logsumexp(F, x, *, axis=0, exclusive=False, reverse=False):
    """The logarithm of the sums of exponentials up to each place (mirrors `tf.math.cumulative_logsumexp`).

    Args:
        x: floats.
        axis: the axis.
        exclusive: whether a place's own number does not count.
        reverse: whether to sum from the end.

    Example:
        >>> import unikeras as tf
        >>> tf.math.cumulative_logsumexp([0.0, 0.0]).numpy().astype(float).round(1).tolist()
        [0.0, 0.7]
    """
    size = x.shape[axis]
    rows = F.moveaxis(x, axis, -1)
    places = np.arange(size)
    held = (places[None, :] >= places[:, None]) if reverse else (places[None, :] <= places[:, None])
    if exclusive:
        held = held & (places[None, :] != places[:, None])
    wide = F.where(
        F.asarray(held),
        F.expand_dims(rows, axis=-2),
        F.full_like(F.expand_dims(rows, axis=-2), -float("inf")),
    )
    return F.moveaxis(F.logsumexp(wide, axis=-1), -1, axis)


@op
def invert_permutation(F, x):
    """The permutation that undoes another (mirrors `tf.math.invert_permutation`).

    Args:
        x: integers [n], each of 0 ... n - 1 once.

    Example:
        >>> import unikeras as tf
        >>> tf.math.invert_permutation([2, 0, 1]).numpy().tolist()
        [1, 2, 0]
    """
    return F.astype(F.argsort(x, stable=True), x.dtype)


@op
def _ordered(F, x, *, strict):
    flat = F.reshape(x, (-1,))
    return F.all(flat[1:] > flat[:-1] if strict else flat[1:] >= flat[:-1])


def is_non_decreasing(x: Any, name: str | None = None) -> Any:
    """Whether no number is below the one before it (mirrors `tf.math.is_non_decreasing`).

    Example:
        >>> import unikeras as tf
        >>> bool(tf.math.is_non_decreasing([1.0, 1.0, 2.0]))
        True
    """
    return _ordered(x, strict=False)


def is_strictly_increasing(x: Any, name: str | None = None) -> Any:
    """Whether every number is above the one before it (mirrors `tf.math.is_strictly_increasing`).

    Example:
        >>> import unikeras as tf
        >>> bool(tf.math.is_strictly_increasing([1.0, 1.0, 2.0]))
        False
    """
    return _ordered(x, strict=True)


def polyval(coeffs: Any, x: Any, name: str | None = None) -> Any:
    """A polynomial's values, by Horner's rule (mirrors `tf.math.polyval`).

    Args:
        coeffs: a list of tensors, the one of the highest power first.
        x: where.
        name: ignored.

    Raises:
        ValueError: the coefficients are not a list.

    Example:
        >>> import unikeras as tf
        >>> float(tf.math.polyval([1.0, 2.0, 3.0], 2.0))
        11.0
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"polyval: coeffs must be a list, not {type(coeffs).__name__}.")
    x = convert_to_tensor(x)
    result = identity(x) * 0
    for coefficient in coeffs:
        result = result * x + coefficient
    return result


def approx_max_k(
    operand: Any, k: int, reduction_dimension: int = -1, recall_target: float = 0.95, reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True, name: str | None = None,
) -> Any:  # fmt: skip
    """The k largest along an axis and their places; here exactly (mirrors `tf.math.approx_max_k`).

    Args:
        operand: floats.
        k: how many.
        reduction_dimension: the axis.
        recall_target: accepted.
        reduction_input_size_override: accepted.
        aggregate_to_topk: accepted.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.math.approx_max_k([1.0, 3.0, 2.0], 2)[0].numpy().tolist()
        [3.0, 2.0]
    """
    return _top(convert_to_tensor(operand), k=int(k), axis=int(reduction_dimension), largest=True)


def approx_min_k(
    operand: Any, k: int, reduction_dimension: int = -1, recall_target: float = 0.95, reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True, name: str | None = None,
) -> Any:  # fmt: skip
    """The k smallest along an axis and their places; here exactly (mirrors `tf.math.approx_min_k`); as `approx_max_k`."""
    return _top(convert_to_tensor(operand), k=int(k), axis=int(reduction_dimension), largest=False)


@op
def _top(F, x, *, k, axis, largest):
    order = F.argsort(-x if largest else x, axis=axis, stable=True)
    places = F.moveaxis(F.moveaxis(order, axis, 0)[:k], 0, axis)
    values = F.take_along_axis(x, places, axis=axis)
    return values, F.astype(places, F.dtype("int32"))


def bitcast(input: Any, type: Any, name: str | None = None) -> Any:
    """The same bits as numbers of another dtype (mirrors `tf.bitcast`).

    Args:
        input: a tensor. If its elements are smaller, its last axis makes one of the new ones; if larger, there is a new last axis.
        type: the dtype wanted.
        name: ignored.

    Raises:
        InvalidArgumentError: a last axis of another size.

    Example:
        >>> import unikeras as tf
        >>> hex(int(tf.bitcast(1.0, tf.uint32)))
        '0x3f800000'
    """
    array = np.asarray(convert_to_tensor(input))
    wanted = np.dtype(as_dtype(type).np_dtype)
    old, new = array.dtype.itemsize, wanted.itemsize
    if new > old:
        if not array.ndim or array.shape[-1] * old != new:
            raise InvalidArgumentError(
                f"bitcast: from {array.dtype} to {wanted} the last axis must be of {new // old}, but the shape is {array.shape}."
            )
        made = np.ascontiguousarray(array).view(wanted)[..., 0]
    else:
        spread = array[..., None] if new < old else array
        made = (
            np.array(spread).reshape(spread.shape).view(wanted)
            if spread.ndim
            else np.array(spread[None]).view(wanted)[0]
        )
    return Tensor(as_array(np.array(made)))


# Of Sobol's sequences: for each dimension the primitive polynomial (its degree and inner coefficients) and the first directions, from
# Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections", 2008.
_SOBOL = [
    (1, 0, (1,)), (2, 1, (1, 3)), (3, 1, (1, 3, 1)), (3, 2, (1, 1, 1)), (4, 1, (1, 1, 3, 3)), (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)), (5, 4, (1, 1, 5, 5, 5)), (5, 7, (1, 1, 7, 11, 19)),
]  # fmt: skip


def sobol_sample(
    dim: int, num_results: int, skip: int = 0, dtype: Any = "float32", name: str | None = None
) -> Any:
    """Points of Sobol's sequence, evenly spread over the unit cube (mirrors `tf.math.sobol_sample`).

    Args:
        dim: how many coordinates, up to 10.
        num_results: how many points.
        skip: how many points are left out first.
        dtype: float32 or float64.
        name: ignored.

    Returns:
        [num_results, dim].

    Raises:
        NotImplementedError: more coordinates.

    Example:
        >>> import unikeras as tf
        >>> tf.math.sobol_sample(2, 2).numpy().tolist()
        [[0.5, 0.5], [0.75, 0.25]]
    """
    if not 1 <= dim <= len(_SOBOL) + 1:
        raise NotImplementedError(
            f"sobol_sample: up to {len(_SOBOL) + 1} dimensions are available, not {dim}."
        )
    bits = 32
    directions = np.zeros((dim, bits), np.uint64)
    directions[0] = [1 << (bits - 1 - i) for i in range(bits)]
    for d in range(1, dim):
        degree, inner, first = _SOBOL[d - 1]
        m = list(first)
        for i in range(degree, bits):
            value = m[i - degree] ^ (m[i - degree] << degree)
            for k in range(1, degree):
                value ^= ((inner >> (degree - 1 - k)) & 1) * (m[i - k] << k)
            m.append(value)
        directions[d] = [m[i] << (bits - 1 - i) for i in range(bits)]
    points = np.zeros((num_results, dim), np.uint64)
    state = np.zeros(dim, np.uint64)
    for n in range(skip + num_results):
        lowest = (~n & (n + 1)).bit_length() - 1  # the lowest zero bit of n
        state = state ^ directions[:, lowest]
        if n >= skip:
            points[n - skip] = state
    return Tensor(as_array((points / 2.0**bits).astype(as_dtype(dtype).np_dtype)))
