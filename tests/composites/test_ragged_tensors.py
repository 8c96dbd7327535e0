"""Ragged tensors against lists of Python's, on whatever rows; the rest is compared with TensorFlow (tests/golden)."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import unikeras as tf

numbers = st.integers(-50, 50)
rows = st.lists(st.lists(numbers, max_size=4), max_size=5)
nested = st.lists(st.lists(st.lists(numbers, max_size=3), max_size=3), max_size=3)
texts = st.lists(st.lists(st.text(max_size=3), max_size=3), max_size=4)
few = settings(max_examples=40, deadline=None)
fewer = settings(max_examples=12, deadline=None)  # what compiles


@few
@given(rows)
def test_lists(x):
    ragged = tf.ragged.constant(x, ragged_rank=1, dtype=tf.int32)
    assert ragged.to_list() == x
    assert ragged.row_lengths().numpy().tolist() == [len(row) for row in x]
    assert [row.tolist() for row in ragged.numpy()] == x


@few
@given(nested)
def test_nested_lists(x):
    ragged = tf.ragged.constant(x, ragged_rank=2, dtype=tf.int64)
    assert ragged.to_list() == x
    assert tf.RaggedTensor.from_nested_row_splits(ragged.flat_values, ragged.nested_row_splits).to_list() == x
    assert (
        tf.RaggedTensor.from_nested_value_rowids(
            ragged.flat_values,
            ragged.nested_value_rowids(),
            [r.static_nrows for r in ragged._nested_row_partitions],
        ).to_list()
        == x
    )


@few
@given(texts)
def test_lists_of_strings(x):
    ragged = tf.ragged.constant(x, ragged_rank=1, dtype=tf.string)
    assert ragged.to_list() == [[t.encode() for t in row] for row in x]


@few
@given(rows)
def test_every_way_to_say_where_rows_are(x):
    r = tf.ragged.constant(x, ragged_rank=1, dtype=tf.int32)
    make = tf.RaggedTensor
    assert make.from_row_lengths(r.values, r.row_lengths()).to_list() == x
    assert make.from_row_starts(r.values, r.row_starts()).to_list() == x
    assert make.from_row_limits(r.values, r.row_limits()).to_list() == x
    assert make.from_value_rowids(r.values, r.value_rowids(), nrows=len(x)).to_list() == x


@fewer
@given(nested)
def test_there_and_back(x):
    r = tf.ragged.constant(x, ragged_rank=2, dtype=tf.int32)
    lengths = [part.lengths.tolist() for part in r._nested_row_partitions]
    assert tf.RaggedTensor.from_tensor(r.to_tensor(7), lengths=lengths).to_list() == x
    flat = tf.ragged.constant(
        [[v for inner in row for v in inner] for row in x], ragged_rank=1, dtype=tf.int32
    )
    assert tf.RaggedTensor.from_sparse(flat.to_sparse()).to_list() == flat.to_list()
    assert r.merge_dims(1, 2).to_list() == flat.to_list()


@fewer
@given(rows, st.integers(-5, 5), st.integers(-5, 5), st.sampled_from([None, 1, 2, -1, -2]))
def test_slices_are_those_of_lists(x, start, stop, step):
    r = tf.ragged.constant(x, ragged_rank=1, dtype=tf.int32)
    part = slice(start, stop, step)
    assert r[part].to_list() == x[part]
    assert r[:, part].to_list() == [row[part] for row in x]


@fewer
@given(rows, st.lists(st.integers(0, 4), max_size=4))
def test_gathered_joined_and_reversed_rows(x, places):
    r = tf.ragged.constant(x, ragged_rank=1, dtype=tf.int32)
    places = [p for p in places if p < len(x)]
    assert tf.gather(r, tf.constant(places, tf.int64)).to_list() == [x[p] for p in places]
    assert tf.concat([r, r], axis=1).to_list() == [row + row for row in x]
    assert tf.concat([r, r], axis=0).to_list() == x + x
    assert tf.reverse(r, [1]).to_list() == [row[::-1] for row in x]


@fewer
@given(nested)
def test_sums_along_every_axis(x):
    r = tf.ragged.constant(x, ragged_rank=2, dtype=tf.int32)
    assert tf.reduce_sum(r, axis=2).to_list() == [[sum(inner) for inner in row] for row in x]
    widest = [max(map(len, row), default=0) for row in x]
    assert tf.reduce_sum(r, axis=1).to_list() == [
        [sum(inner[k] for inner in row if k < len(inner)) for k in range(width)]
        for row, width in zip(x, widest, strict=True)
    ]
    assert int(tf.reduce_sum(r)) == sum(v for row in x for inner in row for v in inner)


def test_copies_and_pickles():
    r = tf.ragged.constant([["a"], [], ["b", "c"]])
    u = tf.RaggedTensor.from_uniform_row_length(tf.ragged.constant([[1], [2, 3]]), 2)
    for x in (r, u):
        again = pickle.loads(pickle.dumps(x))
        assert again.to_list() == copy.deepcopy(x).to_list() == x.to_list()
        assert again.shape == x.shape
        assert again._type_spec == x._type_spec


def test_row_splits_of_two_types_become_int64():
    narrow = tf.ragged.constant([[1], [2, 3]], row_splits_dtype=tf.int32)
    assert (narrow + 1).row_splits.dtype == tf.int32
    assert (narrow + tf.ragged.constant([[1], [2, 3]])).row_splits.dtype == tf.int64


def test_an_index_outside_of_its_row_is_refused():
    x = tf.ragged.constant([[1, 2], [3]])
    with pytest.raises(tf.errors.InvalidArgumentError, match="outside of its row"):
        tf.gather(x, tf.ragged.constant([[2], []], dtype=tf.int64), batch_dims=1)


def test_an_op_without_a_meaning_for_ragged_tensors_names_itself():
    with pytest.raises(ValueError, match=r"sort: not available for a RaggedTensor.*to_tensor"):
        tf.sort(tf.ragged.constant([[2, 1], [3]]))


def test_a_function_is_traced_once_for_a_number_of_values_and_rows():
    count = []

    @tf.function
    def total(r):
        count.append(1)
        return tf.reduce_sum(r, axis=1)

    assert total(tf.ragged.constant([[1, 2], [3]])).numpy().tolist() == [3, 3]
    assert total(tf.ragged.constant([[1], [2, 3]])).numpy().tolist() == [1, 5]
    traces = len(count)
    assert total(tf.ragged.constant([[], [1, 2, 3]], dtype=tf.int32)).numpy().tolist() == [0, 6]
    if tf.config.list_logical_devices() and hasattr(total, "experimental_get_tracing_count"):
        assert total.experimental_get_tracing_count() <= 1
        assert len(count) in (traces, traces + 1)


def test_numpy_values_are_arrays_of_rows():
    x = tf.ragged.constant([[1.0], [2.0, 3.0]]).numpy()
    assert x.dtype == object
    assert [row.dtype for row in x] == [np.float32] * 2
    assert tf.ragged.constant([[1, 2], [3, 4]]).numpy().shape == (2, 2)
