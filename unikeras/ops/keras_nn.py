"""Functions of neural networks as `keras.ops.nn` has them."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops import array, nn, reduce
from unikeras.ops.elementwise import to_float
from unikeras.ops.keras_style import one_hot
from unikeras.ops.matrix import _vector_norm
from unikeras.ops.promotion import promoted

__all__ = ["batch_normalization", "moments", "multi_hot", "normalize", "psnr"]


@op
def _normalize(F, x, *, axis, order, epsilon):
    x = to_float(F, x)
    size = _vector_norm(F, x, order, axis, True)
    return x / F.maximum(size, F.asarray(epsilon, dtype=x.dtype))


def normalize(x: Any, axis: Any = -1, order: Any = 2, epsilon: float | None = None) -> Any:
    """x divided by its norm, or by `epsilon` where that is larger (mirrors `keras.ops.normalize`).

    Args:
        x: a tensor.
        axis: an axis or a tuple of axes.
        order: of the norm, an int from 1 on.
        epsilon: 1e-12 if `None`.

    Raises:
        ValueError: another order.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.normalize([3.0, 4.0]).numpy().round(2).tolist()
        [0.6000000238418579, 0.800000011920929]
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"normalize: order must be an int from 1 on, got {order!r}.")
    axis = tuple(int(a) for a in axis) if isinstance(axis, (tuple, list)) else int(axis)
    return _normalize(x, axis=axis, order=order, epsilon=1e-12 if epsilon is None else float(epsilon))


def moments(x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False) -> tuple[Any, Any]:
    """Mean and variance over `axes` (mirrors `keras.ops.moments`).

    Args:
        x: a tensor.
        axes: an axis or several.
        keepdims: whether reduced axes stay, with length 1.
        synchronized: over all devices; there is one, so it changes nothing.

    Example:
        >>> from unikeras import keras
        >>> [float(t) for t in keras.ops.moments([1.0, 3.0], 0)]
        [2.0, 1.0]
    """
    return tuple(
        reduce.moments(x, axes=tuple(axes) if isinstance(axes, (tuple, list)) else axes, keepdims=keepdims)
    )


def batch_normalization(
    x: Any, mean: Any, variance: Any, axis: int, offset: Any = None, scale: Any = None, epsilon: float = 1e-3
) -> Any:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, of vectors along `axis` (mirrors `keras.ops.batch_normalization`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.batch_normalization([[3.0]], [1.0], [4.0], axis=-1, epsilon=0.0).numpy().tolist()
        [[1.0]]
    """
    x = convert_to_tensor(x)
    shape = [1] * len(x.shape)
    shape[axis] = -1
    parts = [
        v if v is None else array.reshape(convert_to_tensor(v), shape)
        for v in (mean, variance, offset, scale)
    ]
    return nn.batch_normalization(x, *parts, variance_epsilon=epsilon)


def multi_hot(
    inputs: Any,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
    **kwargs: Any,
) -> Any:
    """1 for each class that occurs in a row, else 0 (mirrors `keras.ops.multi_hot`).

    Args:
        inputs: class numbers [rows, n], or one row [n].
        num_classes: how many classes there are.
        axis: where the classes are in the result.
        dtype: the result's; float32 if `None`.
        sparse: accepted if it is not True.
        **kwargs: `num_tokens`, an older name of `num_classes`.

    Raises:
        ValueError: `num_classes` is missing, or a sparse result is asked for.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.multi_hot([[1, 2]], 4).numpy().tolist()
        [[0.0, 1.0, 1.0, 0.0]]
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    if kwargs:
        raise TypeError(f"multi_hot() got an unexpected keyword argument {next(iter(kwargs))!r}.")
    if num_classes is None:
        raise ValueError("multi_hot: num_classes is missing.")
    inputs = convert_to_tensor(inputs)
    wide = one_hot(inputs, num_classes, axis=axis, dtype=dtype or "float32", sparse=sparse)
    return reduce.max(wide, axis=1 if len(inputs.shape) > 1 else 0)


@op
def psnr(F, x1, x2, *, max_val):
    """The peak signal-to-noise ratio in decibels (mirrors `keras.ops.psnr`).

    Args:
        x1: a tensor.
        x2: another of the same shape.
        max_val: the largest value that an element can have.

    Example:
        >>> from unikeras import keras
        >>> round(float(keras.ops.psnr([0.0, 1.0], [0.0, 0.9], 1.0)), 2)
        23.01
    """
    if tuple(x1.shape) != tuple(x2.shape):
        raise ValueError(f"the shapes differ: {tuple(x1.shape)} and {tuple(x2.shape)}")
    x1, x2 = (to_float(F, x) for x in promoted(F, x1, x2))
    limit = F.asarray(float(max_val), dtype=x1.dtype)
    return 20 * F.log10(limit) - 10 * F.log10(F.mean((x1 - x2) * (x1 - x2)))
