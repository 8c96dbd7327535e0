"""Arithmetic of sparse tensors: sums, products, reductions, softmax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.row_partition import host_of, known, tensor_of
from unikeras.composites.sparse_tensor import SparseTensor
from unikeras.composites.varying import varying
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.ops.complex import conj

__all__ = [
    "add", "entrywise", "map_values", "maximum", "minimum", "reduce_max", "reduce_sum", "sampled_addmm", "softmax", "sparse_dense_matmul",
]  # fmt: skip


def check_sparse(x: Any, what: str = "sp_input") -> SparseTensor:
    """A sparse tensor.

    Raises:
        TypeError: something else.
    """
    if isinstance(x, tuple) and hasattr(x, "dense_shape"):
        return SparseTensor.from_value(x)
    if not isinstance(x, SparseTensor):
        raise TypeError(f"Input must be a SparseTensor: {what} is {x!r}.")
    return x


@varying
def entrywise(x: SparseTensor, name: str, other: Any) -> SparseTensor:
    """The entries times (or by) those of a dense tensor at the same places, which is broadcast to the sparse one's shape.

    Raises:
        InvalidArgumentError: it does not broadcast.
        ValueError: the other is sparse too.
    """
    if isinstance(other, SparseTensor):
        raise ValueError("The second operand of * and / must be dense; both are sparse.")
    dense = convert_to_tensor(other, None if hasattr(other, "dtype") else x.dtype)
    shape = tuple(x._host_shape.tolist())
    if len(dense.shape) > len(shape):
        raise InvalidArgumentError(
            f"{name}: a tensor of shape {dense.shape} does not broadcast to the sparse one's {shape}."
        )
    have = (1,) * (len(shape) - len(dense.shape)) + tuple(dense.shape)
    if any(h not in (1, s) for h, s in zip(have, shape, strict=True)):
        raise InvalidArgumentError(
            f"{name}: a tensor of shape {dense.shape} does not broadcast to the sparse one's {shape}."
        )
    values = dense
    if len(dense.shape):
        wide = ops.reshape(dense, have)
        keep = tensor_of(np.asarray([h != 1 for h in have], np.int64))
        values = ops.gather_nd(wide, x.indices * keep)
    return x.with_values(getattr(ops, name).strict(x.values, values))


def _strides(shape: np.ndarray) -> np.ndarray:
    return np.append(np.cumprod(shape[::-1])[::-1][1:], 1).astype(np.int64)


def flat_places(x: SparseTensor) -> np.ndarray:
    """The entries' places in the flattened tensor."""
    return (
        x._host_indices @ _strides(x._host_shape)
        if len(x._host_shape)
        else np.zeros(len(x._host_indices), np.int64)
    )


def _merged(a: SparseTensor, b: SparseTensor, what: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The places where one of two has an entry, and the number of the entry of each there (its count: none)."""
    if a.shape.rank != b.shape.rank:
        raise InvalidArgumentError(f"{what}: the ranks differ: {a.shape} and {b.shape}.")
    if not np.array_equal(a._host_shape, b._host_shape):
        raise InvalidArgumentError(f"{what}: the shapes differ: {a.shape} and {b.shape}.")
    if a.dtype != b.dtype:
        raise TypeError(f"{what}: the dtypes differ: {a.dtype.name} and {b.dtype.name}.")
    first, second = flat_places(a), flat_places(b)
    places = np.union1d(first, second)
    found = []
    for have in (first, second):
        at = np.full(len(places), len(have))
        at[np.searchsorted(places, have)] = np.arange(len(have))
        found.append(at)
    return places, found[0], found[1]


def _unflatten(places: np.ndarray, shape: np.ndarray) -> np.ndarray:
    if not len(places):
        return np.zeros((0, len(shape)), np.int64)
    return np.stack(np.unravel_index(places, tuple(shape.tolist())), axis=1).astype(np.int64)


def _at(values: Tensor, places: np.ndarray) -> Tensor:
    """Entries by number, zero for the number that is none."""
    extended = ops.concat([values, ops.zeros((1,), values.dtype)], axis=0)
    return ops.gather(extended, tensor_of(places))


def _combine(a: Any, b: Any, op: Callable[..., Any], what: str) -> SparseTensor:
    a, b = check_sparse(a), check_sparse(b)
    places, first, second = _merged(a, b, what)
    values = op(_at(a.values, first), _at(b.values, second))
    return SparseTensor(_unflatten(places, a._host_shape), values, a.dense_shape)


@varying
def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """The sum of sparse tensors, or of a sparse and a dense one (mirrors `tf.sparse.add`).

    Args:
        a: a sparse tensor or a tensor; one of both is sparse.
        b: the same, of the same shape.
        threshold: entries of a sum whose absolute value is below it are left out.

    Returns:
        A sparse tensor of two sparse ones, a tensor of a sparse and a dense one.

    Raises:
        TypeError: neither is sparse, or the dtypes differ.
        InvalidArgumentError: the shapes differ.

    Example:
        >>> import unikeras as tf
        >>> x = tf.sparse.from_dense([[0, 1], [2, 0]])
        >>> tf.sparse.add(x, [[10, 10], [10, 10]]).numpy().tolist()
        [[10, 11], [12, 10]]
    """
    if not isinstance(a, SparseTensor) and not isinstance(b, SparseTensor):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if isinstance(a, SparseTensor) and isinstance(b, SparseTensor):
        total = _combine(a, b, ops.add.strict, "sparse.add")
        limit = float(known(threshold, "threshold"))
        if not limit:
            return total
        kept = np.flatnonzero(np.abs(np.asarray(total.values)) >= limit)
        return SparseTensor(
            total._host_indices[kept], ops.gather(total.values, tensor_of(kept)), total.dense_shape
        )
    sparse, dense = (a, b) if isinstance(a, SparseTensor) else (b, a)
    dense = convert_to_tensor(dense, None if hasattr(dense, "dtype") else sparse.dtype)
    if not dense.shape.is_compatible_with(sparse.shape):
        raise InvalidArgumentError(f"sparse.add: the shapes differ: {sparse.shape} and {dense.shape}.")
    if dense.dtype != sparse.dtype:
        raise InvalidArgumentError(
            f"sparse.add: the dtypes differ: {sparse.dtype.name} and {dense.dtype.name}."
        )
    if host_of(sparse.indices) is not None:
        check_bounds(sparse, "sparse.add")
    return ops.tensor_scatter_nd_add(dense, sparse.indices, sparse.values)


def check_bounds(x: SparseTensor, what: str) -> None:
    """Refuse indices that are out of bounds.

    Raises:
        InvalidArgumentError: there are.
    """
    indices, shape = x._host_indices, x._host_shape
    bad = ((indices < 0) | (indices >= shape)).any(axis=1)
    if bad.any():
        at = int(np.argmax(bad))
        raise InvalidArgumentError(
            f"{what}: indices[{at}] = {indices[at].tolist()} is out of bounds: need 0 <= index < {shape.tolist()}"
        )


@varying
def maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The larger of two sparse tensors' entries, a missing one being zero (mirrors `tf.sparse.maximum`).

    Example:
        >>> import unikeras as tf
        >>> x = tf.sparse.maximum(tf.sparse.from_dense([1, 0]), tf.sparse.from_dense([0, -1]))
        >>> x.values.numpy().tolist()
        [1, 0]
    """
    return _combine(sp_a, sp_b, ops.maximum.strict, "sparse.maximum")


@varying
def minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The smaller of two sparse tensors' entries, a missing one being zero (mirrors `tf.sparse.minimum`)."""
    return _combine(sp_a, sp_b, ops.minimum.strict, "sparse.minimum")


def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the entries of sparse tensors, which must be at the same places (mirrors `tf.sparse.map_values`).

    Args:
        op: function of tensors [n]; what it returns is [n].
        *args: its arguments; sparse tensors are replaced by their values.
        **kwargs: the same by keyword.

    Raises:
        ValueError: no sparse tensor.
        InvalidArgumentError: the sparse tensors' indices differ.

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.map_values(lambda v: v * v, tf.sparse.from_dense([0, 3])).values.numpy().tolist()
        [9]
    """
    given = [x for x in (*args, *kwargs.values()) if isinstance(x, SparseTensor)]
    if not given:
        raise ValueError("No SparseTensor in argument list of map_values.")
    first = given[0]
    for x in given[1:]:
        if x.indices is not first.indices and not np.array_equal(x._host_indices, first._host_indices):
            raise InvalidArgumentError("map_values: Mismatched indices!")
        if not np.array_equal(x._host_shape, first._host_shape):
            raise InvalidArgumentError("map_values: Mismatched shapes!")
    values = [x.values if isinstance(x, SparseTensor) else x for x in args]
    named = {k: x.values if isinstance(x, SparseTensor) else x for k, x in kwargs.items()}
    return first.with_values(op(*values, **named))


def _transposed(x: SparseTensor, conjugate: bool) -> SparseTensor:
    values = conj(x.values) if conjugate and x.dtype.is_complex else x.values
    return SparseTensor(ops.flip(x.indices, axis=1), values, ops.flip(x.dense_shape, axis=0))


@varying
def sparse_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of a sparse matrix and a dense one, or the other way round (mirrors `tf.sparse.sparse_dense_matmul`).

    Args:
        sp_a: [n, k], sparse (or dense, if b is sparse).
        b: [k, m].
        adjoint_a: whether the adjoint of sp_a is meant.
        adjoint_b: whether the adjoint of b is meant.
        name: ignored.

    Returns:
        [n, m], dense.

    Raises:
        InvalidArgumentError: the matrices do not fit, their dtypes differ, or indices are out of bounds.

    Example:
        >>> import unikeras as tf
        >>> x = tf.sparse.from_dense([[0.0, 2.0], [1.0, 0.0]])
        >>> tf.sparse.sparse_dense_matmul(x, [[1.0, 2.0], [3.0, 4.0]]).numpy().tolist()
        [[6.0, 8.0], [1.0, 2.0]]
    """
    if isinstance(b, SparseTensor) and not isinstance(sp_a, SparseTensor):
        # A B = (B^H A^H)^H
        product = sparse_dense_matmul(b, sp_a, adjoint_a=not adjoint_b, adjoint_b=not adjoint_a)
        return ops.transpose(product, (1, 0), conjugate=product.dtype.is_complex)
    a = check_sparse(sp_a, "sp_a")
    b = convert_to_tensor(b, None if hasattr(b, "dtype") else a.dtype)
    if a.shape.rank != 2 or len(b.shape) != 2:
        raise InvalidArgumentError(
            f"sparse_dense_matmul: both must be matrices, not {a.shape} and {b.shape}."
        )
    if a.dtype != b.dtype:
        raise InvalidArgumentError(
            f"sparse_dense_matmul: the dtypes differ: {a.dtype.name} and {b.dtype.name}."
        )
    if host_of(a.indices) is not None:
        check_bounds(a, "sparse_dense_matmul")
    if adjoint_a:
        a = _transposed(a, True)
    if adjoint_b:
        b = ops.transpose(b, (1, 0), conjugate=b.dtype.is_complex)
    rows, inner = (int(d) for d in a._host_shape)
    if inner != b.shape[0]:
        raise InvalidArgumentError(
            f"Cannot multiply A and B because inner dimension does not match: {inner} vs. {b.shape[0]}."
        )
    terms = ops.expand_dims(a.values, 1) * ops.gather(b, a.indices[:, 1])
    return ops.tensor_scatter_nd_add(ops.zeros((rows, b.shape[1]), b.dtype), a.indices[:, :1], terms)


def _reduce(x: Any, axis: Any, keepdims: Any, output_is_sparse: bool, how: str) -> Any:
    x = check_sparse(x)
    shape = x._host_shape
    rank = len(shape)
    if axis is None:
        axes = set(range(rank))
    else:
        given = np.atleast_1d(np.asarray(axis)).tolist()
        if any(not -rank <= a < rank for a in given):
            raise InvalidArgumentError(
                f"Invalid reduction dimension {axis}, for input with {rank} dimensions."
            )
        axes = {a % rank for a in given}
    kept = [a for a in range(rank) if a not in axes]
    rest = shape[kept]
    places, group = np.unique(
        x._host_indices[:, kept] @ _strides(rest) if kept else np.zeros(len(x._host_indices), np.int64),
        return_inverse=True,
    )
    if how == "sum":
        zeros = ops.zeros((len(places),), x.dtype)
        values = ops.tensor_scatter_nd_add(zeros, tensor_of(group.reshape(-1, 1)), x.values)
    else:
        from unikeras.composites.ragged_tensor import RaggedTensor

        order = np.argsort(group, kind="stable")
        rows = RaggedTensor.from_value_rowids(
            ops.gather(x.values, tensor_of(order)), group[order], nrows=len(places)
        )
        values = ops.max(rows, axis=1)
    found = SparseTensor(
        _unflatten(places, rest) if kept else np.zeros((len(places), 0), np.int64), values, rest
    )
    if keepdims:
        indices = np.zeros((len(places), rank), np.int64)
        indices[:, kept] = found._host_indices
        found = SparseTensor(indices, values, np.asarray([1 if a in axes else shape[a] for a in range(rank)]))
    if output_is_sparse:
        return found
    from unikeras.composites.sparse_ops import to_dense

    return to_dense(found)


@varying
def reduce_sum(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The sum of a sparse tensor's entries along axes (mirrors `tf.sparse.reduce_sum`).

    Args:
        sp_input: a sparse tensor.
        axis: an axis or several; all by default.
        keepdims: whether the axes stay, with length 1.
        output_is_sparse: whether the result is sparse.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.sparse.reduce_sum(tf.sparse.from_dense([[1, 0, 2], [0, 3, 0]]), axis=1).numpy().tolist()
        [3, 3]
    """
    return _reduce(sp_input, axis, keepdims, output_is_sparse, "sum")


@varying
def reduce_max(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The largest of a sparse tensor's entries along axes; zero where there is none (mirrors `tf.sparse.reduce_max`).

    The entries that are not given do not count: see `reduce_sum` for the arguments.

    Example:
        >>> import unikeras as tf
        >>> x = tf.SparseTensor([[0, 1]], [-1], [2, 3])
        >>> tf.sparse.reduce_max(x, axis=1).numpy().tolist()
        [-1, 0]
    """
    return _reduce(sp_input, axis, keepdims, output_is_sparse, "max")


@varying
def softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """Softmax along the last axis over the entries that are given (mirrors `tf.sparse.softmax`).

    Example:
        >>> import unikeras as tf
        >>> x = tf.SparseTensor([[0, 0], [0, 2], [1, 0]], [1.0, 1.0, 3.0], [2, 3])
        >>> tf.sparse.softmax(x).values.numpy().tolist()
        [0.5, 0.5, 1.0]
    """
    x = check_sparse(sp_input)
    if x.shape.rank is None or x.shape.rank < 2:
        raise InvalidArgumentError("Input should have rank >= 2: sparse.softmax.")
    if not x.dtype.is_floating:
        raise InvalidArgumentError(f"sparse.softmax: fractions are needed, not {x.dtype.name}.")
    from unikeras.composites.ragged_tensor import RaggedTensor

    rows = x._host_indices[:, :-1] @ _strides(x._host_shape[:-1])
    _, group = np.unique(rows, return_inverse=True)
    if (np.diff(group) < 0).any():
        raise InvalidArgumentError("sparse.softmax: the indices are out of order; use tf.sparse.reorder.")
    ragged = RaggedTensor.from_value_rowids(x.values, group.astype(np.int64))
    return x.with_values(ops.softmax(ragged).flat_values)


@varying
def sampled_addmm(
    indices: Any,
    values: Any,
    dense_shape: Any,
    mat1: Any,
    mat2: Any,
    beta: Any = 1.0,
    alpha: Any = 1.0,
    output_type: Any = "float32",
) -> tuple[Any, Any, Any]:
    """alpha (mat1 @ mat2) at some places, plus beta times entries there (mirrors `tf.sparse.sampled_addmm`).

    Args:
        indices: [n, 2]: the places.
        values: [n]: the entries.
        dense_shape: [2].
        mat1: [a, k].
        mat2: [k, b].
        beta: the entries' factor.
        alpha: the product's factor.
        output_type: the result's dtype.

    Returns:
        (indices, values, dense_shape) of the result.
    """
    indices, values, shape = (convert_to_tensor(v) for v in (indices, values, dense_shape))
    mat1, mat2 = convert_to_tensor(mat1), convert_to_tensor(mat2)
    rows = ops.gather(mat1, indices[:, 0])
    columns = ops.gather(ops.transpose(mat2), indices[:, 1])
    found = alpha * ops.sum(rows * columns, axis=-1) + beta * values
    return indices, ops.cast(found, output_type), shape
