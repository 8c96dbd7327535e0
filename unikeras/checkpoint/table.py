"""The sorted table of keys and values in which a checkpoint's index is kept: LevelDB's file format.

A file is a sequence of blocks. A block holds entries (key, value) in the order of the keys, each key without what it has in common
with the one before; then the places where a whole key begins, and a byte for the compression and a checksum. The last block but
one tells where the blocks are; a footer tells where that one is. (https://github.com/google/leveldb/blob/main/doc/table_format.md)
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from unikeras.core.errors import DataLossError, UnimplementedError
from unikeras.io.checksum import masked_crc32c
from unikeras.io.varint import read_varint, varint

__all__ = ["read_table", "write_table"]

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_TRAILER = 5
_BLOCK = 1 << 18  # bytes after which a block is ended
_RESTART = 16  # entries between two whole keys


def write_table(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The file's bytes.

    Args:
        entries: keys and values, in the order of the keys.
    """
    file = bytearray()
    index: list[tuple[bytes, bytes]] = []
    block: list[tuple[bytes, bytes]] = []
    size = 0
    for key, value in entries:
        block.append((key, value))
        size += len(key) + len(value)
        if size >= _BLOCK:
            index.append((block[-1][0], _append(file, block)))
            block, size = [], 0
    if block:
        index.append((block[-1][0], _append(file, block)))
    meta = _append(file, [])
    handles = meta + _append(file, index, restart=1)
    file += handles.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _MAGIC)
    return bytes(file)


def _append(file: bytearray, entries: list[tuple[bytes, bytes]], restart: int = _RESTART) -> bytes:
    """Put a block at the file's end; its handle: where it is, and its size."""
    content = bytearray()
    restarts = []
    before = b""
    for number, (key, value) in enumerate(entries):
        shared = 0
        if number % restart:
            limit = min(len(before), len(key))
            while shared < limit and before[shared] == key[shared]:
                shared += 1
        else:
            restarts.append(len(content))
        content += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    restarts = restarts or [0]
    content += struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))
    handle = varint(len(file)) + varint(len(content))
    content += b"\0"  # not compressed
    file += content + struct.pack("<I", masked_crc32c(content))
    return handle


def read_table(data: bytes, name: str) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values, in the order of the keys.

    Args:
        data: the whole file.
        name: what errors call it.

    Raises:
        DataLossError: this is no such file, or it is damaged.
        UnimplementedError: its blocks are compressed.
    """
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise DataLossError(
            f"{name}: not an sstable (bad magic number): this is no index of a TensorFlow checkpoint."
        )
    try:
        place = len(data) - _FOOTER
        _, place = _handle(data, place)
        index, _ = _handle(data, place)
        for _, handle in _entries(_block(data, index, name)):
            yield from _entries(_block(data, _handle(handle, 0)[0], name))
    except (IndexError, struct.error, ValueError) as error:
        if isinstance(error, (DataLossError, UnimplementedError)):
            raise
        raise DataLossError(f"{name}: the checkpoint's index is damaged ({error}).") from None


def _handle(data: bytes, place: int) -> tuple[tuple[int, int], int]:
    offset, place = read_varint(data, place)
    size, place = read_varint(data, place)
    return (offset, size), place


def _block(data: bytes, handle: tuple[int, int], name: str) -> bytes:
    offset, size = handle
    stop = offset + size
    if stop + _TRAILER > len(data) - _FOOTER:
        raise DataLossError(f"{name}: the checkpoint's index is cut off.")
    (checksum,) = struct.unpack_from("<I", data, stop + 1)
    if masked_crc32c(data[offset : stop + 1]) != checksum:
        raise DataLossError(f"{name}: the checkpoint's index is damaged: block checksum mismatch.")
    if data[stop]:
        raise UnimplementedError(
            f"{name}: the checkpoint's index is compressed, which TensorFlow does not do."
        )
    return data[offset:stop]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    end = len(block) - 4 * (restarts + 1)
    if end < 0:
        raise ValueError("a block of the wrong size")
    place, key = 0, b""
    while place < end:
        shared, place = read_varint(block, place)
        fresh, place = read_varint(block, place)
        size, place = read_varint(block, place)
        if shared > len(key) or place + fresh + size > end:
            raise ValueError("an entry of the wrong size")
        key = key[:shared] + block[place : place + fresh]
        place += fresh
        yield key, block[place : place + size]
        place += size
