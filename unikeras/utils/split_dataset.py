"""`split_dataset`: samples in two parts."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from unikeras.core.operators import Operators

__all__ = ["split_dataset"]


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Any, Any]:
    """Samples in two parts (mirrors `keras.utils.split_dataset`).

    The parts come back as they were given, as arrays or lists; Keras makes a `tf.data.Dataset` of each, which unikeras does not have yet.

    Args:
        dataset: an array, a tensor, or a list or tuple of arrays of one length.
        left_size: a fraction or number of samples for the first part; what the other leaves if `None`.
        right_size: likewise, for the last part.
        shuffle: whether the samples are shuffled before.
        seed: of the shuffling.
        preferred_backend: accepted.

    Raises:
        TypeError: something else than arrays, or a size that is no number.
        ValueError: sizes that cannot be, or a part that would be empty.

    Example:
        >>> left, right = split_dataset(np.arange(5), left_size=0.6)
        >>> left.tolist(), right.tolist()
        ([0, 1, 2], [3, 4])
    """
    several = isinstance(dataset, (list, tuple)) and bool(dataset) and all(np.ndim(part) for part in dataset)
    if not isinstance(dataset, (list, tuple, np.ndarray, Operators)):
        raise TypeError(
            f"split_dataset: expected an array, or a list or tuple of arrays, got a {type(dataset).__name__}."
        )
    given: Any = dataset
    parts = [np.asarray(part) for part in given] if several else [np.asarray(dataset)]
    lengths = {len(part) for part in parts}
    if len(lengths) > 1:
        raise ValueError(f"split_dataset: the arrays have different lengths: {sorted(lengths)}.")
    total = lengths.pop()
    left, right = _sizes(left_size, right_size, total)
    order = list(range(total))
    if shuffle:
        random.Random(seed).shuffle(order)

    def taken(rows: list[int]) -> Any:
        found = [part[rows] for part in parts]
        if not several:
            return found[0]
        return tuple(found) if isinstance(dataset, tuple) else found

    return taken(order[:left]), taken(order[total - right :])


def _sizes(left: Any, right: Any, total: int) -> tuple[int, int]:
    if left is None and right is None:
        raise ValueError("split_dataset: give left_size or right_size.")
    for name, size in (("left_size", left), ("right_size", right)):
        if size is None:
            continue
        if not isinstance(size, (int, float)):
            raise TypeError(f"split_dataset: {name} must be a number, not a {type(size).__name__}.")
        if not 0 < size < (1 if isinstance(size, float) else total):
            raise ValueError(
                f"split_dataset: {name} must be a whole number between 0 and the number of samples ({total}), or a fraction between 0 and 1; "
                f"it is {size!r}."
            )

    def count(size: Any) -> int:
        return round(size * total) if isinstance(size, float) else size

    if isinstance(left, float) and isinstance(right, float) and left + right > 1:
        raise ValueError(f"split_dataset: left_size={left} and right_size={right} are more than everything.")
    lefts = total - count(right) if left is None else count(left)
    rights = total - lefts if right is None else count(right)
    if lefts + rights > total:
        raise ValueError(f"split_dataset: the parts need {lefts} + {rights} samples, but there are {total}.")
    if not lefts or not rights:
        raise ValueError(
            f"split_dataset: of {total} samples the parts get {lefts} and {rights}; both must have some."
        )
    return lefts, rights
