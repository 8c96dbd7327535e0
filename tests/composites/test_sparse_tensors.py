"""Sparse tensors against dense ones, on whatever entries; the rest is compared with TensorFlow (tests/golden)."""

import copy
import pickle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import unikeras as tf

entries = st.sampled_from([0, 0, 0, 1, -2, 5])
matrices = hnp.arrays(np.int32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=4), elements=entries)
any_rank = hnp.arrays(np.int32, hnp.array_shapes(min_dims=1, max_dims=3, max_side=3), elements=entries)
few = settings(max_examples=15, deadline=None)


@few
@given(any_rank)
def test_there_and_back(x):
    sparse = tf.sparse.from_dense(x)
    assert np.array_equal(tf.sparse.to_dense(sparse), x)
    assert sparse.values.shape[0] == np.count_nonzero(x)
    again = pickle.loads(pickle.dumps(copy.copy(sparse)))
    assert np.array_equal(again.indices, sparse.indices)
    assert again.shape == sparse.shape


@few
@given(matrices, st.randoms(use_true_random=False))
def test_entries_in_any_order_are_put_in_order(x, random):
    sparse = tf.sparse.from_dense(x)
    order = list(range(int(sparse.values.shape[0])))
    random.shuffle(order)
    shuffled = tf.SparseTensor(sparse.indices.numpy()[order], sparse.values.numpy()[order], x.shape)
    assert np.array_equal(tf.sparse.to_dense(tf.sparse.reorder(shuffled)), x)
    assert np.array_equal(tf.sparse.to_dense(shuffled, validate_indices=False), x)


@few
@given(matrices)
def test_axes_and_shapes(x):
    sparse = tf.sparse.from_dense(x)
    assert np.array_equal(tf.sparse.to_dense(tf.sparse.transpose(sparse)), x.T)
    assert np.array_equal(tf.sparse.to_dense(tf.sparse.reshape(sparse, [-1])), x.ravel())
    assert np.array_equal(tf.sparse.reduce_sum(sparse, axis=0), x.sum(0))
    assert np.array_equal(
        tf.sparse.to_dense(tf.sparse.concat(1, [sparse, sparse])), np.concatenate([x, x], 1)
    )
    assert np.array_equal(tf.sparse.to_dense(tf.sparse.slice(sparse, [0, 1], [9, 2])), x[:, 1:3])


@few
@given(matrices)
def test_arithmetic(x):
    sparse = tf.sparse.from_dense(x)
    assert np.array_equal(tf.sparse.to_dense(tf.sparse.add(sparse, sparse)), x + x)
    assert np.array_equal(tf.sparse.add(sparse, x), x + x)
    assert np.array_equal(tf.sparse.sparse_dense_matmul(sparse, x.T), x @ x.T)
    assert np.array_equal(tf.sparse.sparse_dense_matmul(x.T, sparse), x.T @ x)
    assert np.array_equal(tf.sparse.to_dense(tf.sparse.maximum(sparse, tf.sparse.from_dense(-x))), np.abs(x))


@few
@given(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=1, max_size=4))
def test_sets_are_pythons(x):
    y = [[a + 1, b] for a, b in x]
    for ours, theirs in (
        (tf.sets.union, set.union),
        (tf.sets.intersection, set.intersection),
        (tf.sets.difference, set.difference),
    ):
        found = ours(tf.constant(x), tf.constant(y))
        rows = [[] for _ in x]
        for (row, _), value in zip(
            found.indices.numpy().tolist(), found.values.numpy().tolist(), strict=True
        ):
            rows[row].append(value)
        assert rows == [sorted(theirs(set(a), set(b))) for a, b in zip(x, y, strict=True)]


def test_a_function_gets_the_shape_and_not_the_places():
    @tf.function
    def f(s):
        assert s.shape == (2, 3)
        return tf.sparse.to_dense(s), s * 2.0

    for place in (0, 2):
        dense, doubled = f(tf.SparseTensor([[1, place]], [3.0], [2, 3]))
        assert dense.numpy()[1, place] == 3.0
        assert doubled.values.numpy().tolist() == [6.0]
