"""Parts of tensors: masks, slices, grids, places in a sorted row."""

from __future__ import annotations

import builtins
import math
from typing import Any

from unikeras.core.composite import is_composite
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.shape import TensorShape
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.array import check_index_vectors

__all__ = ["boolean_mask", "ensure_shape", "meshgrid", "scatter_nd", "searchsorted", "sequence_mask", "slice"]


def boolean_mask(tensor: Any, mask: Any, axis: int | None = None, name: str | None = None) -> Any:
    """The parts of `tensor` along `axis` (and as many axes as the mask has) where the mask holds (`tf.boolean_mask`).

    The shape of the result depends on the values, so this is not available inside a compiled function.

    Example:
        >>> import unikeras as tf
        >>> tf.boolean_mask([[1, 2], [3, 4], [5, 6]], [True, False, True]).numpy().tolist()
        [[1, 2], [5, 6]]
    """
    if is_composite(tensor) or is_composite(mask):
        from unikeras.composites.ragged_build import boolean_mask as ragged_mask

        return ragged_mask(tensor, mask)
    tensor, mask = (
        convert_to_tensor(tensor),
        convert_to_tensor(mask, "bool" if isinstance(mask, list) else None),
    )
    axis = 0 if axis is None else int(axis) % tensor.ndim
    return tensor[(builtins.slice(None),) * axis + (mask,)]


@op(aliases={"input_": "x"})
def slice(F, x, *, begin, size):
    """x from `begin` on, `size` elements along each axis, -1: all that are left (`tf.slice`).

    Raises:
        InvalidArgumentError: the part reaches past the end.

    Example:
        >>> import unikeras as tf
        >>> tf.slice([[1, 2, 3], [4, 5, 6]], [0, 1], [2, -1]).numpy().tolist()
        [[2, 3], [5, 6]]
    """
    key = []
    for start, count, length in zip(begin, size, x.shape, strict=True):
        stop = length if count == -1 else start + count
        if not 0 <= start <= stop <= length:
            raise ValueError(
                f"slice: {count} elements from {start} on are not within a dimension of {length}"
            )
        key.append(builtins.slice(start, stop))
    return x[tuple(key)]


@op
def sequence_mask(F, lengths, *, maxlen, dtype="bool"):
    """[..., maxlen]: whether a place is before the length of its row (`tf.sequence_mask`; `maxlen` must be given).

    Example:
        >>> import unikeras as tf
        >>> tf.sequence_mask([1, 3], 3).numpy().tolist()
        [[True, False, False], [True, True, True]]
    """
    places = F.arange(maxlen, dtype=lengths.dtype)
    return F.astype(places < F.expand_dims(lengths, axis=-1), F.dtype(dtype))


@op
def _meshgrid(F, *xs, indexing):
    order = [1, 0, *range(2, len(xs))] if indexing == "xy" and len(xs) > 1 else list(range(len(xs)))
    shape = tuple(math.prod(xs[i].shape) for i in order)
    places = [order.index(i) for i in range(len(xs))]
    return tuple(
        F.broadcast_to(F.reshape(x, tuple(-1 if i == place else 1 for i in range(len(xs)))), shape)
        for x, place in zip(xs, places, strict=True)
    )


def meshgrid(*args: Any, indexing: str = "xy", name: str | None = None) -> list[Any]:
    """The coordinates of a grid, a tensor for each axis (`tf.meshgrid`).

    Example:
        >>> import unikeras as tf
        >>> [t.numpy().tolist() for t in tf.meshgrid([1, 2, 3], [4, 5])]
        [[[1, 2, 3], [1, 2, 3]], [[4, 4, 4], [5, 5, 5]]]
    """
    return list(_meshgrid(*(convert_to_tensor(a) for a in args), indexing=indexing))


@op(aliases={"sorted_sequence": "x"})
def searchsorted(F, x, values, *, side="left", out_type="int32"):
    """Where each value would have to be put into the sorted x to keep it sorted (`tf.searchsorted`, of one row).

    Example:
        >>> import unikeras as tf
        >>> tf.searchsorted([1.0, 3.0, 5.0], [3.0, 4.0]).numpy().tolist()
        [1, 2]
    """
    if x.ndim > 1:  # each row by itself: how many of its numbers come before
        if tuple(x.shape[:-1]) != tuple(values.shape[:-1]):
            raise ValueError(
                f"searchsorted: the leading axes of {tuple(x.shape)} and {tuple(values.shape)} differ"
            )
        row, value = F.expand_dims(x, axis=-2), F.expand_dims(values, axis=-1)
        before = row < value if side == "left" else row <= value
        return F.astype(F.sum(F.astype(before, F.dtype(out_type)), axis=-1), F.dtype(out_type))
    return F.astype(F.searchsorted(x, values, side=side), F.dtype(out_type))


@op(validate=check_index_vectors)
def scatter_nd(F, indices, updates, *, shape):
    """Zeros of `shape` with `updates` added at `indices` [..., index depth] (`tf.scatter_nd`).

    Example:
        >>> import unikeras as tf
        >>> tf.scatter_nd([[1], [3], [1]], [1.0, 2.0, 3.0], [4]).numpy().tolist()
        [0.0, 4.0, 0.0, 2.0]
    """
    indices = F.astype(indices, F.dtype("int64"))
    return F.scatter(
        F.zeros(shape, dtype=updates.dtype),
        tuple(indices[..., i] for i in range(indices.shape[-1])),
        updates,
        add=True,
    )


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """x itself, if it has the given shape (`tf.ensure_shape`).

    Args:
        x: a tensor.
        shape: dimensions; `None` for those that may be anything.
        name: ignored.

    Raises:
        InvalidArgumentError: it has another shape.
    """
    x, wanted = convert_to_tensor(x), TensorShape(shape)
    given = tuple(x.shape)
    if wanted.rank is not None and (
        len(given) != wanted.rank
        or any(w not in (None, g) for g, w in zip(given, wanted, strict=True) if g is not None)
    ):
        raise InvalidArgumentError(f"ensure_shape: expected shape {wanted}, got {given}.")
    return x
