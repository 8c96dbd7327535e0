"""The place of an iterator: saved anywhere, restored into another iterator, it goes on with the same elements."""

import json
import tempfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import unikeras as tf
from unikeras.data.storage import dumps, loads

D = tf.data.Dataset


def _texts():
    return D.from_tensor_slices([b"a", b"bb", b"c"] * 4).map(lambda s: tf.strings.length(s))


SOURCES = {
    "range": lambda: D.range(13),
    "slices": lambda: D.from_tensor_slices(np.arange(12) * 3),
    "texts": lambda: _texts().map(lambda n: tf.cast(n, tf.int64)),
    "generator": lambda: D.from_generator(
        lambda: iter(range(9)), output_signature=tf.TensorSpec((), tf.int64)
    ),
    "zipped": lambda: D.zip((D.range(11), D.range(100, 120))).map(lambda a, b: a + b),
    "sampled": lambda: D.sample_from_datasets([D.range(6), D.range(50, 60)], seed=3),
    "chosen": lambda: D.choose_from_datasets([D.range(6), D.range(50, 60)], D.range(12).map(lambda i: i % 2)),
    "endless": lambda: D.counter(dtype=tf.int64).take(30).skip(18),
    "random": lambda: D.random(seed=2).take(12),
}
STEPS = {
    "map": lambda d: d.map(lambda x: x * 2 + 1),
    "parallel map": lambda d: d.map(lambda x: tf.numpy_function(lambda v: v + np.int64(1), [x], tf.int64), 3),
    "drawn": lambda d: d.map(lambda x: x + tf.random.uniform([], 0, 5, tf.int64)),
    "filter": lambda d: d.filter(lambda x: x % 3 != 0),
    "shuffle": lambda d: d.shuffle(4, seed=1),
    "shuffle all": lambda d: d.shuffle(50, seed=2),
    "repeat": lambda d: d.repeat(2),
    "take": lambda d: d.take(9),
    "skip": lambda d: d.skip(2),
    "shard": lambda d: d.shard(2, 1),
    "concatenate": lambda d: d.concatenate(D.range(3)),
    "rebatched": lambda d: d.batch(3).unbatch(),
    "padded": lambda d: d.map(lambda x: tf.fill([x % 3], x)).padded_batch(2).flat_map(_flat),
    "flat_map": lambda d: d.flat_map(lambda x: D.range(x % 3)),
    "interleave": lambda d: d.interleave(
        lambda x: D.from_tensors(x).repeat(3), cycle_length=2, block_length=2
    ),
    "threads": lambda d: d.interleave(lambda x: D.from_tensors(x).repeat(3), 2, 2, num_parallel_calls=2),
    "window": lambda d: d.window(3, shift=2).flat_map(lambda w: w.batch(2).unbatch()),
    "grouped": lambda d: d.group_by_window(lambda x: x % 2, lambda k, w: w.batch(2).unbatch(), 3),
    "scan": lambda d: d.scan(np.int64(0), lambda s, x: (s + x, s)),
    "take_while": lambda d: d.take_while(lambda x: x < 60),
    "enumerate": lambda d: d.enumerate().map(lambda i, x: i * 1000 + x),
    "cache": lambda d: d.cache(),
    "prefetch": lambda d: d.prefetch(3),
    "unique": lambda d: d.unique(),
    "ignored": lambda d: d.ignore_errors(),
    "options": lambda d: d.with_options(tf.data.Options()),
}


def _flat(rows):
    return D.from_tensor_slices(tf.reshape(rows, [-1]))


def _numbers(elements):
    return [leaf.tolist() for (leaf,) in elements]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(SOURCES)),
    st.lists(st.sampled_from(sorted(STEPS)), max_size=4),
    st.integers(0, 40),
    st.booleans(),
)
def test_anywhere(source, steps, at, batched):
    def make():
        tf.random.set_seed(7)
        dataset = SOURCES[source]()
        for step in steps:
            dataset = STEPS[step](dataset)
        return (dataset.batch(4) if batched else dataset).take(60)

    elements = make()._iterator()
    before = _numbers(leaves for _, leaves in zip(range(at), elements, strict=False))
    place = elements.save()
    rest = _numbers(elements)
    stored = loads(dumps(place)) if "window" not in steps and "grouped" not in steps else place
    again = make()._iterator()
    assert _numbers(leaves for _, leaves in zip(range(at % 3), again, strict=False)) == before[: at % 3]
    again.close()
    other = make()._iterator()
    other.restore(stored)
    assert _numbers(other) == rest
    whole = make()._iterator()
    assert _numbers(whole) == before + rest
    for used in (elements, other, whole):
        used.close()


def test_a_place_is_plain_data():
    iterator = iter(D.range(50).shuffle(8, seed=1).map(lambda x: x + 1).batch(3).prefetch(2))
    for _ in range(4):
        next(iterator)
    state = iterator.save()

    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [plain(v) for v in value]
        return value.tolist() if isinstance(value, np.ndarray) else value

    json.dumps(plain(state))
    iterator.close()


def test_in_a_checkpoint(tmp_path):
    dataset = D.range(30).shuffle(10, seed=4).batch(4)
    iterator = iter(dataset)
    for _ in range(3):
        next(iterator)
    path = tf.train.Checkpoint(data=iterator).save(str(tmp_path / "place"))
    rest = [b.numpy().tolist() for b in iterator]
    other = iter(dataset)
    tf.train.Checkpoint(data=other).restore(path).assert_consumed()
    assert [b.numpy().tolist() for b in other] == rest


def test_ragged_and_sparse_elements_in_buffers():
    rows = tf.ragged.constant([[1, 2], [], [3], [4, 5, 6]])
    for dataset in (
        D.from_tensors(rows).repeat(3),
        D.from_tensors(tf.sparse.from_dense([[1, 0], [0, 2]])).repeat(3),
    ):
        iterator = iter(dataset.shuffle(2, seed=1))
        next(iterator)
        state = loads(dumps(iterator.save()))
        other = iter(dataset.shuffle(2, seed=1))
        other.restore(state)
        assert len(list(other)) == 2
        assert len(list(iterator)) == 2


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_damaged_bytes_are_reported(cut):
    data = dumps({"a": np.arange(4), "b": b"text"})
    with pytest.raises(tf.errors.DataLossError):
        loads(data[:-cut])


def test_saved_data_sets(tmp_path):
    dataset = D.from_tensor_slices({"n": np.arange(5), "s": [b"a", b"bb", b"", b"d", b"e"]}).map(
        lambda d: {**d, "r": tf.RaggedTensor.from_row_lengths([d["n"]], [1])}
    )
    for compression in (None, "GZIP"):
        dataset.save(str(tmp_path / "kept"), compression)
        found = D.load(str(tmp_path / "kept"))
        assert len(found) == 5
        assert [e["s"] for e in found.as_numpy_iterator()] == [b"a", b"bb", b"", b"d", b"e"]
        assert [int(e["r"].flat_values[0]) for e in found] == list(range(5))
    (shard,) = (tmp_path / "kept").glob("shard-*")
    shard.write_bytes(shard.read_bytes()[:-8])
    with pytest.raises(tf.errors.DataLossError):
        list(D.load(str(tmp_path / "kept")))


def test_a_save_that_fails_leaves_nothing(tmp_path):
    def rows():
        yield 1
        raise ValueError("no more")

    with pytest.raises(tf.errors.InvalidArgumentError):
        D.from_generator(rows, output_signature=tf.TensorSpec((), tf.int32)).save(str(tmp_path / "kept"))
    assert list((tmp_path / "kept").iterdir()) == []
    with pytest.raises(tf.errors.NotFoundError, match="no saved data set"):
        D.load(str(tmp_path / "kept"))


def test_a_cache_in_a_file_that_was_not_finished_is_made_again():
    folder = tempfile.mkdtemp()
    dataset = D.range(6).cache(f"{folder}/c")
    iterator = iter(dataset)
    next(iterator)
    iterator.close()
    assert [int(v) for v in dataset] == list(range(6))
    assert [int(v) for v in dataset] == list(range(6))
