"""What ops do with ragged tensors: op's name -> function of (op, arguments, attributes, strict)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites import ragged_arrange, ragged_reduce
from unikeras.composites.ragged_broadcast import elementwise
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import tensor_of
from unikeras.composites.varying import varying
from unikeras.core.dtypes import as_dtype

__all__ = ["handlers", "works_by_element"]

handlers: dict[str, Callable[..., Any]] = {}

# Ops that work on every element by itself.
_ELEMENTWISE = """
absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_or bitwise_xor cast ceil celu clip conj cos cosh
digamma divide divide_no_nan elu equal erf erfinv exp expm1 floor floor_divide gelu greater greater_equal hard_sigmoid hard_tanh
identity imag invert isfinite isinf isnan leaky_relu less less_equal lgamma log log10 log1p log2 log_sigmoid logaddexp logical_and
logical_not logical_or logical_xor maximum minimum mod multiply multiply_no_nan nan_to_num negative nextafter not_equal ones_like power
real reciprocal relu relu6 round rsqrt select selu sigmoid sign silu sin sinh softplus softsign sqrt square squared_difference
stop_gradient subtract tan tanh threshold true_divide trunc xlog1py xlogy zeros_like
"""
handlers.update(dict.fromkeys(_ELEMENTWISE.split(), elementwise))
handlers.update(ragged_reduce.handlers)
handlers.update(ragged_arrange.handlers)


def works_by_element(name: str) -> bool:
    """Whether an op, by its name, works on every element by itself."""
    return name in _ELEMENTWISE.split()


def _on_flat_values(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    """An op that treats rows of the flat values alike."""
    x = args[0]
    return x.with_flat_values(op(x.flat_values, *args[1:], **attributes))


def _like(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    """Zeros or ones; also where the flat values are strings."""
    flat = args[0].flat_values
    dtype = attributes.get("dtype") or flat.dtype
    fill = {"zeros_like": np.zeros, "ones_like": np.ones}[op.__name__]
    if as_dtype(dtype).name != "string":
        return args[0].with_flat_values(tensor_of(fill(tuple(flat.shape), as_dtype(dtype).np_dtype)))
    if fill is np.ones:
        raise TypeError("ones_like: there is no one among strings.")
    return args[0].with_flat_values(tensor_of(np.full(tuple(flat.shape), b"", object)))


handlers.update(ones_like=_like, zeros_like=_like)


def _size(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    return op(args[0].flat_values, **attributes)


def _rank(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    return ops.constant(len(args[0].shape), attributes.get("dtype") or "int32")


def _shape(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    from unikeras.composites.dynamic_ragged_shape import DynamicRaggedShape

    return DynamicRaggedShape.from_tensor(args[0], attributes.get("out_type"))


def _reshape(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    return op(args[0].flat_values, **attributes)


def _one_hot(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    x = args[0]
    axis = attributes.get("axis", -1)
    if axis is not None and axis < 0:
        axis += len(x.shape) + 1
    if axis is not None and axis <= x.ragged_rank:
        raise ValueError(
            f"one_hot: axis ({axis}) must be greater than indices.ragged_rank ({x.ragged_rank})."
        )
    return x.with_flat_values(
        op(x.flat_values, *args[1:], **{**attributes, "axis": -1 if axis is None else axis - x.ragged_rank})
    )


def _running(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    return _on_flat_values(op, args, attributes, strict)


def _softmax(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    """Over the last axis, which may be ragged."""
    x: RaggedTensor = args[0]
    if len(x.flat_values.shape) > 1:
        return _on_flat_values(op, args, attributes, strict)
    axis = attributes.get("axis", -1)
    axis = -1 if axis is None else axis
    if axis not in (-1, len(x.shape) - 1):
        raise ValueError(f"softmax of a ragged tensor: the axis must be the last one, not {axis}.")
    dense = x.with_row_splits_dtype("int64")
    inner = dense
    while isinstance(inner.values, RaggedTensor):
        inner = inner.values
    low = np.asarray(-np.inf, x.dtype.np_dtype)
    whole = op(inner.to_tensor(ops.constant(low)), **{**attributes, "axis": -1})
    places = inner._rows
    flat = ops.reshape(whole, (-1,))
    index = np.concatenate(
        [np.arange(n) + i * places.longest for i, n in enumerate(places.lengths)] or [np.zeros(0)]
    )
    return x.with_flat_values(ops.gather(flat, ops.constant(index.astype(np.int64))))


_AS_IT_IS = {"rank": _rank, "shape": _shape, "size": _size}  # nothing is computed of values
handlers.update(
    cumsum=_running,
    one_hot=_one_hot,
    rank=_rank,
    reshape=_reshape,
    shape=_shape,
    size=_size,
    softmax=_softmax,
)
handlers = (
    {name: varying(handler) for name, handler in handlers.items()} | _AS_IT_IS | {"dropout": _on_flat_values}
)
