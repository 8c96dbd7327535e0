"""Whatever is in a file: what it holds, or an error of `tf.errors`; in bounded memory."""

import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import unikeras as tf
from unikeras.io.checksum import masked_crc32c

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
REFUSED = (tf.errors.DataLossError, tf.errors.InvalidArgumentError)


def ints(values):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


EXAMPLE = tf.train.Example(
    features=tf.train.Features(
        feature={
            "i": ints([1, -2, 300]),
            "l": ints([2, 1]),
            "f": tf.train.Feature(float_list=tf.train.FloatList(value=[0.5, 1.5])),
            "b": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"a", b""])),
        }
    )
).SerializeToString(deterministic=True)
FEATURES = {
    "i": tf.io.VarLenFeature(tf.int64),
    "f": tf.io.FixedLenFeature([2], tf.float32),
    "b": tf.io.RaggedFeature(tf.string),
    "r": tf.io.RaggedFeature(tf.int64, "i", [tf.io.RaggedFeature.RowLengths("l")]),
    "d": tf.io.RaggedFeature(tf.int64, "i", [tf.io.RaggedFeature.ValueRowIds("l")]),
}


def records(items):
    heads = [struct.pack("<Q", len(item)) for item in items]
    frame = [
        h + struct.pack("<I", masked_crc32c(h)) + i + struct.pack("<I", masked_crc32c(i))
        for h, i in zip(heads, items, strict=True)
    ]
    return b"".join(frame)


@st.composite
def damaged(draw, content):
    """The content cut, with bytes changed, or with bytes put in."""
    data = bytearray(content)
    for _ in range(draw(st.integers(0, 3))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    at = draw(st.integers(0, len(data)))
    data[at:at] = draw(st.binary(max_size=8))
    return bytes(data[: draw(st.integers(0, len(data)))])


def read(path, data, compression=None):
    path.write_bytes(data)
    try:
        return list(tf.data.TFRecordDataset(str(path), compression).as_numpy_iterator())
    except REFUSED:
        return None


@pytest.mark.filterwarnings("ignore:.*ends in the middle of a record")
@FUZZ
@given(st.data())
def test_records(tmp_path, data):
    items = [b"one", b"", b"three" * 9]
    content = records(items)
    compression = data.draw(st.sampled_from(["", "ZLIB", "GZIP"]))
    if compression:
        deflate = zlib.compressobj(wbits=31 if compression == "GZIP" else 15)
        content = deflate.compress(content) + deflate.flush()
    found = read(tmp_path / "r", data.draw(damaged(content)), compression)
    assert found is None or all(item in items for item in found)


@pytest.mark.parametrize("length", [2**34, 2**60, 2**63, 2**64 - 1])
@pytest.mark.parametrize("compression", ["", "GZIP"])
def test_a_claimed_length_allocates_nothing(length, compression, tmp_path):
    head = struct.pack("<Q", length)
    content = head + struct.pack("<I", masked_crc32c(head)) + b"x" * 50
    if compression:
        deflate = zlib.compressobj(wbits=31)
        content = deflate.compress(content) + deflate.flush()
    (tmp_path / "r").write_bytes(content)
    tracemalloc.start()
    with pytest.raises(tf.errors.DataLossError, match="truncated record at 0"):
        list(tf.data.TFRecordDataset(str(tmp_path / "r"), compression))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


@FUZZ
@given(damaged(EXAMPLE))
def test_examples(text):
    for parse in (tf.io.parse_single_example, lambda t, f: tf.io.parse_example([EXAMPLE, t], f)):
        try:
            found = parse(text, FEATURES)
        except REFUSED:
            continue
        assert found["f"].shape[-1] == 2


@FUZZ
@given(damaged(EXAMPLE))
def test_values_are_protobufs(text):
    """Where both take an example, the values are those that protobuf finds."""
    try:
        found = tf.io.parse_single_example(
            text, {"i": tf.io.VarLenFeature(tf.int64), "b": tf.io.VarLenFeature(tf.string)}
        )
    except REFUSED:
        return
    features = tf.train.Example.FromString(text).features.feature
    assert found["i"].values.numpy().tolist() == list(features["i"].int64_list.value)
    assert found["b"].values.numpy().tolist() == list(features["b"].bytes_list.value)


@FUZZ
@given(st.lists(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), min_size=1, max_size=9))
def test_integers(rows):
    texts = [
        tf.train.Example(features=tf.train.Features(feature={"i": ints(row)})).SerializeToString()
        for row in rows
    ]
    assert tf.io.parse_example(texts, {"i": tf.io.RaggedFeature(tf.int64)})["i"].to_list() == rows


@FUZZ
@given(damaged(tf.io.serialize_tensor(np.arange(6, dtype="float32").reshape(2, 3)).numpy()))
def test_tensors(text):
    try:
        found = tf.io.parse_tensor(text, tf.float32)
    except REFUSED:
        return
    assert found.dtype == tf.float32


def test_a_tensor_of_a_claimed_shape_is_refused():
    proto = tf.make_tensor_proto(1.0)
    for size in (2**40, 2**20):
        proto.tensor_shape.dim.add(size=size)
    with pytest.raises(tf.errors.InvalidArgumentError, match="1 values for a shape of"):
        tf.io.parse_tensor(proto.SerializeToString(), tf.float32)


@FUZZ
@given(st.text('a1,."\n\r -e_', max_size=40), st.booleans())
def test_csv(tmp_path, text, quotes):
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    try:
        rows = list(
            tf.data.experimental.CsvDataset(str(path), ["", 0], use_quote_delim=quotes).as_numpy_iterator()
        )
    except REFUSED:
        rows = []
    assert all(isinstance(number, np.int32) for _, number in rows)
    try:
        first, second = tf.io.decode_csv(text, [[""], [0]], use_quote_delim=quotes)
    except REFUSED:
        return
    assert first.dtype == tf.string
    assert second.dtype == tf.int32


@FUZZ
@given(st.lists(st.lists(st.text('ab,"\n\r ', max_size=6), min_size=2, max_size=2), max_size=6))
def test_csv_written_by_python(tmp_path, rows):
    import csv

    path = tmp_path / "x.csv"
    with open(path, "w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    dataset = tf.data.experimental.CsvDataset(str(path), ["", ""])
    assert [[a.decode(), b.decode()] for a, b in dataset.as_numpy_iterator()] == rows


@FUZZ
@given(st.binary(max_size=60))
def test_lines(tmp_path, content):
    path = tmp_path / "t"
    path.write_bytes(content)
    lines = content.replace(b"\r", b"").split(b"\n")
    expected = lines if lines[-1] else lines[:-1]
    assert list(tf.data.TextLineDataset(str(path)).as_numpy_iterator()) == expected


@FUZZ
@given(st.binary(max_size=30))
def test_strings(content):
    for decode in (
        tf.io.decode_base64,
        lambda t: tf.io.decode_compressed(t, "GZIP"),
        tf.io.decode_json_example,
    ):
        try:
            assert decode(content).dtype == tf.string
        except REFUSED:
            pass
