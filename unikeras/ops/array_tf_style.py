"""Functions of TensorFlow's root that move, count and find elements, and that Keras does not have."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.shape import TensorShape
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor
from unikeras.ops.array import shape as shape_of
from unikeras.ops.elementwise import identity
from unikeras.ops.updates import _scatter_update

__all__ = [
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "dynamic_partition",
    "dynamic_stitch",
    "edit_distance",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "identity_n",
    "parallel_stack",
    "reverse_sequence",
    "shape_n",
    "strided_slice",
    "tensor_scatter_nd_max",
    "tensor_scatter_nd_min",
    "tensor_scatter_nd_sub",
    "tuple",
    "unique",
    "unique_with_counts",
    "unravel_index",
]


class Unique(NamedTuple):
    """What `unique` returns."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """What `unique_with_counts` returns."""

    y: Any
    idx: Any
    count: Any


def _unique(x: Any, what: str) -> Any:
    """(elements in the order in which they occur first, which one each is, how often)."""
    array = np.asarray(convert_to_tensor(x))
    if array.ndim != 1:
        raise InvalidArgumentError(f"{what}: unique expects a 1D vector, not the shape {list(array.shape)}.")
    if array.dtype == object:
        first: dict[bytes, int] = {}
        inverse = np.array([first.setdefault(v, len(first)) for v in array], np.int64)
        values = np.empty(len(first), object)
        values[:] = list(first)
    else:
        found, places, inverse = np.unique(array, return_index=True, return_inverse=True)
        order = np.argsort(places, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        values, inverse = found[order], rank[inverse]
    return values, inverse, np.bincount(inverse, minlength=len(values))


def _tensors(*arrays: np.ndarray) -> list[Tensor]:
    return [Tensor(as_array(a)) for a in arrays]


def unique(x: Any, out_idx: Any = "int32", name: str | None = None) -> Any:
    """The different elements in the order in which they occur first, and which one each is (mirrors `tf.unique`).

    Args:
        x: a vector, of numbers or strings.
        out_idx: the indices' dtype.
        name: ignored.

    Returns:
        A named tuple (y, idx): x == y[idx].

    Raises:
        InvalidArgumentError: not a vector.

    Example:
        >>> import unikeras as tf
        >>> y, idx = tf.unique([4, 4, 1, 4])
        >>> y.numpy().tolist(), idx.numpy().tolist()
        ([4, 1], [0, 0, 1, 0])
    """
    values, inverse, _ = _unique(x, "unique")
    return Unique(*_tensors(values, inverse.astype(as_dtype(out_idx).np_dtype)))


def unique_with_counts(x: Any, out_idx: Any = "int32", name: str | None = None) -> Any:
    """As `unique`, and how often each element occurs (mirrors `tf.unique_with_counts`).

    Args:
        x: a vector, of numbers or strings.
        out_idx: the indices' and counts' dtype.
        name: ignored.

    Returns:
        A named tuple (y, idx, count).

    Example:
        >>> import unikeras as tf
        >>> tf.unique_with_counts([4, 4, 1]).count.numpy().tolist()
        [2, 1]
    """
    kind = as_dtype(out_idx).np_dtype
    values, inverse, counts = _unique(x, "unique_with_counts")
    return UniqueWithCounts(*_tensors(values, inverse.astype(kind), counts.astype(kind)))


def _scattered(how: str, example: str, what: str) -> Any:
    def function(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
        updates = convert_to_tensor(updates)
        return _scatter_update(
            convert_to_tensor(tensor), convert_to_tensor(indices), -updates if how == "sub" else updates,
            how="add" if how == "sub" else how,
        )  # fmt: skip

    function.__name__ = function.__qualname__ = f"tensor_scatter_nd_{how}"
    function.__doc__ = f"""A tensor with its values at indices {what} (mirrors `tf.tensor_scatter_nd_{how}`).

    Args:
        tensor: the tensor.
        indices: integers [..., depth], each an index into the first `depth` axes.
        updates: a tensor [..., rest of the axes].
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.tensor_scatter_nd_{how}([1.0, 2.0, 3.0], [[0], [2]], [2.0, 1.0]).numpy().tolist()
        {example}
    """
    return function


tensor_scatter_nd_max = _scattered("max", "[2.0, 2.0, 3.0]", "or the updates, whichever is larger")
tensor_scatter_nd_min = _scattered("min", "[1.0, 2.0, 1.0]", "or the updates, whichever is smaller")
tensor_scatter_nd_sub = _scattered("sub", "[-1.0, 2.0, 2.0]", "less the updates")


def dynamic_partition(data: Any, partitions: Any, num_partitions: int, name: str | None = None) -> list[Any]:
    """The rows of `data` sorted into lists (mirrors `tf.dynamic_partition`).

    Args:
        data: [rows, ...].
        partitions: integers of the shape of data's leading axes: where each row goes.
        num_partitions: how many lists there are.
        name: ignored.

    Returns:
        `num_partitions` tensors.

    Raises:
        InvalidArgumentError: a number outside of [0, num_partitions).

    Example:
        >>> import unikeras as tf
        >>> [p.numpy().tolist() for p in tf.dynamic_partition([1, 2, 3], [0, 1, 0], 2)]
        [[1, 3], [2]]
    """
    from unikeras.ops.selection import boolean_mask

    data, where = convert_to_tensor(data), convert_to_tensor(partitions)
    numbers = np.asarray(where)
    if numbers.size and (numbers.min() < 0 or numbers.max() >= num_partitions):
        raise InvalidArgumentError(
            f"dynamic_partition: partitions must be in the range [0, {num_partitions})."
        )
    return [boolean_mask(data, numbers == i) for i in range(num_partitions)]


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Any:
    """Rows put in the places that their indices name; the later of two for one place stays (mirrors `tf.dynamic_stitch`).

    Args:
        indices: a list of integer tensors.
        data: a list of tensors, each [*shape of its indices, ...].
        name: ignored.

    Returns:
        [largest index + 1, ...].

    Example:
        >>> import unikeras as tf
        >>> tf.dynamic_stitch([[0, 2], [1]], [[1, 3], [2]]).numpy().tolist()
        [1, 2, 3]
    """
    from unikeras.ops.array import concat, gather, reshape

    places = [np.asarray(convert_to_tensor(i)).astype(np.int64) for i in indices]
    tensors = [convert_to_tensor(d) for d in data]
    rows = [reshape(d, (-1, *d.shape[p.ndim :])) for d, p in zip(tensors, places, strict=True)]
    flat = np.concatenate([p.ravel() for p in places])
    source = np.full(int(flat.max()) + 1 if flat.size else 0, -1)
    source[flat] = np.arange(flat.size)
    whole = concat(rows, axis=0)
    if (source < 0).any():
        raise InvalidArgumentError(
            f"dynamic_stitch: nothing is given for the places {np.flatnonzero(source < 0).tolist()[:5]}."
        )
    return gather(whole, source)


@op
def _reverse_sequence(F, x, lengths, *, seq_axis, batch_axis):
    rows = F.moveaxis(x, (batch_axis % x.ndim, seq_axis % x.ndim), (0, 1))
    size = rows.shape[1]
    lengths = F.astype(lengths, F.dtype("int64"))[:, None]
    places = F.arange(size, dtype=F.dtype("int64"))[None, :]
    order = F.where(places < lengths, lengths - 1 - places, places)
    order = F.reshape(order, (*order.shape, *(1 for _ in rows.shape[2:])))
    made = F.take_along_axis(rows, F.broadcast_to(order, rows.shape), axis=1)
    return F.moveaxis(made, (0, 1), (batch_axis % x.ndim, seq_axis % x.ndim))


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
) -> Any:
    """Each sequence's first `seq_lengths` elements in reverse order (mirrors `tf.reverse_sequence`).

    Args:
        input: a tensor.
        seq_lengths: integers [batch].
        seq_axis: the axis of the sequences.
        batch_axis: the axis of the batch, 0 by default.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.reverse_sequence([[1, 2, 3], [4, 5, 6]], [2, 3], seq_axis=1).numpy().tolist()
        [[2, 1, 3], [6, 5, 4]]
    """
    if seq_axis is None:
        raise ValueError("reverse_sequence: seq_axis must be given.")
    return _reverse_sequence(input, seq_lengths, seq_axis=int(seq_axis), batch_axis=int(batch_axis or 0))


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Any:
    """The coordinates of flat indices, [axes, ...] (mirrors `tf.unravel_index`).

    Args:
        indices: integers.
        dims: the sizes of the axes.
        name: ignored.

    Raises:
        InvalidArgumentError: an index beyond the last element.

    Example:
        >>> import unikeras as tf
        >>> tf.unravel_index([1, 5], [2, 3]).numpy().tolist()
        [[0, 1], [1, 2]]
    """
    array = np.asarray(convert_to_tensor(indices))
    try:
        found = np.stack(np.unravel_index(array, tuple(int(d) for d in np.asarray(dims))))
    except ValueError as error:
        raise InvalidArgumentError(f"unravel_index: {error}.") from None
    return Tensor(as_array(found.astype(array.dtype)))


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The shape that two shapes are broadcast to (mirrors `tf.broadcast_static_shape`).

    Raises:
        ValueError: they do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.broadcast_static_shape(tf.TensorShape([2, 1]), tf.TensorShape([3]))
        TensorShape([2, 3])
    """
    x, y = TensorShape(shape_x), TensorShape(shape_y)
    if x.rank is None or y.rank is None:
        return TensorShape(None)
    size = max(x.rank, y.rank)
    result: list[int | None] = []
    for a, b in zip([1] * (size - x.rank) + x.as_list(), [1] * (size - y.rank) + y.as_list(), strict=True):
        if a != b and 1 not in (a, b) and None not in (a, b):
            raise ValueError(f"Incompatible shapes for broadcasting: {x} and {y}.")
        result.append(b if a == 1 else a if b == 1 else a if b is None else b)
    return TensorShape(result)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Any:
    """The shape, as a tensor, that two shapes given as tensors are broadcast to (mirrors `tf.broadcast_dynamic_shape`).

    Raises:
        InvalidArgumentError: they do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.broadcast_dynamic_shape([2, 1], [3]).numpy().tolist()
        [2, 3]
    """
    x, y = np.asarray(convert_to_tensor(shape_x)), np.asarray(convert_to_tensor(shape_y))
    try:
        found = np.broadcast_shapes(tuple(x.tolist()), tuple(y.tolist()))
    except ValueError:
        raise InvalidArgumentError(f"Incompatible shapes: {x.tolist()} vs. {y.tolist()}.") from None
    return Tensor(as_array(np.asarray(found, x.dtype)))


def shape_n(input: Any, out_type: Any = "int32", name: str | None = None) -> list[Any]:
    """The shapes of several tensors (mirrors `tf.shape_n`).

    Example:
        >>> import unikeras as tf
        >>> [s.numpy().tolist() for s in tf.shape_n([tf.zeros([2]), tf.zeros([3, 4])])]
        [[2], [3, 4]]
    """
    return [shape_of(x, out_type=as_dtype(out_type).name) for x in input]


def identity_n(input: Any, name: str | None = None) -> list[Any]:
    """The tensors themselves, as new ones (mirrors `tf.identity_n`).

    Example:
        >>> import unikeras as tf
        >>> len(tf.identity_n([tf.zeros([2]), tf.zeros([3])]))
        2
    """
    return [identity(x) for x in input]


def tuple(tensors: Any, control_inputs: Any = None, name: str | None = None) -> list[Any]:
    """The tensors themselves: here everything is computed in order (mirrors `tf.tuple`).

    Example:
        >>> import unikeras as tf
        >>> len(tf.tuple([tf.zeros([2]), tf.zeros([3])]))
        2
    """
    return [None if t is None else convert_to_tensor(t) for t in tensors]


def parallel_stack(values: Any, name: str | None = None) -> Any:
    """Tensors along a new first axis (mirrors `tf.parallel_stack`).

    Example:
        >>> import unikeras as tf
        >>> tf.parallel_stack([tf.zeros([2]), tf.ones([2])]).shape
        TensorShape([2, 2])
    """
    from unikeras.ops.array import stack

    return stack(list(values))


def _bins(values: Any, value_range: Any, nbins: int, what: str) -> np.ndarray:
    array = np.asarray(convert_to_tensor(values))
    low, high = (float(v) for v in np.asarray(convert_to_tensor(value_range)))
    if not low < high:
        raise InvalidArgumentError(f"{what}: value_range must be increasing, not [{low}, {high}].")
    scaled = (array.astype(np.float64) - low) / (high - low) * nbins
    return np.clip(np.floor(scaled), 0, nbins - 1).astype(np.int64)


def histogram_fixed_width_bins(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = "int32", name: str | None = None
) -> Any:
    """Which of equally wide bins each number falls into, the outer ones open (mirrors `tf.histogram_fixed_width_bins`).

    Args:
        values: numbers.
        value_range: [low, high].
        nbins: how many bins.
        dtype: the result's dtype.
        name: ignored.

    Raises:
        InvalidArgumentError: a range that does not increase.

    Example:
        >>> import unikeras as tf
        >>> tf.histogram_fixed_width_bins([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5).numpy().tolist()
        [0, 0, 1, 2, 4, 4]
    """
    found = _bins(values, value_range, int(nbins), "histogram_fixed_width_bins")
    return Tensor(as_array(found.astype(as_dtype(dtype).np_dtype)))


def histogram_fixed_width(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = "int32", name: str | None = None
) -> Any:
    """How many numbers fall into each of equally wide bins, the outer ones open (mirrors `tf.histogram_fixed_width`).

    Args:
        values: numbers.
        value_range: [low, high].
        nbins: how many bins.
        dtype: int32 or int64.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.histogram_fixed_width([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5).numpy().tolist()
        [2, 1, 1, 0, 2]
    """
    found = _bins(values, value_range, int(nbins), "histogram_fixed_width")
    counts = np.bincount(found.ravel(), minlength=int(nbins))
    return Tensor(as_array(counts.astype(as_dtype(dtype).np_dtype)))


def strided_slice(
    input_: Any, begin: Any, end: Any, strides: Any = None, begin_mask: int = 0, end_mask: int = 0, ellipsis_mask: int = 0,
    new_axis_mask: int = 0, shrink_axis_mask: int = 0, var: Any = None, name: str | None = None,
) -> Any:  # fmt: skip
    """What `input_[begin[0]:end[0]:strides[0], ...]` is (mirrors `tf.strided_slice`).

    Args:
        input_: a tensor.
        begin: the beginnings, one for each indexed axis.
        end: the ends.
        strides: the steps, 1 by default.
        begin_mask: the bits of the axes whose `begin` does not count.
        end_mask: those whose `end` does not count.
        ellipsis_mask: the bit of the place that stands for all axes that are not indexed.
        new_axis_mask: the bits of the places that are new axes.
        shrink_axis_mask: those of the axes that are indexed by `begin` alone, and vanish.
        var: not available.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.strided_slice([[1, 2, 3], [4, 5, 6]], [0, 0], [2, 3], [1, 2]).numpy().tolist()
        [[1, 3], [4, 6]]
    """
    begins, ends = ([int(v) for v in np.asarray(convert_to_tensor(b)).ravel()] for b in (begin, end))
    steps = (
        [1] * len(begins)
        if strides is None
        else [int(v) for v in np.asarray(convert_to_tensor(strides)).ravel()]
    )
    key: list[Any] = []
    for i, (first, last, step) in enumerate(zip(begins, ends, steps, strict=True)):
        bit = 1 << i
        if ellipsis_mask & bit:
            key.append(...)
        elif new_axis_mask & bit:
            key.append(None)
        elif shrink_axis_mask & bit:
            key.append(first)
        else:
            key.append(slice(None if begin_mask & bit else first, None if end_mask & bit else last, step))
    return convert_to_tensor(input_)[(*key,)]


def edit_distance(hypothesis: Any, truth: Any, normalize: bool = True, name: str | None = None) -> Any:
    """Levenshtein's distance of sequences: the fewest insertions, deletions and exchanges (mirrors `tf.edit_distance`).

    Args:
        hypothesis: a `SparseTensor` [..., length].
        truth: a `SparseTensor` of the same leading shape.
        normalize: whether to divide by the truth's length.
        name: ignored.

    Returns:
        float32 [...].

    Example:
        >>> import unikeras as tf
        >>> a = tf.sparse.from_dense([["a", "b"]]); b = tf.sparse.from_dense([["a", "c"]])
        >>> tf.edit_distance(a, b).numpy().tolist()
        [0.5]
    """

    def sequences(sparse: Any) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        for index, value in zip(
            np.asarray(sparse.indices).tolist(), np.asarray(sparse.values).tolist(), strict=True
        ):
            found.setdefault((*index[:-1],), []).append(value)
        return found

    first, second = sequences(hypothesis), sequences(truth)
    shapes = [np.asarray(s.dense_shape)[:-1] for s in (hypothesis, truth)]
    lead = np.maximum(*shapes)
    result = np.zeros((*lead.tolist(),), np.float32)
    for place in np.ndindex(*result.shape):
        a, b = first.get(place, []), second.get(place, [])
        distance = float(_levenshtein(a, b))
        if normalize:
            distance = distance / len(b) if b else (float("inf") if a else 0.0)
        result[place] = distance
    return Tensor(as_array(result))


def _levenshtein(a: list[Any], b: list[Any]) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row = row, [i]
        for j, y in enumerate(b, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]
