"""`tf.data.TFRecordDataset`, `TextLineDataset`, `FixedLengthRecordDataset`: records and lines of files."""

from __future__ import annotations

from typing import Any

from unikeras.core.errors import InvalidArgumentError
from unikeras.data.constants import scalar
from unikeras.data.files import FilesDataset
from unikeras.data.iterator import ElementIterator
from unikeras.io.readers import FixedReader, LineReader, Reader, RecordReader
from unikeras.io.stream import Stream

__all__ = ["FixedLengthRecordDatasetV2", "TFRecordDatasetV2", "TextLineDatasetV2"]


class TFRecordDatasetV2(FilesDataset):
    """The records of TFRecord files, strings (mirrors `tf.data.TFRecordDataset`).

    Args:
        filenames: a name, names, or a data set of names.
        compression_type: "GZIP", "ZLIB", or "" for none.
        buffer_size: bytes to read at a time.
        num_parallel_reads: how many files are read in turn, a record of each; one file after the other if `None`.
        name: accepted.

    Raises:
        NotFoundError: when it runs: there is no such file.
        DataLossError: when it runs: a file is damaged (its checksums tell) or ends in a record.

    Example:
        >>> import unikeras as tf
        >>> path = str(getfixture("tmp_path") / "a.tfrecord")
        >>> with tf.io.TFRecordWriter(path) as writer:
        ...     writer.write(b"one")
        >>> list(tf.data.TFRecordDataset([path, path]).as_numpy_iterator())
        [b'one', b'one']
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)

    def _reader(self, stream: Stream, place: int) -> Reader:
        return RecordReader(stream, place)


class TextLineDatasetV2(FilesDataset):
    """The lines of text files, strings without their ends (mirrors `tf.data.TextLineDataset`).

    Args:
        filenames: a name, names, or a data set of names.
        compression_type: "GZIP", "ZLIB", or "" for none.
        buffer_size: bytes to read at a time.
        num_parallel_reads: how many files are read in turn, a line of each; one file after the other if `None`.
        name: accepted.

    Raises:
        NotFoundError: when it runs: there is no such file.

    Example:
        >>> import unikeras as tf
        >>> path = getfixture("tmp_path") / "a.txt"
        >>> _ = path.write_text("name,age\\nann,3\\nbob,4\\n")
        >>> list(tf.data.TextLineDataset(str(path)).skip(1).as_numpy_iterator())
        [b'ann,3', b'bob,4']
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)

    def _reader(self, stream: Stream, place: int) -> Reader:
        return LineReader(stream, place)


class FixedLengthRecordDatasetV2(FilesDataset):
    """Records of one size (mirrors `tf.data.FixedLengthRecordDataset`).

    Args:
        filenames: a name, names, or a data set of names.
        record_bytes: the size of a record.
        header_bytes: how many bytes in front of the first record are left out.
        footer_bytes: how many bytes behind the last record are left out.
        buffer_size: bytes to read at a time.
        compression_type: "GZIP", "ZLIB", or "" for none.
        num_parallel_reads: how many files are read in turn, a record of each; one file after the other if `None`.
        name: accepted.

    Raises:
        InvalidArgumentError: when it runs: sizes that cannot be, or a file that is no whole number of records long.

    Example:
        >>> import unikeras as tf
        >>> path = getfixture("tmp_path") / "a.bin"
        >>> _ = path.write_bytes(b"HEADabcd")
        >>> list(tf.data.FixedLengthRecordDataset(str(path), record_bytes=2, header_bytes=4).as_numpy_iterator())
        [b'ab', b'cd']
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)
        self._sizes = (
            scalar(record_bytes, "record_bytes"),
            0 if header_bytes is None else scalar(header_bytes, "header_bytes"),
            0 if footer_bytes is None else scalar(footer_bytes, "footer_bytes"),
        )

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        size, header, footer = self._sizes
        if size <= 0:
            raise InvalidArgumentError(f"`record_bytes` must be > 0, not {size}")
        if header < 0 or footer < 0:
            raise InvalidArgumentError(
                f"`header_bytes` and `footer_bytes` must be >= 0, not {header} and {footer}"
            )
        return super()._make_iterator(run)

    def _reader(self, stream: Stream, place: int) -> Reader:
        return FixedReader(stream, place, *self._sizes)
