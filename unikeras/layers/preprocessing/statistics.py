"""Mean and variance of data that come in batches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from unikeras.core.operators import Operators
from unikeras.core.tensor import default_numpy

__all__ = ["RunningStatistics", "batches_of"]


class RunningStatistics:
    """Mean and (biased) variance of all batches seen, in double precision (Chan et al., 1979).

    Args:
        kept: the axes that have statistics of their own.

    Example:
        >>> statistics = RunningStatistics(kept=(1,))
        >>> for batch in ([[1.0]], [[3.0], [5.0]]):
        ...     statistics.update(np.array(batch))
        >>> statistics.mean.tolist(), statistics.variance.round(3).tolist(), statistics.samples
        ([3.0], [2.667], 3)
    """

    def __init__(self, kept: tuple[int, ...]) -> None:
        self.kept = kept
        self.count = 0  # of values in each statistic
        self.samples = 0
        self.mean: Any = 0.0
        self.variance: Any = 0.0

    def update(self, batch: np.ndarray) -> None:
        """Take in a batch [samples, ...]."""
        batch = np.asarray(batch, np.float64)
        axes = tuple(a for a in range(batch.ndim) if a not in self.kept)
        count = int(np.prod([batch.shape[a] for a in axes]))
        if not count or not batch.size:
            return
        mean, variance = batch.mean(axis=axes), batch.var(axis=axes)
        total = self.count + count
        share = count / total
        apart = mean - self.mean
        self.variance = self.variance * (1 - share) + variance * share + apart**2 * share * (1 - share)
        self.mean = self.mean + apart * share
        self.count = total
        self.samples += batch.shape[0] if batch.ndim else 1


def batches_of(data: Any, steps: int | None, where: str, kind: str = "float32") -> Iterator[np.ndarray]:
    """The batches of data: one for an array, a tensor, a DataFrame or nested lists; those of an iterable.

    Args:
        data: the data.
        steps: how many batches of an iterable; `None` for all.
        where: who asks, for messages.
        kind: what is wanted: 'float32' for any numbers, 'int64' for whole ones, 'string' for strings, as `bytes`.

    Raises:
        ValueError: values of another kind, or batches that are not arrays.
    """
    if (
        _is_array(data)
        or isinstance(data, (str, bytes))
        or (isinstance(data, (list, tuple)) and not _holds_arrays(data))
    ):
        yield _values(data, where, kind)
    else:
        for batch in islice(_iterate(data, where), steps):
            if not _is_array(batch) and not (kind == "string" and _is_text(batch)):
                raise ValueError(
                    f"{where}: adapt takes the inputs alone, arrays batch by batch, but a batch is a "
                    f"{type(batch).__name__}. Leave out targets: for example (x for x, y in data)."
                )
            yield _values(batch, where, kind)


def _is_array(value: Any) -> bool:
    return bool(getattr(value, "shape", ())) or hasattr(value, "to_numpy")


def _holds_arrays(values: Any) -> bool:
    """Whether a list holds batches: arrays, or (wrongly) tuples of them."""
    return any(_is_array(v) or (isinstance(v, (list, tuple)) and any(map(_is_array, v))) for v in values)


def _iterate(data: Any, where: str) -> Iterator[Any]:
    if hasattr(data, "__getitem__") and hasattr(data, "__len__") and not isinstance(data, (list, tuple)):
        return (data[index] for index in range(len(data)))
    try:
        return iter(data)
    except TypeError:
        raise ValueError(
            f"{where}: adapt takes arrays or an iterable of them, not {type(data).__name__}."
        ) from None


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, bytes)) or (
        isinstance(value, (list, tuple)) and bool(value) and _is_text(value[0])
    )


def _values(data: Any, where: str, kind: str) -> np.ndarray:
    array = np.asarray(data) if isinstance(data, Operators) else default_numpy(data)
    strings = array.dtype == object and all(isinstance(v, bytes) for v in array.ravel())
    if kind == "string" and not strings:
        raise ValueError(f"{where}: adapt needs strings, not data of dtype {array.dtype}.")
    if kind != "string" and array.dtype.kind not in "biuf" and array.dtype.name != "bfloat16":
        raise ValueError(f"{where}: adapt needs numbers, not data of dtype {array.dtype}.")
    return array.astype(np.int64) if kind == "int64" else array
