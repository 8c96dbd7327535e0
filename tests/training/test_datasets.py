"""`fit`, `evaluate`, `predict` and `adapt` of `tf.data` data sets."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

X = np.sin(np.arange(88, dtype="float32")).reshape(22, 4)
Y = np.arange(22) % 2
BASE = tf.data.Dataset.from_tensor_slices((X, Y))


@pytest.fixture(scope="module")
def model():
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    made.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return made


def test_same_as_arrays(model):
    """A ragged last batch counts by its samples, weights of classes as with arrays."""
    assert model.evaluate(BASE.batch(8), verbose=0) == pytest.approx(model.evaluate(X, Y, 8, verbose=0))
    start, losses = model.get_weights(), []
    for given in ({"x": BASE.batch(8)}, {"x": X, "y": Y, "batch_size": 8, "shuffle": False}):
        model.set_weights(start)
        losses.append(model.fit(**given, epochs=2, class_weight={0: 1.0, 1: 3.0}, verbose=0).history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-5)


def test_infinite_needs_steps(model):
    endless = BASE.repeat().batch(8)
    assert len(model.fit(endless, steps_per_epoch=3, epochs=2, verbose=0).history["loss"]) == 2
    for call in (model.fit, model.evaluate, model.predict):
        with pytest.raises(ValueError, match="infinite"):
            call(endless, verbose=0)
    with pytest.raises(ValueError, match="infinite"):
        model.fit(BASE.batch(8), validation_data=endless, verbose=0)
    assert model.fit(BASE.batch(8), validation_data=endless, validation_steps=2, verbose=0).history[
        "val_loss"
    ]


def test_unknown_length(model, capsys):
    model.fit(BASE.filter(lambda x, y: y >= 0).batch(8), epochs=2, verbose=1)
    assert capsys.readouterr().out.count("3/3") >= 2


@pytest.mark.no_gradients
def test_predict_leaves_labels_and_weights(model):
    expected = model.predict(X, verbose=0)
    weighted = tf.data.Dataset.from_tensor_slices((X, Y, np.ones(22, "float32")))
    for dataset in (BASE, weighted, BASE.map(lambda x, y: x)):
        np.testing.assert_allclose(model.predict(dataset.batch(8), verbose=0), expected, rtol=1e-5)


def test_running_out_warns(model):
    with pytest.warns(UserWarning, match="ran out"):
        history = model.fit(BASE.batch(8), steps_per_epoch=5, epochs=2, verbose=0).history
    assert len(history["loss"]) == 1


def test_dictionaries_and_several_outputs():
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    both = keras.layers.concatenate([a, b])
    outputs = {"one": keras.layers.Dense(1, name="one")(both), "two": keras.layers.Dense(3, name="two")(both)}
    model = keras.Model({"a": a, "b": b}, outputs)
    model.compile("sgd", {"one": "mse", "two": keras.losses.SparseCategoricalCrossentropy(from_logits=True)})
    dataset = tf.data.Dataset.from_tensor_slices(
        ({"a": X, "b": X[:, :2]}, {"one": X[:, :1], "two": Y})
    ).batch(8)
    assert "two_loss" in model.fit(dataset, verbose=0).history
    assert {k: v.shape for k, v in model.predict(dataset, verbose=0).items()} == {
        "one": (22, 1),
        "two": (22, 3),
    }


@pytest.mark.no_gradients
def test_adapt():
    norm = keras.layers.Normalization()
    norm.adapt(BASE.map(lambda x, y: x).batch(8))
    np.testing.assert_allclose(np.asarray(norm(X)).mean(0), 0, atol=1e-5)
    texts = tf.data.Dataset.from_tensor_slices(["a b", "a"])
    for dataset in (texts, texts.batch(2)):
        layer = keras.layers.TextVectorization()
        layer.adapt(dataset)
        assert layer.get_vocabulary() == ["", "[UNK]", "a", "b"]
    lookup = keras.layers.StringLookup()
    lookup.adapt(tf.data.Dataset.from_tensor_slices(["x", "y", "x"]).batch(2))
    assert lookup.get_vocabulary() == ["[UNK]", "x", "y"]
