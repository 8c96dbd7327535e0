"""Sequential models."""

from __future__ import annotations

import os

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

layers = keras.layers


@pytest.mark.parametrize(
    "make",
    [
        lambda: [keras.Input((4,)), layers.Dense(3)],
        lambda: [keras.Input(shape=(4,)), layers.Dense(3)],
        lambda: [layers.InputLayer((4,)), layers.Dense(3)],
        lambda: [layers.InputLayer(input_shape=(4,)), layers.Dense(3)],
        lambda: [layers.Dense(3, input_shape=(4,))],
        lambda: [layers.Dense(3, input_shape=[4])],
        lambda: [layers.Dense(3, input_dim=4)],
        lambda: [layers.Dense(3, batch_input_shape=(None, 4))],
        lambda: [keras.Sequential([layers.Dense(3, input_shape=(4,))])],
        lambda: [keras.Sequential([keras.Input((4,)), layers.Dense(3)])],
    ],
    ids=range(10),
)
def test_ways_of_giving_the_input_shape(make):
    whole = keras.Sequential(make())
    added = keras.Sequential()
    for layer in make():
        added.add(layer)
    for model in (whole, added):
        assert model.built
        assert model.input_shape == (None, 4)
        assert model.output_shape == (None, 3)
        assert [w.shape for w in model.weights] == [(4, 3), (3,)]
        assert len(model.layers) == 1
        assert model(np.ones((2, 4))).shape == (2, 3)
        assert model.inputs[0].shape == (None, 4)


def test_fixed_batch_size():
    model = keras.Sequential([keras.Input(batch_shape=(2, 4)), layers.Dense(3)])
    assert model.input_shape == (2, 4)
    assert model.output_shape == (2, 3)
    with pytest.raises(ValueError, match=r"fixed batch size 2, but a batch of 5 came"):
        model(np.ones((5, 4)))


def test_deferred_build():
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    assert not model.built
    assert model.weights == []
    assert model(np.ones((5, 4))).shape == (5, 2)
    assert model.built
    assert model.output_shape == (None, 2)
    assert [w.shape for w in model.weights] == [(4, 3), (3,), (3, 2), (2,)]
    built = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    built.build((None, 4))
    assert built.output_shape == (None, 2)
    built = keras.Sequential([layers.Dense(3)])
    built.build((7, 4))
    assert built(np.ones((5, 4))).shape == (5, 3)


@pytest.mark.skipif(os.environ.get("KERAS_BACKEND") == "numpy", reason="the numpy engine does not train")
def test_deferred_build_by_fit():
    rng = np.random.default_rng(0)
    model = keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(rng.normal(size=(10, 4)), rng.normal(size=10), verbose=0)
    assert model.input_shape == (None, 4)


def test_add_and_pop():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="a")])
    before = model.get_layer("a").get_weights()
    model.add(layers.Dense(2, name="b"))
    assert model.output_shape == (None, 2)
    popped = model.pop()
    assert (popped.name, model.output_shape) == ("b", (None, 3))
    assert len(model.weights) == 2
    model.add(layers.Dense(5, name="c"))
    assert model(np.ones((1, 4))).shape == (1, 5)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_layer("a").get_weights(), strict=True))
    model.pop()
    model.pop()
    assert model.layers == []
    with pytest.raises(TypeError, match="no layers"):
        keras.Sequential().pop()


def test_what_can_be_added():
    model = keras.Sequential(name="stack")
    with pytest.raises(TypeError, match=r"Only instances of `keras.Layer`.*forget the parentheses"):
        model.add(layers.Dense)
    with pytest.raises(TypeError, match=r"Only instances of `keras.Layer`"):
        model.add("dense")
    model.add(layers.Dense(2, name="d", input_shape=(3,)))
    with pytest.raises(ValueError, match=r"'d' is already the name"):
        model.add(layers.Dense(2, name="d"))
    with pytest.raises(ValueError, match=r"must be the first"):
        model.add(keras.Input((3,)))
    with pytest.raises(ValueError, match=r"has no layers"):
        keras.Sequential().build((None, 3))
    with pytest.raises(ValueError, match=r"has no layers"):
        keras.Sequential()(np.ones((2, 3)))


def test_layers_that_do_not_fit_are_refused_when_added():
    model = keras.Sequential([keras.Input((4, 4)), layers.Flatten()])
    with pytest.raises(ValueError, match=r"total size|reshape|cannot"):
        model.add(layers.Reshape((5, 5)))


def test_functions_and_models_as_layers():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3)], name="inner")
    model = keras.Sequential([inner, layers.Lambda(lambda t: t * 2.0), layers.Dense(1)])
    assert model.input_shape == (None, 4)
    assert model.get_layer("inner") is inner
    x = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    expected = model.layers[2](inner(x) * 2.0)
    np.testing.assert_allclose(model(x), expected, rtol=1e-6)


def test_get_layer():
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, name="first"), layers.Dense(2, name="second")]
    )
    assert model.get_layer("second") is model.layers[1]
    assert model.get_layer(index=0).name == "first"
    assert model.get_layer(index=-1).name == "second"
    with pytest.raises(ValueError, match=r"No such layer: 'secnd'. Did you mean 'second'"):
        model.get_layer("secnd")
    with pytest.raises(ValueError, match=r"index 2 but model only has 2 layers"):
        model.get_layer(index=2)
    with pytest.raises(ValueError, match=r"layer name or layer index"):
        model.get_layer()
    with pytest.raises(ValueError, match=r"a name or an index, not both"):
        model.get_layer("first", 0)


def test_layers_outputs_can_be_used_for_another_model():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="features"), layers.Dense(2)])
    features = keras.Model(model.inputs, model.get_layer("features").output)
    x = np.ones((2, 4), "float32")
    np.testing.assert_allclose(features(x), model.layers[0](x))
    extractor = keras.Model(model.input, [layer.output for layer in model.layers])
    assert [t.shape for t in extractor(x)] == [(2, 3), (2, 2)]


def test_a_shared_layer_in_two_stacks():
    shared = layers.Dense(3)
    a = keras.Sequential([keras.Input((4,)), shared])
    b = keras.Sequential([keras.Input((4,)), shared, layers.Dense(1)])
    assert a.weights[0] is b.weights[0]
    assert a(np.ones((1, 4))).shape == (1, 3)
    assert b(np.ones((1, 4))).shape == (1, 1)


def test_named_input_and_dtype():
    model = keras.Sequential([keras.Input((3,), dtype="int32", name="words"), layers.Embedding(10, 4)])
    assert model.input.dtype == tf.int32
    assert model.input_names == ["words"]
    assert model({"words": np.array([[1, 2, 3]])}).shape == (1, 3, 4)


def test_trainable_false_freezes_everything():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.BatchNormalization()])
    assert len(model.trainable_weights) == 4
    model.trainable = False
    assert model.trainable_weights == []
    assert [layer.trainable for layer in model.layers] == [False, False]
    assert len(model.non_trainable_weights) == 6
    model.layers[0].trainable = True
    assert model.trainable_weights == []
    model.trainable = True
    assert len(model.trainable_weights) == 4


@pytest.mark.parametrize("nested", ["sequential", "functional"])
def test_a_model_as_the_first_layer_gives_the_dtype_of_its_input(nested):
    lookup = layers.StringLookup(vocabulary=["a", "b"])
    entry = keras.Input((1,), dtype="string")
    inner = keras.Sequential([entry, lookup]) if nested == "sequential" else keras.Model(entry, lookup(entry))
    model = keras.Sequential([inner, layers.Flatten()])
    assert model.inputs[0].dtype == "string"
    np.testing.assert_array_equal(model.predict(np.array([["b"], ["x"]]), verbose=0), [[2], [0]])
