"""`tf.train.Example` and the messages around it: named lists of bytes, floats and integers, and sequences of such lists."""

from __future__ import annotations

from typing import Any

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_value, host_values
from unikeras.core.tensor import Tensor
from unikeras.io.messages import messages

__all__ = ["EXAMPLE", "decode_json_example", "message"]

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


def decode_json_example(json_examples: Any, name: str | None = None) -> Any:
    """Examples in JSON as serialized ones (mirrors `tf.io.decode_json_example`).

    Args:
        json_examples: strings [...].
        name: ignored.

    Raises:
        InvalidArgumentError: a string is not the JSON of an Example.

    Example:
        >>> import unikeras as tf
        >>> text = tf.io.decode_json_example('{"features": {"feature": {"x": {"int64List": {"value": ["7"]}}}}}')
        >>> tf.io.parse_single_example(text, {"x": tf.io.FixedLenFeature([], tf.int64)})["x"].numpy()
        np.int64(7)
    """
    from google.protobuf import json_format

    texts = host_value(json_examples, "decode_json_example", "string")
    made = []
    for text in texts.ravel().tolist():
        try:
            made.append(json_format.Parse(text, message("Example")()).SerializeToString())
        except (json_format.ParseError, UnicodeDecodeError) as error:
            raise InvalidArgumentError(f"Error while parsing JSON: {error}") from None
    return Tensor(host_values(made, texts.shape))
