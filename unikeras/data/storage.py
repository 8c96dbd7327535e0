"""Elements and plain states as bytes: the format of `cache` files, `save`, `snapshot` and of iterators in checkpoints.

A value is a JSON head and the bytes of the arrays that it holds, one after the other::

    head length (8 bytes, little endian) | head (JSON, UTF-8) | arrays

In the head, an array is ``{"array": [dtype, shape, bytes]}``; an array of strings ``{"strings": [shape, [length, ...]]}``; `bytes`
``{"bytes": length}``; a ragged or sparse tensor ``{"ragged": [spec..., [components]]}`` / ``{"sparse": [...]}``; tuples ``{"tuple": [...]}``;
dictionaries ``{"dict": [[key, value], ...]}``; numbers, strings, lists, booleans and null are themselves. Nothing else is stored, and reading runs no code.

A file of elements is the line ``unikeras-elements 1``, then for every element its length (8 bytes) and its value. With compression, the
whole file is in gzip's format.
"""

from __future__ import annotations

import gzip
import json
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import DataLossError, InvalidArgumentError, NotFoundError
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec

__all__ = ["ElementFile", "ElementWriter", "dumps", "loads", "spec_as_plain", "spec_from_plain"]

_MAGIC = b"unikeras-elements 1\n"
_LENGTH = struct.Struct("<Q")


def dumps(value: Any) -> bytes:
    """A plain value as bytes.

    Raises:
        InvalidArgumentError: it holds something that cannot be stored.

    Example:
        >>> loads(dumps({"at": 3, "rows": [np.arange(2), None, (b"x",)]}))
        {'at': 3, 'rows': [array([0, 1]), None, (b'x',)]}
    """
    parts: list[bytes] = []
    head = json.dumps(_plain(value, parts)).encode()
    return b"".join([_LENGTH.pack(len(head)), head, *parts])


def _plain(value: Any, parts: list[bytes]) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype == object:
            items = [bytes(v) for v in array.ravel()]
            parts.extend(items)
            return {"strings": [list(array.shape), [len(v) for v in items]]}
        raw = np.ascontiguousarray(array).tobytes()
        parts.append(raw)
        return {"array": [array.dtype.name, list(array.shape), len(raw)]}
    if isinstance(value, bytes):
        parts.append(value)
        return {"bytes": len(value)}
    if isinstance(value, dict):
        return {"dict": [[_plain(k, parts), _plain(v, parts)] for k, v in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_plain(v, parts) for v in value]}
    if isinstance(value, list):
        return [_plain(v, parts) for v in value]
    if isinstance(value, CompositeTensor):
        from unikeras.data.structure import host_leaf

        spec = value._type_spec
        components = [host_leaf(part) for part in spec._to_components(value)]
        return {"composite": [spec_as_plain(spec), _plain(components, parts)]}
    raise InvalidArgumentError(
        f"A {type(value).__name__} cannot be stored (an element of a data set, or an iterator's place)."
    )


def loads(data: bytes) -> Any:
    """A value from `dumps`.

    Raises:
        DataLossError: it is cut off or damaged.
    """
    try:
        (size,) = _LENGTH.unpack_from(data)
        head = json.loads(data[_LENGTH.size : _LENGTH.size + size])
        return _Reader(data, _LENGTH.size + size).value(head)
    except (struct.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise DataLossError(f"Stored elements are damaged: {error}.") from None


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def _take(self, size: int) -> bytes:
        part = self._data[self._at : self._at + size]
        if len(part) != size:
            raise ValueError("they are cut off")
        self._at += size
        return part

    def value(self, head: Any) -> Any:
        if isinstance(head, list):
            return [self.value(v) for v in head]
        if not isinstance(head, dict):
            return head
        ((kind, given),) = head.items()
        if kind == "array":
            name, shape, size = given
            dtype = np.dtype(ml_dtypes.bfloat16) if name == "bfloat16" else np.dtype(name)
            return np.frombuffer(self._take(size), dtype).reshape(shape)
        if kind == "strings":
            made = np.empty(len(given[1]), object)
            made[:] = [self._take(size) for size in given[1]]
            return made.reshape(given[0])
        if kind == "bytes":
            return self._take(given)
        if kind == "dict":
            return {self.value(k): self.value(v) for k, v in given}
        if kind == "tuple":
            return tuple(self.value(v) for v in given)
        if kind == "composite":
            from unikeras.core.tensor import Tensor

            spec = spec_from_plain(given[0])
            return spec._from_components([Tensor(part) for part in self.value(given[1])])
        raise ValueError(f"unknown kind {kind!r}")


def spec_as_plain(spec: Any) -> Any:
    """A structure of specs in JSON's types."""
    from unikeras.composites.ragged_spec import RaggedTensorSpec
    from unikeras.composites.sparse_tensor import SparseTensorSpec
    from unikeras.data.specs import NoneTensorSpec

    if isinstance(spec, dict):
        return {"dict": [[key, spec_as_plain(spec[key])] for key in sorted(spec)]}
    if isinstance(spec, tuple):
        return {"tuple": [spec_as_plain(part) for part in spec]}
    if isinstance(spec, NoneTensorSpec):
        return {"none": True}
    shape = None if spec.shape.rank is None else spec.shape.as_list()
    if isinstance(spec, TensorSpec):
        return {"tensor": [shape, spec.dtype.name]}
    if isinstance(spec, RaggedTensorSpec):
        return {"ragged": [shape, spec.dtype.name, spec.ragged_rank, spec.row_splits_dtype.name]}
    if isinstance(spec, SparseTensorSpec):
        return {"sparse": [shape, spec.dtype.name]}
    raise InvalidArgumentError(f"Elements of {spec!r} cannot be stored.")


def spec_from_plain(plain: Any) -> Any:
    """The specs of `spec_as_plain`."""
    from unikeras.composites.ragged_spec import RaggedTensorSpec
    from unikeras.composites.sparse_tensor import SparseTensorSpec
    from unikeras.data.specs import NoneTensorSpec

    ((kind, given),) = plain.items()
    if kind == "dict":
        return {key: spec_from_plain(part) for key, part in given}
    if kind == "tuple":
        return tuple(spec_from_plain(part) for part in given)
    if kind == "none":
        return NoneTensorSpec()
    shape = None if given[0] is None else TensorShape(given[0])
    if kind == "tensor":
        return TensorSpec(shape, as_dtype(given[1]))
    if kind == "ragged":
        return RaggedTensorSpec(shape, as_dtype(given[1]), given[2], as_dtype(given[3]))
    return SparseTensorSpec(shape, as_dtype(given[1]))


class ElementWriter:
    """Writes a file of elements; it has its name only once it is complete.

    Args:
        path: the file.
        compression: `None` or "GZIP".

    Raises:
        InvalidArgumentError: another compression.
    """

    def __init__(self, path: str | Path, compression: str | None = None) -> None:
        self._path = Path(path)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._partial = self._path.with_name(f"{self._path.name}.{os.getpid()}.{id(self):x}.partial")
        if compression not in (None, "", "NONE", "AUTO", "SNAPPY", "GZIP"):
            raise InvalidArgumentError(f"Compression {compression!r} is not available; use 'GZIP' or None.")
        packed = compression == "GZIP"
        plain = self._partial.open("wb")
        self._file: Any = gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=1) if packed else plain
        self._plain = plain
        self._file.write(_MAGIC)
        self.count = 0

    def write(self, leaves: list[Any]) -> None:
        """Add an element."""
        data = dumps(list(leaves))
        self._file.write(_LENGTH.pack(len(data)))
        self._file.write(data)
        self.count += 1

    def close(self) -> None:
        """Complete the file."""
        self._file.close()
        self._plain.close()
        self._partial.replace(self._path)

    def discard(self) -> None:
        """Give it up."""
        self._file.close()
        self._plain.close()
        self._partial.unlink(missing_ok=True)


class ElementFile:
    """Reads a file of elements, one after the other.

    Args:
        path: the file.

    Raises:
        NotFoundError: there is none.
        DataLossError: it is no such file.
    """

    def __init__(self, path: str | Path) -> None:
        try:
            raw = Path(path).open("rb")  # noqa: SIM115
        except FileNotFoundError:
            raise NotFoundError(f"There are no stored elements at {str(path)!r}.") from None
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        self._path = path
        self._file: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        self._raw = raw
        if self._file.read(len(_MAGIC)) != _MAGIC:
            self.close()
            raise DataLossError(f"{str(path)!r} is not a file of elements.")

    def __iter__(self) -> Iterator[list[Any]]:
        return self

    def __next__(self) -> list[Any]:
        try:
            length = self._file.read(_LENGTH.size)
            if not length:
                raise StopIteration
            size = _LENGTH.unpack(length)[0]
            data = self._file.read(size)
        except (struct.error, EOFError, OSError, zlib.error):
            data = None
        if data is None or len(data) != size:
            raise DataLossError(f"{str(self._path)!r} is cut off or damaged.")
        return loads(data)

    def skip(self, count: int) -> None:
        """Leave out elements."""
        for _ in range(count):
            length = self._file.read(_LENGTH.size)
            if not length:
                return
            self._file.seek(_LENGTH.unpack(length)[0], os.SEEK_CUR)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._raw.close()
