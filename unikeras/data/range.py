"""`range` and `counter`: numbers at equal distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.operators import Operators
from unikeras.core.spec import TensorSpec
from unikeras.data.constants import INFINITE
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator

__all__ = ["_RangeDataset", "_RangeIterator", "_ScanDataset"]


class _RangeDataset(Dataset):
    """Numbers from a start to a stop in steps.

    Args:
        args: stop; start and stop; or start, stop and step. No stop: without end.
        output_type: the numbers' type.
    """

    def __init__(self, args: Any, output_type: Any = "int64") -> None:
        super().__init__()
        if not 1 <= len(args) <= 3:
            raise ValueError(
                f"Invalid `args`. The length of `args` should be between 1 and 3 but was {len(args)}."
            )
        start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, 1)[:3]
        self._start = _whole(start)
        self._stop = None if stop is None else _whole(stop)
        self._step = _whole(step)
        if self._step == 0:
            raise InvalidArgumentError("step must be a non-zero integer.")
        self._dtype = as_dtype(output_type)

    def _make_spec(self) -> Any:
        return TensorSpec((), self._dtype)

    def _make_cardinality(self) -> int:
        if self._stop is None:
            return INFINITE
        return len(range(self._start, self._stop, self._step))

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        size = None if self._stop is None else self._make_cardinality()
        return _RangeIterator(self._start, self._step, size, self._dtype.np_dtype)


class _ScanDataset(_RangeDataset):
    """The same without end (TensorFlow prints it under this name)."""


def _whole(value: Any) -> int:
    if isinstance(value, (Operators, np.ndarray, np.generic)):
        value = np.asarray(value).item()
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype int64")
    return value


class _RangeIterator(ElementIterator):
    """Numbers at equal distances.

    Args:
        start: the first.
        step: the distance.
        size: how many; `None`: without end.
        dtype: their type.
    """

    blocks = True
    indexed = True

    def __init__(self, start: int, step: int, size: int | None, dtype: np.dtype) -> None:
        self._start, self._step, self._size, self._dtype = start, step, size, dtype
        self._at = 0

    def __next__(self) -> list[np.ndarray]:
        at = self._at
        if self._size is not None and at >= self._size:
            raise StopIteration
        self._at = at + 1
        return [np.array(self._start + at * self._step, self._dtype)]

    def next_indices(self, count: int) -> np.ndarray:
        start = self._at
        stop = start + count if self._size is None else min(start + count, self._size)
        self._at = stop
        return np.arange(start, stop)

    def gather(self, indices: np.ndarray) -> list[np.ndarray]:
        return [(indices * self._step + self._start).astype(self._dtype)]

    def row(self, index: int) -> list[np.ndarray]:
        return [np.array(self._start + index * self._step, self._dtype)]

    def save(self) -> dict[str, Any]:
        return {"at": self._at}

    def restore(self, state: dict[str, Any]) -> None:
        self._at = int(state["at"])
