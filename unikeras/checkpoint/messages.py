"""The protobuf messages of a checkpoint's files, as TensorFlow's tensor_bundle.proto and trackable_object_graph.proto number them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unikeras.io.messages import messages as declared

__all__ = ["messages"]

_TEXT = """
message VersionDef { int32 producer = 1; int32 min_consumer = 2; repeated int32 bad_consumers = 3; }
message BundleHeaderProto { int32 num_shards = 1; int32 endianness = 2; VersionDef version = 3; }

message Dim { int64 size = 1; string name = 2; }
message TensorShapeProto { repeated Dim dim = 2; bool unknown_rank = 3; }
message Extent { int64 start = 1; int64 length = 2; }
message TensorSliceProto { repeated Extent extent = 1; }
message BundleEntryProto {
  int32 dtype = 1;
  TensorShapeProto shape = 2;
  int32 shard_id = 3;
  int64 offset = 4;
  int64 size = 5;
  fixed32 crc32c = 6;
  repeated TensorSliceProto slices = 7;
}

message ObjectReference { int32 node_id = 1; string local_name = 2; }
message SerializedTensor { string name = 1; string full_name = 2; string checkpoint_key = 3; }
message SlotVariableReference { int32 original_variable_node_id = 1; string slot_name = 2; int32 slot_variable_node_id = 3; }
message RegisteredSaver { string name = 1; string object_name = 2; }
message BoolValue { bool value = 1; }
message TrackableObject {
  repeated ObjectReference children = 1;
  repeated SerializedTensor attributes = 2;
  repeated SlotVariableReference slot_variables = 3;
  RegisteredSaver registered_saver = 4;
  BoolValue has_checkpoint_values = 5;
}
message TrackableObjectGraph { repeated TrackableObject nodes = 1; }
"""


def messages() -> Mapping[str, Any]:
    """The classes by name."""
    return declared(_TEXT)
