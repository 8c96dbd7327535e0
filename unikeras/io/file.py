"""`tf.io.gfile.GFile`: a file, opened when it is first used, with TensorFlow's errors."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Any

from unikeras.core.errors import InvalidArgumentError, OutOfRangeError, PermissionDeniedError
from unikeras.io.paths import file_errors, local_path

__all__ = ["GFile"]

_MODES = ("r", "w", "a", "r+", "w+", "a+")


class GFile:
    """A file (mirrors `tf.io.gfile.GFile`). It is opened by the first read or write, and again by one after `close`.

    Args:
        name: the path; local, `file://` too.
        mode: "r", "w" or "a", with "b" for bytes rather than text (UTF-8), with "+" for reading and writing.

    Raises:
        InvalidArgumentError: another mode.
        NotFoundError: when it is used: there is no such file or folder.
        PermissionDeniedError: when it is used: it is not open for that.

    Example:
        >>> import unikeras as tf
        >>> folder = getfixture("tmp_path")
        >>> with tf.io.gfile.GFile(folder / "a.txt", "w") as file:
        ...     file.write("one\\ntwo\\n")
        >>> [line for line in tf.io.gfile.GFile(folder / "a.txt")]
        ['one\\n', 'two\\n']
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        plain = mode.replace("b", "")
        if plain not in _MODES:
            raise InvalidArgumentError(
                f"mode is not {' or '.join(map(repr, _MODES))}, perhaps with b: {mode!r}"
            )
        self._name = name
        self._mode = mode
        self._bytes = "b" in mode
        self._plain = plain
        self._file: Any = None

    @property
    def name(self) -> Any:
        """The path as it was given."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode."""
        return self._mode

    def _open(self, reading: bool) -> Any:
        if reading and self._plain in ("w", "a"):
            raise PermissionDeniedError(f"{self._name}: File isn't open for reading (mode {self._mode!r})")
        if not reading and self._plain == "r":
            raise PermissionDeniedError(f"{self._name}: File isn't open for writing (mode {self._mode!r})")
        return self._opened()

    def _opened(self) -> Any:
        if self._file is None:
            path = local_path(self._name)
            with file_errors(path):
                self._file = open(path, self._plain[0] + "b" + self._plain[1:])  # noqa: SIM115
        return self._file

    def _text(self, data: bytes) -> Any:
        return data if self._bytes else data.decode()

    def read(self, n: int = -1) -> Any:
        """The next `n` bytes; all that are left if it is -1. Text in a text mode.

        Raises:
            UnicodeDecodeError: they are no UTF-8.
        """
        file = self._open(reading=True)
        with file_errors(str(self._name)):
            data = file.read(n)
        return self._text(data)

    def readline(self) -> Any:
        """The next line with its end; empty at the end of the file. Carriage returns are left out, as TensorFlow does."""
        file = self._open(reading=True)
        with file_errors(str(self._name)):
            line = file.readline()
        return self._text(line.replace(b"\r", b""))

    def readlines(self) -> list[Any]:
        """The lines that are left."""
        return list(self)

    def write(self, file_content: Any) -> None:
        """Append text (as UTF-8) or bytes."""
        file = self._open(reading=False)
        data = file_content.encode() if isinstance(file_content, str) else bytes(memoryview(file_content))
        with file_errors(str(self._name)):
            file.write(data)

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Go to a place: from the beginning (0), from here (1), from the end (2).

        Args:
            offset: how far.
            whence: from where.
            position: the older name of `offset`.

        Raises:
            InvalidArgumentError: the place is before the beginning, or `whence` is another number.
            OutOfRangeError: it is behind the end.
        """
        if offset is None:
            offset = position
        if offset is None:
            raise TypeError("seek(): offset argument required")
        file = self._open(reading=True)
        if whence not in (0, 1, 2):
            raise InvalidArgumentError(f"Invalid whence argument: {whence}. Valid values are 0, 1, or 2.")
        end = self.size()
        place = offset + (0, file.tell(), end)[whence]
        if place < 0:
            raise InvalidArgumentError(f"{self._name}: Seeking to a negative position: {place}")
        if place > end:
            raise OutOfRangeError(f"{self._name}: reached end of file: it has {end} bytes, not {place}")
        file.seek(place)

    def tell(self) -> int:
        """The place in the file, in bytes."""
        return self._opened().tell()

    def size(self) -> int:
        """The file's size in bytes."""
        path = local_path(self._name)
        with file_errors(path):
            if self._file is not None and self._plain != "r":
                self._file.flush()
            return os.stat(path).st_size

    def seekable(self) -> bool:
        """True."""
        return True

    def flush(self) -> None:
        """Write what is in the buffer to the file."""
        if self._file is not None and self._plain != "r":
            with file_errors(str(self._name)):
                self._file.flush()

    def close(self) -> None:
        """Write what is in the buffer, and close the file."""
        if self._file is not None:
            file, self._file = self._file, None
            with file_errors(str(self._name)):
                file.close()

    def __enter__(self) -> GFile:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    next = __next__

    def __del__(self) -> None:
        file = getattr(self, "_file", None)
        if isinstance(file, io.IOBase):
            file.close()
