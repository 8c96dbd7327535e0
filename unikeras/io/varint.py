"""Whole numbers in as many bytes as they need, seven bits in each (protobuf's and LevelDB's "varint")."""

from __future__ import annotations

__all__ = ["read_varint", "varint"]


def varint(number: int) -> bytes:
    """The bytes of a number from 0 up.

    Example:
        >>> varint(1), varint(300)
        (b'\\x01', b'\\xac\\x02')
    """
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)


def read_varint(data: bytes | memoryview, place: int) -> tuple[int, int]:
    """The number at a place, and the place after it.

    Raises:
        IndexError: the data ends in it.
        ValueError: it has more than 64 bits.

    Example:
        >>> read_varint(b"\\xac\\x02", 0)
        (300, 2)
    """
    number = shift = 0
    while True:
        byte = data[place]
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            if number >> 64:
                raise ValueError("a number of more than 64 bits")
            return number, place
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than 64 bits")
