"""Functions that Keras 3 (`keras.ops`) spells as NumPy does, where TensorFlow's of the same meaning differ in defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.core.operators import Operators
from unikeras.core.tensor import convert_to_tensor as tf_convert_to_tensor
from unikeras.ops import array, creation, reduce
from unikeras.ops.elementwise import cast
from unikeras.ops.promotion import promoted

__all__ = [
    "arange", "argmax", "argmin", "concatenate", "convert_to_numpy", "convert_to_tensor", "cumprod", "cumsum", "dtype",
    "isclose", "moveaxis", "ndim", "one_hot", "pad", "ravel", "repeat", "shape", "sort", "split", "stack",
    "swapaxes", "take", "var",
]  # fmt: skip


def convert_to_tensor(
    x: Any, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None
) -> Any:
    """`x` as a tensor of `dtype`, converted if it has another (mirrors `keras.ops.convert_to_tensor`).

    Args:
        x: a number, list, NumPy array, tensor or variable.
        dtype: the wanted type; that of `x` if `None`.
        sparse: accepted if not True.
        ragged: accepted if not True.

    Raises:
        ValueError: a sparse or ragged tensor is asked for.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.convert_to_tensor([1, 2], "float32").dtype
        tf.float32
    """
    if sparse or ragged:
        raise ValueError("convert_to_tensor: sparse and ragged tensors are not available.")
    if isinstance(x, (Operators, np.ndarray, np.generic)):
        x = tf_convert_to_tensor(x)
        return x if dtype is None or x.dtype == dtype else cast(x, as_dtype(dtype).name)
    try:
        return tf_convert_to_tensor(x, dtype)
    except TypeError:  # fractions as integers, which TensorFlow refuses and Keras cuts off
        return cast(tf_convert_to_tensor(x), as_dtype(dtype).name)


def convert_to_numpy(x: Any) -> np.ndarray:
    """The value as a NumPy array (mirrors `keras.ops.convert_to_numpy`).

    Raises:
        AttributeError: the tensor has no value yet.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.convert_to_numpy(keras.ops.ones((2,))).tolist()
        [1.0, 1.0]
    """
    return np.array(x)


def shape(x: Any) -> tuple[Any, ...]:
    """The dimensions as a tuple; `None` for those not known yet (mirrors `keras.ops.shape`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.shape(keras.ops.zeros((2, 3)))
        (2, 3)
    """
    return tuple(tf_convert_to_tensor(x).shape)


def ndim(x: Any) -> int:
    """The number of axes.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.ndim([[1, 2]])
        2
    """
    return len(tf_convert_to_tensor(x).shape)


def dtype(x: Any) -> str:
    """The dtype's name (mirrors `keras.ops.dtype` and `K.dtype`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.dtype([1.0])
        'float32'
    """
    return as_dtype(tf_convert_to_tensor(x).dtype).name


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Any:
    """start, start + step ... below stop; from 0 if one number is given (mirrors `keras.ops.arange`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.arange(3).numpy().tolist()
        [0, 1, 2]
    """
    return creation.range(start, stop, step, dtype)


def _flat(x: Any, axis: int | None) -> tuple[Any, int]:
    return (array.reshape(x, (-1,)), 0) if axis is None else (x, axis)


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the largest element along `axis`, of the flattened x if None (mirrors `keras.ops.argmax`).

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.argmax([[1, 5], [7, 2]]))
        2
    """
    flat, place = _flat(x, axis)
    found = reduce.argmax(flat, axis=place, output_type="int32", keepdims=keepdims and axis is not None)
    return array.reshape(found, (1,) * ndim(x)) if keepdims and axis is None else found


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the smallest element along `axis`, of the flattened x if None (mirrors `keras.ops.argmin`)."""
    flat, place = _flat(x, axis)
    found = reduce.argmin(flat, axis=place, output_type="int32", keepdims=keepdims and axis is not None)
    return array.reshape(found, (1,) * ndim(x)) if keepdims and axis is None else found


@op
def _concatenate(F, *xs, axis):
    return F.concat(list(promoted(F, *xs)), axis=axis)


def concatenate(xs: Any, axis: int = 0) -> Any:
    """The tensors one after the other along an axis, in their common dtype (mirrors `keras.ops.concatenate`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.concatenate([[1, 2], [0.5]]).numpy().tolist()
        [1.0, 2.0, 0.5]
    """
    return _concatenate(*(tf_convert_to_tensor(x) for x in xs), axis=axis)


@op
def _stack(F, *xs, axis):
    return F.stack(list(promoted(F, *xs)), axis=axis)


def stack(x: Any, axis: int = 0) -> Any:
    """The tensors along a new axis, in their common dtype (mirrors `keras.ops.stack`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.stack([[1, 2], [3, 4]], axis=1).numpy().tolist()
        [[1, 3], [2, 4]]
    """
    return _stack(*(tf_convert_to_tensor(t) for t in x), axis=axis)


@op
def _split_at(F, x, *, places, axis):
    key = [slice(None)] * x.ndim
    parts = []
    for start, stop in zip((0, *places), (*places, x.shape[axis]), strict=True):
        key[axis] = slice(start, stop)
        parts.append(x[tuple(key)])
    return tuple(parts)


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """x in parts along an axis (mirrors `keras.ops.split`).

    Args:
        x: a tensor.
        indices_or_sections: the number of equal parts, or the places where to cut.
        axis: along which.

    Example:
        >>> from unikeras import keras
        >>> [t.numpy().tolist() for t in keras.ops.split([1, 2, 3, 4], [1, 3])]
        [[1], [2, 3], [4]]
    """
    if isinstance(indices_or_sections, int):
        return list(array.split(x, indices_or_sections, axis))
    return list(_split_at(x, places=tuple(int(i) for i in indices_or_sections), axis=axis))


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """The elements at `indices` along `axis`, of the flattened x if None (mirrors `keras.ops.take`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.take([[1, 2], [3, 4]], [0, 3]).numpy().tolist()
        [1, 4]
    """
    x, axis = _flat(x, axis)
    return array.gather(x, indices, axis=axis)


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running sums along `axis`, of the flattened x if None (mirrors `keras.ops.cumsum`)."""
    x, axis = _flat(x if dtype is None else cast(x, as_dtype(dtype).name), axis)
    return reduce.cumsum(x, axis=axis)


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running products along `axis`, of the flattened x if None (mirrors `keras.ops.cumprod`)."""
    x, axis = _flat(x if dtype is None else cast(x, as_dtype(dtype).name), axis)
    return reduce.cumprod(x, axis=axis)


def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    """Rows with a 1 in the place of the class (mirrors `keras.ops.one_hot`).

    Raises:
        ValueError: a sparse tensor is asked for.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.one_hot([1], 3).numpy().tolist()
        [[0.0, 1.0, 0.0]]
    """
    if sparse:
        raise ValueError("one_hot: sparse tensors are not available.")
    return array.one_hot(x, depth=int(num_classes), axis=axis, dtype=as_dtype(dtype or "float32").name)


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """x with borders (mirrors `keras.ops.pad`).

    Args:
        x: a tensor.
        pad_width: (before, after) for every axis, one such pair for all axes, or one number.
        mode: 'constant', 'reflect' or 'symmetric'.
        constant_values: what a constant border holds; 0 if `None`.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.pad([1, 2], (1, 0)).numpy().tolist()
        [0, 1, 2]
    """
    pairs = np.broadcast_to(np.asarray(pad_width), (ndim(x), 2)).tolist()
    return array.pad(x, pairs, mode, 0 if constant_values is None else constant_values)


def sort(x: Any, axis: int = -1) -> Any:
    """x in ascending order along an axis (mirrors `keras.ops.sort`)."""
    return array.sort(x, axis=axis)


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element so many times, of the flattened x if axis is None (mirrors `keras.ops.repeat`)."""
    return array.repeat(x, repeats, axis)


def ravel(x: Any) -> Any:
    """x with one axis.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.ravel([[1, 2], [3, 4]]).numpy().tolist()
        [1, 2, 3, 4]
    """
    return array.reshape(x, (-1,))


@op
def moveaxis(F, x, *, source, destination):
    """x with axes moved to other places (mirrors `keras.ops.moveaxis`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.moveaxis(keras.ops.zeros((2, 3, 4)), 0, -1).shape
        TensorShape([3, 4, 2])
    """
    return F.moveaxis(x, source, destination)


@op
def swapaxes(F, x, *, axis1, axis2):
    """x with two axes exchanged (mirrors `keras.ops.swapaxes`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.swapaxes(keras.ops.zeros((2, 3, 4)), 0, 2).shape
        TensorShape([4, 3, 2])
    """
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return F.permute_dims(x, tuple(order))


def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance over `axis` (mirrors `keras.ops.var`)."""
    return reduce.variance(x, axis=axis, keepdims=keepdims)


@op
def isclose(F, x1, x2, *, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether |x1 - x2| <= atol + rtol * |x2|, elementwise (mirrors `keras.ops.isclose`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.isclose([1.0, 1.0], [1.0, 1.1]).numpy().tolist()
        [True, False]
    """
    near = (F.abs(x1 - x2) <= atol + rtol * F.abs(x2)) | (x1 == x2)
    return near | (F.isnan(x1) & F.isnan(x2)) if equal_nan else near
