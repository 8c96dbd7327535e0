"""Ragged and sparse tensors as elements: their rows, and batches of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.composites.ragged_spec import RaggedTensorSpec
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.row_partition import RowPartition
from unikeras.composites.sparse_tensor import SparseTensor, SparseTensorSpec
from unikeras.core.composite import CompositeTensor
from unikeras.core.errors import DataLossError, InvalidArgumentError
from unikeras.core.nest import flatten, map_structure
from unikeras.core.spec import TensorSpec
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor
from unikeras.data.batch import _BatchDataset, _BatchIterator, batched_spec, stacked
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.data.slices import _ArraysIterator, first_dimension
from unikeras.data.specs import NoneTensorSpec
from unikeras.data.structure import Structure, host_leaf, spec_of_leaf

__all__ = [
    "_CompositeSliceDataset",
    "_DenseToSparseBatchDataset",
    "_RaggedBatchDataset",
    "batched_composite_spec",
    "row_of",
    "row_spec",
    "stacked_composites",
    "stacked_ragged",
]


@contextmanager
def on_numpy() -> Iterator[None]:
    """Compute on the host, whatever the engine."""
    saved, thread.engine = thread.engine, engine.reference()
    try:
        yield
    finally:
        thread.engine = saved


def batched_composite_spec(spec: Any, first: int | None) -> Any:
    """The spec of several ragged or sparse tensors stacked."""
    if isinstance(spec, RaggedTensorSpec):
        shape = None if spec.shape.rank is None else [first, *spec.shape]
        return RaggedTensorSpec(shape, spec.dtype, spec.ragged_rank + 1, spec.row_splits_dtype)
    if isinstance(spec, SparseTensorSpec):
        return SparseTensorSpec(None if spec.shape.rank is None else [first, *spec.shape], spec.dtype)
    if isinstance(spec, NoneTensorSpec):
        return spec
    raise TypeError(f"Elements of {spec!r} cannot be batched.")


def row_spec(spec: Any) -> Any:
    """The spec of a row of a ragged or sparse tensor."""
    shape = None if spec.shape.rank is None else spec.shape[1:]
    if isinstance(spec, RaggedTensorSpec):
        return RaggedTensorSpec(shape, spec.dtype, spec.ragged_rank - 1, spec.row_splits_dtype)
    if isinstance(spec, SparseTensorSpec):
        return SparseTensorSpec(shape, spec.dtype)
    raise TypeError(f"Elements of {spec!r} cannot be taken apart into rows.")


def row_of(leaf: Any, at: int) -> Any:
    """A row of a ragged or sparse tensor."""
    if isinstance(leaf, RaggedTensor):
        splits = host_leaf(leaf.row_splits)
        start, stop = int(splits[at]), int(splits[at + 1])
        values = leaf.values
        if isinstance(values, RaggedTensor):
            return _rows(values, start, stop)
        return host_leaf(values)[start:stop]
    indices, values = host_leaf(leaf.indices), host_leaf(leaf.values)
    mine = indices[:, 0] == at
    parts = indices[mine, 1:], values[mine], host_leaf(leaf.dense_shape)[1:]
    return SparseTensor(*map(Tensor, parts))


def _rows(leaf: RaggedTensor, start: int, stop: int) -> RaggedTensor:
    splits = host_leaf(leaf.row_splits)
    first, last = int(splits[start]), int(splits[stop])
    values = leaf.values
    inner: Any = (
        _rows(values, first, last)
        if isinstance(values, RaggedTensor)
        else Tensor(host_leaf(values)[first:last])
    )
    return RaggedTensor(inner, RowPartition(splits[start : stop + 1] - first))


def stacked_composites(column: Sequence[Any], component: int = 0) -> Any:
    """Ragged or sparse leaves of several elements as one.

    Raises:
        InvalidArgumentError: sparse tensors of different shapes.
    """
    if isinstance(column[0], RaggedTensor):
        return stacked_ragged(column, column[0]._type_spec.row_splits_dtype.np_dtype)
    shapes = [tuple(host_leaf(leaf.dense_shape).tolist()) for leaf in column]
    if len(set(shapes)) > 1:
        raise InvalidArgumentError(
            f"Cannot batch sparse tensors with different shapes in component {component}: {sorted(set(shapes))}."
        )
    return _sparse(
        [host_leaf(leaf.indices) for leaf in column], [host_leaf(leaf.values) for leaf in column], shapes[0]
    )


def _sparse(indices: list[np.ndarray], values: list[np.ndarray], shape: tuple[int, ...]) -> SparseTensor:
    """Sparse tensors of one shape, stacked."""
    numbered = [np.insert(part, 0, i, axis=1) for i, part in enumerate(indices)]
    parts = np.concatenate(numbered), np.concatenate(values), np.array([len(indices), *shape], np.int64)
    return SparseTensor(*map(Tensor, parts))


def stacked_ragged(column: Sequence[Any], splits_dtype: Any = np.int64) -> RaggedTensor:
    """Arrays and ragged tensors of several elements as one ragged tensor."""
    sizes = [int(leaf.shape[0]) for leaf in column]
    splits = np.concatenate([[0], np.cumsum(sizes)]).astype(splits_dtype)
    return RaggedTensor(_joined(column), RowPartition(splits))


def _joined(parts: Sequence[Any]) -> Any:
    """Arrays, or ragged tensors, one after the other."""
    if not isinstance(parts[0], RaggedTensor):
        return Tensor(np.concatenate([host_leaf(part) for part in parts]))
    lengths = np.concatenate([np.diff(host_leaf(part.row_splits)) for part in parts])
    splits = np.concatenate([[0], np.cumsum(lengths)]).astype(host_leaf(parts[0].row_splits).dtype)
    return RaggedTensor(_joined([part.values for part in parts]), RowPartition(splits))


class _CompositeSliceDataset(Dataset):
    """The rows of tensors, some of them ragged or sparse.

    Args:
        structure: of an element.
        leaves: the tensors, in its order.
    """

    def __init__(self, structure: Structure, leaves: list[Any]) -> None:
        super().__init__()
        self._size = first_dimension(leaves)
        self._leaves, self._structure = leaves, structure

    def _make_spec(self) -> Any:
        assert self._structure is not None
        specs = []
        for leaf in self._leaves:
            spec = spec_of_leaf(leaf)
            specs.append(
                row_spec(spec)
                if isinstance(leaf, CompositeTensor)
                else TensorSpec(spec.shape[1:], spec.dtype)
            )
        return self._structure.pack(specs)

    def _make_cardinality(self) -> int:
        return self._size

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _RowsIterator(self._leaves, self._size)


class _RowsIterator(_ArraysIterator):
    blocks = indexed = False

    def __next__(self) -> list[Any]:
        at = self._at
        if at >= self._size:
            raise StopIteration
        self._at = at + 1
        return [
            row_of(leaf, at) if isinstance(leaf, CompositeTensor) else leaf[at, ...] for leaf in self._arrays
        ]


class _RaggedBatchDataset(_BatchDataset):
    """Batches of elements of different sizes, as ragged tensors.

    Args:
        source: the data set.
        batch_size: how many elements.
        drop_remainder: whether a last, smaller batch is left out.
        row_splits_dtype: int32 or int64.
    """

    def __init__(self, source: Dataset, batch_size: Any, drop_remainder: Any, row_splits_dtype: Any) -> None:
        super().__init__(source, batch_size, drop_remainder)
        self._splits = row_splits_dtype

    def _make_spec(self) -> Any:
        spec = self._inputs[0]._known_spec()
        first = self._size if self._drop else None
        return None if spec is None else map_structure(lambda s: batched_spec(self._ragged(s), first), spec)

    def _ragged(self, spec: Any) -> Any:
        """The spec of an element as a ragged tensor, if its size is not known."""
        if not isinstance(spec, TensorSpec) or spec.shape.rank is None or spec.shape.is_fully_defined():
            return spec
        rank = max(i for i, d in enumerate(spec.shape) if d is None)
        return RaggedTensorSpec(spec.shape, spec.dtype, rank, self._splits)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        specs = [self._ragged(s) for s in flatten(self._inputs[0].element_spec)]
        return _RaggedBatchIterator(self._inputs[0]._make_iterator(run), self._size, self._drop, specs)


class _RaggedBatchIterator(_BatchIterator):
    """Stacks elements, those of some leaves to ragged tensors."""

    def __init__(self, source: ElementIterator, size: int, drop: bool, specs: list[Any]) -> None:
        super().__init__(source, size, drop)
        self._specs = specs

    def __next__(self) -> list[Any]:
        return [
            _stack(column, spec, i)
            for i, (column, spec) in enumerate(zip(self._columns(), self._specs, strict=True))
        ]


def _stack(column: Sequence[Any], spec: Any, component: int) -> Any:
    if not isinstance(spec, RaggedTensorSpec):
        return stacked(tuple(column), component)
    if spec.ragged_rank and not isinstance(column[0], RaggedTensor):
        with on_numpy():
            column = [RaggedTensor.from_tensor(Tensor(leaf), ragged_rank=spec.ragged_rank) for leaf in column]
    return stacked_ragged(column, spec.row_splits_dtype.np_dtype)


class _DenseToSparseBatchDataset(_BatchDataset):
    """Batches of elements of different sizes, as sparse tensors.

    Args:
        source: the data set.
        batch_size: how many elements.
        row_shape: the largest shape of an element; unknown dimensions: the largest of the batch.
    """

    def __init__(self, source: Dataset, batch_size: Any, row_shape: Any) -> None:
        super().__init__(source, batch_size, False)
        from unikeras.data.padded_batch import shape_leaves

        self._row = shape_leaves(row_shape)
        spec = source._known_spec()
        if spec is not None and not isinstance(spec, TensorSpec):
            raise TypeError(f"`sparse_batch` needs a data set of single tensors; its elements are {spec}.")

    def _make_spec(self) -> Any:
        spec = self._inputs[0]._known_spec()
        return None if spec is None else SparseTensorSpec([None, *self._row], spec.dtype)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _SparseBatchIterator(self._inputs[0]._make_iterator(run), self._size, self._row)


class _SparseBatchIterator(_BatchIterator):
    def __init__(self, source: ElementIterator, size: int, row: Any) -> None:
        super().__init__(source, size, False)
        self._row = row

    def __next__(self) -> list[Any]:
        (column,) = self._columns()
        if any(leaf.ndim != len(self._row) for leaf in column):
            raise InvalidArgumentError(
                f"Input element had shape {[leaf.shape for leaf in column]} that is incompatible with the row shape {self._row}."
            )
        most = [max(sizes) for sizes in zip(*(leaf.shape for leaf in column), strict=True)]
        shape = tuple(m if d is None else d for m, d in zip(most, self._row, strict=True))
        if any(m > d for m, d in zip(most, shape, strict=True)):
            raise DataLossError(
                f"Input element had shape {tuple(most)} that is larger than the row shape {self._row}."
            )
        indices = [np.argwhere(np.ones(leaf.shape, bool)).astype(np.int64) for leaf in column]
        return [_sparse(indices, [leaf.ravel() for leaf in column], shape)]
