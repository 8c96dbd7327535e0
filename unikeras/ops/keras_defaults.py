"""Functions whose arguments `keras.ops` has otherwise than TensorFlow: options that are optional there, dtypes, other orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops import array, counting, elementwise, reduce
from unikeras.ops.elementwise import cast, to_float
from unikeras.ops.promotion import promoted

__all__ = [
    "argsort",
    "average",
    "bincount",
    "clip",
    "count_nonzero",
    "eye",
    "identity",
    "prod",
    "roll",
    "round",
    "take_along_axis",
    "tile",
    "vectorize",
]


@op
def _eye(F, *, rows, columns, k, dtype):
    return F.eye(rows, columns, k=k, dtype=F.dtype(dtype))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """A matrix with ones in its k-th diagonal (mirrors `keras.ops.eye`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.eye(2, k=1).numpy().tolist()
        [[0.0, 1.0], [0.0, 0.0]]
    """
    return _eye(
        rows=int(N), columns=int(N if M is None else M), k=int(k), dtype=as_dtype(dtype or floatx()).name
    )


def identity(n: int, dtype: Any = None) -> Any:
    """The identity matrix (mirrors `keras.ops.identity`)."""
    return eye(n, dtype=dtype)


def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """Elements moved along an axis, those beyond the end to the start (mirrors `keras.ops.roll`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.roll([[1, 2], [3, 4]], 1).numpy().tolist()
        [[4, 1], [2, 3]]
    """
    if axis is not None:
        return array.roll(x, shift, axis)
    x = convert_to_tensor(x)
    return array.reshape(array.roll(array.reshape(x, (-1,)), shift, 0), tuple(x.shape))


def tile(x: Any, repeats: Any) -> Any:
    """x so many times along each axis; one number is for the last (mirrors `keras.ops.tile`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.tile([1, 2], 2).numpy().tolist()
        [1, 2, 1, 2]
    """
    x = convert_to_tensor(x)
    counts = [
        int(r)
        for r in (repeats if isinstance(repeats, (list, tuple)) else np.atleast_1d(np.asarray(repeats)))
    ]
    rank = len(x.shape)
    if len(counts) > rank:
        for _ in range(len(counts) - rank):
            x = array.expand_dims(x, axis=0)
    return array.tile(x, [1] * (rank - len(counts)) + counts)


def argsort(x: Any, axis: int | None = -1) -> Any:
    """The indices that sort x along an axis, of the flattened x if it is None (mirrors `keras.ops.argsort`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.argsort([[3, 1], [2, 4]], axis=None).numpy().tolist()
        [1, 2, 0, 3]
    """
    return array.argsort(
        array.reshape(convert_to_tensor(x), (-1,)) if axis is None else x, axis=-1 if axis is None else axis
    )


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """The elements of x at indices of its shape but for one axis (mirrors `keras.ops.take_along_axis`).

    Args:
        x: a tensor.
        indices: integers; those below 0 count from the end.
        axis: along which; `None`: of the flattened x.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.take_along_axis([[1, 2], [3, 4]], [[1], [0]], axis=1).numpy().tolist()
        [[2], [3]]
    """
    if axis is None:
        return array.take_along_axis(
            array.reshape(convert_to_tensor(x), (-1,)),
            array.reshape(convert_to_tensor(indices), (-1,)),
            axis=0,
        )
    return array.take_along_axis(x, indices, axis=axis)


def clip(x: Any, x_min: Any, x_max: Any) -> Any:
    """x limited to [x_min, x_max]; integers become floats where a limit has a fraction (mirrors `keras.ops.clip`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.clip([1, 5], 2.5, 4).numpy().tolist()
        [2.5, 4.0]
    """
    x = convert_to_tensor(x)
    if not as_dtype(x.dtype).is_floating and any(isinstance(v, float) for v in (x_min, x_max)):
        x = cast(x, floatx())
    elif as_dtype(x.dtype).is_bool:
        x = cast(x, "int32")
    return elementwise.clip(x, x_min, x_max)


def round(x: Any, decimals: int = 0) -> Any:
    """x rounded, halves to the even neighbour (mirrors `keras.ops.round`).

    Args:
        x: a tensor; integers stay integers.
        decimals: how many digits after the point are kept; before it if negative.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.round([17, 25], -1).numpy().tolist()
        [20, 20]
    """
    x = convert_to_tensor(x)
    if as_dtype(x.dtype).is_floating or decimals == 0:
        return elementwise.round(x, decimals=int(decimals))
    return cast(elementwise.round(cast(x, "float64"), decimals=int(decimals)), as_dtype(x.dtype).name)


def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """The product over `axis`, in `dtype` if it is given (mirrors `keras.ops.prod`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.prod([2, 3], dtype="float32"))
        6.0
    """
    return reduce.prod(x if dtype is None else cast(x, as_dtype(dtype).name), axis=axis, keepdims=keepdims)


def count_nonzero(x: Any, axis: Any = None) -> Any:
    """How many elements are not 0, as int32 (mirrors `keras.ops.count_nonzero`).

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.count_nonzero([0, 5, 7]))
        2
    """
    return reduce.count_nonzero(x, axis=axis, dtype="int32")


@op
def _average(F, x, weights, *, axis):
    x, weights = (to_float(F, v) for v in promoted(F, x, weights))
    if weights.ndim != x.ndim:
        if axis is None or weights.ndim != 1:
            raise ValueError(
                f"weights of shape {tuple(weights.shape)} need the shape {tuple(x.shape)}, or one axis and axis="
            )
        weights = F.reshape(weights, tuple(-1 if i == axis % x.ndim else 1 for i in range(x.ndim)))
    weights = F.broadcast_to(weights, tuple(x.shape))
    return F.sum(x * weights, axis=axis) / F.sum(weights, axis=axis)


def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    """The weighted mean over `axis` (mirrors `keras.ops.average`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.average([1.0, 4.0], weights=[2.0, 1.0]))
        2.0
    """
    return reduce.mean(x, axis=axis) if weights is None else _average(x, weights, axis=axis)


def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """How often each of 0, 1, 2 ... occurs in each row (mirrors `keras.ops.bincount`).

    Args:
        x: integers that are not negative, [n] or [rows, n].
        weights: what each counts; 1 if `None`.
        minlength: the least number of counts.
        sparse: accepted if it is not True.

    Raises:
        ValueError: a sparse result is asked for.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.bincount([[1, 1], [0, 2]]).numpy().tolist()
        [[0, 2, 0], [1, 0, 1]]
    """
    if sparse:
        raise ValueError("bincount: sparse tensors are not available.")
    x = convert_to_tensor(x)
    if len(x.shape) != 2:
        return counting.bincount(x, weights, minlength)
    length = max(int(reduce.max(x)) + 1 if x.shape[1] else 0, minlength)
    rows = array.unstack(x)
    shares = [None] * len(rows) if weights is None else array.unstack(convert_to_tensor(weights))
    return array.stack([counting.bincount(r, w, length) for r, w in zip(rows, shares, strict=True)])


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None
) -> Callable[..., Any]:
    """A function of elements, or of arrays with fewer axes, over all leading axes (mirrors `keras.ops.vectorize`).

    Args:
        pyfunc: a function of tensors that returns a tensor.
        excluded: positions and names of arguments that are handed on as they are.
        signature: the axes that it takes and returns, such as "(n),(n)->()"; scalars if `None`.

    Example:
        >>> from unikeras import keras
        >>> dot = keras.ops.vectorize(lambda a, b: keras.ops.sum(a * b), signature="(n),(n)->()")
        >>> dot([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]).numpy().tolist()
        [3.0, 7.0]
    """
    left = set(excluded or ())
    core = (
        None
        if signature is None
        else [p.count(",") + 1 if p.strip() else 0 for p in _axes(signature.split("->")[0])]
    )

    def vectorized(*args: Any, **kwargs: Any) -> Any:
        given = [a if i in left else convert_to_tensor(a) for i, a in enumerate(args)]
        taken = [i for i in range(len(given)) if i not in left]
        counts = dict(zip(taken, core or [0] * len(taken), strict=True))
        outer = np.broadcast_shapes(
            *(tuple(given[i].shape)[: len(given[i].shape) - counts[i]] for i in taken)
        )
        if not outer:
            return pyfunc(*given, **kwargs)
        flat = []
        for i in taken:
            inner = tuple(given[i].shape)[len(given[i].shape) - counts[i] :]
            flat.append(array.reshape(array.broadcast_to(given[i], (*outer, *inner)), (-1, *inner)))
        rows = [array.unstack(f) for f in flat]

        def one(*parts: Any) -> Any:
            values = list(given)
            for i, part in zip(taken, parts, strict=True):
                values[i] = part
            return pyfunc(*values, **kwargs)

        results = array.stack([convert_to_tensor(one(*parts)) for parts in zip(*rows, strict=True)])
        return array.reshape(results, (*outer, *tuple(results.shape)[1:]))

    return vectorized


def _axes(side: str) -> list[str]:
    return [part.strip("() ") for part in side.replace(" ", "").split("),(")]
