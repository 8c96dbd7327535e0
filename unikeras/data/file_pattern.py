"""What the data sets of many files share: their names, and the order of their records."""

from __future__ import annotations

from typing import Any

from unikeras.data.dataset import Dataset
from unikeras.io.filesystem import glob

__all__ = ["matching_files", "shuffled_and_repeated"]


def matching_files(file_pattern: Any) -> list[str]:
    """The files of a pattern or several, sorted.

    Raises:
        ValueError: there are none.
    """
    files = sorted(glob(file_pattern))
    if not files:
        raise ValueError(f"No files match `file_pattern` {file_pattern}.")
    return files


def shuffled_and_repeated(
    dataset: Dataset, epochs: int | None, buffer: int | None, seed: int | None
) -> Dataset:
    """The elements shuffled, if there is a buffer, and several times, without end if `epochs` is `None`."""
    if buffer is not None:
        dataset = dataset.shuffle(buffer, seed)
    return dataset if epochs == 1 else dataset.repeat(epochs)
