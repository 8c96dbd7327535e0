"""What a file consists of, in batches: `RecordReader` (TFRecord), `LineReader`, `FixedReader`.

A reader gives lists of items, as many as a chunk of the file holds. `place` is where in the (decompressed) file the next list begins,
so that reading can go on there.
"""

from __future__ import annotations

import struct

from unikeras.core.errors import DataLossError, InvalidArgumentError, OpError
from unikeras.core.strict import report
from unikeras.io.stream import CHUNK, Stream

__all__ = ["CsvReader", "FixedReader", "LineReader", "Reader", "RecordReader"]

_HEAD = struct.Struct("<QI")
_FOOT = struct.Struct("<I")


class Reader:
    """Items of a stream.

    Args:
        stream: the bytes.
        place: where in the file they begin.
    """

    def __init__(self, stream: Stream, place: int = 0) -> None:
        self._stream = stream
        self.place = place
        self._data = b""
        self._error: OpError | None = None
        self._ended = False

    def read(self) -> list[bytes]:
        """The next items, at least one; none at the end.

        Raises:
            DataLossError: the file is damaged; after the items in front of the damage were given.
        """
        while not self._ended and self._error is None:
            try:
                items = self._next()
            except OpError as error:
                self._error = error
                break
            if items:
                return items
        if self._error is not None:
            found, self._error, self._ended = self._error, None, True
            raise found
        return []

    def _next(self) -> list[bytes]:
        """The items of what lies in `_data`, which may be none; reads more. Sets `_ended` at the end."""
        raise NotImplementedError

    def _more(self, most: int = 0) -> bool:
        """Read more; whether there was something."""
        data = self._stream.read(most)
        self._data = self._data + data if self._data else data
        return bool(data)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


class RecordReader(Reader):
    """The records of a TFRecord file: each is its length, that length's checksum, its bytes, and their checksum.

    A file that ends in a record's head is taken to end in front of it, as TensorFlow does, with a warning.
    """

    def _next(self) -> list[bytes]:
        import google_crc32c

        if not self._more():
            self._ended = True
            self._check_end()
            return []
        data, end = self._data, len(self._data)
        checksum = google_crc32c.value
        items: list[bytes] = []
        at = 0
        try:
            while end - at >= 12:
                length, crc = _HEAD.unpack_from(data, at)
                c = checksum(data[at : at + 8])
                if ((c >> 15 | c << 17) + 0xA282EAD8) & 0xFFFFFFFF != crc:
                    raise self._corrupted(at, " (Is this even a TFRecord file?)")
                stop = at + 12 + length
                if stop + 4 > end:
                    if not items and self._complete(stop + 4):  # a record longer than a chunk
                        data, end = self._data, len(self._data)
                        continue
                    break
                item = data[at + 12 : stop]
                c = checksum(item)
                if ((c >> 15 | c << 17) + 0xA282EAD8) & 0xFFFFFFFF != _FOOT.unpack_from(data, stop)[0]:
                    raise self._corrupted(at + 12)
                items.append(item)
                at = stop + 4
        except DataLossError as error:
            self._error = error
        self._data = data[at:]
        self.place += at
        return items

    def _complete(self, size: int) -> bool:
        """Read until `size` bytes are there. A claimed length allocates nothing: what is there is read, part by part."""
        left = self._stream.left()
        if left is not None and len(self._data) + left < size:
            raise self._truncated()
        parts, have = [self._data], len(self._data)
        while have < size:
            part = self._stream.read(min(size - have, 1 << 24))
            if not part:
                raise self._truncated()
            parts.append(part)
            have += len(part)
        self._data = b"".join(parts)
        return True

    def _check_end(self) -> None:
        if len(self._data) >= 12:
            raise self._truncated()
        if self._data or not self._stream.whole:
            report(
                f"{self._stream.path}: the file ends in the middle of a record, at {self.place}; it is left out."
            )

    def _truncated(self) -> DataLossError:
        return DataLossError(f"truncated record at {self.place}: {self._stream.path} ends in it")

    def _corrupted(self, at: int, hint: str = "") -> DataLossError:
        return DataLossError(f"corrupted record at {self.place + at}{hint}: {self._stream.path}")


class LineReader(Reader):
    """The lines of a text file, without their ends; carriage returns are left out wherever they are, as TensorFlow does."""

    def _next(self) -> list[bytes]:
        rest = len(self._data)
        if not self._more():
            self._ended = True
            last = self._data.replace(b"\r", b"")
            self.place += rest
            return [last] if last else []
        end = self._data.rfind(b"\n", rest) + 1
        if not end:
            return []
        text = self._data[: end - 1]
        self._data = self._data[end:]
        self.place += end
        if b"\r" in text:
            text = text.replace(b"\r", b"")
        return text.split(b"\n")


class FixedReader(Reader):
    """Records of one size between a header and a footer.

    Args:
        stream: the bytes, from the beginning of the file if `place` is 0.
        place: where they begin.
        size: bytes of a record.
        header: bytes in front of the first record.
        footer: bytes behind the last one.
    """

    def __init__(self, stream: Stream, place: int, size: int, header: int, footer: int) -> None:
        super().__init__(stream, place)
        self._size, self._header, self._footer = size, header, footer
        left = stream.left()
        if left is not None:
            self._check(place + left, InvalidArgumentError)

    def _check(self, total: int, kind: type[OpError]) -> None:
        body = total - self._header - self._footer
        if body < 0 or body % self._size:
            raise kind(
                f"Excluding the header ({self._header} bytes) and footer ({self._footer} bytes), input file "
                f'"{self._stream.path}" has body length {body} bytes, which is not an exact multiple of the record length '
                f"({self._size} bytes)."
            )

    def _next(self) -> list[bytes]:
        if not self._more():
            self._ended = True
            self._check(self.place + len(self._data), DataLossError)
            return []
        if self.place < self._header:
            skipped = min(self._header - self.place, len(self._data))
            self._data = self._data[skipped:]
            self.place += skipped
        data, size = self._data, self._size
        end = max(len(data) - self._footer, 0) // size * size
        self._data = data[end:]
        self.place += end
        return [data[i : i + size] for i in range(0, end, size)]


class CsvReader(Reader):
    """The records of a CSV file: lines, which end in any of the usual ways; within double quotes a line's end is part of a field.

    Args:
        stream: the bytes.
        place: where in the file they begin.
        quotes: whether there may be double quotes.
        header: whether the first record is left out.
    """

    def __init__(self, stream: Stream, place: int, quotes: bool, header: bool) -> None:
        super().__init__(stream, place)
        self._quotes, self._header = quotes, header

    def _next(self) -> list[bytes]:
        # As much again as is there already, so that a long record is not looked through again and again.
        ended = not self._more(len(self._data) if len(self._data) > CHUNK else 0)
        data = self._data
        if ended:
            self._ended = True
            end = len(data)
        else:
            end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
        text = data[:end]
        if self._quotes and b'"' in text:
            records, end = _records(text, ended)
        elif not text:
            records = []
        else:
            if b"\r" in text:
                text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            records = text.split(b"\n")
            if text.endswith(b"\n"):
                records.pop()
        self._data = data[end:]
        self.place += end
        if self._header:
            if records:
                self._header = False
                del records[0]
            elif ended:
                self._header = False
                raise InvalidArgumentError(f"Can't read header of file {self._stream.path}")
        return records


def _records(text: bytes, ended: bool) -> tuple[list[bytes], int]:
    """The records of a text that begins with one, and where the first one that is not complete begins."""
    records, parts = [], []
    at = done = 0
    inside = False
    for line in text.splitlines(keepends=True):
        at += len(line)
        if line.count(b'"') & 1:
            inside = not inside
        parts.append(line)
        if not inside:
            records.append(b"".join(parts).rstrip(b"\r\n") if len(parts) > 1 else line.rstrip(b"\r\n"))
            parts = []
            done = at
    if ended and parts:
        records.append(b"".join(parts))
        done = at
    return records, done
