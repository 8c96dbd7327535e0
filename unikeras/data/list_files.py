"""`tf.data.Dataset.list_files`: the names of the files that match."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_value
from unikeras.core.operators import Operators
from unikeras.data.dataset import Dataset
from unikeras.io.files import matching_names

__all__ = ["list_files"]


def list_files(file_pattern: Any, shuffle: Any = None, seed: Any = None) -> Dataset:
    """See `Dataset.list_files`."""
    patterns = host_value(file_pattern, "list_files: file_pattern", "string")
    names = matching_names(patterns)
    if not len(names):
        shown = ", ".join(p.decode(errors="replace") for p in patterns.ravel())
        raise InvalidArgumentError(f"No files matched pattern: {shown}")
    dataset = Dataset.from_tensor_slices(names)
    if isinstance(shuffle, (Operators, np.ndarray)):
        shuffle = bool(np.asarray(shuffle))
    return dataset.shuffle(len(names), seed) if shuffle is None or shuffle else dataset
