"""Strings put together: of several tensors, along axes, by segment."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError, OutOfRangeError
from unikeras.core.host_op import host_op, host_values
from unikeras.core.operators import Operators
from unikeras.core.tensor import convert_to_tensor

__all__ = ["reduce_join", "string_join", "unsorted_segment_join"]


def as_text_bytes(value: Any) -> bytes:
    """A separator or the like: text, bytes, or a tensor of one string."""
    if isinstance(value, str):
        return value.encode()
    return value if isinstance(value, bytes) else np.asarray(value, object).item()


@host_op
def _join(np: Any, *inputs: Any, separator: Any = "") -> Any:
    shapes = {array.shape for array in inputs} - {()}
    if len(shapes) > 1:
        raise InvalidArgumentError(
            f"string_join: the shapes of the inputs do not match: {', '.join(map(str, sorted(shapes)))}."
        )
    shape = shapes.pop() if shapes else ()
    between = as_text_bytes(separator)
    size = int(np.prod(shape))
    columns = [array.ravel().tolist() if array.shape == shape else [array.item()] * size for array in inputs]
    made = list(map(between.join, zip(*columns, strict=True)))
    return host_values(made, shape)


def string_join(inputs: Any, separator: Any = "", name: str | None = None) -> Any:
    """Strings of several tensors, element by element, as one (mirrors `tf.strings.join`).

    Args:
        inputs: a list of tensors of strings of one shape, also ragged; scalars go with every element.
        separator: what stands between.
        name: ignored.

    Returns:
        Strings of that shape.

    Raises:
        InvalidArgumentError: shapes that differ.
        TypeError: something else than strings.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.join([["a", "b"], "x"], separator="-").numpy().tolist()
        [b'a-x', b'b-x']
    """
    parts = list(inputs)
    if not parts:
        return convert_to_tensor(b"")
    return _join(*parts, separator=separator)


@host_op(elementwise=False)
def _reduce_join(
    np: Any, input: Any, *, axis: Any = None, keepdims: bool = False, separator: Any = ""
) -> Any:
    rank = input.ndim
    axes = tuple(range(rank))[::-1] if axis is None else (axis if isinstance(axis, tuple) else (axis,))
    for a in axes:
        if not -rank <= a < rank:
            raise OutOfRangeError(
                f"reduce_join: axis {a} is outside of [{-rank}, {rank}), for the shape {input.shape}."
            )
    axes = tuple(a % rank for a in axes)
    if len(set(axes)) < len(axes):
        raise InvalidArgumentError(f"reduce_join: an axis twice in {axes}.")
    if not axes:
        return input
    kept = [a for a in range(rank) if a not in axes]
    shape = [input.shape[a] for a in kept]
    count = int(np.prod(shape))
    # The first of the axes goes fastest.
    size = int(np.prod([input.shape[a] for a in axes]))
    rows = input.transpose(*kept, *axes[::-1]).reshape(count, size).tolist()
    made = host_values(list(map(as_text_bytes(separator).join, rows)), tuple(shape))
    return made.reshape([1 if a in axes else d for a, d in enumerate(input.shape)]) if keepdims else made


def reduce_join(
    inputs: Any, axis: Any = None, keepdims: bool = False, separator: Any = "", name: str | None = None
) -> Any:
    """All strings along axes as one (mirrors `tf.strings.reduce_join`).

    Args:
        inputs: strings [...], also ragged.
        axis: the axis or axes, the first going fastest; all by default.
        keepdims: whether they stay as axes of length 1.
        separator: what stands between.
        name: ignored.

    Raises:
        OutOfRangeError: there is no such axis.
        InvalidArgumentError: an axis twice; no strings.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.reduce_join([["abc", "123"], ["def", "456"]], axis=-1, separator=" ").numpy().tolist()
        [b'abc 123', b'def 456']
        >>> tf.strings.reduce_join(tf.strings.split(["a b c", "d"]), axis=1, separator="+").numpy().tolist()
        [b'a+b+c', b'd']
    """
    from unikeras.composites.ragged_tensor import RaggedTensor

    if isinstance(inputs, RaggedTensor):
        return _of_ragged(inputs, axis, keepdims, as_text_bytes(separator))
    if not isinstance(inputs, Operators):
        inputs = convert_to_tensor(inputs)
    return _reduce_join(inputs, axis=axis, keepdims=keepdims, separator=separator)


def _of_ragged(x: Any, axis: Any, keepdims: bool, separator: bytes) -> Any:
    from unikeras.composites.ragged_build import constant
    from unikeras.ops import expand_dims

    rank = len(x.shape)
    axes = range(rank) if axis is None else axis if isinstance(axis, Sequence) else [int(axis)]
    for a in axes:
        if not -rank <= a < rank:
            raise ValueError(f"reduce_join: axis={a} out of bounds: expected {-rank} <= axis < {rank}.")
    ordered = sorted((a % rank for a in axes), reverse=True)  # the innermost first
    if ordered == [1] and rank == 2:
        texts, splits = np.asarray(x.values).tolist(), x._rows.host.tolist()
        made = [separator.join(texts[a:b]) for a, b in pairwise(splits)]
        result = convert_to_tensor(host_values(made, (len(made),)))
    else:
        rows = x.to_list()
        for a in ordered:
            rows = _joined(rows, a, separator)
        result = constant(rows, "string") if isinstance(rows, list) else convert_to_tensor(rows)
    for a in reversed(ordered) if keepdims else ():
        result = expand_dims(result, a)
    return result


def _joined(rows: Any, axis: int, separator: bytes) -> Any:
    """Nested lists joined along an axis: of rows of different lengths, what stands in the same place."""
    if axis:
        return [_joined(row, axis - 1, separator) for row in rows]
    if not any(isinstance(row, list) for row in rows):
        return separator.join(rows)
    width = max(map(len, rows))
    return [_joined([row[i] for row in rows if i < len(row)], 0, separator) for i in range(width)]


@host_op(strings=("inputs",), numbers={"num_segments": None, "segment_ids": None}, elementwise=False)
def unsorted_segment_join(
    np: Any, inputs: Any, segment_ids: Any, num_segments: Any, *, separator: Any = ""
) -> Any:
    """The strings of each segment as one (mirrors `tf.strings.unsorted_segment_join`).

    Args:
        inputs: strings [d0, ...].
        segment_ids: integers of a shape that `inputs`' begins with: which segment each element (or row) belongs to.
        num_segments: how many segments there are; empty ones give ''.
        separator: what stands between.

    Returns:
        Strings [num_segments, ...].

    Raises:
        InvalidArgumentError: ids outside of the segments, shapes that do not fit.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.unsorted_segment_join(["this", "a", "is"], [0, 1, 0], 2, separator=":").numpy().tolist()
        [b'this:is', b'a']
    """
    count = int(num_segments)
    if count < 0:
        raise InvalidArgumentError(
            f"unsorted_segment_join: num_segments must not be negative, but it is {count}."
        )
    if inputs.shape[: segment_ids.ndim] != segment_ids.shape:
        raise InvalidArgumentError(
            f"unsorted_segment_join: the shape of inputs {inputs.shape} must begin with that of segment_ids {segment_ids.shape}."
        )
    ids = segment_ids.ravel().tolist()
    if ids and not 0 <= min(ids) <= max(ids) < count:
        raise InvalidArgumentError(
            f"unsorted_segment_join: segment_ids must be from 0 to {count - 1}, but there are {min(ids)} and {max(ids)}."
        )
    shape = inputs.shape[segment_ids.ndim :]
    rows = inputs.reshape(len(ids), int(np.prod(shape)))
    groups: list[list[int]] = [[] for _ in range(count)]
    for place, segment in enumerate(ids):
        groups[segment].append(place)
    between = as_text_bytes(separator)
    made = [between.join(column) for group in groups for column in rows[group].T.tolist()]
    return host_values(made, (count, *shape))
