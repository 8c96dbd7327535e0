"""`tf.io.TFRecordWriter`: files of records, byte for byte as TensorFlow writes them."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

from unikeras.core.errors import FailedPreconditionError
from unikeras.io.checksum import masked_crc32c
from unikeras.io.paths import file_errors, local_path

__all__ = ["TFRecordOptions", "TFRecordWriter"]

_HEAD = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_KINDS = {"": "", None: "", "GZIP": "GZIP", "ZLIB": "ZLIB"}


def _compression(kind: Any) -> str:
    while isinstance(kind, TFRecordOptions):
        kind = kind.compression_type
    if kind not in _KINDS:
        raise ValueError(f'Not a valid compression_type: "{kind}"; expected "", "GZIP" or "ZLIB".')
    return _KINDS[kind]


class TFRecordOptions:
    """How records are compressed (mirrors `tf.io.TFRecordOptions`).

    Args:
        compression_type: "GZIP", "ZLIB", "" or `None`: not.
        flush_mode: zlib's, such as `zlib.Z_NO_FLUSH`, of `TFRecordWriter.flush`.
        input_buffer_size: bytes, accepted.
        output_buffer_size: bytes, accepted.
        window_bits: zlib's window, as zlib counts it.
        compression_level: 0 (not at all) to 9 (best).
        compression_method: zlib's only one, 8.
        mem_level: zlib's, 1 to 9.
        compression_strategy: zlib's.

    Raises:
        ValueError: another `compression_type`.

    Example:
        >>> import unikeras as tf
        >>> tf.io.TFRecordOptions("GZIP", compression_level=9).compression_type
        'GZIP'
    """

    compression_type_map = {0: "", 1: "ZLIB", 2: "GZIP"}

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        _compression(self.compression_type_map.get(compression_type, compression_type))
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """The name of the compression of options, of its name, or of TF 1's number for it."""
        while isinstance(options, TFRecordOptions):
            options = options.compression_type
        return _compression(cls.compression_type_map.get(options, options))

    def _compressor(self, kind: str) -> Any:
        def given(value: int | None, default: int) -> int:
            return default if value is None else value

        window = given(self.window_bits, 15)
        return zlib.compressobj(
            given(self.compression_level, zlib.Z_DEFAULT_COMPRESSION),
            given(self.compression_method, zlib.DEFLATED),
            window + 16 if kind == "GZIP" and 0 < window < 16 else window,
            given(self.mem_level, 9),
            given(self.compression_strategy, zlib.Z_DEFAULT_STRATEGY),
        )


class TFRecordWriter:
    """Writes a file of records (mirrors `tf.io.TFRecordWriter`); `tf.data.TFRecordDataset` reads it.

    Args:
        path: the file, which is made anew.
        options: "GZIP", "ZLIB", or `TFRecordOptions`.

    Raises:
        NotFoundError: the folder does not exist.
        ValueError: another compression.

    Example:
        >>> import unikeras as tf
        >>> path = str(getfixture("tmp_path") / "a.tfrecord")
        >>> with tf.io.TFRecordWriter(path, options="GZIP") as writer:
        ...     for text in (b"one", b"two"):
        ...         writer.write(text)
        >>> list(tf.data.TFRecordDataset(path, compression_type="GZIP").as_numpy_iterator())
        [b'one', b'two']
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        if not isinstance(options, TFRecordOptions):
            options = TFRecordOptions(_compression(options))
        kind = TFRecordOptions.get_compression_type_string(options)
        self._path = local_path(path)
        self._flush_mode = zlib.Z_NO_FLUSH if options.flush_mode is None else options.flush_mode
        self._compressor = options._compressor(kind) if kind else None
        with file_errors(self._path):
            self._file: Any = open(self._path, "wb", buffering=1 << 18)  # noqa: SIM115

    def _opened(self) -> Any:
        if self._file is None:
            raise FailedPreconditionError(f"Writer is closed: {self._path}")
        return self._file

    def write(self, record: Any) -> None:
        """Append a record.

        Args:
            record: bytes (a string is written as UTF-8).

        Raises:
            TypeError: something else.
            FailedPreconditionError: the writer is closed.
        """
        file = self._opened()
        if isinstance(record, str):
            record = record.encode()
        elif not isinstance(record, (bytes, bytearray, np.bytes_)):
            raise TypeError(
                f"write(): a record must be bytes, not {type(record).__name__}; see SerializeToString() and numpy()."
            )
        head = _HEAD.pack(len(record))
        parts = (head, _CHECKSUM.pack(masked_crc32c(head)), record, _CHECKSUM.pack(masked_crc32c(record)))
        data = b"".join(parts)
        with file_errors(self._path):
            file.write(data if self._compressor is None else self._compressor.compress(data))

    def flush(self) -> None:
        """Write what is in the buffer to the file.

        Raises:
            FailedPreconditionError: the writer is closed.
        """
        file = self._opened()
        with file_errors(self._path):
            if self._compressor is not None and self._flush_mode != zlib.Z_NO_FLUSH:
                file.write(self._compressor.flush(self._flush_mode))
            file.flush()

    def close(self) -> None:
        """Write what is in the buffer, and close the file."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with file_errors(self._path):
            if self._compressor is not None:
                file.write(self._compressor.flush())
            file.close()

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self.close()
