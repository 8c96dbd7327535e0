"""The files of a checkpoint: `.index`, a table of what there is and where, and `.data-00000-of-00001`, the values."""

from __future__ import annotations

import contextlib
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unikeras.checkpoint.graph import as_stored
from unikeras.checkpoint.messages import messages
from unikeras.checkpoint.table import read_table, write_table
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import DataLossError, NotFoundError, UnimplementedError
from unikeras.io.checksum import crc32c, mask
from unikeras.io.varint import read_varint, varint

__all__ = [
    "CheckpointReader",
    "Node",
    "list_variables",
    "load_checkpoint",
    "load_variable",
    "remove_checkpoint",
    "write_checkpoint",
]

GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"

# DataType of tensorflow/core/framework/types.proto.
_NUMBERS = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "string": 7, "complex64": 8,
    "int64": 9, "bool": 10, "bfloat16": 14, "uint16": 17, "complex128": 18, "float16": 19, "uint32": 22,
    "uint64": 23,
}  # fmt: skip
_NAMES = {number: name for name, number in _NUMBERS.items()}


@dataclass
class Node:
    """An object of a checkpoint: what it depends on, and the keys of its own values."""

    children: list[tuple[str, int]] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)  # (name, key)
    full_names: list[str] = field(default_factory=list)  # of the attributes
    slots: list[tuple[int, str, int]] = field(default_factory=list)  # (of which node, name, node)


def _data_path(prefix: str, shard: int, count: int) -> str:
    return f"{prefix}.data-{shard:05d}-of-{count:05d}"


def write_checkpoint(prefix: str, nodes: list[Node], values: dict[str, Any]) -> None:
    """Write both files; each is put in its place when it is complete.

    Args:
        prefix: the files' path without their endings.
        nodes: the object graph; the root is the first.
        values: arrays and `bytes` by key.
    """
    proto = messages()
    graph = proto["TrackableObjectGraph"]()
    for node in nodes:
        made = graph.nodes.add()
        for name, number in node.children:
            made.children.add(node_id=number, local_name=name)
        for (name, key), full in zip(node.attributes, node.full_names, strict=True):
            made.attributes.add(name=name, full_name=full, checkpoint_key=key)
        for of, name, number in node.slots:
            made.slot_variables.add(
                original_variable_node_id=of, slot_name=name, slot_variable_node_id=number
            )
        made.has_checkpoint_values.value = bool(node.attributes)
    _mark(graph)
    stored = {key: as_stored(value) for key, value in values.items()}
    stored[GRAPH_KEY] = as_stored(graph.SerializeToString())
    header = proto["BundleHeaderProto"](num_shards=1)
    header.version.producer = 1
    entries = {b"": header.SerializeToString()}
    folder = os.path.dirname(os.path.abspath(prefix))
    os.makedirs(folder, exist_ok=True)
    data, index = _data_path(prefix, 0, 1), f"{prefix}.index"
    with open(f"{data}.tmp", "wb") as file:
        place = 0
        for key in sorted(stored, key=str.encode):
            array = stored[key]
            content, checksum = _encoded(array)
            file.write(content)
            entry = proto["BundleEntryProto"](
                dtype=_NUMBERS[as_dtype(array.dtype).name],
                offset=place,
                size=len(content),
                crc32c=mask(checksum),
            )
            entry.shape.SetInParent()
            for size in array.shape:
                entry.shape.dim.add(size=size)
            entries[key.encode()] = entry.SerializeToString()
            place += len(content)
    with open(f"{index}.tmp", "wb") as file:
        file.write(write_table(sorted(entries.items())))
    os.replace(f"{data}.tmp", data)
    os.replace(f"{index}.tmp", index)


def _mark(graph: Any) -> None:
    """Say of every node whether it or one below it has values."""
    above: dict[int, list[int]] = {}
    for number, node in enumerate(graph.nodes):
        for child in node.children:
            above.setdefault(child.node_id, []).append(number)
    queue = [number for number, node in enumerate(graph.nodes) if node.has_checkpoint_values.value]
    while queue:
        for number in above.get(queue.pop(), ()):
            if not graph.nodes[number].has_checkpoint_values.value:
                graph.nodes[number].has_checkpoint_values.value = True
                queue.append(number)


def _encoded(array: np.ndarray) -> tuple[bytes, int]:
    """A value's bytes and their checksum. Strings: their lengths, the checksum of these, the strings one after the other."""
    if array.dtype != object:
        content = np.ascontiguousarray(array).tobytes()
        return content, crc32c(content)
    items = [item.encode() if isinstance(item, str) else item for item in array.ravel().tolist()]
    lengths = b"".join(varint(len(item)) for item in items)
    checksum = 0
    for item in items:
        checksum = crc32c(struct.pack("<I" if len(item) < 1 << 32 else "<Q", len(item)), checksum)
    middle = struct.pack("<I", mask(checksum))
    return lengths + middle + b"".join(items), crc32c(middle + b"".join(items), checksum)


def remove_checkpoint(prefix: str) -> None:
    """Delete a checkpoint's files."""
    folder, name = os.path.split(os.path.abspath(prefix))
    for found in os.listdir(folder):
        if found == f"{name}.index" or found.startswith(f"{name}.data-"):
            with contextlib.suppress(FileNotFoundError):
                os.remove(os.path.join(folder, found))


class CheckpointReader:
    """A checkpoint opened for reading (mirrors what `tf.train.load_checkpoint` returns).

    Args:
        prefix: its path without an ending.

    Raises:
        NotFoundError: there is no such checkpoint.
        DataLossError: its index is damaged.

    Example:
        >>> import tempfile, unikeras as tf
        >>> path = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0])).write(tempfile.mkdtemp() + "/c")
        >>> reader = tf.train.load_checkpoint(path)
        >>> reader.get_tensor("v/.ATTRIBUTES/VARIABLE_VALUE").tolist()
        [1.0, 2.0]
    """

    def __init__(self, prefix: Any) -> None:
        self.name = os.fspath(prefix)
        if not os.path.isfile(f"{self.name}.index"):
            raise NotFoundError(
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {self.name}"
            )
        with open(f"{self.name}.index", "rb") as file:
            table = dict(read_table(file.read(), f"{self.name}.index"))
        proto = messages()
        try:
            header = proto["BundleHeaderProto"].FromString(table.pop(b""))
            self._entries = {
                key.decode(): proto["BundleEntryProto"].FromString(value)
                for key, value in table.items()
                if b"\0" not in key
            }
        except Exception as error:  # protobuf's own class, a key that is missing, or no text
            raise DataLossError(f"{self.name}.index: damaged ({type(error).__name__}).") from None
        if header.endianness:
            raise UnimplementedError(f"{self.name}: a big-endian checkpoint is not available.")
        self._shards = header.num_shards
        self.graph = self._read_graph(proto) if GRAPH_KEY in self._entries else None

    def _read_graph(self, proto: Any) -> list[Node]:
        try:
            graph = proto["TrackableObjectGraph"].FromString(self.get_tensor(GRAPH_KEY))
        except (OSError, DataLossError, NotFoundError):
            raise
        except Exception as error:
            raise DataLossError(
                f"{self.name}: the object graph is damaged ({type(error).__name__})."
            ) from None
        nodes = [
            Node(
                [(c.local_name, c.node_id) for c in node.children],
                [(a.name, a.checkpoint_key) for a in node.attributes],
                [a.full_name for a in node.attributes],
                [
                    (s.original_variable_node_id, s.slot_name, s.slot_variable_node_id)
                    for s in node.slot_variables
                ],
            )
            for node in graph.nodes
        ]
        numbers = [
            n for node in nodes for n in (*(c for _, c in node.children), *(s for *_, s in node.slots))
        ]
        if not nodes or any(not 0 <= n < len(nodes) for n in numbers):
            raise DataLossError(
                f"{self.name}: the object graph is damaged: it names objects that are not there."
            )
        return nodes

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a value of this key."""
        return tensor_str in self._entries

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The values' shapes by key."""
        return {key: [dim.size for dim in entry.shape.dim] for key, entry in self._entries.items()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The values' dtypes by key."""
        return {key: self._dtype(key) for key in self._entries}

    def _dtype(self, key: str) -> DType:
        number = self._entries[key].dtype
        if number not in _NAMES:
            raise UnimplementedError(
                f"{self.name}: the value {key!r} is of a dtype ({number}) that is not available."
            )
        return as_dtype(_NAMES[number])

    def variable(self, number: int) -> tuple[str, Any]:
        """The name and value of the variable that is the node of that number."""
        assert self.graph is not None
        node = self.graph[number]
        return (
            (node.full_names[0], self.get_tensor(node.attributes[0][1]))
            if node.attributes
            else ("", np.zeros(()))
        )

    def get_tensor(self, tensor_str: str) -> Any:
        """The value of a key, as a NumPy array (`bytes` for a string).

        Raises:
            NotFoundError: there is none.
            DataLossError: it is damaged.
        """
        entry = self._entries.get(tensor_str)
        if entry is None:
            raise NotFoundError(f"Key {tensor_str} not found in checkpoint {self.name}")
        if entry.slices:
            raise UnimplementedError(
                f"{self.name}: {tensor_str!r} is a partitioned variable, which is not available; see docs/compatibility.md."
            )
        dtype = self._dtype(tensor_str)
        shape = [dim.size for dim in entry.shape.dim]
        count = int(np.prod(shape, dtype=object))
        content = self._content(tensor_str, entry)
        if dtype.name == "string":
            return self._strings(tensor_str, content, count, shape, entry.crc32c)
        if len(content) != count * np.dtype(dtype.np_dtype).itemsize:
            raise DataLossError(
                f"{self.name}: {tensor_str!r} has {len(content)} bytes, which do not make the shape {shape}."
            )
        if mask(crc32c(content)) != entry.crc32c:
            raise DataLossError(f"{self.name}: {tensor_str!r} is damaged: checksum mismatch.")
        return np.frombuffer(content, np.dtype(dtype.np_dtype)).reshape(shape).copy()

    def _content(self, key: str, entry: Any) -> bytes:
        path = _data_path(self.name, entry.shard_id, self._shards)
        if not 0 <= entry.shard_id < self._shards or not os.path.isfile(path):
            raise NotFoundError(f"{path}; No such file or directory: the values of {self.name} are missing.")
        if entry.size < 0 or entry.offset < 0 or entry.offset + entry.size > os.path.getsize(path):
            raise DataLossError(f"{self.name}: {key!r} lies beyond the end of {path}: the file is cut off.")
        with open(path, "rb") as file:
            file.seek(entry.offset)
            return file.read(entry.size)

    def _strings(self, key: str, content: bytes, count: int, shape: list[int], expected: int) -> Any:
        lengths, place = [], 0
        try:
            if count > len(content):
                raise IndexError
            for _ in range(count):
                length, place = read_varint(content, place)
                lengths.append(length)
            (_,) = struct.unpack_from("<I", content, place)
        except (IndexError, ValueError, struct.error):
            raise DataLossError(f"{self.name}: {key!r} is damaged: its lengths make no sense.") from None
        place += 4
        if place + sum(lengths) != len(content):
            raise DataLossError(f"{self.name}: {key!r} is damaged: its lengths make no sense.")
        items = np.empty(count, object)
        for index, length in enumerate(lengths):
            items[index] = content[place : place + length]
            place += length
        if mask(_encoded(items)[1]) != expected:
            raise DataLossError(f"{self.name}: {key!r} is damaged: checksum mismatch.")
        return items[0] if not shape else items.reshape(shape)


def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """Open a checkpoint (mirrors `tf.train.load_checkpoint`).

    Args:
        ckpt_dir_or_file: its path without an ending, or a folder: the newest one of it.

    Raises:
        ValueError: the folder has none.
        NotFoundError: there is no such checkpoint.
    """
    return CheckpointReader(_resolved(ckpt_dir_or_file))


def _resolved(path: Any) -> str:
    from unikeras.checkpoint.state import latest_checkpoint

    text = os.fspath(path)
    if not os.path.isdir(text) or os.path.isfile(f"{text}.index"):
        return text
    found = latest_checkpoint(text)
    if found is None:
        raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {text}")
    return found


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The keys and shapes of a checkpoint's values, in the keys' order (mirrors `tf.train.list_variables`).

    Args:
        ckpt_dir_or_file: as `load_checkpoint` has it.
    """
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """One value of a checkpoint (mirrors `tf.train.load_variable`).

    Args:
        ckpt_dir_or_file: as `load_checkpoint` has it.
        name: the value's key; of an object's variable, the ending '/.ATTRIBUTES/VARIABLE_VALUE' may be left out.

    Raises:
        NotFoundError: there is none of this key.
    """
    reader = load_checkpoint(ckpt_dir_or_file)
    whole = f"{name}/.ATTRIBUTES/VARIABLE_VALUE"
    return reader.get_tensor(whole if not reader.has_tensor(name) and reader.has_tensor(whole) else name)
