"""`tf.train.Example` and the messages around it: named lists of bytes, floats and integers, and sequences of such lists."""

from __future__ import annotations

from typing import Any

from unikeras.io.messages import messages

__all__ = ["EXAMPLE", "message"]

EXAMPLE = """
message BytesList { repeated bytes value = 1; }
message FloatList { repeated float value = 1; }
message Int64List { repeated int64 value = 1; }

message Feature {
  oneof kind {
    BytesList bytes_list = 1;
    FloatList float_list = 2;
    Int64List int64_list = 3;
  }
}
message Features { map<string, Feature> feature = 1; }
message Example { Features features = 1; }

message FeatureList { repeated Feature feature = 1; }
message FeatureLists { map<string, FeatureList> feature_list = 1; }
message SequenceExample {
  Features context = 1;
  FeatureLists feature_lists = 2;
}
"""


def message(name: str) -> Any:
    """The class of one of these messages; it is found in `tf.train` again when a message is unpickled.

    Example:
        >>> Example = message("Example")
        >>> example = Example()
        >>> example.features.feature["x"].int64_list.value.extend([1, 2])
        >>> list(Example.FromString(example.SerializeToString()).features.feature["x"].int64_list.value)
        [1, 2]
    """
    found = messages(EXAMPLE)[name]
    found.__module__ = "unikeras.train"
    return found
