"""Counts: how often, how many, how much of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = ["bincount", "confusion_matrix", "in_top_k", "segment_sum", "unsorted_segment_sum", "zero_fraction"]


@op
def _confusion_matrix(F, labels, predictions, weights=None, *, num_classes, dtype):
    kind = F.dtype(dtype)
    labels, predictions = F.astype(labels, F.dtype("int64")), F.astype(predictions, F.dtype("int64"))
    counts = F.ones(labels.shape, dtype=kind) if weights is None else F.astype(weights, kind)
    return F.scatter(F.zeros((num_classes, num_classes), dtype=kind), (labels, predictions), counts, add=True)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: int | None = None,
    weights: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Any:
    """How often each class (row) was taken for each (column) (`tf.math.confusion_matrix`).

    Args:
        labels: the true classes, integers [samples].
        predictions: the predicted ones, integers [samples].
        num_classes: how many there are; one more than the largest if `None`.
        weights: what each sample counts; 1 if `None`.
        dtype: the result's.
        name: ignored.

    Raises:
        InvalidArgumentError: a class outside [0, num_classes).

    Example:
        >>> import unikeras as tf
        >>> tf.math.confusion_matrix([0, 1, 1], [0, 1, 0]).numpy().tolist()
        [[1, 0], [1, 1]]
    """
    labels, predictions = (
        _classes("confusion_matrix", v, w) for v, w in ((labels, "labels"), (predictions, "predictions"))
    )
    largest = max((int(v.max()) for v in (labels, predictions) if v.size), default=-1)
    count = largest + 1 if num_classes is None else int(num_classes)
    if largest >= count:
        raise InvalidArgumentError(
            f"confusion_matrix: class {largest} is not in [0, {count}) (num_classes={count})."
        )
    return _confusion_matrix(labels, predictions, weights, num_classes=count, dtype=as_dtype(dtype).name)


def _classes(what: str, values: Any, name: str) -> np.ndarray:
    tensor = convert_to_tensor(values)
    if isinstance(tensor, Tensor) and engine.current().is_traced(tensor._array):
        raise NotImplementedError(
            f"{what}: not available inside a compiled function, where the {name} have no values yet."
        )
    host = np.asarray(tensor).reshape(-1)
    if host.dtype.kind == "f" and not (host == np.floor(host)).all():
        raise InvalidArgumentError(
            f"{what}: the {name} must be whole numbers, got {host[host != np.floor(host)][0]}."
        )
    if host.size and host.min() < 0:
        raise InvalidArgumentError(f"{what}: the {name} must not be negative, got {host.min()}.")
    return host.astype(np.int64)


@op
def _bincount(F, values, weights=None, *, size, dtype):
    kind = F.dtype(dtype) if weights is None else weights.dtype
    counts = F.ones(values.shape, dtype=kind) if weights is None else F.reshape(weights, (-1,))
    return F.scatter(F.zeros((size,), dtype=kind), (values,), counts, add=True)


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: int | None = None,
    maxlength: int | None = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Any:
    """How often each of 0, 1, 2 ... occurs (`tf.math.bincount` without `axis`).

    Args:
        arr: integers that are not negative, of any shape.
        weights: what each counts; 1 if `None`.
        minlength: the result's least length.
        maxlength: its largest; what is not below is not counted.
        dtype: the result's, without weights.
        name: ignored.

    Raises:
        InvalidArgumentError: a negative number.

    Example:
        >>> import unikeras as tf
        >>> tf.math.bincount([1, 1, 3]).numpy().tolist()
        [0, 2, 0, 1]
    """
    values = _classes("bincount", arr, "values")
    size = max(int(values.max()) + 1 if values.size else 0, minlength or 0)
    if maxlength is not None and size > maxlength:
        kept = values < maxlength
        values, size = values[kept], maxlength
        weights = None if weights is None else np.asarray(weights).reshape(-1)[kept]
    return _bincount(
        values, None if weights is None else convert_to_tensor(weights), size=size, dtype=as_dtype(dtype).name
    )


@op
def in_top_k(F, targets, predictions, *, k):
    """Whether each target class is among the k with the highest predictions; ties count (`tf.math.in_top_k`).

    Args:
        targets: integers [batch].
        predictions: [batch, classes].
        k: how many.

    Example:
        >>> import unikeras as tf
        >>> tf.math.in_top_k([0, 1], [[0.2, 0.5, 0.3], [0.2, 0.5, 0.3]], k=2).numpy().tolist()
        [False, True]
    """
    targets = F.astype(targets, F.dtype("int64"))
    inside = (targets >= 0) & (targets < predictions.shape[-1])
    place = F.expand_dims(F.where(inside, targets, F.zeros_like(targets)), axis=-1)
    own = F.take_along_axis(predictions, place, axis=-1)
    higher = F.sum(F.astype(predictions > own, F.dtype("int32")), axis=-1)
    return inside & F.isfinite(own[..., 0]) & (higher < k)


@op
def unsorted_segment_sum(F, data, segment_ids, *, num_segments):
    """The sums of the rows of `data` that have the same id; negative ids are left out (`tf.math.unsorted_segment_sum`).

    Example:
        >>> import unikeras as tf
        >>> tf.math.unsorted_segment_sum([1.0, 2.0, 3.0], [0, 1, 0], 2).numpy().tolist()
        [4.0, 2.0]
    """
    ids = F.astype(segment_ids, F.dtype("int64"))
    if tuple(data.shape[: ids.ndim]) != tuple(ids.shape):
        raise ValueError(
            f"segment_ids of shape {tuple(ids.shape)} do not match the leading axes of data {tuple(data.shape)}"
        )
    rest = tuple(data.shape[ids.ndim :])
    ids = F.reshape(ids, (-1,))
    # Ids outside go to an extra row that is cut off.
    ids = F.where((ids >= 0) & (ids < num_segments), ids, F.full_like(ids, num_segments))
    summed = F.scatter(
        F.zeros((num_segments + 1, *rest), dtype=data.dtype), (ids,), F.reshape(data, (-1, *rest)), add=True
    )
    return summed[:num_segments]


def segment_sum(
    data: Any,
    segment_ids: Any,
    num_segments: int | None = None,
    sorted: bool = False,
    name: str | None = None,
) -> Any:
    """The sums of the rows of `data` that have the same id (`tf.math.segment_sum`, `keras.ops.segment_sum`).

    Args:
        data: [rows, ...].
        segment_ids: integers [rows].
        num_segments: how many; one more than the largest id if `None`.
        sorted: accepted; the order does not matter.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.math.segment_sum([1.0, 2.0, 3.0], [0, 0, 2]).numpy().tolist()
        [3.0, 0.0, 3.0]
    """
    if num_segments is None:
        ids = _classes("segment_sum", segment_ids, "segment_ids")
        num_segments = int(ids.max()) + 1 if ids.size else 0
    return unsorted_segment_sum(data, segment_ids, num_segments=int(num_segments))


@op
def zero_fraction(F, value):
    """Which part of the elements is 0 (`tf.math.zero_fraction`).

    Example:
        >>> import unikeras as tf
        >>> float(tf.math.zero_fraction([0.0, 1.0, 0.0, 2.0]))
        0.5
    """
    return F.mean(F.astype(value == 0, F.dtype("float32")))
