"""Users' functions in pipelines: however they run, for one element or for many, they give the same."""

import numpy as np
import pytest

import unikeras as tf

D = tf.data.Dataset
ROWS = np.random.default_rng(0).normal(size=(1100, 3, 2)).astype("float32")
FUNCTIONS = {
    "by place": lambda x: tf.cast(x * 2.0 + 1.0, tf.float64) / 3.0,
    "with a constant": lambda x: x * tf.constant([10.0, 20.0]),
    "sums": lambda x: (tf.reduce_sum(x), tf.reduce_max(x, axis=0)),
    "shapes": lambda x: tf.transpose(tf.reshape(x, [2, 3])),
    "one hot": lambda x: tf.one_hot(tf.cast(x[0, 0] > 0, tf.int32), 2),
    "branches": lambda x: tf.cond(x[0, 0] > 0, lambda: x, lambda: -x),
    "passed on": lambda x: (x, "text", x[0]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("rows", [7, 1100])
def test_batches_are_what_elements_are(name, rows):
    mapped = D.from_tensor_slices(ROWS[:rows]).map(FUNCTIONS[name])
    single = list(mapped.as_numpy_iterator())[-7:]
    batched = list(mapped.batch(64).unbatch().as_numpy_iterator())[-7:]
    for a, b in zip(single, batched, strict=True):
        a, b = (v if isinstance(v, tuple) else (v,) for v in (a, b))
        for x, y in zip(a, b, strict=True):
            if isinstance(x, bytes):
                assert x == y
            else:
                assert x.dtype == y.dtype
                np.testing.assert_allclose(x, y, rtol=1e-6, atol=1e-6)


def test_filters_of_blocks_keep_what_filters_of_elements_keep():
    mapped = D.range(500).map(lambda x: x * 7 % 11)
    single = [int(v) for v in mapped.filter(lambda x: x > 6)]
    assert [int(v) for b in mapped.filter(lambda x: x > 6).batch(9) for v in b] == single


def test_random_numbers_are_drawn_anew_in_every_iteration():
    dataset = D.range(4).map(lambda x: tf.random.uniform([]))
    first, second = ([float(v) for v in dataset] for _ in range(2))
    assert not set(first) & set(second)


def test_layers_and_variables_in_functions():
    layer = tf.keras.layers.Rescaling(0.5, offset=1.0)
    variable = tf.Variable(2.0)
    dataset = D.from_tensor_slices([1.0, 2.0]).map(lambda x: layer(x) * variable)
    assert [float(v) for v in dataset] == [3.0, 4.0]
    variable.assign(10.0)
    assert [float(v) for v in dataset.batch(2).unbatch()] == [15.0, 20.0]


@pytest.mark.parametrize("method", ["flat_map", "interleave"])
def test_functions_that_should_give_data_sets(method):
    with pytest.raises(TypeError, match="must return a `tf"):
        getattr(D.range(3), method)(lambda x: x)


def test_functions_inside_of_functions():
    traced = []

    def inner(x):
        traced.append(1)
        return x + 1

    dataset = D.range(30).flat_map(lambda i: D.range(2).map(inner))
    assert [int(v) for v in dataset] == [1, 2] * 30
    assert len(traced) <= 3
    outer = D.range(3).flat_map(lambda i: D.range(2).map(lambda x: x + i * 10))
    assert [int(v) for v in outer] == [0, 1, 10, 11, 20, 21]


def test_elements_of_many_sizes():
    traced = []

    def double(x):
        traced.append(isinstance(x, tf.Tensor))
        return x * 2

    dataset = D.range(40).map(lambda n: tf.ones([n])).map(double)
    assert [v.tolist() for v in dataset.as_numpy_iterator()] == [[2.0] * n for n in range(40)]
    assert all(traced)


def test_arrays_that_the_user_changes_later():
    rows = np.zeros(3)
    dataset = D.from_tensor_slices(rows)
    rows[:] = 7
    element = next(iter(dataset.batch(3)))
    assert element.numpy().tolist() == [0, 0, 0]
    got = next(dataset.batch(3).as_numpy_iterator())
    got[:] = 5  # what the user gets is the user's
    assert next(dataset.batch(3).as_numpy_iterator()).tolist() == [0, 0, 0]


def test_a_model_takes_a_data_set():
    x = np.linspace(0, 1, 40, dtype="float32").reshape(-1, 1)
    dataset = D.from_tensor_slices((x, 2 * x)).shuffle(40, seed=1).batch(8).prefetch(1)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    assert model.evaluate(dataset, verbose=0) > 0.1
    assert model.predict(dataset, verbose=0).shape == (40, 1)
