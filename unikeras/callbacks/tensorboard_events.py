"""Event files that TensorBoard reads: scalars, histograms, images and the model's graph.

Written with the `tensorboard` package's own record writer and messages, which never load TensorFlow.
"""

from __future__ import annotations

import importlib
import io
import itertools
import os
import socket
import struct
import time
import zlib
from typing import Any

import numpy as np

_BUCKETS = 30
_FLUSH_SECONDS = 2.0
_serial = itertools.count()
_TYPES = {
    "bool": "DT_BOOL",
    "float16": "DT_HALF",
    "float32": "DT_FLOAT",
    "float64": "DT_DOUBLE",
    "int8": "DT_INT8",
    "int16": "DT_INT16",
    "int32": "DT_INT32",
    "int64": "DT_INT64",
    "uint8": "DT_UINT8",
}


class EventFile:
    """One event file in `folder`, made when the first values are written.

    Values are gathered and appended every two seconds and by `flush`: an interrupted training leaves whole
    records and nothing open.

    Args:
        folder: the run's folder; created if need be.
        suffix: what the file's name ends with.

    Raises:
        ImportError: the `tensorboard` package is not installed.
    """

    def __init__(self, folder: str, suffix: str = ".v2") -> None:
        self.folder = folder
        self._suffix = suffix
        self._tb = _Proto()
        self._path: str | None = None
        self._pending = io.BytesIO()
        self._records = self._tb.RecordWriter(self._pending)
        self._written = time.monotonic()

    def scalar(self, tag: str, value: float, step: int, description: str = "") -> None:
        """A float32 scalar."""
        tensor = self._tb.tensor(dtype=self._tb.types.DT_FLOAT, float_val=[value])
        self._add(tag, tensor, self._tb.scalar.create_summary_metadata("", description), step)

    def histogram(
        self, tag: str, values: np.ndarray, step: int, buckets: int = _BUCKETS, description: str = ""
    ) -> None:
        """The distribution of `values` (any shape) in buckets; those that are not finite are left out."""
        table = bucket_counts(values, buckets)
        tensor = self._tb.tensor(
            dtype=self._tb.types.DT_DOUBLE, tensor_content=table.astype("<f8").tobytes(), shape=table.shape
        )
        self._add(tag, tensor, self._tb.histogram.create_summary_metadata("", description), step)

    def image(self, tag: str, images: np.ndarray, step: int, description: str = "") -> None:
        """Pictures: uint8 of shape (n, height, width), grey, or (n, height, width, 1 to 4 channels)."""
        height, width = images.shape[1:3]
        strings = [str(width).encode(), str(height).encode(), *map(png, images)]
        metadata = self._tb.image.create_summary_metadata("", description)
        self.strings(tag, np.array(strings, object), metadata, step)

    def text(self, tag: str, texts: np.ndarray, step: int, description: str = "") -> None:
        """Texts: objects of `bytes`, of any shape."""
        self.strings(tag, texts, self._tb.plugin("text").create_summary_metadata("", description), step)

    def audio(self, tag: str, files: list[bytes], step: int, description: str = "") -> None:
        """WAV files."""
        plugin = self._tb.plugin("audio")
        metadata = plugin.create_summary_metadata("", description, plugin.Encoding.Value("WAV"))
        pairs = np.array([[file, b""] for file in files], object).reshape(len(files), 2)
        self.strings(tag, pairs, metadata, step)

    def strings(self, tag: str, values: np.ndarray, metadata: Any, step: int) -> None:
        """Objects of `bytes`, of any shape."""
        types = self._tb.types
        tensor = self._tb.tensor(
            dtype=types.DT_STRING, string_val=values.ravel().tolist(), shape=values.shape
        )
        self._add(tag, tensor, metadata, step)

    def numbers(self, tag: str, values: np.ndarray, metadata: Any, step: int) -> None:
        """Numbers of any type and shape."""
        kind = self._tb.types.DataType.Value(_TYPES[values.dtype.name])
        tensor = self._tb.tensor(dtype=kind, tensor_content=values.tobytes(), shape=values.shape)
        self._add(tag, tensor, metadata, step)

    def begin(self) -> None:
        """Make the file now."""
        if self._path is None:
            self._open()
            self.flush()

    def keras_model(self, config: str) -> None:
        """The model's JSON, from which the Graphs page draws the conceptual graph."""
        metadata = self._tb.summary.SummaryMetadata()
        metadata.plugin_data.plugin_name = "graph_keras_model"
        metadata.plugin_data.content = b"1"
        tensor = self._tb.tensor(dtype=self._tb.types.DT_STRING, string_val=[config.encode()])
        self._add("keras", tensor, metadata, 0)

    def flush(self) -> None:
        """Append what was gathered to the file."""
        self._written = time.monotonic()
        if self._path is not None and self._pending.tell():
            os.makedirs(self.folder, exist_ok=True)
            with open(self._path, "ab") as file:
                file.write(self._pending.getvalue())
            self._pending.seek(0)
            self._pending.truncate()

    def close(self) -> None:
        """Flush; a later value begins another file."""
        self.flush()
        self._path = None

    def _add(self, tag: str, tensor: Any, metadata: Any, step: int) -> None:
        value = self._tb.summary.Summary.Value(tag=tag, tensor=tensor, metadata=metadata)
        summary = self._tb.summary.Summary(value=[value])
        self._write(self._tb.event.Event(wall_time=time.time(), step=step, summary=summary))

    def _write(self, event: Any) -> None:
        if self._path is None:
            self._open()
        self._records.write(event.SerializeToString())
        if time.monotonic() - self._written > _FLUSH_SECONDS:
            self.flush()

    def _open(self) -> None:
        unique = f"{int(time.time())}.{socket.gethostname()}.{os.getpid()}.{next(_serial)}"
        self._path = os.path.join(self.folder, f"events.out.tfevents.{unique}{self._suffix}")
        self._write(self._tb.event.Event(wall_time=time.time(), file_version="brain.Event:2"))


class _Proto:
    """The parts of the tensorboard package that are used, imported when they are first needed."""

    def __init__(self) -> None:
        try:
            # pywrap_tensorflow, which the record writer imports, is tensorboard's own pure-Python stand-in.
            self.RecordWriter = importlib.import_module(
                "tensorboard.summary.writer.record_writer"
            ).RecordWriter
        except ImportError as error:
            raise ImportError(
                "The TensorBoard callback needs the tensorboard package, which is not installed. "
                'Install it with: pip install "unikeras[tensorboard]"'
            ) from error
        proto = "tensorboard.compat.proto."
        self.event = importlib.import_module(proto + "event_pb2")
        self.summary = importlib.import_module(proto + "summary_pb2")
        self.types = importlib.import_module(proto + "types_pb2")
        self._tensor = importlib.import_module(proto + "tensor_pb2").TensorProto
        self.scalar = importlib.import_module("tensorboard.plugins.scalar.metadata")
        self.histogram = importlib.import_module("tensorboard.plugins.histogram.metadata")
        self.image = importlib.import_module("tensorboard.plugins.image.metadata")

    def plugin(self, name: str) -> Any:
        """The module of another kind's metadata."""
        return importlib.import_module(f"tensorboard.plugins.{name}.metadata")

    def tensor(self, shape: tuple[int, ...] = (), **fields: Any) -> Any:
        """A tensor message."""
        tensor = self._tensor(**fields)
        for size in shape:
            tensor.tensor_shape.dim.add(size=size)
        return tensor


def bucket_counts(values: np.ndarray, buckets: int = _BUCKETS) -> np.ndarray:
    """Rows `[left edge, right edge, count]`, float64, shape (buckets, 3); (0, 3) without finite values.

    Example:
        >>> bucket_counts(np.array([0.0, 1.0, 2.0]), buckets=2)
        array([[0., 1., 1.],
               [1., 2., 2.]])
    """
    values = np.asarray(values, np.float64).ravel()
    values = values[np.isfinite(values)]
    if values.size == 0:
        return np.zeros((0, 3))
    low, high = values.min(), values.max()
    if low == high:  # TensorBoard's convention: buckets without width, everything in the last
        counts = np.zeros(buckets)
        counts[-1] = values.size
        edges = np.full(buckets + 1, low)
    else:
        numbers, edges = np.histogram(values, buckets, (low, high))
        counts = numbers.astype(np.float64)
    return np.stack([edges[:-1], edges[1:], counts], axis=1)


def weight_pictures(weight: np.ndarray) -> np.ndarray | None:
    """A weight as grey pictures, uint8 (n, height, width), its least value black and its greatest white.

    Axes of size 1 are dropped. A vector becomes a column, a matrix lies down (wider than high), the last
    axis of three becomes one picture each; other ranks have no picture (`None`).
    """
    weight = np.squeeze(np.asarray(weight, np.float64))
    if weight.ndim == 1:
        weight = weight[None, :, None]
    elif weight.ndim == 2:
        weight = (weight.T if weight.shape[0] > weight.shape[1] else weight)[None]
    elif weight.ndim == 3:
        weight = np.moveaxis(weight, -1, 0)
    else:
        return None
    finite = weight[np.isfinite(weight)]
    if finite.size == 0:
        return None
    low, span = finite.min(), np.ptp(finite) or 1.0
    return np.asarray(np.nan_to_num((weight - low) / span, posinf=1.0, neginf=0.0).clip(0, 1) * 255, np.uint8)


def png(picture: np.ndarray) -> bytes:
    """A PNG file of a uint8 picture (height, width), or with 1 to 4 channels: grey, grey and alpha, RGB, RGBA.

    Source: the PNG specification, ISO/IEC 15948.
    """

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = picture.shape[:2]
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[picture.shape[2] if picture.ndim == 3 else 1]
    rows = b"".join(
        b"\0" + row.tobytes() for row in np.ascontiguousarray(picture)
    )  # 0: no filter on this row
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)  # 8 bits a channel, not interlaced
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
