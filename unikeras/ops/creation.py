"""Tensors from nothing but a shape: constants, ranges, identity."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core import dtypes
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.shape import as_shape
from unikeras.core.tensor import Tensor, as_array


@op
def _full(F, *, shape, value, dtype):
    return F.full(shape, value, dtype=F.dtype(dtype))


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor of a value (`tf.constant`).

    Args:
        value: a number, list, NumPy array or tensor.
        dtype: its type; from the value if `None` (Python floats: float32, ints: int32).
        shape: its shape; a single value fills it.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.constant([[1, 2], [3, 4]])
        <tf.Tensor: shape=(2, 2), dtype=int32, numpy=
        array([[1, 2],
               [3, 4]], dtype=int32)>
    """
    tensor = Tensor(as_array(value, dtype))
    if shape is None:
        return tensor
    from unikeras.ops import array

    wanted = tuple(as_shape(shape))
    if tensor.shape.num_elements() == 1 and tuple(tensor.shape) != wanted:
        return array.broadcast_to(array.reshape(tensor, ()), wanted)
    if tensor.shape.num_elements() != as_shape(wanted).num_elements():
        raise TypeError(f"constant: {tensor.shape.num_elements()} values do not fill the shape {wanted}.")
    return array.reshape(tensor, wanted)


def _shape_of(shape: Any) -> Any:
    return tuple(shape) if isinstance(shape, (list, tuple)) else (shape,) if isinstance(shape, int) else shape


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A tensor of zeros (`tf.zeros`).

    Example:
        >>> from unikeras import ops
        >>> ops.zeros((2,)).numpy().tolist()
        [0.0, 0.0]
    """
    kind = as_dtype(dtype or dtypes.floatx()).name
    if kind == "string":
        return _fill(b"", dims=_shape_of(shape), dtype=None)
    return _full(shape=_shape_of(shape), value=0, dtype=kind)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A tensor of ones (`tf.ones`).

    Example:
        >>> from unikeras import ops
        >>> ops.ones((2,)).numpy().tolist()
        [1.0, 1.0]
    """
    return _full(shape=_shape_of(shape), value=1, dtype=as_dtype(dtype or dtypes.floatx()).name)


@op
def _fill(F, value, *, dims, dtype):
    return F.broadcast_to(F.astype(value, F.dtype(dtype)) if dtype else value, dims)


def fill(dims: Any, value: Any, name: str | None = None, *, dtype: Any = None) -> Any:
    """A tensor of shape `dims` filled with a value (`tf.fill`).

    Example:
        >>> from unikeras import ops
        >>> ops.fill([2], 7).numpy().tolist()
        [7, 7]
    """
    return _fill(value, dims=_shape_of(dims), dtype=dtype and as_dtype(dtype).name)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """A tensor of shape `shape` filled with a value (`keras.ops.full`).

    Example:
        >>> from unikeras import ops
        >>> ops.full((2,), 7).numpy().tolist()
        [7.0, 7.0]
    """
    return fill(
        shape, fill_value, dtype=dtype or (dtypes.floatx() if isinstance(fill_value, (int, float)) else None)
    )


@op(aliases={"input": "x"})
def zeros_like(F, x, *, dtype=None):
    """Zeros of x's shape, and dtype unless one is given.

    Example:
        >>> from unikeras import ops
        >>> ops.zeros_like([5, 6]).numpy().tolist()
        [0, 0]
    """
    if x.dtype == object and dtype in (None, "string"):
        return F.full(x.shape, b"", dtype=object)
    return F.zeros_like(x, dtype=dtype and F.dtype(dtype))


@op(aliases={"input": "x"})
def ones_like(F, x, *, dtype=None):
    """Ones of x's shape, and dtype unless one is given.

    Example:
        >>> from unikeras import ops
        >>> ops.ones_like([5, 6]).numpy().tolist()
        [1, 1]
    """
    return F.ones_like(x, dtype=dtype and F.dtype(dtype))


@op
def _range(F, *, start, limit, delta, dtype):
    return F.arange(start, limit, delta, dtype=F.dtype(dtype))


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = None) -> Any:
    """Numbers from `start` (0 if only one is given) up to but not including `limit`, in steps of `delta`
    (`tf.range`).

    Example:
        >>> from unikeras import ops
        >>> ops.range(1, 7, 2).numpy().tolist()
        [1, 3, 5]
    """
    if limit is None:
        start, limit = 0, start
    if isinstance(delta, (int, float)) and delta == 0:
        raise InvalidArgumentError("range: delta must not be 0.")
    if dtype is None:
        kinds = [
            np.asarray(v).dtype if not hasattr(v, "dtype") else as_dtype(v.dtype).np_dtype
            for v in (start, limit, delta)
        ]
        if any(k.kind == "f" for k in kinds):
            dtype = (
                "float64"
                if any(hasattr(v, "dtype") and as_dtype(v.dtype) == "float64" for v in (start, limit, delta))
                else "float32"
            )
        else:
            dtype = (
                "int64"
                if any(hasattr(v, "dtype") and as_dtype(v.dtype) == "int64" for v in (start, limit, delta))
                else "int32"
            )
    return _range(start=start, limit=limit, delta=delta, dtype=as_dtype(dtype).name)


@op
def _linspace(F, start, stop, *, num, axis):
    steps = F.reshape(F.arange(num, dtype=start.dtype), (num,) + (1,) * start.ndim) / builtins_max(num - 1, 1)
    return F.moveaxis(start + (stop - start) * steps, 0, axis)


def builtins_max(a: int, b: int) -> int:
    """The larger of two Python ints."""
    return a if a > b else b


def linspace(start: Any, stop: Any, num: int = 50, name: str | None = None, axis: int = 0) -> Any:
    """`num` numbers evenly spaced from `start` to `stop`, both included (`tf.linspace`).

    Example:
        >>> from unikeras import ops
        >>> ops.linspace(0.0, 1.0, 3).numpy().tolist()
        [0.0, 0.5, 1.0]
    """
    from unikeras.ops.elementwise import cast

    values = [v if hasattr(v, "dtype") else constant(v, "float32") for v in (start, stop)]
    values = [v if as_dtype(v.dtype).is_floating else cast(v, "float32") for v in values]
    return _linspace(*values, num=int(num), axis=axis)


@op
def _eye(F, *, rows, columns, dtype):
    return F.eye(rows, columns, dtype=F.dtype(dtype))


def eye(
    num_rows: int,
    num_columns: int | None = None,
    batch_shape: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """The identity matrix, for each entry of `batch_shape` (`tf.eye`).

    Example:
        >>> from unikeras import ops
        >>> ops.eye(2).numpy().tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    matrix = _eye(
        rows=int(num_rows),
        columns=int(num_rows if num_columns is None else num_columns),
        dtype=as_dtype(dtype).name,
    )
    if batch_shape is None:
        return matrix
    from unikeras.ops import array

    return array.broadcast_to(matrix, (*batch_shape, *matrix.shape))
