"""HDF5 as untrusted input: members without links, arrays that are in the file, attributes of bounded size."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from unikeras.saving.errors import ModelFileError
from unikeras.saving.hdf5_lengths import claimed_lengths

__all__ = [
    "attribute",
    "is_array",
    "is_group",
    "member",
    "names",
    "open_hdf5",
    "read",
    "unreadable",
    "write",
    "write_names",
]

_sources: dict[
    str, Any
] = {}  # what the files that are open were opened from, by the library's names for them
_TEXT_LIMIT = 256 << 20  # bytes of an attribute that holds text
_COUNT_LIMIT = 1 << 16  # strings in one attribute
_HEADER = 64512  # bytes that fit into an HDF5 object's header; longer lists are kept in parts


@contextlib.contextmanager
def open_hdf5(source: Any, name: str) -> Iterator[Any]:
    """A file opened for reading.

    Raises:
        ModelFileError: it is no HDF5 file, or a broken one.
    """
    import h5py

    try:
        file = h5py.File(source, "r")
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise ModelFileError(f"{name} is not a readable HDF5 file: {error}. Is it complete?") from error
    with file:
        _sources[file.filename] = source
        try:
            yield file
        finally:
            _sources.pop(file.filename, None)


def is_group(thing: Any) -> bool:
    """Whether a member is a group."""
    import h5py

    return isinstance(thing, h5py.Group)


def is_array(thing: Any) -> bool:
    """Whether a member is an array."""
    import h5py

    return isinstance(thing, h5py.Dataset)


def member(group: Any, path: str) -> Any:
    """The group or array at a path, or `None`; links that lead elsewhere are refused.

    Raises:
        ModelFileError: a link to another place or file.
    """
    import h5py

    for key in path.split("/"):
        if not isinstance(group, h5py.Group):
            return None
        link = group.get(key, getlink=True)
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise ModelFileError(
                f"the member {path!r} is a link to another place or file, which is not followed"
            )
        group = group.get(key)
    return group


def unreadable(dataset: Any) -> str | None:
    """Why an array cannot be read, or `None`."""
    import h5py

    if not isinstance(dataset, h5py.Dataset):
        return "the file has no array there"
    if dataset.external or dataset.is_virtual:
        return "the array's data is in another file, which is not opened"
    dtype = dataset.dtype
    if dtype.kind not in "fiub" and not (dtype.kind == "V" and dtype.itemsize == 2 and dtype.names is None):
        return f"the file has values of type {dtype}, which are no numbers"
    if dataset.shape is None:
        return "the file has an empty array there"
    return None


def read(dataset: Any, what: str) -> np.ndarray:
    """An array's values. Its shape was compared with what is expected before.

    Raises:
        ModelFileError: they cannot be read.
    """
    try:
        array = dataset[()]
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelFileError(f"{what}: the array {dataset.name} cannot be read: {error}") from error
    array = np.asarray(array)
    if array.dtype.kind == "V":
        import ml_dtypes

        return array.view(ml_dtypes.bfloat16)
    return array


def write(group: Any, key: str, value: Any) -> None:
    """Store an array in a group."""
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":  # HDF5 has no such type
        dataset = group.create_dataset(key, data=array.view("V2"))
        dataset.attrs["dtype"] = "bfloat16"
        return
    group.create_dataset(key, data=array)


def attribute(thing: Any, key: str) -> Any:
    """The value of an attribute, strings as `str`; `None` if there is none.

    Raises:
        ModelFileError: it is larger than any that Keras writes, or broken.
    """
    import h5py

    try:
        if key not in thing.attrs:
            return None
        found = h5py.h5a.open(thing.id, key.encode())
        shape, text = found.shape, found.dtype.kind in "OSU"
        count = prod(shape) if shape is not None else 0
        if shape is None:
            return None
        if count > _COUNT_LIMIT or (count and found.get_storage_size() > _TEXT_LIMIT):
            raise ModelFileError(
                f"the attribute {key!r} of {thing.name} is larger than any that Keras writes"
            )
        if not text and found.dtype.kind not in "fiub":
            raise ModelFileError(
                f"the attribute {key!r} of {thing.name} holds {found.dtype}, no text or number"
            )
        if found.dtype.kind == "O":
            _check_lengths(thing, key, count)
        value = thing.attrs[key]
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(f"the attribute {key!r} of {thing.name} is broken: {error}") from error
    if isinstance(value, np.ndarray) and text:
        return [_text(v) for v in value.ravel().tolist()]
    return _text(value) if text else value


def _check_lengths(thing: Any, key: str, count: int) -> None:
    """Refuse values of variable length that claim to be longer than the file.

    Raises:
        ModelFileError: they do, or lie where Keras writes none.
    """
    import h5py

    file = thing.file
    source, offset = _sources.get(file.filename, file.filename), file.userblock_size

    def bytes_at(address: int, size: int) -> bytes:
        size = max(0, min(size, _TEXT_LIMIT))
        if hasattr(source, "seek"):
            place = source.tell()
            source.seek(offset + address)
            found = source.read(size)
            source.seek(place)
            return found
        with open(source, "rb") as stream:
            stream.seek(offset + address)
            return stream.read(size)

    lengths = claimed_lengths(bytes_at, h5py.h5o.get_info(thing.id).addr, key, count)
    if lengths is None or sum(lengths) > min(_TEXT_LIMIT, file.id.get_filesize()):
        raise ModelFileError(
            f"the attribute {key!r} of {thing.name} claims to be longer than the file, or lies where Keras writes none"
        )


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def names(group: Any, key: str) -> list[str]:
    """A list of names in an attribute; a long one is in several: 'layer_names0', 'layer_names1' ...

    Raises:
        ModelFileError: the attribute is missing or no list of names.
    """
    whole = attribute(group, key)
    if whole is None:
        parts: list[str] = []
        number = 0
        while isinstance(part := attribute(group, f"{key}{number}"), list):
            parts += part
            number += 1
        if not number:
            raise ModelFileError(f"{group.name} has no attribute {key!r}: it was not written by Keras")
        whole = parts
    if isinstance(whole, np.ndarray) and whole.size == 0:  # NumPy's empty list holds numbers
        return []
    if not isinstance(whole, list) or not all(isinstance(name, str) for name in whole):
        raise ModelFileError(f"the attribute {key!r} of {group.name} is no list of names")
    return whole


def write_names(group: Any, key: str, values: list[str]) -> None:
    """Store a list of names as an attribute, or as several where it is too long for one.

    Raises:
        ValueError: a single name that is too long.
    """
    encoded = [value.encode("utf-8") for value in values]
    longest = max((len(v) for v in encoded), default=1)
    if longest > _HEADER:
        raise ValueError(f"The name {values[0][:50]!r}... is too long for an HDF5 file.")
    each = max(1, _HEADER // max(1, longest))
    if len(encoded) <= each:
        group.attrs[key] = np.array(encoded, dtype=f"S{longest}") if encoded else np.array([], "S1")
        return
    for number, start in enumerate(range(0, len(encoded), each)):
        group.attrs[f"{key}{number}"] = np.array(encoded[start : start + each], dtype=f"S{longest}")
