"""Tensors as protobuf messages: `tf.make_tensor_proto`, `tf.make_ndarray`, `tf.io.serialize_tensor`, `tf.io.parse_tensor`."""

from __future__ import annotations

from typing import Any

from unikeras.io.messages import messages

__all__ = ["message"]

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
