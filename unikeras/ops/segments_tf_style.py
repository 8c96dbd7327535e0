"""Reductions of segments as `tf.math` has them: `segment_*` of sorted ids, `unsorted_segment_*` of any."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.counting import _classes, unsorted_segment_sum
from unikeras.ops.updates import _segments

__all__ = [
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "unsorted_segment_max",
    "unsorted_segment_mean",
    "unsorted_segment_min",
    "unsorted_segment_prod",
    "unsorted_segment_sqrt_n",
]


@op
def _reduced(F, data, segment_ids, *, count, how, empty):
    """`how`: 'max', 'min', 'mul', 'sum', 'mean' or 'sqrt'; `empty`: what is put where an id does not occur, or `None`."""
    if tuple(data.shape[: segment_ids.ndim]) != tuple(segment_ids.shape):
        raise ValueError(
            f"segment_ids of shape {tuple(segment_ids.shape)} do not match the leading axes of data {tuple(data.shape)}"
        )
    rest = tuple(data.shape[segment_ids.ndim :])
    ids, rows = F.reshape(segment_ids, (-1,)), F.reshape(data, (-1, *rest))
    sizes = unsorted_segment_sum.body(F, F.ones(ids.shape, dtype=F.dtype("int32")), ids, num_segments=count)
    sizes = F.reshape(sizes, (count,) + (1,) * len(rest))
    if how in ("max", "min", "mul"):
        made = _segments.body(F, rows, ids, count=count, how=how)
    else:
        made = unsorted_segment_sum.body(F, rows, ids, num_segments=count)
        if how != "sum":
            many = F.astype(F.maximum(sizes, F.ones_like(sizes)), data.dtype)
            made = made / (many if how == "mean" else F.sqrt(many))
    return made if empty is None else F.where(sizes == 0, F.full_like(made, empty), made)


def _sorted(what: str, data: Any, segment_ids: Any, how: str, empty: Any) -> Any:
    ids = _classes(what, segment_ids, "segment_ids")
    if ids.size and (ids[0] < 0 or np.any(ids[1:] < ids[:-1])):
        raise InvalidArgumentError(
            f"{what}: segment ids are not increasing (or negative): {ids[:10].tolist()}."
        )
    if ids.ndim != 1:
        raise InvalidArgumentError(f"{what}: segment_ids should be a vector, not of the shape {ids.shape}.")
    count = int(ids[-1]) + 1 if ids.size else 0
    return _reduced(
        convert_to_tensor(data), convert_to_tensor(segment_ids), count=count, how=how, empty=empty
    )


_SORTED = """The {what} of the rows of `data` that have the same id (mirrors `tf.math.{name}`).

    Args:
        data: [rows, ...].
        segment_ids: integers [rows], not decreasing.
        name: ignored.

    Returns:
        [largest id + 1, ...]; {empty} for an id that does not occur.

    Raises:
        InvalidArgumentError: ids that decrease.

    Example:
        >>> import unikeras as tf
        >>> tf.math.{name}([1.0, 3.0, 5.0], [0, 0, 2]).numpy().tolist()
        {value}
    """
_UNSORTED = """The {what} of the rows of `data` that have the same id, in any order (mirrors `tf.math.{name}`).

    Args:
        data: [rows, ...], or with more leading axes if the ids have them.
        segment_ids: integers of the shape of data's leading axes; negative ones are left out.
        num_segments: how many.
        name: ignored.

    Returns:
        [num_segments, ...]; {empty} for an id that does not occur.

    Example:
        >>> import unikeras as tf
        >>> tf.math.{name}([1.0, 3.0, 5.0], [1, 1, 0], 2).numpy().astype(float).round(4).tolist()
        {value}
    """


def _sorted_function(name: str, what: str, how: str, empty: Any, value: str) -> Any:
    def function(data: Any, segment_ids: Any, name: str | None = None) -> Any:
        return _sorted(title, data, segment_ids, how, empty)

    title = function.__name__ = function.__qualname__ = name
    function.__doc__ = _SORTED.format(what=what, name=name, empty=empty, value=value)
    return function


def _unsorted_function(name: str, what: str, how: str, empty: str, value: str) -> Any:
    def function(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
        fill = None if how in ("max", "min") else 1 if how == "mul" else 0
        ids = convert_to_tensor(segment_ids)
        return _reduced(convert_to_tensor(data), ids, count=int(num_segments), how=how, empty=fill)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = _UNSORTED.format(what=what, name=name, empty=empty, value=value)
    return function


segment_sum = _sorted_function("segment_sum", "sums", "sum", 0, "[4.0, 0.0, 5.0]")
segment_max = _sorted_function("segment_max", "largest", "max", 0, "[3.0, 0.0, 5.0]")
segment_min = _sorted_function("segment_min", "smallest", "min", 0, "[1.0, 0.0, 5.0]")
segment_prod = _sorted_function("segment_prod", "products", "mul", 1, "[3.0, 1.0, 5.0]")
segment_mean = _sorted_function("segment_mean", "means", "mean", 0, "[2.0, 0.0, 5.0]")
_LOWEST, _HIGHEST = "the dtype's lowest number", "the dtype's highest number"
unsorted_segment_max = _unsorted_function("unsorted_segment_max", "largest", "max", _LOWEST, "[5.0, 3.0]")
unsorted_segment_min = _unsorted_function("unsorted_segment_min", "smallest", "min", _HIGHEST, "[5.0, 1.0]")
unsorted_segment_prod = _unsorted_function("unsorted_segment_prod", "products", "mul", "1", "[5.0, 3.0]")
unsorted_segment_mean = _unsorted_function("unsorted_segment_mean", "means", "mean", "0", "[5.0, 2.0]")
unsorted_segment_sqrt_n = _unsorted_function(
    "unsorted_segment_sqrt_n",
    "sums, divided by the root of how many there are,",
    "sqrt",
    "0",
    "[5.0, 2.8284]",
)
