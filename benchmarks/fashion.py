"""Find Fashion-MNIST's training images where Keras caches them, and read its IDX files."""

from __future__ import annotations

import gzip
import os
import pathlib

import numpy as np


def read_idx(path: pathlib.Path, header: int) -> np.ndarray:
    """The bytes after the header of a gzipped IDX file."""
    with gzip.open(path, "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def cached(root: pathlib.Path) -> tuple[np.ndarray, np.ndarray] | None:
    """Images (n, 28, 28) uint8 and labels (n,) uint8, or None where there is no cached copy.

    Looked for under KERAS_HOME, ~/.keras, UNIKERAS_TEST_DATA and ../shared/datasets of the checkout.
    """
    homes = [os.environ.get("KERAS_HOME"), os.path.expanduser("~/.keras")]
    folders = [pathlib.Path(home) / "datasets" for home in homes if home]
    folders += [pathlib.Path(os.environ["UNIKERAS_TEST_DATA"])] if "UNIKERAS_TEST_DATA" in os.environ else []
    folders.append(root.parent / "shared" / "datasets")
    for folder in folders:
        images = folder / "fashion-mnist" / "train-images-idx3-ubyte.gz"
        labels = folder / "fashion-mnist" / "train-labels-idx1-ubyte.gz"
        if images.exists() and labels.exists():
            return read_idx(images, 16).reshape(-1, 28, 28), read_idx(labels, 8)
    return None
