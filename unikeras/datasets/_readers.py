"""The file formats of the data sets: IDX (the MNIST family) and NPZ. Sizes are checked first."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from unikeras.datasets import _pickle

CHUNK = 1 << 20  # bytes
MAX_BYTES = 256 << 20  # the largest array of any of the data sets has 150 MB

Array = np.ndarray[Any, Any]


def read_idx(path: str | os.PathLike[str], ndim: int) -> Array:
    """The uint8 array in a gzip-compressed IDX file.

    Args:
        path: the file.
        ndim: int, how many dimensions it must have: 3 for images, 1 for labels.

    Returns:
        uint8 array, writable.

    Raises:
        DataFileError: if the file is damaged, cut off, or of another shape or type.

    The format is described at http://yann.lecun.com/exdb/mnist/.
    """
    import gzip
    import zlib

    from unikeras.datasets._errors import DataFileError

    try:
        with gzip.open(path, "rb") as file:
            head = file.read(4 + 4 * ndim)
            if len(head) < 4 + 4 * ndim or head[:4] != bytes([0, 0, 8, ndim]):
                raise DataFileError(path, f"it is no IDX file of bytes in {ndim} dimension(s)")
            shape = tuple(int(size) for size in np.frombuffer(head, ">u4", offset=4))
            count = math.prod(shape)
            if count > MAX_BYTES:
                raise DataFileError(path, f"its shape {shape} is larger than any of the data sets")
            content = bytearray()
            while len(content) <= count and (chunk := file.read(min(CHUNK, count + 1 - len(content)))):
                content += chunk  # piece by piece: a head that claims much gets no memory for it
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise DataFileError(path, f"it is damaged or cut off ({error})") from error
    if len(content) != count:
        raise DataFileError(
            path, f"its shape is {shape}, but it holds {'fewer' if len(content) < count else 'more'} bytes"
        )
    return np.frombuffer(content, np.uint8).reshape(shape)


def read_images_and_labels(images: Path, labels: Path) -> tuple[Array, Array]:
    """The images `(n, height, width)` and labels `(n,)` of two IDX files that belong together.

    Raises:
        DataFileError: if one is damaged, or their numbers differ.
    """
    from unikeras.datasets._errors import DataFileError

    x, y = read_idx(images, 3), read_idx(labels, 1)
    if len(x) != len(y):
        raise DataFileError(images, f"it has {len(x)} images, but {labels.name} has {len(y)} labels")
    return x, y


def read_npz(
    path: str | os.PathLike[str], names: tuple[str, ...], *, lists: bool = False
) -> tuple[Array, ...]:
    """The arrays of these names from an NPZ file.

    Args:
        path: the file.
        names: which arrays to return.
        lists: bool, whether arrays may be of objects, each a list of ints (word indices); their pickles are
            read by `unikeras.datasets._pickle`, which runs nothing.

    Returns:
        The arrays in the order of `names`, writable.

    Raises:
        DataFileError: if the file is damaged, lacks an array, or holds anything else.
    """
    import zipfile
    import zlib

    from unikeras.datasets._errors import DataFileError

    try:
        with zipfile.ZipFile(path) as file:
            sizes = {info.filename: info.file_size for info in file.infolist()}
            missing = [name for name in names if name + ".npy" not in sizes]
            if missing:
                raise DataFileError(path, f"it has no array {missing[0]!r}, only {sorted(sizes)[:10]}")
            arrays = []
            for name in names:
                if sizes[name + ".npy"] > MAX_BYTES:
                    raise DataFileError(path, f"its array {name!r} is larger than any of the data sets")
                with file.open(name + ".npy") as member:
                    content = member.read(MAX_BYTES + 1)
                arrays.append(_parse_npy(content, lists))
            return tuple(arrays)
    except FileNotFoundError:
        raise
    except DataFileError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        RuntimeError,
        ValueError,
        OverflowError,
    ) as error:
        raise DataFileError(path, str(error) or type(error).__name__) from error


def _parse_npy(content: bytes, lists: bool) -> Array:
    import io
    import warnings

    stream = io.BytesIO(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # files written under Python 2 are none the worse for it
        try:
            version = np.lib.format.read_magic(stream)
            if version == (1, 0):
                header = np.lib.format.read_array_header_1_0(stream)
            elif version == (2, 0):
                header = np.lib.format.read_array_header_2_0(stream)
            else:
                raise ValueError(f"NPY version {version} is not used by the data sets")
        except ValueError:
            raise
        except Exception as error:  # the header is a Python literal; a damaged one fails in many ways
            raise ValueError(f"an array has an unreadable header ({error})") from error
    shape, fortran, dtype = header
    if not all(isinstance(size, int) and size >= 0 for size in shape):
        raise ValueError(f"an array has the shape {shape}")
    rest = content[stream.tell() :]
    if dtype == np.dtype(object):
        if not lists:
            raise ValueError("an array holds Python objects, which this data set never does")
        array = _pickle.load(rest)
        if not isinstance(array, np.ndarray) or array.shape != shape:
            raise ValueError(f"an array of shape {shape} was announced, but not found")
        if array.dtype == object and not all(isinstance(item, list) for item in array.ravel()):
            raise ValueError("an array holds other things than lists of word indices")
        return array
    if dtype.kind not in "biuf":
        raise ValueError(f"an array has the type {dtype}, which no data set has")
    if math.prod(shape) * dtype.itemsize != len(rest):
        raise ValueError(f"an array of shape {shape} and type {dtype} was announced, but not found")
    return np.frombuffer(bytearray(rest), dtype).reshape(shape, order="F" if fortran else "C")
