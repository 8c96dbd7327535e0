"""`TimeseriesGenerator`: windows of a series as batches."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from unikeras.utils.py_dataset import PyDataset

__all__ = ["TimeseriesGenerator"]


class TimeseriesGenerator(PyDataset):
    """Batches of windows of a series, each with the target that follows it (mirrors `keras.preprocessing.sequence.TimeseriesGenerator`).

    The window for row `i` is data[i - length : i : sampling_rate], its target is targets[i].

    Args:
        data: [time, ...].
        targets: [time, ...], as long as `data`.
        length: how many time steps a window spans.
        sampling_rate: every how many time steps a window has a value.
        stride: how many time steps are between one window and the next.
        start_index: data before it are not used.
        end_index: data after it are not used; the last if `None`.
        shuffle: whether windows are drawn at random (with repetition, from NumPy's generator) instead of in order.
        reverse: whether windows run backwards in time.
        batch_size: windows a batch.

    Raises:
        ValueError: the lengths differ, or there is not a single window.

    Example:
        >>> series = np.arange(10)
        >>> windows = TimeseriesGenerator(series, series, length=3, batch_size=4)
        >>> x, y = windows[0]
        >>> len(windows), x[0].tolist(), int(y[0])
        (2, [0, 1, 2], 3)
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
    ) -> None:
        super().__init__()
        if len(data) != len(targets):
            raise ValueError(
                f"TimeseriesGenerator: data and targets must be equally long; they have {len(data)} and {len(targets)} time steps."
            )
        self.data = data
        self.targets = targets
        self.length = length
        self.sampling_rate = sampling_rate
        self.stride = stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle = shuffle
        self.reverse = reverse
        self.batch_size = batch_size
        if self.start_index > self.end_index:
            raise ValueError(
                f"TimeseriesGenerator: no window of length {length} fits between start_index={start_index} and end_index={self.end_index}: "
                "the first target would be after the last."
            )

    def __len__(self) -> int:
        span = self.batch_size * self.stride
        return (self.end_index - self.start_index + span) // span

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if self.shuffle:
            rows = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            start = self.start_index + self.batch_size * self.stride * index
            stop = min(start + self.batch_size * self.stride, self.end_index + 1)
            rows = np.arange(start, stop, self.stride)
        samples = np.array([self.data[row - self.length : row : self.sampling_rate] for row in rows])
        targets = np.array([self.targets[row] for row in rows])
        return (samples[:, ::-1, ...] if self.reverse else samples), targets

    def get_config(self) -> dict[str, Any]:
        """The settings; the data as JSON text.

        Raises:
            TypeError: the data cannot be written as JSON.
        """
        return {
            "data": json.dumps(_plain(self.data)),
            "targets": json.dumps(_plain(self.targets)),
            "length": self.length,
            "sampling_rate": self.sampling_rate,
            "stride": self.stride,
            "start_index": self.start_index,
            "end_index": self.end_index,
            "shuffle": self.shuffle,
            "reverse": self.reverse,
            "batch_size": self.batch_size,
        }

    def to_json(self, **kwargs: Any) -> str:
        """The settings and data as JSON text; `kwargs` go to `json.dumps`."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def _plain(values: Any) -> Any:
    return values.tolist() if isinstance(values, np.ndarray) else values
