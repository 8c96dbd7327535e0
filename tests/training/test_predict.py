"""`predict` and the methods for one batch."""

from __future__ import annotations

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

pytestmark = pytest.mark.no_gradients
layers = keras.layers


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((4,)), layers.Dense(5, activation="tanh"), layers.Dense(3)])


@pytest.mark.parametrize("rows", [1, 2, 31, 32, 33, 100])
@pytest.mark.parametrize("verbose", [0, 1])
def test_the_quick_way_equals_the_slow_one(model, rng, rows, verbose):
    x = rng.normal(size=(rows, 4)).astype("float32")
    expected = np.asarray(model(x))
    found = model.predict(x, verbose=verbose)
    assert type(found) is np.ndarray
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(model.predict(x, batch_size=7, verbose=0), expected, atol=1e-6)
    np.testing.assert_allclose(model.predict(x, batch_size=1000, verbose=0), expected, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "int32", "uint8", "bool"])
def test_dtypes_one_after_the_other(model, dtype):
    x = np.array([[0, 1, 2, 3], [1, 1, 0, 0]]).astype(dtype)
    expected = np.asarray(model(x.astype("float32")))
    for _ in range(2):
        np.testing.assert_allclose(model.predict(x, verbose=0), expected, atol=1e-5)
    np.testing.assert_allclose(model.predict(x.astype("float32"), verbose=0), expected, atol=1e-5)


def test_new_weights_are_used(model, rng):
    x = rng.normal(size=(3, 4))
    model.predict(x, verbose=0)
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    assert not model.predict(x, verbose=0).any()


@pytest.mark.parametrize("kind", ["list", "tensor", "nested lists", "frame", "iterable", "dataset"])
def test_kinds_of_input(model, rng, kind):
    import pandas as pd

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, i):
            return x[i * 3 : i * 3 + 3]

    x = rng.normal(size=(6, 4)).astype("float32")
    given = {
        "list": [x],
        "tensor": tf.constant(x),
        "nested lists": x.tolist(),
        "frame": pd.DataFrame(x),
        "iterable": iter([x[:2], x[2:]]),
        "dataset": Batches(),
    }[kind]
    np.testing.assert_allclose(model.predict(given, verbose=0), np.asarray(model(x)), atol=1e-6)


def test_structures_of_inputs_and_outputs(rng):
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    both = layers.Concatenate()([a, b])
    model = keras.Model({"a": a, "b": b}, {"s": both * 2.0, "parts": [a + 1.0, b]})
    given = {"a": rng.normal(size=(5, 2)), "b": rng.normal(size=(5, 3))}
    for found in (model.predict(given, verbose=0), model.predict(given, batch_size=2, verbose=0)):
        assert list(found) == ["s", "parts"]
        assert isinstance(found["parts"], list)
        np.testing.assert_allclose(found["s"], 2 * np.concatenate([given["a"], given["b"]], 1), rtol=1e-6)
        np.testing.assert_allclose(found["parts"][0], given["a"] + 1, rtol=1e-6)
    two = keras.Model([a, b], [a, both])
    found = two.predict([given["a"], given["b"]], verbose=0)
    assert isinstance(found, list)
    assert [f.shape for f in found] == [(5, 2), (5, 5)]
    named = two.predict({"b": given["b"], "a": given["a"]}, verbose=0)
    assert np.array_equal(named[1], found[1])


def test_steps(model, rng):
    x = rng.normal(size=(20, 4))
    assert model.predict(x, batch_size=4, steps=2, verbose=0).shape == (8, 3)


def test_predict_needs_no_compile_and_builds(rng):
    model = keras.Sequential([layers.Dense(2)])
    assert model.predict(rng.normal(size=(3, 4)), verbose=0).shape == (3, 2)
    assert model.built


def test_dropout_is_off_and_moving_statistics_stay(rng):
    model = keras.Sequential([keras.Input((4,)), layers.Dropout(0.5), layers.BatchNormalization()])
    x = rng.normal(size=(8, 4)).astype("float32")
    before = model.get_weights()
    np.testing.assert_allclose(model.predict(x, verbose=0), x / np.sqrt(1.001), rtol=1e-5)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_predict_on_batch(model, rng):
    x = rng.normal(size=(6, 4)).astype("float32")
    found = model.predict_on_batch(x)
    assert type(found) is np.ndarray
    np.testing.assert_allclose(found, np.asarray(model(x)), atol=1e-6)


def test_test_on_batch(model, rng):
    x, y = rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    model.compile("sgd", "mse", metrics=["mae"])
    error = np.asarray(model(x)) - y
    values = model.test_on_batch(x, y)
    assert values == pytest.approx([np.mean(error**2), np.mean(np.abs(error))], rel=1e-4)
    assert model.test_on_batch(x, y, return_dict=True) == pytest.approx(
        {"loss": values[0], "mae": values[1]}, rel=1e-5
    )
    weights = np.array([1, 0, 0, 0, 0, 0])
    weighted = model.test_on_batch(x, y, sample_weight=weights)
    assert weighted[0] == pytest.approx(np.mean(error[0] ** 2) / 6, rel=1e-4)
    model.compile("sgd", "mse")
    assert isinstance(model.test_on_batch(x, y), float)
    with pytest.raises(ValueError, match=r"test_on_batch takes arrays, not a .*iterator"):
        model.test_on_batch(iter([x]))
