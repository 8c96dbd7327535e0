"""A file's bytes in order, decompressed, in chunks: what readers of records and lines are given."""

from __future__ import annotations

import zlib
from typing import Any

from unikeras.core.errors import DataLossError, InvalidArgumentError
from unikeras.io.paths import file_errors, local_path

__all__ = ["CHUNK", "Stream", "compression_of"]

CHUNK = 1 << 18  # bytes read at a time
_WINDOW = {"GZIP": 31, "ZLIB": 15}  # as zlib counts: 16 for gzip's header


def compression_of(kind: Any) -> str:
    """The name of a compression: "", "GZIP" or "ZLIB".

    Raises:
        InvalidArgumentError: it is another.
    """
    if hasattr(kind, "numpy"):
        kind = kind.numpy()
    if isinstance(kind, bytes):
        kind = kind.decode()
    if kind in (None, "", "NONE"):
        return ""
    if kind not in _WINDOW:
        raise InvalidArgumentError(f"Unsupported compression_type: {kind!r}; expected '', 'GZIP' or 'ZLIB'.")
    return kind


class Stream:
    """The bytes of a file from a place on.

    Args:
        path: the file.
        compression: "", "GZIP" or "ZLIB".
        start: the place: how many (decompressed) bytes are left out.
        chunk: how many bytes are read at a time.

    Raises:
        NotFoundError: there is no such file.
        DataLossError: from `read`: the compressed data is damaged.
    """

    def __init__(self, path: Any, compression: str = "", start: int = 0, chunk: int = CHUNK) -> None:
        self.path = local_path(path)
        self._chunk = chunk
        with file_errors(self.path):
            self._file = open(self.path, "rb", buffering=0)  # noqa: SIM115
        self._inflate: Any = None
        self._rest = b""  # compressed bytes that were read and not yet used
        self._window = _WINDOW.get(compression)
        self.whole = True  # whether compressed data that was read to its end had one
        if self._window is None:
            with file_errors(self.path):
                self._file.seek(start)
        else:
            self._inflate = zlib.decompressobj(self._window)
            self._begun = False
            while start:
                left = self.read(start)
                if not left:
                    break
                start -= len(left)

    def left(self) -> int | None:
        """How many bytes are left; `None` if that is not known (compressed)."""
        if self._window is not None:
            return None
        import os

        return os.fstat(self._file.fileno()).st_size - self._file.tell()

    def read(self, most: int = 0) -> bytes:
        """The next bytes, at least one and at most `most` (a chunk if 0); empty at the end."""
        wanted = most or self._chunk
        if self._window is None:
            with file_errors(self.path):
                return self._file.read(wanted)
        while True:
            if not self._rest and not self._inflate.unconsumed_tail:
                with file_errors(self.path):
                    self._rest = self._file.read(self._chunk)
                if not self._rest:
                    self.whole = self._inflate.eof or not self._begun
                    return b""
            data = self._inflate.unconsumed_tail or self._rest
            if self._inflate.eof:  # another compressed part follows
                data = self._rest
                self._inflate = zlib.decompressobj(self._window)
            self._begun = True
            try:
                made = self._inflate.decompress(data, wanted)
            except zlib.error as error:
                raise DataLossError(
                    f"{self.path}: {error}: the compressed data is damaged, or not of this kind"
                ) from None
            self._rest = self._inflate.unused_data if self._inflate.eof else b""
            if made:
                return made

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __del__(self) -> None:
        file = getattr(self, "_file", None)
        if file is not None:
            file.close()
