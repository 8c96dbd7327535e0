"""TensorFlow reads the records, Examples and tensors that unikeras writes, and writes the same bytes; unikeras reads TensorFlow's."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

PYTHON = os.environ.get("UNIKERAS_PEERS_PYTHON")
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not PYTHON, reason="UNIKERAS_PEERS_PYTHON names no interpreter that has TensorFlow"),
]

# Run by both: each writes its files, and reads those of the other.
PROGRAM = """
import sys

import numpy as np

import {module} as tf

mine, other, role = sys.argv[1:]
random = np.random.default_rng(7)
EXTREMES = [2**63 - 1, -(2**63), 0, -1, 127, 128]


def feature(kind, count):
    if kind == "i":
        values = [int(v) for v in random.integers(-(2**40), 2**40, count)] + EXTREMES[: count % 6]
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    if kind == "f":
        return tf.train.Feature(float_list=tf.train.FloatList(value=random.normal(size=count)))
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[random.bytes(v) for v in random.integers(0, 300, count)]))


def example(n):
    features = {{kind: feature(kind, int(random.integers(0, 40))) for kind in "ifb"}}
    features["label"] = tf.train.Feature(int64_list=tf.train.Int64List(value=[n]))
    return tf.train.Example(features=tf.train.Features(feature=features))


def sequence(n):
    lists = {{kind: tf.train.FeatureList(feature=[feature(kind, n + 1) for _ in range(n)]) for kind in "ifb"}}
    return tf.train.SequenceExample(
        context=tf.train.Features(feature={{"n": feature("i", 3)}}), feature_lists=tf.train.FeatureLists(feature_list=lists)
    )


TENSORS = [np.arange(6.0).reshape(2, 3), np.array([True, False]), np.array(5, "int64"), np.array([[b"a", b"bc"]], object), np.float16([1.5])]
WRITERS = {{
    "plain": None,
    "gzip": "GZIP",
    "zlib": "ZLIB",
    "best": tf.io.TFRecordOptions("GZIP", compression_level=9),
    "fast": tf.io.TFRecordOptions("ZLIB", compression_level=1, mem_level=8),
}}
messages = [example(n) for n in range(60)] + [sequence(n) for n in range(6)]
texts = [m.SerializeToString(deterministic=True) for m in messages]
texts += [tf.io.serialize_tensor(t).numpy() for t in TENSORS] + [b"", b"z" * 300_000]
if role == "write":
    for name, options in WRITERS.items():
        with tf.io.TFRecordWriter(f"{{mine}}/{{name}}", options) as writer:
            for text in texts:
                writer.write(text)
else:
    for name, options in WRITERS.items():
        kind = tf.io.TFRecordOptions.get_compression_type_string(options)
        found = list(tf.data.TFRecordDataset(f"{{other}}/{{name}}", kind).as_numpy_iterator())
        assert found == texts, name
    L, V, R = tf.io.FixedLenFeature, tf.io.VarLenFeature, tf.io.RaggedFeature
    wanted = {{"label": L([], tf.int64), "i": V(tf.int64), "f": R(tf.float32), "b": V(tf.string)}}
    parsed = tf.io.parse_example(found[:60], wanted)
    _, lists = tf.io.parse_single_sequence_example(found[64], None, {{"f": tf.io.FixedLenSequenceFeature([5], tf.float32), "i": R(tf.int64)}})
    results = [parsed["label"], parsed["i"].indices, parsed["i"].values, parsed["f"].values, parsed["f"].row_splits, lists["f"]]
    results += [lists["i"].flat_values] + [tf.io.parse_tensor(t, tf.as_dtype(a.dtype)) for t, a in zip(found[66:], TENSORS) if a.dtype != object]
    np.savez(f"{{mine}}/read.npz", *[r.numpy() for r in results])
    with open(f"{{mine}}/strings", "wb") as file:
        file.write(b"|".join(parsed["b"].values.numpy()))
"""


def run(python: str, module: str, *arguments: pathlib.Path | str) -> None:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [python, "-c", PROGRAM.format(module=module), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert not done.returncode, done.stderr[-2000:]


def test_both_ways(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    run(sys.executable, "unikeras", ours, theirs, "write")
    run(PYTHON, "tensorflow", theirs, ours, "write")
    for name in ("plain", "gzip", "zlib", "best", "fast"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name
    run(sys.executable, "unikeras", ours, theirs, "read")
    run(PYTHON, "tensorflow", theirs, ours, "read")
    assert (ours / "strings").read_bytes() == (theirs / "strings").read_bytes()
    with np.load(ours / "read.npz") as a, np.load(theirs / "read.npz") as b:
        assert a.files == b.files
        for name in a.files:
            np.testing.assert_array_equal(a[name], b[name])
            assert a[name].dtype == b[name].dtype
