"""`tf.lookup` where the golden programs do not look: in functions and models, changing tables, messages."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras
from unikeras.core.errors import NeedsValues
from unikeras.core.trace import Traced

COMPILES = engine.current().compiles


def static(keys, values, default):
    return tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(tf.constant(keys), tf.constant(values)), default
    )


def test_numbers_are_looked_up_in_compiled_code():
    table = static([5, 7, 3], [0.5, 0.7, 0.3], -1.0)

    @tf.function
    def find(x):
        return table.lookup(x) * 10.0

    assert find(tf.constant([3, 4, 8, 7])).numpy().tolist() == pytest.approx([3.0, -10.0, -10.0, 7.0])
    if COMPILES:
        assert all(isinstance(trace, Traced) for trace in find._traces.values())


def test_every_number_is_found():
    rng = np.random.default_rng(0)
    keys = rng.choice(10_000, 500, replace=False) - 5_000
    table = static(keys, np.arange(500), -1)
    asked = np.arange(-6_000, 6_000)
    known = {k: i for i, k in enumerate(keys.tolist())}
    assert table.lookup(tf.constant(asked)).numpy().tolist() == [known.get(k, -1) for k in asked.tolist()]


def test_a_table_in_a_layer():
    class Ids(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.table = static(["good", "bad"], [1, 2], 0)

        def call(self, words):
            return self.table.lookup(tf.strings.lower(words))

    word = keras.Input((2,), dtype="string")
    ids = Ids()(word)
    assert (tuple(ids.shape), ids.dtype.name) == ((None, 2), "int32")
    model = keras.Model(word, keras.layers.Embedding(3, 4)(ids))
    assert model.predict(np.array([["Good", "x"], ["bad", "BAD"]]), verbose=0).shape == (2, 2, 4)


def test_a_table_that_changes_in_a_function():
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, 0)

    @tf.function
    def count(words, by):
        table.insert(words, table.lookup(words) + by)
        return table.size()

    for _ in range(3):
        assert count(tf.constant(["a", "b"]), tf.constant([1, 2], tf.int64)).numpy() == 2
    assert table.lookup(tf.constant(["a", "b", "c"])).numpy().tolist() == [3, 6, 0]


def test_a_table_that_changes_cannot_be_compiled():
    if not COMPILES:
        pytest.skip("nothing is compiled")
    table = tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, 0, empty_key=-1, deleted_key=-2)
    inputs = keras.Input((1,), dtype="int64")

    class Find(keras.layers.Layer):
        def call(self, x):
            return tf.cast(table.lookup(x), "float32")

    model = keras.Model(inputs, Find()(inputs))
    with pytest.raises(NeedsValues, match="a table that changes"):
        model.predict(np.ones((2, 1), np.int64), verbose=0)


def test_ragged_and_sparse_keys():
    table = static(["a", "b"], [1, 2], -1)
    assert table.lookup(tf.ragged.constant([["a"], [], ["z", "b"]])).to_list() == [[1], [], [-1, 2]]
    found = table.lookup(tf.SparseTensor([[0, 1], [2, 0]], ["b", "q"], [3, 2]))
    assert found.values.numpy().tolist() == [2, -1]
    assert found.dense_shape.numpy().tolist() == [3, 2]


def test_messages():
    with pytest.raises(tf.errors.FailedPreconditionError, match="the key b'a' comes twice"):
        static(["a", "a"], [1, 2], 0)
    with pytest.raises(TypeError, match=r"lookup: expected keys of dtype string, got int32"):
        static(["a"], [1], 0).lookup(tf.constant([1]))
    with pytest.raises(AttributeError, match=r"tf\.lookup has no attribute"):
        tf.lookup.StaticHashTables  # noqa: B018
    index = tf.lookup.TextFileIndex
    words = tf.lookup.TextFileInitializer(
        "nope.txt", tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER
    )
    with pytest.raises(tf.errors.NotFoundError, match=r"nope\.txt"):
        tf.lookup.StaticHashTable(words, -1)


@pytest.mark.parametrize("dense", [False, True])
def test_tables_that_change_are_in_checkpoints(tmp_path, dense):
    def made():
        if dense:
            return tf.lookup.experimental.DenseHashTable(
                tf.string, tf.int64, -1, empty_key="", deleted_key="$"
            )
        return tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)

    table = made()
    table.insert(tf.constant(["a", "b"]), tf.constant([1, 2], tf.int64))
    path = tf.train.Checkpoint(table=table).save(tmp_path / "tables")
    names = [name for name, _ in tf.train.list_variables(path)]
    assert ("table/.ATTRIBUTES/table-keys" in names) == (not dense)
    again = made()
    tf.train.Checkpoint(table=again).restore(path).assert_consumed()
    assert again.lookup(tf.constant(["a", "b", "c"])).numpy().tolist() == [1, 2, -1]
    assert again.size().numpy() == 2
