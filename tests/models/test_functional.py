"""Functional models: any graph of layers and operations, with any structure of inputs and outputs."""

from __future__ import annotations

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

layers = keras.layers


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_shared_layers(rng):
    shared = layers.Dense(3, name="shared")
    a, b = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([a, b], layers.Add()([shared(a), shared(b)]))
    assert len(model.weights) == 2
    assert [layer.name for layer in model.layers].count("shared") == 1
    x, y = rng.normal(size=(2, 4)).astype("float32"), rng.normal(size=(2, 4)).astype("float32")
    np.testing.assert_allclose(model([x, y]), np.asarray(shared(x)) + np.asarray(shared(y)), rtol=1e-5)
    assert shared.get_output_at(0).shape == shared.get_output_at(1).shape == (None, 3)
    with pytest.raises(AttributeError, match="was called several times"):
        _ = shared.output


def test_operations_and_operators_as_layers(rng):
    x = keras.Input((4,))
    h = tf.nn.relu(layers.Dense(6)(x)) * 2.0 + 1.0
    h = tf.concat([h[:, :3], tf.reshape(h[:, 3:], (-1, 3))], axis=-1)
    y = keras.ops.mean(h, axis=-1, keepdims=True) / (1.0 + tf.reduce_max(h))
    model = keras.Model(x, y)
    data = rng.normal(size=(5, 4)).astype("float32")
    dense = next(layer for layer in model.layers if isinstance(layer, layers.Dense))
    h = np.maximum(np.asarray(dense(data)), 0) * 2 + 1
    np.testing.assert_allclose(model(data), h.mean(1, keepdims=True) / (1 + h.max()), rtol=1e-5)
    assert model.output_shape == (None, 1)


def test_nested_models(rng):
    x = keras.Input((4,))
    inner = keras.Model(x, layers.Dense(3, name="deep")(x), name="inner")
    z = keras.Input((4,))
    outer = keras.Model(z, layers.Dense(1)(inner(z)))
    assert outer.get_layer("inner") is inner
    assert len(outer.weights) == 4
    data = rng.normal(size=(2, 4)).astype("float32")
    np.testing.assert_allclose(outer(data), outer.layers[-1](inner(data)), rtol=1e-6)
    inner.trainable = False
    assert len(outer.trainable_weights) == 2


@pytest.mark.parametrize("structure", ["list", "tuple", "dict", "nested"])
def test_structures(structure, rng):
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    inputs = {
        "list": [a, b],
        "tuple": (a, b),
        "dict": {"first": a, "second": b},
        "nested": {"pair": [a, {"deep": b}]},
    }[structure]
    outputs = {
        "list": [a * 2.0, b],
        "tuple": (a * 2.0, b),
        "dict": {"x": a * 2.0, "y": b},
        "nested": [{"x": a * 2.0}, (b,)],
    }[structure]
    model = keras.Model(inputs, outputs)
    va, vb = rng.normal(size=(4, 2)).astype("float32"), rng.normal(size=(4, 3)).astype("float32")
    given = tf.nest.pack_sequence_as(inputs, [va, vb])
    found = model(given)
    tf.nest.assert_same_structure(found, outputs)
    np.testing.assert_allclose(tf.nest.flatten(found)[0], 2 * va)
    np.testing.assert_allclose(tf.nest.flatten(found)[1], vb)
    predicted = model.predict(given, batch_size=3, verbose=0)
    tf.nest.assert_same_structure(predicted, outputs)
    assert np.array_equal(tf.nest.flatten(predicted)[1], vb)


def test_inputs_by_name_and_by_position(rng):
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    model = keras.Model([a, b], a - b)
    va, vb = rng.normal(size=(4, 2)).astype("float32"), rng.normal(size=(4, 2)).astype("float32")
    for given in ([va, vb], (va, vb), {"b": vb, "a": va}):
        np.testing.assert_allclose(model(given), va - vb)
    with pytest.raises(
        ValueError, match=r"missing data for input 'b'.*keys \['a', 'c'\]; expected \['a', 'b'\]"
    ):
        model({"a": va, "c": vb})
    with pytest.raises(ValueError, match=r"expects 2 input\(s\), but it received 1"):
        model([va])
    with pytest.raises(
        ValueError, match=r'Input "b" of model .* expected shape=\(None, 2\), found shape=\(4, 3\)'
    ):
        model([va, np.zeros((4, 3))])


def test_names_inputs_outputs_layers():
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    h = layers.Concatenate(name="both")([a, b])
    model = keras.Model([a, b], [layers.Dense(1, name="p")(h), layers.Dense(2, name="q")(h)], name="net")
    assert model.name == "net"
    assert (model.input_names, model.output_names) == (["a", "b"], ["p", "q"])
    assert model.input_shape == [(None, 2), (None, 3)]
    assert model.output_shape == [(None, 1), (None, 2)]
    assert [layer.name for layer in model.layers] == ["a", "b", "both", "p", "q"]
    assert [t.shape for t in model.inputs] == [(None, 2), (None, 3)]
    assert model.get_layer("both").output.shape == (None, 5)
    assert [w.name for w in model.weights] == ["p/kernel:0", "p/bias:0", "q/kernel:0", "q/bias:0"]


def test_unknown_dimensions():
    x = keras.Input((None, 3))
    model = keras.Model(x, layers.Dense(2)(tf.reduce_mean(x, axis=1)))
    assert model.input_shape == (None, None, 3)
    assert model.output_shape == (None, 2)
    assert model(np.ones((2, 7, 3))).shape == (2, 2)
    assert model(np.ones((2, 1, 3))).shape == (2, 2)


def test_a_model_cut_out_of_another():
    x = keras.Input((4,))
    middle = layers.Dense(3, name="middle")(x)
    keras.Model(x, layers.Dense(2)(middle))
    cut = keras.Model(middle, layers.Dense(5)(middle))
    assert cut(np.ones((2, 3))).shape == (2, 5)
    assert keras.Model(x, middle)(np.ones((2, 4))).shape == (2, 3)


def test_an_output_may_be_an_input_or_be_given_twice():
    x = keras.Input((2,))
    model = keras.Model(x, [x, x])
    a, b = model(np.ones((3, 2)))
    assert np.array_equal(a, b)


def test_very_deep_models():
    x = y = keras.Input((2,))
    for _ in range(1500):
        y = layers.Identity()(y)
    model = keras.Model(x, y)
    assert len(model.layers) == 1501
    assert model.count_params() == 0


def test_mistakes():
    x, other = keras.Input((2,)), keras.Input((2,), name="other")
    with pytest.raises(ValueError, match=r"Graph disconnected.*other.*not among its inputs"):
        keras.Model(x, x + other)
    with pytest.raises(ValueError, match=r"all outputs must be symbolic tensors.*ndarray"):
        keras.Model(x, np.zeros(3))
    with pytest.raises(ValueError, match=r"all inputs must be symbolic tensors.*Dense"):
        keras.Model(layers.Dense(2), x)
    with pytest.raises(ValueError, match=r"the same tensor is given as input twice"):
        keras.Model([x, x], x)
    with pytest.raises(ValueError, match=r"both `inputs` and `outputs`"):
        keras.Model(x)
    with pytest.raises(TypeError, match=r"symbolic tensor.*no value|no value"):
        _ = 1 if x else 2
    with pytest.raises(TypeError, match=r"NumPy"):
        np.log(x)


def test_subclassing_a_functional_model(rng):
    class Scaled(keras.Model):
        def __init__(self, units):
            x = keras.Input((3,))
            super().__init__(inputs=x, outputs=layers.Dense(units)(x))
            self.units = units

        def predict_step(self, data):
            return super().predict_step(data) * 10.0

    model = Scaled(2)
    x = rng.normal(size=(4, 3)).astype("float32")
    np.testing.assert_allclose(model.predict(x, verbose=0), 10 * np.asarray(model(x)), rtol=1e-5)
    assert len(model.layers) == 2


def test_masks_flow_through_the_graph():
    x = keras.Input((3,), dtype="int32")
    h = layers.Embedding(5, 2, mask_zero=True)(x)
    model = keras.Model(x, layers.Dropout(0.0)(h))
    assert np.asarray(model(np.array([[1, 0, 2]]))._keras_mask).tolist() == [[True, False, True]]


def test_training_flag_reaches_every_layer(rng):
    x = keras.Input((50,))
    inner = keras.Sequential([keras.Input((50,)), layers.Dropout(0.5)])
    model = keras.Model(x, inner(x))
    ones = np.ones((2, 50), "float32")
    assert np.array_equal(model(ones), ones)
    assert np.array_equal(model(ones, training=False), ones)
    assert (np.asarray(model(ones, training=True)) == 0).any()


def test_the_input_of_an_input_layer_begins_another_model():
    x = keras.Input((3,))
    model = keras.Model(x, keras.layers.Dense(2)(x))
    assert model.layers[0].input is x
    assert model.layers[0].get_input_at(0) is x
    assert keras.Model(model.layers[0].input, model.layers[1].output).output_shape == (None, 2)


def test_values_of_samples_are_a_column_where_the_model_takes_one():
    x = keras.Input((1,))
    model = keras.Model(x, keras.layers.Rescaling(2.0)(x))
    np.testing.assert_array_equal(model.predict(np.array([1.0, 2.0]), verbose=0), [[2.0], [4.0]])
    np.testing.assert_array_equal(model(tf.constant([3.0])), [[6.0]])
