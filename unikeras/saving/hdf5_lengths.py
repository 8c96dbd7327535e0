"""How long an attribute's strings say they are, read from the file's bytes before the HDF5 library reads them.

The library makes room for a string of the length that its descriptor claims, whatever the file holds: up to 4 GiB for a file
of a few bytes. A descriptor is the attribute's raw value: a length (4 bytes), and where the string lies. Attributes lie in
the header of their group or array, whose layout is in the HDF5 File Format Specification, IV.A (object headers) and IV.A.2.m (attributes).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

__all__ = ["claimed_lengths"]

_ATTRIBUTE, _CONTINUATION = 0x0C, 0x10
_DESCRIPTOR = 16  # bytes: length, address, number
_BLOCKS = 1024  # parts that a header may be in

Read = Callable[[int, int], bytes]


def claimed_lengths(read: Read, header: int, key: str, count: int) -> list[int] | None:
    """The lengths that the `count` values of variable length of an attribute claim; `None` if its bytes are not found.

    Args:
        read: `read(address, size)`: bytes of the file.
        header: the address of the object's header.
        key: the attribute's name.
        count: how many values it has.
    """
    try:
        for kind, body in _messages(read, header):
            if kind == _ATTRIBUTE:
                name, value = _attribute(body)
                if name == key.encode():
                    return [struct.unpack_from("<I", value, i * _DESCRIPTOR)[0] for i in range(count)]
    except (struct.error, IndexError):  # a header that ends before its time
        pass
    return None


def _messages(read: Read, header: int) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of each message of an object header, of version 1 or 2."""
    start = read(header, 64)
    if start[:4] == b"OHDR":
        flags = start[5]
        at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = int.from_bytes(start[at : at + width], "little")
        blocks = [(header + at + width, size)]
        head, newer = (6 if flags & 4 else 4), True
    else:
        size = struct.unpack_from("<I", start, 8)[0]
        blocks = [(header + 16, size)]
        head, newer = 8, False
    for number, (address, size) in enumerate(blocks):
        if number > _BLOCKS:
            return
        block, at = read(address, size), 0
        while at + head <= len(block):
            if newer:
                kind, length = block[at], struct.unpack_from("<H", block, at + 1)[0]
            else:
                kind, length = struct.unpack_from("<HH", block, at)
            body = block[at + head : at + head + length]
            at += head + length
            if kind == _CONTINUATION and len(body) >= 16:
                place, extent = struct.unpack_from("<QQ", body)
                # newer ones begin with a signature and end with a checksum
                blocks.append((place + 4, extent - 8) if newer else (place, extent))
            yield kind, body


def _attribute(body: bytes) -> tuple[bytes, bytes]:
    """The name and the raw value of an attribute."""
    if len(body) < 9:
        return b"", b""
    version, sizes = body[0], struct.unpack_from("<HHH", body, 2)
    at = 9 if version == 3 else 8
    name = body[at : at + sizes[0]].rstrip(b"\0")
    for size in sizes:
        at += size if version > 1 else -(-size // 8) * 8
    return name, body[at:]
