"""Golden files of TensorFlow's records: what real TensorFlow writes, of each compression, and what it reads of it.

    .venv-peers/bin/python tools/golden/tf_io_files.py

writes ``tests/golden/files/io/``, which ``tests/io/test_files_of_tensorflow.py`` reads.
"""

from __future__ import annotations

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import tensorflow as tf

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "files" / "io"


def example(i: int) -> tf.train.Example:
    features = {
        "number": tf.train.Feature(int64_list=tf.train.Int64List(value=[i - 2])),
        "numbers": tf.train.Feature(int64_list=tf.train.Int64List(value=[(-5) ** (k * 3) for k in range(i)])),
        "weights": tf.train.Feature(float_list=tf.train.FloatList(value=[i / 8, -1.5, 3e38])),
        "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[f"näme {i}".encode(), b"\xff\0"])),
    }
    return tf.train.Example(features=tf.train.Features(feature=features))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    examples = [example(i) for i in range(8)]
    for name, options in (("plain", None), ("gzip", "GZIP"), ("zlib", "ZLIB")):
        with tf.io.TFRecordWriter(str(FOLDER / f"{name}.tfrecord"), options) as writer:
            for one in examples:
                writer.write(one.SerializeToString(deterministic=True))
    (FOLDER / "example.pb").write_bytes(examples[3].SerializeToString(deterministic=True))
    (FOLDER / "tensor.pb").write_bytes(tf.io.serialize_tensor(tf.constant([[1.5, 2.0], [3.0, -4.0]])).numpy())
    text = {
        "example": str(tf.train.Example.FromString((FOLDER / "example.pb").read_bytes())),
        "names": [one.features.feature["name"].bytes_list.value[0].decode() for one in examples],
        "numbers": [list(one.features.feature["numbers"].int64_list.value) for one in examples],
    }
    (FOLDER / "expected.json").write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
