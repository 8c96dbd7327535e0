"""`x[key]` with NumPy's and TensorFlow's kinds of keys. A key is split into its pattern and its tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.operators import Operators
from unikeras.core.tensor import convert_to_tensor


@op
def _index(F, x, *tensors, pattern):
    return _indexed(F, x, tensors, pattern)


@op(data_dependent_shape=True)
def _index_by_mask(F, x, *tensors, pattern):
    return _indexed(F, x, tensors, pattern)


def _indexed(F: Any, x: Any, tensors: tuple[Any, ...], pattern: Any) -> Any:
    given = iter(tensors)
    key: list[Any] = []
    for kind, value in pattern:
        if kind == "tensor":
            index = next(given)
            key.append(index if str(index.dtype).endswith("bool") else F.astype(index, F.dtype("int64")))
        elif kind == "slice":
            key.append(slice(*value))
        elif kind == "new":
            key.append(None)
        elif kind == "rest":
            key.append(Ellipsis)
        else:
            key.append(value)
    axis = 0
    flips = []
    for i, item in enumerate(key):  # not every engine has negative steps
        if isinstance(item, slice) and item.step is not None and item.step < 0:
            if Ellipsis in [k for k in key[:i] if k is Ellipsis]:
                axis = x.ndim - sum(k is not None and k is not Ellipsis for k in key[i:])
            start, stop, step = item.indices(x.shape[axis])
            count = len(range(start, stop, step))
            last = start + (count - 1) * step
            key[i] = slice(last, start + 1, -step) if count else slice(0, 0)
            flips.append(axis)
        if item is not None and item is not Ellipsis:
            axis += 1
    result = x[tuple(key)]
    if flips:
        result = F.flip(result, axis=tuple(_result_axis(key, x.ndim, a) for a in flips))
    return result


def _result_axis(key: list[Any], ndim: int, axis: int) -> int:
    """Where the axis `axis` of the indexed tensor is in the result."""
    used = sum(k is not None and k is not Ellipsis for k in key)
    source = target = 0
    for item in key:
        if item is Ellipsis:
            skipped = ndim - used
            source += skipped
            target += skipped
        elif item is None:
            target += 1
        else:
            if source == axis:
                return target
            source += 1
            target += isinstance(item, slice)
    return target + axis - source


def get_item(x: Any, key: Any) -> Any:
    """x[key] with NumPy's and TensorFlow's kinds of keys.

    Example:
        >>> from unikeras import ops
        >>> ops.get_item(ops.constant([1, 2, 3]), slice(1, None)).numpy().tolist()
        [2, 3]
    """
    pattern: list[tuple[str, Any]] = []
    tensors = []
    for item in key if isinstance(key, tuple) else (key,):
        if item is None:
            pattern.append(("new", None))
        elif item is Ellipsis:
            pattern.append(("rest", None))
        elif isinstance(item, slice):
            parts = (item.start, item.stop, item.step)
            pattern.append(("slice", tuple(_index_value(p) for p in parts)))
        elif isinstance(item, (int, np.integer)) and not isinstance(item, bool):
            rank = len(x.shape)
            axis = sum(k in ("int", "slice", "tensor") for k, _ in pattern)
            if not any_rest(pattern) and axis < rank:
                dimension = x.shape[axis]
                if dimension is not None and not -dimension <= item < dimension:
                    raise InvalidArgumentError(
                        f"slice index {item} of dimension {axis} out of bounds: the dimension is {dimension}."
                    )
            pattern.append(("int", int(item)))
        elif isinstance(item, (Operators, np.ndarray, list)):
            tensors.append(convert_to_tensor(item))
            pattern.append(("tensor", None))
        else:
            raise TypeError(
                f"Only integers, slices, ..., tf.newaxis, tensors and lists are valid indices, not {item!r}."
            )
    masked = any(t.dtype.is_bool for t in tensors)
    return (_index_by_mask if masked else _index)(x, *tensors, pattern=tuple(pattern))


def any_rest(pattern: list[tuple[str, Any]]) -> bool:
    """Whether an ellipsis was met."""
    return any(kind == "rest" for kind, _ in pattern)


def _index_value(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Operators) and not hasattr(value, "_concrete") and not hasattr(value, "_read"):
        return value  # symbolic: becomes concrete when shapes are
    return int(value)
