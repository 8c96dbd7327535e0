"""Tensors as protobuf messages: `tf.make_tensor_proto`, `tf.make_ndarray`, `tf.io.serialize_tensor`, `tf.io.parse_tensor`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_value
from unikeras.core.shape import TensorShape
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.io.messages import messages
from unikeras.io.values import tensor as made_tensor
from unikeras.io.varint import read_varint, varint

__all__ = [
    "NUMBERS",
    "array_of",
    "make_ndarray",
    "make_tensor_proto",
    "message",
    "parse_tensor",
    "parsed_proto",
    "proto_of",
    "serialize_tensor",
]

# In the order of their numbers.
_TYPES = (
    "INVALID", "FLOAT", "DOUBLE", "INT32", "UINT8", "INT16", "INT8", "STRING", "COMPLEX64", "INT64", "BOOL", "QINT8", "QUINT8", "QINT32",
    "BFLOAT16", "QINT16", "QUINT16", "UINT16", "COMPLEX128", "HALF", "RESOURCE", "VARIANT", "UINT32", "UINT64",
)  # fmt: skip
_ENUM = "".join(f"DT_{name} = {number}; " for number, name in enumerate(_TYPES))

TENSOR = (
    f"enum DataType {{ {_ENUM} }}"
    """
message TensorShapeProto {
  message Dim { int64 size = 1; string name = 2; }
  repeated TensorShapeProto.Dim dim = 2;
  bool unknown_rank = 3;
}
message TensorProto {
  DataType dtype = 1;
  TensorShapeProto tensor_shape = 2;
  int32 version_number = 3;
  bytes tensor_content = 4;
  repeated int32 half_val = 13;
  repeated float float_val = 5;
  repeated double double_val = 6;
  repeated int32 int_val = 7;
  repeated bytes string_val = 8;
  repeated float scomplex_val = 9;
  repeated int64 int64_val = 10;
  repeated bool bool_val = 11;
  repeated double dcomplex_val = 12;
  repeated uint32 uint32_val = 16;
  repeated uint64 uint64_val = 17;
}
"""
)


def message(name: str) -> Any:
    """The class `TensorProto` or `TensorShapeProto`."""
    return messages(TENSOR)[name]


# TensorFlow's name of a type -> (name of the field that holds the values, dtype name)
_FIELDS = {
    "float16": ("HALF", "half_val"),
    "bfloat16": ("BFLOAT16", "half_val"),
    "float32": ("FLOAT", "float_val"),
    "float64": ("DOUBLE", "double_val"),
    "int8": ("INT8", "int_val"),
    "int16": ("INT16", "int_val"),
    "int32": ("INT32", "int_val"),
    "int64": ("INT64", "int64_val"),
    "uint8": ("UINT8", "int_val"),
    "uint16": ("UINT16", "int_val"),
    "uint32": ("UINT32", "uint32_val"),
    "uint64": ("UINT64", "uint64_val"),
    "bool": ("BOOL", "bool_val"),
    "complex64": ("COMPLEX64", "scomplex_val"),
    "complex128": ("COMPLEX128", "dcomplex_val"),
    "string": ("STRING", "string_val"),
}
NUMBERS = {name: _TYPES.index(kind) for name, (kind, _) in _FIELDS.items()}
"""Name of a dtype -> TensorFlow's number of it."""
_BY_NUMBER = {number: name for name, number in NUMBERS.items()}


def _name(array: np.ndarray) -> str:
    return "string" if array.dtype == object else as_dtype(array.dtype).name


def proto_of(array: np.ndarray, packed: bool = False) -> Any:
    """An array as a TensorProto, in the form that `tf.io.serialize_tensor` writes.

    Args:
        array: the array.
        packed: whether strings too are packed into one, their lengths in front, as `tf.io.serialize_sparse` has them.
    """
    name = _name(array)
    proto = message("TensorProto")(dtype=NUMBERS[name])
    proto.tensor_shape.SetInParent()
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    if name == "string":
        texts = array.ravel().tolist()
        if packed:
            proto.tensor_content = b"".join(varint(len(text)) for text in texts) + b"".join(texts)
        else:
            proto.string_val.extend(texts)
    elif array.size:
        proto.tensor_content = np.ascontiguousarray(array).tobytes()
    return proto


def array_of(proto: Any) -> np.ndarray:
    """The array of a TensorProto: its bytes, or its values, of which the last one is repeated.

    Raises:
        InvalidArgumentError: it is of an unknown type, or has too few or too many values.
    """
    name = _BY_NUMBER.get(proto.dtype)
    if name is None:
        raise InvalidArgumentError(f"Cannot parse tensor from proto: type {proto.dtype} is not known")
    shape = tuple(dim.size for dim in proto.tensor_shape.dim)
    if any(size < 0 for size in shape) or proto.tensor_shape.unknown_rank:
        raise InvalidArgumentError(f"Cannot parse tensor from proto: shape {list(shape)} is not known")
    size = math.prod(shape)
    if proto.tensor_content and name != "string":
        dtype = as_dtype(name).np_dtype
        if len(proto.tensor_content) != size * dtype.itemsize:
            raise InvalidArgumentError(
                f"Cannot parse tensor from proto: {len(proto.tensor_content)} bytes for {size} values of {name}"
            )
        return np.frombuffer(proto.tensor_content, dtype).reshape(shape).copy()
    values = _unpacked(proto.tensor_content, size) if proto.tensor_content else _values(proto, name)
    if len(values) > size:
        raise InvalidArgumentError(f"Cannot parse tensor from proto: {len(values)} values for {size}")
    if len(values) == size:
        return values.reshape(shape)
    if size > _MOST_REPEATED:
        raise InvalidArgumentError(
            f"Cannot parse tensor from proto: {len(values)} values for a shape of {size}"
        )
    made = np.empty(size, values.dtype)
    made[: len(values)] = values
    made[len(values) :] = values[-1] if len(values) else (b"" if name == "string" else 0)
    return made.reshape(shape)


def _unpacked(content: bytes, count: int) -> np.ndarray:
    """Strings of one that holds their lengths, then them."""
    lengths, at = [], 0
    try:
        for _ in range(min(count, len(content) + 1)):
            length, at = read_varint(content, at)
            lengths.append(length)
    except (IndexError, ValueError):
        raise InvalidArgumentError("Cannot parse tensor from proto: strings are damaged") from None
    if len(lengths) != count or at + sum(lengths) != len(content):
        raise InvalidArgumentError("Cannot parse tensor from proto: strings are damaged")
    array = np.empty(count, object)
    for i, length in enumerate(lengths):
        array[i] = content[at : at + length]
        at += length
    return array


_MOST_REPEATED = 1 << 28  # elements; a message of a few bytes must not fill the memory


def _values(proto: Any, name: str) -> np.ndarray:
    found = getattr(proto, _FIELDS[name][1])
    if name == "string":
        array = np.empty(len(found), object)
        array[:] = list(found)
        return array
    dtype = as_dtype(name).np_dtype
    if name in ("float16", "bfloat16"):
        return np.array(list(found), np.int64).astype(np.uint16).view(dtype)
    if dtype.kind == "c":
        part = np.float32 if name == "complex64" else np.float64
        return np.array(list(found), part).view(dtype)
    return np.array(list(found), np.int64 if dtype.kind == "i" else None).astype(dtype)


def make_tensor_proto(
    values: Any,
    dtype: Any = None,
    shape: Any = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> Any:
    """A tensor as a protobuf message (mirrors `tf.make_tensor_proto`).

    Args:
        values: a tensor, array, number, string, or lists of them.
        dtype: the elements' type; as `tf.constant` finds it, if `None`.
        shape: the shape; the last value is repeated where there are fewer.
        verify_shape: whether `values` must have that shape.
        allow_broadcast: whether a single value may stand for all.

    Raises:
        ValueError: `values` is None or ragged, or has more elements than `shape`.
        TypeError: `values` are not of that type, or not of that shape.

    Example:
        >>> import unikeras as tf
        >>> proto = tf.make_tensor_proto([[1.0, 2.0]])
        >>> tf.make_ndarray(proto)
        array([[1., 2.]], dtype=float32)
    """
    if values is None:
        raise ValueError("None values not supported.")
    array = np.asarray(convert_to_tensor(values, dtype)._array)
    name = _name(array)
    wanted = array.shape if shape is None else tuple(int(s) for s in TensorShape(shape))
    size = math.prod(wanted)
    if (verify_shape or (allow_broadcast and array.size != 1)) and wanted != array.shape:
        raise TypeError(f"Expected Tensor's shape: {wanted}, but got {array.shape}.")
    if array.size > size:
        raise ValueError(f"Too many elements provided. Takes at most {size}, but got {array.size}.")
    if name != "string" and array.size == size and size > 1:
        return proto_of(array.reshape(wanted))
    proto = proto_of(np.empty((0,), array.dtype))
    del proto.tensor_shape.dim[:]
    for one in wanted:
        proto.tensor_shape.dim.add(size=one)
    field = getattr(proto, _FIELDS[name][1])
    flat = array.ravel()
    if flat.dtype.kind == "c":
        flat = flat.view(np.float32 if name == "complex64" else np.float64)
    elif name in ("float16", "bfloat16"):
        flat = flat.view(np.uint16)
    field.extend(flat.tolist())
    return proto


def make_ndarray(tensor: Any) -> np.ndarray:
    """The array of a TensorProto (mirrors `tf.make_ndarray`); of `tf.make_tensor_proto`'s, or of TensorFlow's."""
    if not hasattr(tensor, "tensor_shape"):
        raise AttributeError(f"{type(tensor).__name__!r} object has no attribute 'tensor_shape'")
    return array_of(tensor)


def serialize_tensor(tensor: Any, name: str | None = None) -> Any:
    """A tensor as a string, a serialized TensorProto (mirrors `tf.io.serialize_tensor`).

    Args:
        tensor: the tensor.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> text = tf.io.serialize_tensor([1, 2])
        >>> tf.io.parse_tensor(text, tf.int32).numpy()
        array([1, 2], dtype=int32)
    """
    array = host_value(tensor, "serialize_tensor")
    return Tensor(np.array(proto_of(array).SerializeToString(), object))


def parsed_proto(text: bytes) -> Any:
    """A serialized TensorProto.

    Raises:
        InvalidArgumentError: it is none.
    """
    from google.protobuf.message import DecodeError

    try:
        return message("TensorProto").FromString(text)
    except DecodeError:
        raise InvalidArgumentError(f"Could not parse `serialized` as TensorProto: {text[:40]!r}") from None


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Any:
    """The tensor of a serialized TensorProto (mirrors `tf.io.parse_tensor`).

    Args:
        serialized: a scalar string.
        out_type: the tensor's type.
        name: ignored.

    Raises:
        InvalidArgumentError: it is no TensorProto, or the tensor is of another type.
    """
    text = host_value(serialized, "parse_tensor", "string")
    if text.ndim:
        raise InvalidArgumentError(f"Expected `serialized` to be a scalar, got shape: {list(text.shape)}")
    array = array_of(parsed_proto(text.item()))
    wanted = as_dtype(out_type).name
    if _name(array) != wanted:
        raise InvalidArgumentError(
            f"Type mismatch between parsed tensor ({_name(array)}) and dtype ({wanted})"
        )
    return made_tensor(array)
