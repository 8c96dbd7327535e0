"""Putting arrays together, taking them apart, and arranging their elements, as NumPy does."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops import arithmetic, array, creation, indexing, keras_style
from unikeras.ops.promotion import promoted

__all__ = [
    "append", "argpartition", "array_split", "copy", "cross", "diag", "diagflat", "diagonal", "diff", "dsplit", "dstack", "empty",
    "empty_like", "fliplr", "flipud", "full_like", "get_item", "hsplit", "hstack", "kron",
    "nonzero", "rot90", "select", "trace", "tri", "unravel_index", "vander", "vsplit", "vstack", "where",
]  # fmt: skip


def append(x1: Any, x2: Any, axis: int | None = None) -> Any:
    """x1 followed by x2 along an axis, both flattened if it is None (mirrors `keras.ops.append`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.append([1, 2], [[3]]).numpy().tolist()
        [1, 2, 3]
    """
    parts = [x1, x2] if axis is not None else [array.reshape(convert_to_tensor(x), (-1,)) for x in (x1, x2)]
    return keras_style.concatenate(parts, axis=axis or 0)


def _at_least(x: Any, count: int) -> Any:
    """x with axes of length 1 as NumPy's stacks want them: [n] is [n, 1, ...] in front of none, [1, n] in front of one."""
    x = convert_to_tensor(x)
    rank = len(x.shape)
    if count >= 2 and rank < 2:
        x = array.reshape(x, (1, -1))
    elif rank < 1:
        x = array.reshape(x, (1,))
    return array.expand_dims(x, axis=-1) if count == 3 and len(x.shape) == 2 else x


def hstack(xs: Any) -> Any:
    """Tensors side by side: along the second axis, or the only one (mirrors `keras.ops.hstack`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.hstack([[1, 2], [3]]).numpy().tolist()
        [1, 2, 3]
    """
    parts = [_at_least(x, 1) for x in xs]
    return keras_style.concatenate(parts, axis=0 if len(parts[0].shape) == 1 else 1)


def vstack(xs: Any) -> Any:
    """Tensors as rows, one below the other (mirrors `keras.ops.vstack`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.vstack([[1, 2], [3, 4]]).numpy().tolist()
        [[1, 2], [3, 4]]
    """
    return keras_style.concatenate([_at_least(x, 2) for x in xs], axis=0)


def dstack(xs: Any) -> Any:
    """Tensors one behind the other, along a third axis (mirrors `keras.ops.dstack`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.dstack([[1, 2], [3, 4]]).numpy().tolist()
        [[[1, 3], [2, 4]]]
    """
    return keras_style.concatenate([_at_least(x, 3) for x in xs], axis=2)


def array_split(x: Any, indices_or_sections: int, axis: int = 0) -> list[Any]:
    """x in so many parts, the first ones longer by 1 where needed (mirrors `keras.ops.array_split`).

    Args:
        x: a tensor.
        indices_or_sections: the number of parts.
        axis: along which.

    Raises:
        TypeError: not an int.

    Example:
        >>> from unikeras import keras
        >>> [len(t) for t in keras.ops.array_split([1, 2, 3, 4, 5], 3)]
        [2, 2, 1]
    """
    count = operator.index(indices_or_sections)
    size = convert_to_tensor(x).shape[axis]
    if size is None:
        raise ValueError("array_split: the axis must have a known length.")
    places = np.cumsum([size // count + (i < size % count) for i in range(count)])[:-1]
    return keras_style.split(x, places.tolist(), axis=axis)


def hsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """x in parts along the second axis, or the only one (mirrors `keras.ops.hsplit`)."""
    return keras_style.split(x, indices_or_sections, axis=0 if keras_style.ndim(x) == 1 else 1)


def vsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """x in parts along the first axis (mirrors `keras.ops.vsplit`)."""
    return keras_style.split(x, indices_or_sections, axis=0)


def dsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """x in parts along the third axis (mirrors `keras.ops.dsplit`)."""
    return keras_style.split(x, indices_or_sections, axis=2)


@op
def copy(F, x):
    """A tensor of the same values (mirrors `keras.ops.copy`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.copy([1, 2]).numpy().tolist()
        [1, 2]
    """
    return x if F.compiles else F.astype(x, x.dtype, copy=True)


@op
def _cross(F, x1, x2, *, axisa, axisb, axisc):
    a, b = promoted(F, F.moveaxis(x1, axisa, -1), F.moveaxis(x2, axisb, -1))
    if a.shape[-1] not in (2, 3) or b.shape[-1] not in (2, 3):
        raise ValueError(f"vectors must have 2 or 3 components, got {a.shape[-1]} and {b.shape[-1]}")
    last = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    if a.shape[-1] == b.shape[-1] == 2:
        return last
    third_a = a[..., 2] if a.shape[-1] == 3 else F.zeros_like(a[..., 0])
    third_b = b[..., 2] if b.shape[-1] == 3 else F.zeros_like(b[..., 0])
    first, second = a[..., 1] * third_b - third_a * b[..., 1], third_a * b[..., 0] - a[..., 0] * third_b
    return F.moveaxis(F.stack([first, second, last], axis=-1), -1, axisc)


def cross(
    x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """The cross product of vectors of 3 components, or 2 (mirrors `keras.ops.cross`).

    Args:
        x1: vectors along `axisa`.
        x2: vectors along `axisb`.
        axisa: the axis of x1's components.
        axisb: the axis of x2's.
        axisc: the axis of the result's, if it has any.
        axis: one axis for all three.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.cross([1, 0, 0], [0, 1, 0]).numpy().tolist()
        [0, 0, 1]
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    return _cross(x1, x2, axisa=int(axisa), axisb=int(axisb), axisc=int(axisc))


@op
def diagonal(F, x, *, offset=0, axis1=0, axis2=1):
    """The diagonals of two axes, as a last axis (mirrors `keras.ops.diagonal`).

    Args:
        x: a tensor of two axes or more.
        offset: which diagonal; above the main one if positive.
        axis1: the axis of the rows.
        axis2: the axis of the columns.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.diagonal([[1, 2], [3, 4]]).numpy().tolist()
        [1, 4]
    """
    if x.ndim < 2:
        raise ValueError(f"expected two axes or more, got the shape {tuple(x.shape)}")
    x = F.moveaxis(x, (axis1, axis2), (-2, -1))
    rows, columns = x.shape[-2:]
    count = max(0, min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns))
    places = F.arange(count, dtype=F.dtype("int64"))
    return x[..., places + max(-offset, 0), places + max(offset, 0)]


@op(aliases={"axis": "axis1"})
def trace(F, x, *, offset=0, axis1=0, axis2=1):
    """The sums of the diagonals of two axes (mirrors `keras.ops.trace`); `tf.linalg.trace` takes the last two.

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.trace([[1, 2], [3, 4]]))
        5
    """
    if as_dtype(x.dtype).is_bool:
        x = F.astype(x, F.dtype("int32"))
    return F.sum(diagonal.body(F, x, offset=offset, axis1=axis1, axis2=axis2), axis=-1, dtype=x.dtype)


@op
def diag(F, x, *, k=0):
    """A matrix with x as its k-th diagonal, or the k-th diagonal of a matrix (mirrors `keras.ops.diag`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.diag([1, 2]).numpy().tolist()
        [[1, 0], [0, 2]]
    """
    if x.ndim == 2:
        return diagonal.body(F, x, offset=k)
    if x.ndim != 1:
        raise ValueError(f"expected one axis or two, got the shape {tuple(x.shape)}")
    size = x.shape[0] + abs(k)
    places = F.arange(x.shape[0], dtype=F.dtype("int64"))
    return F.scatter(F.zeros((size, size), dtype=x.dtype), (places + max(-k, 0), places + max(k, 0)), x)


@op
def diagflat(F, x, *, k=0):
    """A matrix with the flattened x as its k-th diagonal (mirrors `keras.ops.diagflat`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.diagflat([[1, 2]]).numpy().tolist()
        [[1, 0], [0, 2]]
    """
    return diag.body(F, F.reshape(x, (-1,)), k=k)


@op(aliases={"x": "a"})
def diff(F, a, *, n=1, axis=-1):
    """The n-th differences of neighbours along an axis (mirrors `keras.ops.diff`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.diff([1, 4, 9]).numpy().tolist()
        [3, 5]
    """
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}")
    lower: list[Any] = [slice(None)] * a.ndim
    upper: list[Any] = [slice(None)] * a.ndim
    lower[axis], upper[axis] = slice(None, -1), slice(1, None)
    for _ in range(n):
        first, second = a[tuple(lower)], a[tuple(upper)]
        a = first != second if as_dtype(a.dtype).is_bool else second - first
    return a


@op
def _argpartition(F, x, *, kth, axis):
    return F.astype(F.argsort(x, axis=axis), F.dtype("int32"))


def argpartition(x: Any, kth: int, axis: int | None = -1) -> Any:
    """Indices that put the smallest elements up to the kth first (mirrors `keras.ops.argpartition`); they are sorted.

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.argpartition([3.0, 1.0, 2.0], 0)[0])
        1
    """
    if axis is None:
        x, axis = array.reshape(convert_to_tensor(x), (-1,)), -1
    return _argpartition(x, kth=int(kth), axis=int(axis))


def fliplr(x: Any) -> Any:
    """x with its columns in reverse order (mirrors `keras.ops.fliplr`)."""
    return array.flip(x, axis=1)


def flipud(x: Any) -> Any:
    """x with its rows in reverse order (mirrors `keras.ops.flipud`)."""
    return array.flip(x, axis=0)


@op(aliases={"x": "array"})
def rot90(F, array, *, k=1, axes=(0, 1)):
    """x turned by k times 90 degrees, from the first of two axes to the second (mirrors `keras.ops.rot90`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.rot90([[1, 2], [3, 4]]).numpy().tolist()
        [[2, 4], [1, 3]]
    """
    first, second = (a % array.ndim for a in axes)
    if first == second:
        raise ValueError(f"the axes must differ, got {axes}")
    order = list(range(array.ndim))
    order[first], order[second] = second, first
    turns = k % 4
    if turns == 2:
        return F.flip(F.flip(array, axis=first), axis=second)
    if turns == 1:
        return F.permute_dims(F.flip(array, axis=second), tuple(order))
    return F.flip(F.permute_dims(array, tuple(order)), axis=second) if turns else array


@op
def kron(F, x1, x2):
    """The Kronecker product (mirrors `keras.ops.kron`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.kron([1, 10], [1, 2]).numpy().tolist()
        [1, 2, 10, 20]
    """
    x1, x2 = promoted(F, x1, x2)
    rank = max(x1.ndim, x2.ndim)
    a, b = ((1,) * (rank - x.ndim) + tuple(x.shape) for x in (x1, x2))
    left = F.reshape(x1, tuple(d for s in a for d in (s, 1)))
    right = F.reshape(x2, tuple(d for s in b for d in (1, s)))
    return F.reshape(left * right, tuple(s * t for s, t in zip(a, b, strict=True)))


@op
def vander(F, x, *, N=None, increasing=False):
    """The powers of x as columns, the highest first (mirrors `keras.ops.vander`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.vander([2, 3], 3).numpy().tolist()
        [[4, 2, 1], [9, 3, 1]]
    """
    if x.ndim != 1:
        raise ValueError(f"expected one axis, got the shape {tuple(x.shape)}")
    powers = [F.ones_like(x)]
    for _ in range((x.shape[0] if N is None else N) - 1):
        powers.append(powers[-1] * x)
    return F.stack(powers if increasing else powers[::-1], axis=-1)


@op
def _tri(F, *, rows, columns, k, dtype):
    return F.tril(F.ones((rows, columns), dtype=F.dtype(dtype)), k=k)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Ones at the k-th diagonal and below, zeros above (mirrors `keras.ops.tri`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.tri(2).numpy().tolist()
        [[1.0, 0.0], [1.0, 1.0]]
    """
    return _tri(
        rows=int(N), columns=int(N if M is None else M), k=int(k), dtype=as_dtype(dtype or floatx()).name
    )


def empty(shape: Any, dtype: Any = None) -> Any:
    """A tensor of any values; zeros here (mirrors `keras.ops.empty`)."""
    return creation.zeros(shape, dtype or floatx())


def empty_like(x: Any, dtype: Any = None) -> Any:
    """A tensor of x's shape and any values; zeros here (mirrors `keras.ops.empty_like`)."""
    return creation.zeros_like(x, dtype=None if dtype is None else as_dtype(dtype).name)


@op
def _full_like(F, x, value, *, dtype):
    kind = x.dtype if dtype is None else F.dtype(dtype)
    return F.broadcast_to(F.astype(value, kind), tuple(x.shape))


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """A tensor of x's shape and dtype, filled with a value (mirrors `keras.ops.full_like`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.full_like([1.0, 2.0], 7).numpy().tolist()
        [7.0, 7.0]
    """
    return _full_like(x, convert_to_tensor(fill_value), dtype=None if dtype is None else as_dtype(dtype).name)


def get_item(x: Any, key: Any) -> Any:
    """x[key] (mirrors `keras.ops.get_item`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.get_item([1, 2, 3], 1).numpy().tolist()
        2
    """
    return indexing.get_item(convert_to_tensor(x), key)


def nonzero(x: Any) -> tuple[Any, ...]:
    """The indices of the elements that are not 0, one tensor for each axis (mirrors `keras.ops.nonzero`).

    Their number depends on the values, so that it is not available in compiled functions.

    Example:
        >>> from unikeras import keras
        >>> [t.numpy().tolist() for t in keras.ops.nonzero([[0, 5], [7, 0]])]
        [[0, 1], [1, 0]]
    """
    return tuple(_nonzero(x))


@op(data_dependent_shape=True, no_gradient=True)
def _nonzero(F, x):
    return tuple(F.astype(i, F.dtype("int32")) for i in F.nonzero(x))


def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """x1 where the condition holds, else x2; with the condition alone, `nonzero` of it (mirrors `keras.ops.where`).

    Raises:
        ValueError: only one of x1 and x2.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.where([True, False], [1, 2], 0).numpy().tolist()
        [1, 0]
    """
    if (x1 is None) != (x2 is None):
        raise ValueError("where: give both x1 and x2, or neither.")
    if x1 is None:
        return nonzero(condition)
    return arithmetic.where(condition, x1, x2)


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The choice of the first condition that holds (mirrors `keras.ops.select`).

    Args:
        condlist: tensors of bools.
        choicelist: as many tensors.
        default: where none holds.

    Raises:
        ValueError: not as many choices as conditions.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.select([[True, False], [True, True]], [[1, 1], [2, 2]]).numpy().tolist()
        [1, 2]
    """
    if len(condlist) != len(choicelist) or not condlist:
        raise ValueError(
            f"select: {len(condlist)} conditions and {len(choicelist)} choices; give as many of both."
        )
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result


@op
def _unravel_index(F, indices, *, shape):
    parts = []
    rest = indices
    for size in reversed(shape):
        parts.append(F.remainder(rest, size))
        rest = F.floor_divide(rest, size)
    return tuple(reversed(parts))


def unravel_index(indices: Any, shape: Any) -> tuple[Any, ...]:
    """Indices into the flattened tensor as one index for each axis (mirrors `keras.ops.unravel_index`).

    Example:
        >>> from unikeras import keras
        >>> [int(t) for t in keras.ops.unravel_index(5, (2, 3))]
        [1, 2]
    """
    return tuple(_unravel_index(indices, shape=tuple(int(s) for s in shape)))
