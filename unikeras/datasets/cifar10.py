"""CIFAR-10: 60,000 colour photographs of ten kinds of things."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.datasets._cache import Source
from unikeras.datasets._cifar import find_folder, read_batch

__all__ = ["load_data"]

Array = np.ndarray[Any, Any]

FILES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
SOURCE = Source(
    "cifar-10-batches-py-target_archive",
    ("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",),
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    hint="(It is the file cifar-10-python.tar.gz under the name that Keras gives it.)",
)


def load_data(
    cache_dir: str | os.PathLike[str] | None = None,
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Load CIFAR-10: 50,000 training and 10,000 test photographs, 32 x 32 in RGB, of ten kinds of things.

    The labels: 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship, 9 truck.

    Args:
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 images `(n, 32, 32, 3)`, 0 to 255, and uint8 labels `(n,
        1)`.

    Raises:
        DownloadError: an `OSError`, if the files are neither in the cache nor to be had; it says where to put
            what.
        DataFileError: a `ValueError`, if a file is damaged.

    Example:
        >>> from unikeras.datasets import cifar10
        >>> if cifar10.SOURCE.is_cached():  # else the first call downloads 170 MB
        ...     (x_train, y_train), (x_test, y_test) = cifar10.load_data()
        ...     assert x_train.shape == (50000, 32, 32, 3) and y_test.shape == (10000, 1)

    Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html; mirrors `keras.datasets.cifar10`.
    """
    from unikeras.datasets._errors import DataFileError

    folder = find_folder(SOURCE, "cifar-10-batches-py", FILES, cache_dir)
    images, labels = [], []
    for file in FILES:
        x, y = read_batch(folder / file, "labels")
        if len(x) != 10000:
            raise DataFileError(folder / file, f"it has {len(x)} images, not 10,000")
        if not all(0 <= label < 10 for label in y):
            raise DataFileError(folder / file, "it has labels other than 0 to 9")
        images.append(x)
        labels.append(np.array(y, np.uint8).reshape(-1, 1))
    x_train, y_train = np.concatenate(images[:5]), np.concatenate(labels[:5])
    return (x_train, y_train), (np.ascontiguousarray(images[5]), labels[5])
