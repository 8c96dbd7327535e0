"""Shape, order and selection: reshape, transpose, concatenate, gather, index ..."""

from __future__ import annotations

import builtins
from math import prod
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.operators import Operators
from unikeras.core.tensor import default_numpy

_TENSOR = {"tensor": "x", "input": "x", "a": "x", "value": "x"}


@op(aliases={**_TENSOR, "newshape": "shape"})
def reshape(F, x, *, shape):
    """The same elements in another shape; one dimension may be -1 (`tf.reshape`).

    Example:
        >>> from unikeras import ops
        >>> ops.reshape([1, 2, 3, 4], (2, -1)).numpy().tolist()
        [[1, 2], [3, 4]]
    """
    return F.reshape(x, (shape,) if isinstance(shape, int) else tuple(shape))


@op(aliases={**_TENSOR, "perm": "axes"})
def transpose(F, x, *, axes=None, conjugate=False):
    """The axes in another order, reversed by default (`tf.transpose`).

    Example:
        >>> from unikeras import ops
        >>> ops.transpose([[1, 2], [3, 4]]).numpy().tolist()
        [[1, 3], [2, 4]]
    """
    result = F.permute_dims(x, tuple(reversed(range(x.ndim))) if axes is None else tuple(axes))
    return F.conj(result) if conjugate else result


@op(aliases=_TENSOR)
def expand_dims(F, x, *, axis):
    """A new axis of length 1 at `axis` (`tf.expand_dims`).

    Example:
        >>> from unikeras import ops
        >>> ops.expand_dims([1, 2], -1).numpy().tolist()
        [[1], [2]]
    """
    return F.expand_dims(x, axis=axis)


@op(aliases={**_TENSOR, "squeeze_dims": "axis"})
def squeeze(F, x, *, axis=None):
    """Without the axes of length 1, or without those named (`tf.squeeze`).

    Example:
        >>> from unikeras import ops
        >>> ops.squeeze([[1], [2]], -1).numpy().tolist()
        [1, 2]
    """
    if axis is None or axis == ():
        axis = tuple(i for i, d in enumerate(x.shape) if d == 1)
    return F.squeeze(x, axis=axis)


@op(aliases=_TENSOR)
def broadcast_to(F, x, *, shape):
    """Broadcast to a shape (`tf.broadcast_to`).

    Example:
        >>> from unikeras import ops
        >>> ops.broadcast_to([1, 2], (2, 2)).numpy().tolist()
        [[1, 2], [1, 2]]
    """
    return F.broadcast_to(x, tuple(shape))


@op(aliases=_TENSOR)
def tile(F, x, *, multiples):
    """Repeated so many times along each axis (`tf.tile`).

    Example:
        >>> from unikeras import ops
        >>> ops.tile([1, 2], [2]).numpy().tolist()
        [1, 2, 1, 2]
    """
    if len(multiples) != x.ndim:
        raise ValueError(f"expected a multiple for each of {x.ndim} axes, got {tuple(multiples)}")
    return F.tile(x, tuple(multiples))


@op(aliases=_TENSOR)
def repeat(F, x, *, repeats, axis=None):
    """Each element repeated along `axis` (`tf.repeat`).

    Example:
        >>> from unikeras import ops
        >>> ops.repeat([1, 2], 2).numpy().tolist()
        [1, 1, 2, 2]
    """
    if isinstance(repeats, tuple):
        if axis is None:
            x, axis = F.reshape(x, (-1,)), 0
        counts = repeats if len(repeats) > 1 else repeats * x.shape[axis]
        return F.take(x, F.asarray(np.repeat(np.arange(x.shape[axis]), counts)), axis=axis)
    return F.repeat(x, repeats, axis=axis)


@op(aliases=_TENSOR)
def flip(F, x, *, axis=None):
    """The order of elements reversed along the axes (`tf.reverse`).

    Example:
        >>> from unikeras import ops
        >>> ops.flip([1, 2, 3]).numpy().tolist()
        [3, 2, 1]
    """
    return F.flip(x, axis=axis)


@op(aliases=_TENSOR)
def roll(F, x, *, shift, axis):
    """Shifted along the axes, what falls off entering at the other side (`tf.roll`).

    Example:
        >>> from unikeras import ops
        >>> ops.roll([1, 2, 3], 1, axis=0).numpy().tolist()
        [3, 1, 2]
    """
    return F.roll(x, shift, axis=axis)


@op
def _concat(F, *xs, axis=0):
    return F.concat(list(xs), axis=axis)


@op
def _stack(F, *xs, axis=0):
    return F.stack(list(xs), axis=axis)


def concat(values: Any, axis: int = 0, name: str | None = None) -> Any:
    """Tensors joined along an axis (`tf.concat`).

    Example:
        >>> from unikeras import ops
        >>> ops.concat([[1, 2], [3]], axis=0).numpy().tolist()
        [1, 2, 3]
    """
    if isinstance(values, Operators):
        values = [*values]  # type: ignore[misc]
    return _concat.strict(*values, axis=axis)


def stack(values: Any, axis: int = 0, name: str | None = None) -> Any:
    """Tensors of one shape joined along a new axis (`tf.stack`).

    Example:
        >>> from unikeras import ops
        >>> ops.stack([[1, 2], [3, 4]], axis=1).numpy().tolist()
        [[1, 3], [2, 4]]
    """
    if isinstance(values, Operators):
        values = [*values]  # type: ignore[misc]
    return _stack.strict(*values, axis=axis)


@op(aliases=_TENSOR)
def unstack(F, x, *, num=None, axis=0):
    """The slices along an axis, as a tuple (`tf.unstack`).

    Example:
        >>> from unikeras import ops
        >>> ops.unstack([[1, 2], [3, 4]])[1].numpy().tolist()
        [3, 4]
    """
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis {axis} is not one of a tensor of {x.ndim} axes")
    before = (slice(None),) * (axis % x.ndim)
    return tuple(x[(*before, i)] for i in range(x.shape[axis]))


@op(aliases={**_TENSOR, "indices_or_sections": "num_or_size_splits"})
def split(F, x, *, num_or_size_splits, axis=0, num=None):
    """Parts along an axis: so many equal ones, or of the given sizes (one may be -1) (`tf.split`).

    Example:
        >>> from unikeras import ops
        >>> ops.split([1, 2, 3, 4], 2)[1].numpy().tolist()
        [3, 4]
    """
    total = x.shape[axis]
    if isinstance(num_or_size_splits, int):
        if total % num_or_size_splits:
            raise ValueError(f"a dimension of {total} does not divide into {num_or_size_splits} equal parts")
        sizes = [total // num_or_size_splits] * num_or_size_splits
    else:
        known = builtins.sum(s for s in num_or_size_splits if s != -1)
        sizes = [total - known if s == -1 else s for s in num_or_size_splits]
        if builtins.sum(sizes) != total:
            raise ValueError(f"parts {list(num_or_size_splits)} do not add up to the dimension of {total}")
    starts = np.cumsum([0, *sizes])
    index = [slice(None)] * x.ndim
    parts = []
    for start, size in zip(starts, sizes, strict=False):
        index[axis] = slice(int(start), int(start + size))
        parts.append(x[tuple(index)])
    return tuple(parts)


@op(aliases={"tensor": "x"})
def pad(F, x, *, paddings, mode="CONSTANT", constant_values=0):
    """With elements added before and after each axis: constants, or reflected ones (`tf.pad`).

    Example:
        >>> from unikeras import ops
        >>> ops.pad([1, 2], [[1, 2]]).numpy().tolist()
        [0, 1, 2, 0, 0]
    """
    mode = mode.upper()
    if mode == "CONSTANT":
        if x.dtype == object:  # strings
            constant_values = (
                constant_values.encode() if isinstance(constant_values, str) else constant_values or b""
            )
        for axis, widths in enumerate(paddings):
            parts = [x]
            for side, width in enumerate(widths):
                if width:
                    block = F.full(
                        (*x.shape[:axis], width, *x.shape[axis + 1 :]), constant_values, dtype=x.dtype
                    )
                    parts.insert(0 if side == 0 else len(parts), block)
            x = F.concat(parts, axis=axis) if len(parts) > 1 else x
        return x
    for axis, (before, after) in enumerate(paddings):
        places = np.pad(np.arange(x.shape[axis]), (before, after), mode.lower())
        x = F.take(x, F.asarray(places), axis=axis)
    return x


def _check_indices(F: Any, arrays: list[Any], attributes: dict[str, Any]) -> None:
    """Refuse indices outside the axis: no engine may clamp them."""
    x, indices = arrays
    if F.is_traced(indices) or not prod(indices.shape):
        return
    size = x.shape[attributes["axis"]]
    host = F.to_numpy(indices)
    low, high = host.min(), host.max()
    if low < -size or high >= size:
        raise InvalidArgumentError(
            f"gather: the index {high if high >= size else low} is not in [0, {size}), the axis {attributes['axis']} of x."
        )


@op(aliases={"params": "x"}, validate=_check_indices)
def gather(F, x, indices, *, axis=0, batch_dims=0):
    """The slices of x at `indices` along `axis` (`tf.gather`, `keras.ops.take`).

    Example:
        >>> from unikeras import ops
        >>> ops.gather([10, 20, 30], [2, 0]).numpy().tolist()
        [30, 10]
    """
    axis = axis + x.ndim if axis < 0 else axis
    if batch_dims:
        lead = x.shape[:batch_dims]
        grid = F.reshape(F.arange(prod(lead)), lead + (1,) * (indices.ndim - batch_dims))
        if axis != batch_dims:
            x = F.moveaxis(x, axis, batch_dims)
        flat = F.reshape(x, (prod(lead), *x.shape[batch_dims:]))
        return flat[grid, F.astype(indices, F.dtype("int64"))]
    taken = F.take(x, F.reshape(F.astype(indices, F.dtype("int64")), (-1,)), axis=axis)
    return F.reshape(taken, x.shape[:axis] + tuple(indices.shape) + x.shape[axis + 1 :])


@op
def embedding_lookup(F, embeddings, ids):
    """The rows of a matrix at integer ids of any shape; rows of nan where an id is out of range.

    Example:
        >>> from unikeras import ops
        >>> ops.embedding_lookup([[1.0, 2.0], [3.0, 4.0]], [1, 0, 2]).numpy().tolist()
        [[3.0, 4.0], [1.0, 2.0], [nan, nan]]
    """
    ids = F.astype(ids, F.dtype("int64"))
    inside = (ids >= 0) & (ids < embeddings.shape[0])
    rows = gather.body(F, embeddings, F.where(inside, ids, F.zeros_like(ids)))
    return F.where(F.expand_dims(inside, axis=-1), rows, F.full_like(rows, float("nan")))


def check_index_vectors(F: Any, arrays: list[Any], attributes: dict[str, Any]) -> None:
    """Refuse index vectors that point outside: no engine may clamp them or leave them out."""
    shape, indices = (
        (attributes["shape"], arrays[0]) if "shape" in attributes else (arrays[0].shape, arrays[1])
    )
    if F.is_traced(indices) or not prod(indices.shape):
        return
    host = F.to_numpy(indices)
    first = attributes.get("batch_dims") or 0
    if host.ndim and host.shape[-1] + first > len(shape):
        raise InvalidArgumentError(f"index vectors of {host.shape[-1]} do not fit the shape {tuple(shape)}.")
    sizes = np.asarray(shape[first : first + host.shape[-1]]) if host.ndim else np.asarray(shape[:1])
    wrong = np.argwhere((host < 0) | (host >= sizes))
    if wrong.size:
        place = tuple(wrong[0][:-1])
        raise InvalidArgumentError(
            f"indices{list(place)} = {host[place].tolist()} does not index into the shape {tuple(shape)}."
        )


@op(aliases={"params": "x"}, validate=check_index_vectors)
def gather_nd(F, x, indices, *, batch_dims=0):
    """The slices of x at index vectors, the last axis of `indices` (`tf.gather_nd`).

    Example:
        >>> from unikeras import ops
        >>> ops.gather_nd([[1, 2], [3, 4]], [[0, 1], [1, 0]]).numpy().tolist()
        [2, 3]
    """
    parts = tuple(indices[..., i] for i in range(indices.shape[-1]))
    if batch_dims:
        grids = [
            F.reshape(F.arange(x.shape[d]), tuple(-1 if i == d else 1 for i in range(indices.ndim - 1)))
            for d in range(batch_dims)
        ]
        parts = (*grids, *parts)
    return x[parts]


@op
def take_along_axis(F, x, indices, *, axis=-1):
    """Elements picked along an axis by an index tensor of the same rank.

    Example:
        >>> from unikeras import ops
        >>> ops.take_along_axis([[1, 2], [3, 4]], [[1], [0]]).numpy().tolist()
        [[2], [3]]
    """
    if axis is None:
        x, indices, axis = F.reshape(x, (-1,)), F.reshape(indices, (-1,)), 0
    return F.take_along_axis(x, F.astype(indices, F.dtype("int64")), axis=axis)


@op(aliases={"tensor": "x"}, validate=check_index_vectors)
def tensor_scatter_nd_update(F, x, indices, updates):
    """x with `updates` put at index vectors (`tf.tensor_scatter_nd_update`).

    Example:
        >>> from unikeras import ops
        >>> ops.tensor_scatter_nd_update([1, 2, 3], [[0], [2]], [9, 8]).numpy().tolist()
        [9, 2, 8]
    """
    return F.scatter(x, tuple(indices[..., i] for i in range(indices.shape[-1])), updates)


@op(aliases={"tensor": "x"}, validate=check_index_vectors)
def tensor_scatter_nd_add(F, x, indices, updates):
    """x with `updates` added at index vectors (`tf.tensor_scatter_nd_add`).

    Example:
        >>> from unikeras import ops
        >>> ops.tensor_scatter_nd_add([1, 2, 3], [[0], [0]], [9, 8]).numpy().tolist()
        [18, 2, 3]
    """
    return F.scatter(x, tuple(indices[..., i] for i in range(indices.shape[-1])), updates, add=True)


@op
def one_hot(F, indices, *, depth, on_value=None, off_value=None, axis=-1, dtype=None):
    """1 at each index along a new axis of length `depth`, 0 elsewhere; all 0 for an index out of range
    (`tf.one_hot`).

    Example:
        >>> from unikeras import ops
        >>> ops.one_hot([1, 5], 3).numpy().tolist()
        [[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    if not as_dtype(indices.dtype).is_integer:
        raise TypeError(f"indices must be integers, not {as_dtype(indices.dtype).name}")
    axis = indices.ndim if axis == -1 else axis
    hot = F.expand_dims(indices, axis=axis) == F.reshape(
        F.arange(depth, dtype=indices.dtype),
        tuple(depth if i == axis else 1 for i in range(indices.ndim + 1)),
    )
    if dtype is None:
        given = on_value if on_value is not None else off_value
        dtype = "float32" if given is None else default_numpy(given).dtype.name
    values = (
        F.asarray(d if v is None else v, dtype=F.dtype(dtype)) for v, d in ((on_value, 1), (off_value, 0))
    )
    return F.where(hot, *values)


@op(aliases={"values": "x"})
def sort(F, x, *, axis=-1, direction="ASCENDING"):
    """Sorted along an axis (`tf.sort`).

    Example:
        >>> from unikeras import ops
        >>> ops.sort([3, 1, 2]).numpy().tolist()
        [1, 2, 3]
    """
    ordered = F.sort(x, axis=axis)
    return F.flip(ordered, axis=axis) if direction == "DESCENDING" else ordered


@op(aliases={"values": "x"})
def argsort(F, x, *, axis=-1, direction="ASCENDING", stable=True):
    """The indices that sort along an axis, equal elements in their order (`tf.argsort`).

    Example:
        >>> from unikeras import ops
        >>> ops.argsort([3, 1, 2]).numpy().tolist()
        [1, 2, 0]
    """
    order = F.argsort(F.flip(x, axis=axis) if direction == "DESCENDING" else x, axis=axis, stable=True)
    if direction == "DESCENDING":
        order = F.flip(x.shape[axis] - 1 - order, axis=axis)
    return F.astype(order, F.dtype("int32"))


@op(aliases={"input": "x"})
def top_k(F, x, *, k=1, sorted=True):
    """The k largest elements of the last axis and their indices (`tf.math.top_k`).

    Example:
        >>> from unikeras import ops
        >>> ops.top_k([3, 1, 2], 2)[0].numpy().tolist()
        [3, 2]
    """
    return F.top_k(x, k)


@op(aliases={"input": "x"}, shape_only=True)
def shape(F, x, *, out_type="int32"):
    """The shape as a tensor (`tf.shape`).

    Example:
        >>> from unikeras import ops
        >>> ops.shape([[1, 2, 3]]).numpy().tolist()
        [1, 3]
    """
    return F.asarray(np.array(x.shape, dtype=np.int64), dtype=F.dtype(out_type))


@op(aliases={"input": "x"}, shape_only=True)
def size(F, x, *, out_type="int32"):
    """The number of elements as a tensor (`tf.size`).

    Example:
        >>> from unikeras import ops
        >>> ops.size([[1, 2, 3]]).numpy().tolist()
        3
    """
    return F.asarray(prod(x.shape), dtype=F.dtype(out_type))


@op(aliases={"input": "x"}, shape_only=True)
def rank(F, x):
    """The number of dimensions as a tensor (`tf.rank`).

    Example:
        >>> from unikeras import ops
        >>> ops.rank([[1, 2, 3]]).numpy().tolist()
        2
    """
    return F.asarray(x.ndim, dtype=F.dtype("int32"))


@op(aliases={"input": "x"})
def tril(F, x, *, k=0):
    """The lower triangle of the last two axes.

    Example:
        >>> from unikeras import ops
        >>> ops.tril([[1, 2], [3, 4]]).numpy().tolist()
        [[1, 0], [3, 4]]
    """
    return F.tril(x, k=k)


@op(aliases={"input": "x"})
def triu(F, x, *, k=0):
    """The upper triangle of the last two axes.

    Example:
        >>> from unikeras import ops
        >>> ops.triu([[1, 2], [3, 4]]).numpy().tolist()
        [[1, 2], [0, 4]]
    """
    return F.triu(x, k=k)
