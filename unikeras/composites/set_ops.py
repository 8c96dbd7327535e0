"""Operations on the sets of values that the rows along the last axis are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.composites.row_partition import known, tensor_of
from unikeras.composites.sparse_ops import _check_order
from unikeras.composites.sparse_tensor import SparseTensor
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = ["difference", "intersection", "size", "union"]


def _sets(x: Any, validate: bool) -> tuple[dict[tuple[int, ...], set[Any]], tuple[int, ...], Any]:
    """The sets by their place, the shape of the places, the dtype."""
    if isinstance(x, SparseTensor):
        if validate:
            _check_order(x)
        lead = tuple(x._host_shape[:-1].tolist())
        found: dict[tuple[int, ...], set[Any]] = {}
        for place, value in zip(
            x._host_indices[:, :-1].tolist(), known(x.values, "the value").tolist(), strict=True
        ):
            found.setdefault(tuple(place), set()).add(value)
        dtype = x.dtype
    else:
        x = convert_to_tensor(x)
        host = known(x, "the value")
        lead = host.shape[:-1]
        dtype = x.dtype
        if host.ndim >= 2:
            found = {place: set(host[place].tolist()) for place in np.ndindex(*lead)}
    if not lead:
        raise InvalidArgumentError("sets: the tensors must have at least 2 dimensions.")
    if dtype.name not in ("int8", "int16", "int32", "int64", "uint8", "uint16", "string"):
        raise TypeError(f"sets: integers or strings are needed, not {dtype.name}.")
    return found, lead, dtype


def _operate(
    a: Any, b: Any, combine: Callable[[set[Any], set[Any]], set[Any]], validate: bool
) -> SparseTensor:
    if isinstance(a, SparseTensor) and not isinstance(b, SparseTensor):
        raise TypeError("Expected the dense tensor first: `a` is sparse, `b` is dense.")
    first, lead, dtype = _sets(a, validate)
    second, other, dtype_b = _sets(b, validate)
    if dtype != dtype_b:
        raise TypeError(f"sets: the dtypes differ: {dtype.name} and {dtype_b.name}.")
    if lead != other:
        raise InvalidArgumentError(f"sets: the shapes of all but the last axis differ: {lead} and {other}.")
    indices, values, longest = [], [], 0
    for place in np.ndindex(*lead):
        found = sorted(combine(first.get(place, set()), second.get(place, set())))
        indices += [(*place, i) for i in range(len(found))]
        values += found
        longest = max(longest, len(found))
    flat = np.empty(len(values), dtype.np_dtype)
    flat[:] = values
    return SparseTensor(
        np.asarray(indices, np.int64).reshape(-1, len(lead) + 1),
        tensor_of(flat),
        np.asarray([*lead, longest]),
    )


def difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """What is in the sets of `a` and not in those of `b` (mirrors `tf.sets.difference`).

    Args:
        a: integers or strings [..., n]: a set for each place; a tensor or a sparse one.
        b: the same, [..., m].
        aminusb: `False` for what is in `b` and not in `a`.
        validate_indices: whether sparse indices must be in order.

    Returns:
        A sparse tensor of the sorted sets.

    Example:
        >>> import unikeras as tf
        >>> tf.sets.difference(tf.constant([[1, 2, 3]]), tf.constant([[2, 9]])).values.numpy().tolist()
        [1, 3]
    """
    return _operate(a, b, (lambda x, y: x - y) if aminusb else (lambda x, y: y - x), validate_indices)


def intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """What is in the sets of both (mirrors `tf.sets.intersection`); see `difference`."""
    return _operate(a, b, lambda x, y: x & y, validate_indices)


def union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """What is in the sets of one of both (mirrors `tf.sets.union`); see `difference`."""
    return _operate(a, b, lambda x, y: x | y, validate_indices)


def size(a: Any, validate_indices: bool = True) -> Tensor:
    """The sizes of the sets of a sparse tensor (mirrors `tf.sets.size`).

    Raises:
        TypeError: a tensor that is not sparse.

    Example:
        >>> import unikeras as tf
        >>> tf.sets.size(tf.sparse.from_dense([[1, 2, 1], [3, 0, 0]])).numpy().tolist()
        [2, 1]
    """
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a!r}.")
    found, lead, _ = _sets(a, validate_indices)
    sizes = np.zeros(lead, np.int32)
    for place, values in found.items():
        sizes[place] = len(values)
    return tensor_of(sizes)
