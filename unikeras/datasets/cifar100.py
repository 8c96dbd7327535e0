"""CIFAR-100: 60,000 colour photographs of a hundred kinds of things."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.datasets._cache import Source
from unikeras.datasets._cifar import find_folder, read_batch

__all__ = ["load_data"]

Array = np.ndarray[Any, Any]

SOURCE = Source(
    "cifar-100-python-target_archive",
    ("https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",),
    "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    hint="(It is the file cifar-100-python.tar.gz under the name that Keras gives it.)",
)


def load_data(
    label_mode: str = "fine", cache_dir: str | os.PathLike[str] | None = None
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Load CIFAR-100: 50,000 training and 10,000 test photographs, 32 x 32 in RGB, of 100 kinds of things.

    Args:
        label_mode: "fine" for the 100 classes, "coarse" for the 20 groups of five.
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 images `(n, 32, 32, 3)`, 0 to 255, and int64 labels `(n,
        1)`.

    Raises:
        ValueError: for another `label_mode`.
        DownloadError: an `OSError`, if the files are neither in the cache nor to be had; it says where to put
            what.
        DataFileError: a `ValueError`, if a file is damaged.

    Example:
        >>> from unikeras.datasets import cifar100
        >>> cifar100.load_data(label_mode="medium")
        Traceback (most recent call last):
        ...
        ValueError: cifar100.load_data: label_mode must be 'fine' or 'coarse', but 'medium' was given.

    Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html; mirrors `keras.datasets.cifar100`.
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(
            f"cifar100.load_data: label_mode must be 'fine' or 'coarse', but {label_mode!r} was given."
        )
    folder = find_folder(SOURCE, "cifar-100-python", ("train", "test"), cache_dir)

    def part(file: str) -> tuple[Array, Array]:
        x, y = read_batch(folder / file, f"{label_mode}_labels")
        return np.ascontiguousarray(x), np.array(y, np.int64).reshape(-1, 1)

    return part("train"), part("test")
