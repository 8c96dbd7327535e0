"""The checksum of TensorFlow's files: CRC-32C (Castagnoli), masked so that a checksum of data with checksums is a good one too."""

from __future__ import annotations

__all__ = ["crc32c", "mask", "masked_crc32c"]


def crc32c(data: bytes | bytearray | memoryview, start: int = 0) -> int:
    """The checksum of `data`, going on from that of what came before it.

    Example:
        >>> hex(crc32c(b"123456789")), crc32c(b"789", crc32c(b"123456")) == crc32c(b"123456789")
        ('0xe3069283', True)
    """
    import google_crc32c

    return google_crc32c.extend(start, bytes(data))


def mask(checksum: int) -> int:
    """A checksum as files hold it."""
    return (((checksum >> 15) | (checksum << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def masked_crc32c(data: bytes | bytearray | memoryview) -> int:
    """The checksum of `data` as files hold it."""
    return mask(crc32c(data))
