"""The place in a file can be saved and gone to again, whatever is read, and damage leaves nothing in doubt."""

import gzip
import json

import numpy as np
import pytest

import unikeras as tf
from unikeras.io import stream

N = 120


def text(i):
    return b"%d," % i + b"x" * (i * 7 % 230)


@pytest.fixture
def files(tmp_path):
    for part in range(3):
        items = [text(part * 100 + i) for i in range(N)]
        for kind in ("", "GZIP"):
            with tf.io.TFRecordWriter(str(tmp_path / f"r{part}{kind}"), kind) as writer:
                for item in items:
                    writer.write(item)
        lines = b"".join(item + b"\r\n" for item in items)
        (tmp_path / f"t{part}").write_bytes(lines)
        (tmp_path / f"t{part}GZIP").write_bytes(gzip.compress(lines))
        (tmp_path / f"c{part}").write_bytes(b"number,text\n" + lines.replace(b"x,", b'"x\nx",'))
        (tmp_path / f"f{part}").write_bytes(b"HEAD" + bytes(k % 251 for k in range(30 * N)) + b"END")
    return lambda kind: [str(tmp_path / f"{kind[0]}{part}{kind[1:]}") for part in range(3)]


def sources(files):
    data = tf.data
    yield data.TFRecordDataset(files("r"))
    yield data.TFRecordDataset(files("r"), num_parallel_reads=2)
    yield data.TFRecordDataset(files("rGZIP"), "GZIP")
    yield data.TextLineDataset(files("t"))
    yield data.TextLineDataset(files("tGZIP"), "GZIP", num_parallel_reads=3)
    yield data.experimental.CsvDataset(files("c"), [0, ""], header=True)
    yield data.FixedLengthRecordDataset(files("f"), 3, 4, 3)
    yield data.experimental.make_csv_dataset(files("c"), 7, shuffle_seed=3, num_epochs=2)


def plain(element):
    return [np.asarray(leaf).tolist() for leaf in tf.nest.flatten(element)]


@pytest.mark.parametrize("chunk", [64, 1 << 18])
def test_places(files, chunk, monkeypatch):
    monkeypatch.setattr("unikeras.data.files.CHUNK", chunk)
    monkeypatch.setattr(stream, "CHUNK", chunk)
    for source in sources(files):
        iterator = iter(source)
        for _ in range(17):
            next(iterator)
        place = iterator.save()
        rest = [plain(x) for x in iterator]
        other = iter(source)
        other.restore(
            json.loads(json.dumps(place, default=np.ndarray.tolist))
            if "Prefetch" not in repr(source)
            else place
        )
        assert [plain(x) for x in other] == rest
        assert len(rest) >= 17


def test_batches_are_what_elements_are(files):
    for source in list(sources(files))[:-1]:
        one = [plain(x) for x in source]
        several = [leaf for x in source.batch(11) for leaf in zip(*plain(x), strict=True)]
        assert one == [list(x) for x in several]


def test_a_record_longer_than_a_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr("unikeras.data.files.CHUNK", 1 << 12)
    items = [b"a" * 10, b"b" * 100_000, b"", b"c" * 20_000, b"d"]
    for kind in ("", "GZIP"):
        with tf.io.TFRecordWriter(str(tmp_path / "r"), kind) as writer:
            for item in items:
                writer.write(item)
        assert list(tf.data.TFRecordDataset(str(tmp_path / "r"), kind).as_numpy_iterator()) == items


def test_a_file_that_ends_in_a_head_is_told(tmp_path):
    path = tmp_path / "r"
    with tf.io.TFRecordWriter(str(path)) as writer:
        writer.write(b"one")
    path.write_bytes(path.read_bytes() + b"12345")
    with pytest.warns(UserWarning, match="ends in the middle of a record, at 19"):
        assert list(tf.data.TFRecordDataset(str(path)).as_numpy_iterator()) == [b"one"]


def test_the_next_file_follows_a_missing_one(tmp_path):
    (tmp_path / "t").write_text("a\n")
    names = [str(tmp_path / "none"), str(tmp_path / "t")]
    iterator = iter(tf.data.TextLineDataset(names))
    with pytest.raises(tf.errors.NotFoundError, match="none"):
        next(iterator)
    assert [x.numpy() for x in iterator] == [b"a"]


def test_file_systems_that_are_not_there():
    for use in (
        tf.io.gfile.exists,
        tf.io.read_file,
        lambda p: list(tf.data.TextLineDataset(p)),
        tf.io.TFRecordWriter,
    ):
        with pytest.raises(tf.errors.UnimplementedError, match=r"gs.*Copy the file"):
            use("gs://bucket/file")


def test_paths_and_schemes(tmp_path):
    path = tmp_path / "a.txt"
    with tf.io.gfile.GFile(path, "w") as file:
        file.write("x")
    assert tf.io.gfile.glob(path.as_uri()) == [path.as_uri()]
    assert tf.io.gfile.GFile(path.as_uri()).read() == "x"
    assert list(tf.data.TextLineDataset([path]).as_numpy_iterator()) == [b"x"]


def test_messages_can_be_pickled():
    import pickle

    example = tf.train.Example(
        features=tf.train.Features(feature={"x": tf.train.Feature(int64_list=tf.train.Int64List(value=[1]))})
    )
    assert pickle.loads(pickle.dumps(example)) == example
