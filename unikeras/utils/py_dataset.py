"""`PyDataset`: batches by index, written by the user."""

from __future__ import annotations

from typing import Any

__all__ = ["PyDataset", "Sequence"]


class PyDataset:
    """A data set whose batches are made by `__getitem__` (mirrors `keras.utils.PyDataset`; `Sequence` in tf.keras 2).

    Subclasses define `__len__`, the number of batches, and `__getitem__(index)`, a batch (x, y) or (x, y, sample_weight).

    Args:
        workers: accepted; batches are made in one thread ahead of training.
        use_multiprocessing: accepted.
        max_queue_size: accepted.

    Example:
        >>> import numpy as np
        >>> from unikeras import keras
        >>> class Squares(keras.utils.PyDataset):
        ...     def __len__(self):
        ...         return 2
        ...     def __getitem__(self, i):
        ...         x = np.arange(4.0)[:, None] + i
        ...         return x, x**2
        >>> Squares()[1][1].ravel().tolist()
        [1.0, 4.0, 9.0, 16.0]
    """

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __len__(self) -> int:
        if hasattr(self, "num_batches"):
            count = self.num_batches
            if count is None:
                raise TypeError("a PyDataset without a number of batches")
            return count
        raise NotImplementedError(
            f"{type(self).__name__} needs a __len__ method that returns the number of batches."
        )

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} needs a __getitem__ method that returns a batch.")

    def on_epoch_begin(self) -> None:
        """Called before every epoch; nothing by default."""

    def on_epoch_end(self) -> None:
        """Called after every epoch; nothing by default."""


Sequence = PyDataset
