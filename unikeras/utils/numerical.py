"""Small NumPy helpers for labels and features (mirrors `keras.utils.to_categorical`, `to_ordinal`, `normalize`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.operators import Operators

__all__ = ["normalize", "to_categorical", "to_ordinal"]


def to_categorical(y: Any, num_classes: int | None = None, dtype: Any = None) -> Any:
    """Classes as rows with a 1 in the place of the class.

    Args:
        y: integers; an axis of size 1 at the end is dropped.
        num_classes: how many classes there are; one more than the largest of `y` if `None`.
        dtype: of NumPy results; float32 if `None`.

    Returns:
        [*y's shape, num_classes]: a tensor if `y` is one, else a NumPy array.

    Raises:
        ValueError: a class outside [0, num_classes), or a fraction.

    Example:
        >>> to_categorical([2, 0]).tolist()
        [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
        >>> to_categorical([3], num_classes=3)
        Traceback (most recent call last):
        ...
        ValueError: to_categorical: class 3 is not in [0, 3) (num_classes=3).
    """
    if isinstance(y, Operators):
        from unikeras import ops
        from unikeras.core.printing import get_static_value

        known = get_static_value(y)
        if known is None:  # symbolic or inside a compiled function: no values to look at
            if num_classes is None:
                raise ValueError(
                    "to_categorical: num_classes is needed for a tensor whose values are not known yet."
                )
            return ops.one_hot(y, depth=int(num_classes), dtype=as_dtype(dtype or "float32").name)
        return ops.constant(to_categorical(known, num_classes, as_dtype(dtype or "float32").np_dtype))
    classes = np.asarray(y)
    if classes.dtype.kind not in "iu":
        whole = classes.astype("int64")
        if not (whole == classes).all():
            raise ValueError(f"to_categorical: expected integers, got {classes[whole != classes].flat[0]}.")
        classes = whole
    if classes.ndim > 1 and classes.shape[-1] == 1:
        classes = classes[..., 0]
    count = int(classes.max()) + 1 if num_classes is None and classes.size else int(num_classes or 0)
    outside = classes[(classes < 0) | (classes >= count)]
    if outside.size:
        raise ValueError(
            f"to_categorical: class {outside.flat[0]} is not in [0, {count}) (num_classes={num_classes})."
        )
    result = np.zeros((classes.size, count), dtype=dtype or "float32")
    result[np.arange(classes.size), classes.reshape(-1)] = 1
    return result.reshape((*classes.shape, count))


def to_ordinal(y: Any, num_classes: int | None = None, dtype: Any = "float32") -> np.ndarray:
    """Ranked classes as rows with a 1 for each rank that is reached (mirrors `tf.keras.utils.to_ordinal`).

    Args:
        y: integers from 0; an axis of size 1 at the end is dropped.
        num_classes: how many classes there are; one more than the largest of `y` if `None`.
        dtype: the result's.

    Returns:
        [*y's shape, num_classes - 1].

    Raises:
        ValueError: a class outside [0, num_classes), or a fraction.

    Example:
        >>> to_ordinal([0, 2, 1]).tolist()
        [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]
    """
    one_hot = np.asarray(to_categorical(y, num_classes))
    # a rank is reached if the class is that rank or a later one
    return np.cumsum(one_hot[..., ::-1], axis=-1)[..., ::-1][..., 1:].astype(dtype or "float32")


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """x divided by its norm along an axis; rows of zeros stay.

    Args:
        x: an array or tensor of numbers.
        axis: along which the norm is taken.
        order: of the norm, for example 2 for the Euclidean.

    Returns:
        A tensor if `x` is one, else a NumPy array.

    Example:
        >>> normalize([[3.0, 4.0], [0.0, 0.0]]).tolist()
        [[0.6, 0.8], [0.0, 0.0]]
    """
    if isinstance(x, Operators):
        from unikeras import ops

        length = ops.norm(x, ord=order, axis=axis, keepdims=True)
        return ops.divide(x, ops.where(ops.equal(length, 0), ops.ones_like(length), length))
    x = np.asarray(x)
    length = np.atleast_1d(np.linalg.norm(x, order, axis))
    length[length == 0] = 1
    return x / np.expand_dims(length, axis)
