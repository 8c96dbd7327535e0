"""What CIFAR-10 and CIFAR-100 share: finding their folder in the cache, and reading a batch file.

Keras 3 unpacks the archive to `datasets/<name>-target/<name>/`, tf_keras to `datasets/<name>/`. Both are
found; what is downloaded here is laid out as Keras 3 does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from unikeras.datasets import _pickle
from unikeras.datasets._cache import Source, cache_path

Array = np.ndarray[Any, Any]
MAX_BYTES = 256 << 20  # the largest batch file has 155 MB


def find_folder(
    source: Source, name: str, files: tuple[str, ...], cache_dir: str | os.PathLike[str] | None
) -> Path:
    """The folder in the cache that holds all of `files`; the archive is downloaded and unpacked if there is
    none.

    Raises:
        DownloadError: if it is not there and no origin could serve it.
        ArchiveError: if the archive in the cache is damaged.
    """
    from unikeras.datasets._archive import extract
    from unikeras.datasets._errors import DataFileError

    target = cache_path(f"{name}-target", source.cache_subdir, cache_dir)
    folders = (target / name, cache_path(name, source.cache_subdir, cache_dir))
    for folder in folders:
        if all((folder / file).is_file() for file in files):
            return folder
    archive = source.get(cache_dir=cache_dir)
    extract(archive, target, ("tar",))
    if not all((folders[0] / file).is_file() for file in files):
        raise DataFileError(archive, f"it has not all of the files {', '.join(files)}")
    return folders[0]


def read_batch(path: Path, label_key: str) -> tuple[Array, list[int]]:
    """The images `(n, 32, 32, 3)` uint8 and the labels of a batch file.

    Raises:
        DataFileError: if the file is damaged or holds anything else.
    """
    from unikeras.datasets._errors import DataFileError

    if path.stat().st_size > MAX_BYTES:
        raise DataFileError(path, "it is larger than any CIFAR file")
    try:
        batch = _pickle.load(path.read_bytes())
    except ValueError as error:
        raise DataFileError(path, str(error)) from error
    if not isinstance(batch, dict):
        raise DataFileError(path, "it is no CIFAR batch")
    batch = {key.decode("latin1") if isinstance(key, bytes) else key: value for key, value in batch.items()}
    data, labels = batch.get("data"), batch.get(label_key)
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.ndim != 2 or data.shape[1] != 3072:
        raise DataFileError(path, "it has no images of 32 x 32 pixels in 3 colours under 'data'")
    if not isinstance(labels, list) or len(labels) != len(data) or not all(type(v) is int for v in labels):
        raise DataFileError(
            path, f"it has not one label for each of its {len(data)} images under {label_key!r}"
        )
    return data.reshape(len(data), 3, 32, 32).transpose(0, 2, 3, 1), labels
