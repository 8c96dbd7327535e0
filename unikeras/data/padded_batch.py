"""`padded_batch`: elements of different sizes in one batch, filled up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from unikeras.core.errors import DataLossError, InvalidArgumentError
from unikeras.core.nest import flatten, is_nested, map_structure
from unikeras.core.operators import Operators
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec
from unikeras.data.batch import batch_size_of, batches
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator
from unikeras.data.structure import default_numpy

__all__ = ["_PaddedBatchDataset", "shape_leaves"]


def shape_leaves(shapes: Any) -> Any:
    """A user's structure of shapes with a `TensorShape` for each: lists of numbers, numbers and tensors are shapes, too."""
    if isinstance(shapes, Mapping):
        return {key: shape_leaves(part) for key, part in shapes.items()}
    if isinstance(shapes, TensorShape):
        return shapes
    if isinstance(shapes, (list, tuple)) and not (isinstance(shapes, list) or _is_shape(shapes)):
        parts = [shape_leaves(part) for part in shapes]
        return type(shapes)(*parts) if hasattr(shapes, "_fields") else tuple(parts)
    if isinstance(shapes, (Operators, np.ndarray, np.generic)):
        shapes = np.asarray(shapes).tolist()
    if isinstance(shapes, int) or shapes is None:
        shapes = [shapes]
    return TensorShape([None if d is None or int(d) < 0 else int(d) for d in shapes])


def _is_shape(value: tuple[Any, ...]) -> bool:
    return bool(value) and all(
        d is None or (isinstance(d, (int, np.integer)) and not isinstance(d, bool)) for d in value
    )


class _PaddedBatchDataset(SameElements):
    """Batches of elements of different sizes, filled up.

    Args:
        source: the data set.
        batch_size: how many elements.
        shapes: to what shapes; an unknown dimension: to the largest of the batch.
        values: what is filled in.
        drop_remainder: whether a last, smaller batch is left out.
    """

    def __init__(
        self, source: Dataset, batch_size: Any, shapes: Any, values: Any, drop_remainder: Any
    ) -> None:
        super().__init__(source)
        self._size, self._drop = batch_size_of(batch_size), bool(drop_remainder)
        self._given_shapes, self._given_values = shapes, values
        self._shapes: list[TensorShape] = []
        self._values: list[Any] = []
        if source._known_spec() is not None:
            self._prepare()

    def _prepare(self) -> None:
        """Bring shapes and values into the order of the leaves, and check them."""
        if self._shapes:
            return
        spec = self._inputs[0].element_spec
        specs = flatten(spec)
        for i, one in enumerate(specs):
            if not isinstance(one, TensorSpec):
                raise TypeError(f"Padding of {one!r} is not supported. Use `ragged_batch` or `batch`.")
            if self._given_shapes is None and one.shape.rank is None:
                raise ValueError(
                    f"You must provide `padded_shapes` argument because component {i} has unknown rank."
                )
        if self._given_shapes is None:
            shapes = [one.shape for one in specs]
        else:
            shapes = _flat(shape_leaves(self._given_shapes), spec, "padded_shapes")
        for shape, one in zip(shapes, specs, strict=True):
            fits = one.shape.rank is None or (
                shape.rank == one.shape.rank
                and all(a is None or b is None or a >= b for a, b in zip(shape, one.shape, strict=True))
            )
            if not fits:
                raise ValueError(
                    f"The padded shape {shape} is not compatible with the shape {one.shape} of the corresponding input component."
                )
        values = self._given_values
        if not is_nested(values):
            values = [values] * len(specs)
        else:
            values = _flat(values, spec, "padding_values")
        self._values = [_value(value, one) for value, one in zip(values, specs, strict=True)]
        self._shapes = shapes

    def _make_spec(self) -> Any:
        spec = self._inputs[0]._known_spec()
        if spec is None:
            return None
        self._prepare()
        first = self._size if self._drop else None
        shapes = iter(self._shapes)
        return map_structure(lambda s: TensorSpec([first, *next(shapes)], s.dtype), spec)

    def _make_cardinality(self) -> int:
        return batches(self._inputs[0]._make_cardinality(), self._size, self._drop)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        self._prepare()
        return _PaddedBatchIterator(
            self._inputs[0]._make_iterator(run), self._size, self._drop, self._shapes, self._values
        )


def _flat(given: Any, spec: Any, what: str) -> list[Any]:
    leaves = flatten(given)
    if len(leaves) != len(flatten(spec)) or is_nested(given) != is_nested(spec):
        raise ValueError(
            f"Invalid `{what}`: their structure {given!r} is not that of the elements, {spec!r}."
        )
    return leaves


def _value(value: Any, spec: TensorSpec) -> Any:
    """What is filled in, of the elements' type.

    Raises:
        TypeError: it is of another type.
        ValueError: it is not a single value.
    """
    dtype = spec.dtype
    if value is None:
        if dtype.name == "string":
            return b""
        return np.zeros((), dtype.np_dtype)[()]
    typed = hasattr(value, "dtype")
    array = np.asarray(value) if typed else default_numpy(value)
    if array.ndim:
        raise ValueError(
            f"Invalid `padding_values`. `padding_values` should be a scalar, but its shape is {array.shape}."
        )
    mine = TensorSpec((), "string" if array.dtype.kind in "OSU" else array.dtype).dtype
    if mine != dtype:
        raise TypeError(
            f"Invalid `padding_values`. `padding_values` values type {mine!s} does not match type {dtype!s} of the "
            "corresponding input component."
        )
    if dtype.name == "string":
        item = array.item()
        return item.encode() if isinstance(item, str) else item
    return array[()]


class _PaddedBatchIterator(Chained):
    def __init__(
        self, source: ElementIterator, size: int, drop: bool, shapes: list[TensorShape], values: list[Any]
    ) -> None:
        super().__init__(source)
        self._size, self._drop, self._shapes, self._values = size, drop, shapes, values

    def __next__(self) -> list[Any]:
        elements: list[list[np.ndarray]] = []
        try:
            while len(elements) < self._size:
                elements.append(next(self.source))
        except StopIteration:
            if not elements or self._drop:
                raise StopIteration from None
        columns = zip(*elements, strict=True)
        return [
            padded(column, shape, value)
            for column, shape, value in zip(columns, self._shapes, self._values, strict=True)
        ]


def padded(column: tuple[np.ndarray, ...], shape: TensorShape, value: Any) -> np.ndarray:
    """Arrays stacked, each filled up to a shape.

    Raises:
        DataLossError: one is larger.
        InvalidArgumentError: they have other ranks.
    """
    rank = len(shape)
    sizes = [part.shape for part in column]
    if any(len(s) != rank for s in sizes):
        raise InvalidArgumentError(
            f"All elements in a batch must have the same rank as the padded shape {shape}; there are shapes {sizes}."
        )
    most = tuple(map(max, zip(*sizes, strict=True))) if rank else ()
    wanted = tuple(m if d is None else d for m, d in zip(most, shape, strict=True))
    if any(m > w for m, w in zip(most, wanted, strict=True)):
        raise DataLossError(
            f"Attempted to pad to a smaller size than the input element: an element has {most} where {wanted} is padded to."
        )
    made = np.full((len(column), *wanted), value, column[0].dtype)
    for i, part in enumerate(column):
        inside: Any = (i, *(slice(0, n) for n in part.shape))
        made[inside] = part
    return made
