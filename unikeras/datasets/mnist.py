"""MNIST: 70,000 images of handwritten digits."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.datasets._cache import GOOGLE, Source
from unikeras.datasets._readers import read_npz

__all__ = ["load_data"]

Array = np.ndarray[Any, Any]

SOURCE = Source(
    "mnist.npz",
    (GOOGLE + "mnist.npz", "https://s3.amazonaws.com/img-datasets/mnist.npz"),
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)


def load_data(
    path: str = "mnist.npz", cache_dir: str | os.PathLike[str] | None = None
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Load MNIST: 60,000 training and 10,000 test images, 28 x 28, of the digits 0 to 9.

    Args:
        path: str, name of the file in the cache's `datasets` folder, or an absolute path.
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 images `(n, 28, 28)`, 0 (background) to 255, and uint8
        labels `(n,)`.

    Raises:
        DownloadError: an `OSError`, if the file is neither in the cache nor to be had; it says where to put
            it.
        DataFileError: a `ValueError`, if the file is damaged.

    Example:
        >>> from unikeras.datasets import mnist
        >>> if mnist.SOURCE.is_cached():  # else the first call downloads 11 MB
        ...     (x_train, y_train), (x_test, y_test) = mnist.load_data()
        ...     assert x_train.shape == (60000, 28, 28) and y_test.shape == (10000,)

    LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/; mirrors `keras.datasets.mnist`.
    """
    names = ("x_train", "y_train", "x_test", "y_test")
    x_train, y_train, x_test, y_test = read_npz(SOURCE.get(path, cache_dir), names)
    return (x_train, y_train), (x_test, y_test)
