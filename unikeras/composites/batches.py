"""Ragged and sparse tensors as training data: rows filled up with a mask, and rows made dense batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import known
from unikeras.composites.sparse_tensor import SparseTensor
from unikeras.core import nest
from unikeras.core.tensor import RowMask, Tensor, convert_to_tensor

__all__ = [
    "Padded",
    "SparseRows",
    "as_rows",
    "has_padded",
    "host_value",
    "padded_tensor",
    "ragged_again",
    "ragged_of",
    "restored",
    "tensors_of",
    "values_of",
]


class Padded(dict):
    """A ragged batch on its way into a compiled step: the padded values and the rows' lengths."""


class SparseRows:
    """A sparse matrix that gives its rows as dense arrays when they are asked for.

    Args:
        sparse: a sparse tensor [rows, ...].
    """

    def __init__(self, sparse: SparseTensor) -> None:
        indices = known(sparse.indices, "the indices")
        order = np.argsort(indices[:, 0], kind="stable")
        self._rest = indices[order, 1:]
        self._values = known(sparse.values, "the values")[order]
        self.shape = tuple(int(d) for d in sparse._host_shape)
        self.dtype = self._values.dtype
        self._splits = np.append(0, np.cumsum(np.bincount(indices[:, 0], minlength=self.shape[0])))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> np.ndarray:
        rows = np.atleast_1d(np.arange(len(self))[index])
        found = np.zeros((len(rows), *self.shape[1:]), self.dtype)
        for place, row in enumerate(rows):
            part = slice(self._splits[row], self._splits[row + 1])
            found[(place, *self._rest[part].T)] = self._values[part]
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        found = self[:]
        return found if dtype is None else found.astype(dtype)


def as_rows(value: Any, what: str, few_lengths: bool = False) -> Any:
    """A ragged tensor as `Padded`, a sparse one as `SparseRows`.

    Args:
        value: the ragged or sparse tensor.
        what: what it is, for messages.
        few_lengths: whether the length that rows are filled up to is one of few (powers of two), so that few steps are compiled.

    Raises:
        NotImplementedError: several ragged axes.
    """
    if isinstance(value, SparseTensor):
        return SparseRows(value)
    if not isinstance(value, RaggedTensor):
        return np.asarray(convert_to_tensor(value))
    if value.ragged_rank > 1:
        raise NotImplementedError(
            f"{what}: a ragged tensor with {value.ragged_rank} ragged axes is not available here; one is. Use to_tensor() on the inner ones."
        )
    if value.dtype.name == "string":
        raise NotImplementedError(
            f"{what}: ragged tensors of strings are not available here; look them up first."
        )
    longest = max(value._rows.longest, 1)
    if few_lengths:
        longest = max(8, 1 << (longest - 1).bit_length())
    dense = value.to_tensor(shape=[None, longest, *tuple(value.shape)[2:]])
    return Padded(lengths=value._rows.lengths.astype(np.int32), values=np.asarray(dense))


def padded_tensor(dense: Any, lengths: Any) -> Tensor:
    """Filled-up rows as a tensor that carries the mask of what is in them."""
    from unikeras.ops.selection import sequence_mask

    tensor = Tensor(convert_to_tensor(dense)._array)
    tensor._keras_mask = RowMask(sequence_mask(lengths, maxlen=int(tensor.shape[1]))._array)
    return tensor


def host_value(value: Any) -> Any:
    """A result of layers on the host as what a compiled step is given: arrays, filled-up rows."""
    if isinstance(value, SparseTensor):
        return SparseRows(value)[:]
    return as_rows(value, "x", few_lengths=True) if isinstance(value, RaggedTensor) else np.asarray(value)


def restored(model: Any, x: Any, outputs: Any) -> Any:
    """The outputs of `predict` for ragged inputs: ragged where the model's are.

    Args:
        model: the model.
        x: what it was given.
        outputs: arrays in the structure of its outputs.
    """
    leaves = nest.flatten(x)
    ragged = [leaf for leaf in leaves if isinstance(leaf, RaggedTensor)]
    if not ragged or any(isinstance(leaf, SparseTensor) for leaf in leaves):
        return outputs
    first = nest.flatten(model(nest.map_structure(lambda v: v[:1], x)))
    found = []
    for out, one in zip(nest.flatten(outputs), first, strict=True):
        rows = next((r._rows for r in ragged if out.ndim > 1 and r._rows.longest == out.shape[1]), None)
        if isinstance(one, RaggedTensor) and rows is not None:
            found.append(RaggedTensor.from_tensor(out, lengths=rows.lengths))
        else:
            found.append(out)
    return nest.pack_as(outputs, found)


def has_padded(structure: Any) -> bool:
    """Whether there is a `Padded` in a structure."""
    if isinstance(structure, Padded):
        return True
    if isinstance(structure, dict):
        return any(map(has_padded, structure.values()))
    return isinstance(structure, (list, tuple)) and any(map(has_padded, structure))


def _replaced(structure: Any, function: Callable[[Padded], Any]) -> Any:
    if isinstance(structure, Padded):
        return function(structure)
    if isinstance(structure, dict):
        made = {key: _replaced(value, function) for key, value in structure.items()}
        return made if type(structure) is dict else type(structure)(made)
    if isinstance(structure, (list, tuple)):
        return type(structure)([_replaced(value, function) for value in structure])
    return structure


def tensors_of(structure: Any) -> Any:
    """A structure with tensors and their masks in place of `Padded`."""
    if not has_padded(structure):
        return structure
    return _replaced(structure, lambda part: padded_tensor(part["values"], part["lengths"]))


def ragged_of(structure: Any) -> Any:
    """A structure with ragged tensors in place of `Padded`."""
    return _replaced(
        structure, lambda part: RaggedTensor.from_tensor(part["values"], lengths=part["lengths"])
    )


def values_of(structure: Any) -> Any:
    """A structure with the padded values in place of `Padded`."""
    return _replaced(structure, lambda part: part["values"]) if has_padded(structure) else structure


def ragged_again(dense: Any, rows: Any) -> RaggedTensor:
    """Filled-up rows as a ragged tensor with the given rows."""
    return RaggedTensor.from_row_lengths(
        ops.gather_nd(
            dense, np.stack([rows.rowids, known(rows.offsets_in_rows(), "rows")], axis=1).astype(np.int64)
        ),
        rows.row_lengths(),
    )
