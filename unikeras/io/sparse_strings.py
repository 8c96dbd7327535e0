"""Sparse tensors as strings: `tf.io.serialize_sparse`, `serialize_many_sparse`, `deserialize_many_sparse`."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.composites.sparse_tensor import SparseTensor, SparseTensorValue
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_value, host_values
from unikeras.io.tensor_proto import _name, array_of, parsed_proto, proto_of
from unikeras.io.values import sparse, tensor

__all__ = ["deserialize_many_sparse", "serialize_many_sparse", "serialize_sparse"]


def _parts(sp_input: Any, where: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not isinstance(sp_input, (SparseTensor, SparseTensorValue)):
        raise TypeError("Input must be a SparseTensor.")
    value = SparseTensor.from_value(sp_input)
    return tuple(host_value(part, where) for part in (value.indices, value.values, value.dense_shape))  # type: ignore[return-value]


def _strings(*arrays: np.ndarray) -> list[bytes]:
    return [proto_of(array, packed=True).SerializeToString() for array in arrays]


def _check_type(out_type: Any) -> None:
    if as_dtype(out_type).name != "string":
        raise NotImplementedError("serialize_sparse: out_type=tf.variant is not available; use tf.string.")


def serialize_sparse(sp_input: Any, out_type: Any = "string", name: str | None = None) -> Any:
    """A sparse tensor as three strings: its indices, values and shape (mirrors `tf.io.serialize_sparse`).

    Args:
        sp_input: the sparse tensor.
        out_type: `tf.string`.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> rows = tf.stack([tf.io.serialize_sparse(tf.sparse.from_dense([0, 7]))])
        >>> tf.sparse.to_dense(tf.io.deserialize_many_sparse(rows, tf.int32)).numpy()
        array([[0, 7]], dtype=int32)
    """
    _check_type(out_type)
    return tensor(host_values(_strings(*_parts(sp_input, "serialize_sparse")), (3,)))


def serialize_many_sparse(sp_input: Any, out_type: Any = "string", name: str | None = None) -> Any:
    """The rows of a sparse tensor as strings [rows, 3] (mirrors `tf.io.serialize_many_sparse`).

    Args:
        sp_input: a sparse tensor of two dimensions or more, its indices in order.
        out_type: `tf.string`.
        name: ignored.

    Raises:
        InvalidArgumentError: it has one dimension.
    """
    _check_type(out_type)
    indices, values, shape = _parts(sp_input, "serialize_many_sparse")
    if len(shape) < 2:
        raise InvalidArgumentError(f"Rank of input SparseTensor should be > 1, but saw rank: {len(shape)}")
    made = []
    for row in range(int(shape[0])):
        here = indices[:, 0] == row
        made += _strings(indices[here, 1:], values[here], shape[1:])
    return tensor(host_values(made, (int(shape[0]), 3)))


def deserialize_many_sparse(
    serialized_sparse: Any, dtype: Any, rank: int | None = None, name: str | None = None
) -> Any:
    """Sparse tensors that were serialized, as one with a first dimension for them (mirrors `tf.io.deserialize_many_sparse`).

    Args:
        serialized_sparse: strings [n, 3].
        dtype: the values' type.
        rank: how many dimensions the result has; checked, if given.
        name: ignored.

    Raises:
        InvalidArgumentError: they are no such strings, or of another type, or of different ranks.
        ValueError: they have another rank.
    """
    texts = host_value(serialized_sparse, "deserialize_many_sparse", "string")
    if texts.ndim != 2 or texts.shape[1] != 3:
        raise InvalidArgumentError(
            f"Serialized sparse should be a matrix with 3 columns, but has shape {list(texts.shape)}"
        )
    wanted = as_dtype(dtype).name
    indices: list[np.ndarray] = []
    values: list[np.ndarray] = []
    shapes: list[np.ndarray] = []
    for i, row in enumerate(texts):
        where, what, shape = (array_of(parsed_proto(text)) for text in row)
        if _name(what) != wanted:
            raise InvalidArgumentError(
                f"Requested SparseTensor of type {wanted} but SparseTensor[{i}].values.dtype() == {_name(what)}"
            )
        if (
            where.ndim != 2
            or shape.ndim != 1
            or where.shape != (len(what), len(shape))
            or where.dtype != np.int64
        ):
            raise InvalidArgumentError(f"SparseTensor[{i}]: indices, values and shape do not fit together")
        if shapes and len(shape) != len(shapes[0]):
            raise InvalidArgumentError(
                f"Inconsistent rank across SparseTensors: {len(shapes[0])} and {len(shape)}"
            )
        indices.append(np.concatenate([np.full((len(where), 1), i), where], 1))
        values.append(what)
        shapes.append(shape)
    if not shapes:
        raise InvalidArgumentError("deserialize_many_sparse: there is nothing to deserialize")
    if rank is not None and len(shapes[0]) + 1 != rank:
        raise ValueError(
            f"deserialize_many_sparse: rank {rank} was asked for, but the tensor has {len(shapes[0]) + 1} dimensions."
        )
    dense = [len(shapes), *np.max(np.stack(shapes), 0).tolist()]
    return sparse(np.concatenate(indices), np.concatenate(values), dense)
