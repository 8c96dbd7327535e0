"""`timeseries_dataset_from_array`: windows over a series as a data set."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.spec import TensorSpec
from unikeras.utils.labelled_files import check_format

__all__ = ["timeseries_dataset_from_array"]


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Any:
    """Windows over a series, and the target at each one's first place (mirrors `keras.utils.timeseries_dataset_from_array`).

    Args:
        data: [steps, ...].
        targets: [steps, ...]; the target of the window that begins at step i is `targets[i]`. `None`: windows only.
        sequence_length: steps of a window.
        sequence_stride: steps from one window's beginning to the next one's.
        sampling_rate: steps from one of a window's to the next.
        batch_size: windows a batch; `None`: one by one.
        shuffle: whether the windows come in random order.
        seed: of the order.
        start_index: the first step that is used.
        end_index: the first step that is not used any more.
        format: 'tf'.

    Returns:
        A `tf.data.Dataset` of windows [batch, sequence_length, ...], or of pairs of windows and targets.

    Raises:
        ValueError: steps outside the series, or numbers that are not positive.

    Example:
        >>> dataset = timeseries_dataset_from_array(np.arange(5), np.arange(5) * 10, sequence_length=3)
        >>> [(x.tolist(), y.tolist()) for x, y in dataset.as_numpy_iterator()]
        [([[0, 1, 2], [1, 2, 3], [2, 3, 4]], [0, 10, 20])]
    """
    from unikeras.data.constants import AUTOTUNE
    from unikeras.data.dataset import Dataset
    from unikeras.utils.host_map import HostMap

    check_format(format)
    series = np.asarray(data)
    _check(len(series), start_index, end_index, sampling_rate, sequence_stride)
    start = start_index or 0
    series = series[start:end_index]
    count = max(0, len(series) - (sequence_length - 1) * sampling_rate)
    answers = None if targets is None else np.asarray(targets)[start:end_index]
    if answers is not None:
        count = min(count, len(answers))
    if sequence_length == 0:
        count = min(count, len(series))
    offsets = np.arange(sequence_length) * sampling_rate

    def windows(at: Any) -> Any:
        first = np.asarray(at)
        made = series[first[..., None] + offsets]
        return made if answers is None else (made, answers[first])

    batched = () if batch_size is None else (None,)
    spec: Any = TensorSpec((*batched, None, *series.shape[1:]), series.dtype)
    if answers is not None:
        spec = (spec, TensorSpec((*batched, *answers.shape[1:]), answers.dtype))
    begins: Any = Dataset.from_tensor_slices(np.arange(0, count, sequence_stride))
    if shuffle and count:
        begins = begins.shuffle(count, seed=int(np.random.randint(1_000_000)) if seed is None else seed)
    if batch_size is not None:
        begins = begins.batch(batch_size)  # of beginnings: the windows of a batch are taken at once
    return HostMap(begins, windows, spec).prefetch(AUTOTUNE)


def _check(size: int, start: int | None, end: int | None, rate: int, stride: int) -> None:
    """Refuse steps that are not there.

    Raises:
        ValueError: see the messages.
    """
    for name, value in (("start_index", start), ("end_index", end)):
        if value is not None and value < 0:
            raise ValueError(f"{name} must be 0 or greater, not {value}.")
    if start is not None and start >= size:
        raise ValueError(f"start_index={start} must be lower than the number of steps, {size}.")
    if end is not None and end > size:
        raise ValueError(f"end_index={end} must not be greater than the number of steps, {size}.")
    if start and end is not None and end <= start:
        raise ValueError(f"end_index={end} must be higher than start_index={start}.")
    for name, value in (("sampling_rate", rate), ("sequence_stride", stride)):
        if value <= 0:
            raise ValueError(f"{name} must be higher than 0, not {value}.")
        if value >= size:
            raise ValueError(f"{name}={value} must be lower than the number of steps, {size}.")
