"""Made-up data files in the formats that the public ones have."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np


def idx(array: np.ndarray) -> bytes:
    """A gzip-compressed IDX file of uint8."""
    head = bytes([0, 0, 8, array.ndim]) + b"".join(struct.pack(">I", size) for size in array.shape)
    return gzip.compress(head + array.astype(np.uint8).tobytes(), mtime=0)


def write_npz(
    path: Path, content: dict[str, list], dtype: str = "int64", lists: tuple[str, ...] = ()
) -> Path:
    """An NPZ file; the arrays named in `lists` are object arrays of lists of ints."""
    arrays = {}
    for key, value in content.items():
        if key in lists:
            arrays[key] = np.empty(len(value), dtype=object)
            for index, item in enumerate(value):
                arrays[key][index] = item
        else:
            arrays[key] = np.array(value, dtype=dtype)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)
    return path


def _string(text: bytes) -> bytes:
    return b"T" + struct.pack("<I", len(text)) + text


def cifar_batch(images: np.ndarray, **labels: list[int]) -> bytes:
    """A CIFAR batch file as Python 2 wrote them: protocol 2, `str` keys, an array of NumPy 1."""
    ints = {key: b"](" + b"".join(b"K" + bytes([v]) for v in values) + b"e" for key, values in labels.items()}
    rows, columns = images.shape
    dtype = (
        b"cnumpy\ndtype\n"
        + _string(b"u1")
        + b"K\x00K\x01\x87R(K\x03"
        + _string(b"|")
        + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    )
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85"
        + _string(b"b")
        + b"\x87R(K\x01J"
        + struct.pack("<i", rows)
        + b"J"
        + struct.pack("<i", columns)
        + b"\x86"
        + dtype
        + b"\x89"
        + _string(images.astype(np.uint8).tobytes())
        + b"tb"
    )
    items = _string(b"batch_label") + _string(b"training batch 1 of 5") + _string(b"data") + array
    for key, values in ints.items():
        items += _string(key.encode()) + values
    return b"\x80\x02}(" + items + b"u."


def cifar_images(n: int, seed: int) -> np.ndarray:
    """`(n, 3072)` bytes, different for each seed."""
    return ((np.arange(n * 3072).reshape(n, 3072) * (seed + 3)) % 251).astype(np.uint8)
