"""Elementwise functions of two tensors: arithmetic, comparison, logic. All broadcast as NumPy does."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.ops.elementwise import to_float
from unikeras.ops.promotion import promoted

_TF = {"x": "x1", "y": "x2"}


@op(aliases=_TF)
def add(F, x1, x2):
    """x1 + x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.add([1.0, 2.0], 3.0).numpy().tolist()
        [4.0, 5.0]
    """
    return F.add(*promoted(F, x1, x2))


@op(aliases=_TF)
def subtract(F, x1, x2):
    """x1 - x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.subtract([1.0, 2.0], 3.0).numpy().tolist()
        [-2.0, -1.0]
    """
    return F.subtract(*promoted(F, x1, x2))


@op(aliases=_TF)
def multiply(F, x1, x2):
    """x1 * x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.multiply([1.0, 2.0], 3.0).numpy().tolist()
        [3.0, 6.0]
    """
    return F.multiply(*promoted(F, x1, x2))


@op(aliases=_TF)
def divide(F, x1, x2):
    """x1 / x2, elementwise (`tf.divide`, the operator `/`).

    The quotient of integers is a fraction: float32, or float64 of those of 32 bits and more, as in
    TensorFlow.

    Example:
        >>> import unikeras as tf
        >>> tf.divide([1, 3], 2)
        <tf.Tensor: shape=(2,), dtype=float64, numpy=array([0.5, 1.5])>
    """
    return F.divide(*_fractions(F, x1, x2))


@op(aliases=_TF)
def true_divide(F, x1, x2):
    """x1 / x2, elementwise, where integers give floatx: `keras.ops.divide` and `keras.ops.true_divide`.

    Example:
        >>> from unikeras import ops
        >>> ops.true_divide([1, 3], 2).dtype
        tf.float32
    """
    return F.divide(*promoted(F, to_float(F, x1), to_float(F, x2)))


def _fractions(F: Any, *values: Any) -> Any:
    """Integers as floats: float64 for 32 bits and more as TensorFlow does, else float32."""
    if any(as_dtype(v.dtype).is_floating or as_dtype(v.dtype).is_complex for v in values):
        return promoted(F, *values)
    wide = any(as_dtype(v.dtype).size >= 4 for v in values)
    return [F.astype(v, F.dtype("float64" if wide else "float32")) for v in values]


@op(aliases=_TF)
def divide_no_nan(F, x1, x2):
    """x1 / x2, and 0 where x2 is 0 (`tf.math.divide_no_nan`).

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.divide_no_nan([1.0, 2.0], [0.0, 4.0]).numpy().tolist()
        [0.0, 0.5]
    """
    x1, x2 = _fractions(F, x1, x2)
    zero = x2 == 0
    return F.where(zero, F.zeros_like(x1 + x2), x1 / F.where(zero, F.ones_like(x2), x2))


@op(aliases=_TF)
def floor_divide(F, x1, x2):
    """The floor of x1 / x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.floor_divide([7, -7], 2).numpy().tolist()
        [3, -4]
    """
    return F.floor_divide(*promoted(F, x1, x2))


@op(aliases=_TF)
def mod(F, x1, x2):
    """The remainder of x1 / x2 with the sign of x2.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.mod([7, -7], 3).numpy().tolist()
        [1, 2]
    """
    return F.remainder(*promoted(F, x1, x2))


@op(aliases=_TF)
def power(F, x1, x2):
    """x1 to the power of x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.power([2.0, 3.0], 2.0).numpy().tolist()
        [4.0, 9.0]
    """
    return F.pow(*promoted(F, x1, x2))


@op(aliases=_TF)
def maximum(F, x1, x2):
    """The larger of x1 and x2, elementwise (`tf.maximum`).

    Between equals the gradient goes to x1, as in TensorFlow. Nan wins.

    Example:
        >>> import unikeras as tf
        >>> tf.maximum([1.0, 5.0], 3.0).numpy().tolist()
        [3.0, 5.0]
    """
    x1, x2 = promoted(F, x1, x2)
    return F.where((x1 >= x2) | (x1 != x1), x1, x2)


@op(aliases=_TF)
def minimum(F, x1, x2):
    """The smaller of x1 and x2, elementwise (`tf.minimum`).

    Between equals the gradient goes to x1, as in TensorFlow. Nan wins.

    Example:
        >>> import unikeras as tf
        >>> tf.minimum([1.0, 5.0], 3.0).numpy().tolist()
        [1.0, 3.0]
    """
    x1, x2 = promoted(F, x1, x2)
    return F.where((x1 <= x2) | (x1 != x1), x1, x2)


@op(aliases=_TF)
def squared_difference(F, x1, x2):
    """(x1 - x2)**2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.squared_difference([1.0, 5.0], 3.0).numpy().tolist()
        [4.0, 4.0]
    """
    x1, x2 = promoted(F, x1, x2)
    difference = x1 - x2
    return difference * difference


@op(aliases=_TF)
def arctan2(F, x1, x2):
    """The angle in radians of the point (x2, x1).

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.arctan2([0.0], [1.0]).numpy().tolist()
        [0.0]
    """
    return F.atan2(*promoted(F, to_float(F, x1), to_float(F, x2)))


@op(aliases=_TF)
def logaddexp(F, x1, x2):
    """log(exp(x1) + exp(x2)), without overflow.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.logaddexp([1000.0], [0.0]).numpy().tolist()
        [1000.0]
    """
    return F.logaddexp(*promoted(F, to_float(F, x1), to_float(F, x2)))


@op(aliases=_TF)
def xlogy(F, x1, x2):
    """x1 * log(x2), and 0 where x1 is 0.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.xlogy([0.0, 2.0], [0.0, 1.0]).numpy().tolist()
        [0.0, 0.0]
    """
    x1, x2 = promoted(F, to_float(F, x1), to_float(F, x2))
    zero = x1 == 0
    return F.where(zero, F.zeros_like(x1), x1 * F.log(F.where(zero, F.ones_like(x2), x2)))


@op(aliases=_TF)
def equal(F, x1, x2):
    """Whether x1 == x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.equal([1, 2], 2).numpy().tolist()
        [False, True]
    """
    return F.equal(*promoted(F, x1, x2))


@op(aliases=_TF)
def not_equal(F, x1, x2):
    """Whether x1 != x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.not_equal([1, 2], 2).numpy().tolist()
        [True, False]
    """
    return F.not_equal(*promoted(F, x1, x2))


@op(aliases=_TF)
def less(F, x1, x2):
    """Whether x1 < x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.less([1, 2], 2).numpy().tolist()
        [True, False]
    """
    return F.less(*promoted(F, x1, x2))


@op(aliases=_TF)
def less_equal(F, x1, x2):
    """Whether x1 <= x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.less_equal([1, 2], 2).numpy().tolist()
        [True, True]
    """
    return F.less_equal(*promoted(F, x1, x2))


@op(aliases=_TF)
def greater(F, x1, x2):
    """Whether x1 > x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.greater([1, 2], 1).numpy().tolist()
        [False, True]
    """
    return F.greater(*promoted(F, x1, x2))


@op(aliases=_TF)
def greater_equal(F, x1, x2):
    """Whether x1 >= x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.greater_equal([1, 2], 2).numpy().tolist()
        [False, True]
    """
    return F.greater_equal(*promoted(F, x1, x2))


def _bools(F: Any, *values: Any) -> list[Any]:
    return [F.astype(v, F.dtype("bool")) for v in values]


@op(aliases=_TF)
def logical_and(F, x1, x2):
    """x1 and x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.logical_and([True, True], [True, False]).numpy().tolist()
        [True, False]
    """
    return F.logical_and(*_bools(F, x1, x2))


@op(aliases=_TF)
def logical_or(F, x1, x2):
    """x1 or x2, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.logical_or([False, True], [False, False]).numpy().tolist()
        [False, True]
    """
    return F.logical_or(*_bools(F, x1, x2))


@op(aliases=_TF)
def logical_xor(F, x1, x2):
    """Whether just one of x1 and x2 holds, elementwise.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.logical_xor([True, True], [True, False]).numpy().tolist()
        [False, True]
    """
    return F.logical_xor(*_bools(F, x1, x2))


@op(aliases=_TF)
def bitwise_and(F, x1, x2):
    """x1 & x2: the bits set in both.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.bitwise_and([6], [3]).numpy().tolist()
        [2]
    """
    return F.bitwise_and(*promoted(F, x1, x2))


@op(aliases=_TF)
def bitwise_or(F, x1, x2):
    """x1 | x2: the bits set in either.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.bitwise_or([6], [3]).numpy().tolist()
        [7]
    """
    return F.bitwise_or(*promoted(F, x1, x2))


@op(aliases=_TF)
def bitwise_xor(F, x1, x2):
    """x1 ^ x2: the bits set in just one.

    Args:
        x1: a tensor.
        x2: a tensor; the two broadcast against each other as in NumPy.

    Example:
        >>> from unikeras import ops
        >>> ops.bitwise_xor([6], [3]).numpy().tolist()
        [5]
    """
    return F.bitwise_xor(*promoted(F, x1, x2))


@op
def select(F, condition, x1, x2):
    """x1 where the condition holds, else x2 (`tf.where` with three arguments)."""
    return F.where(F.astype(condition, F.dtype("bool")), *promoted(F, x1, x2))


@op(data_dependent_shape=True)
def nonzero_indices(F, condition):
    """The indices where the condition holds, a row each (`tf.where` with one argument)."""
    return F.stack([F.astype(i, F.dtype("int64")) for i in F.nonzero(condition)], axis=-1)


def where(
    condition: Any, x1: Any = None, x2: Any = None, name: str | None = None, *, x: Any = None, y: Any = None
) -> Any:
    """x1 where the condition holds, else x2; of the condition alone, the indices where it holds
    (`tf.where`).

    Example:
        >>> from unikeras import ops
        >>> ops.where([True, False], [1.0, 2.0], 0.0).numpy().tolist()
        [1.0, 0.0]
    """
    x1 = x if x1 is None else x1
    x2 = y if x2 is None else x2
    if x1 is None and x2 is None:
        return nonzero_indices(condition)
    return select(condition, x1, x2)
