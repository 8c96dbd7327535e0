"""Records, Examples and tensors that real TensorFlow wrote (tools/golden/tf_io_files.py), read and written again byte for byte."""

import json
import pathlib

import numpy as np
import pytest

import unikeras as tf

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "golden" / "files" / "io"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
KINDS = {"plain": None, "gzip": "GZIP", "zlib": "ZLIB"}


@pytest.mark.parametrize("kind", KINDS)
def test_records(kind, tmp_path):
    path = FOLDER / f"{kind}.tfrecord"
    texts = list(tf.data.TFRecordDataset(str(path), KINDS[kind]).as_numpy_iterator())
    features = {
        "number": tf.io.FixedLenFeature([], tf.int64),
        "numbers": tf.io.RaggedFeature(tf.int64),
        "weights": tf.io.FixedLenFeature([3], tf.float32),
        "name": tf.io.VarLenFeature(tf.string),
    }
    found = tf.io.parse_example(texts, features)
    assert found["number"].numpy().tolist() == [i - 2 for i in range(8)]
    assert found["numbers"].to_list() == EXPECTED["numbers"]
    np.testing.assert_array_equal(found["weights"].numpy()[:, 0], np.arange(8, dtype="float32") / 8)
    assert [text.decode() for text in found["name"].values.numpy()[::2]] == EXPECTED["names"]
    with tf.io.TFRecordWriter(str(tmp_path / "again"), KINDS[kind]) as writer:
        for text in texts:
            writer.write(text)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_messages():
    content = (FOLDER / "example.pb").read_bytes()
    example = tf.train.Example.FromString(content)
    assert str(example) == EXPECTED["example"]
    assert example.SerializeToString(deterministic=True) == content
    tensor = (FOLDER / "tensor.pb").read_bytes()
    assert tf.io.parse_tensor(tensor, tf.float32).numpy().tolist() == [[1.5, 2.0], [3.0, -4.0]]
    assert tf.io.serialize_tensor(tf.io.parse_tensor(tensor, tf.float32)).numpy() == tensor
