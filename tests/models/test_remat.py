"""Rematerialisation: the same numbers, with the inside computed again for the gradient."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras

gradients = pytest.mark.skipif(not engine.current().gradients, reason="this engine has no gradients")


@gradients
def test_gradients_are_the_same_and_the_inside_runs_again():
    w = tf.Variable(np.full((3, 3), 0.1, "float32"))
    x = tf.constant(np.arange(6, dtype="float32").reshape(2, 3))
    calls = []

    def block(x, scale):
        calls.append(1)
        return {"y": keras.ops.tanh(x @ w) * scale, "n": 3}

    found = []
    for function in (block, keras.remat(block)):
        with tf.GradientTape() as tape:
            tape.watch(x)
            result = function(x, scale=2.0)
            loss = tf.reduce_sum(result["y"] ** 2)
        forward = len(calls)
        found.append((result["n"], tape.gradient(loss, [x, w]), len(calls) - forward))
    (_, plain, none), (number, again, some) = found
    assert (number, none) == (3, 0)
    assert some > 0
    np.testing.assert_allclose(again[0], plain[0], rtol=1e-5)
    np.testing.assert_allclose(again[1], plain[1], rtol=1e-5)


def fitted(mode):
    """Masks, a recurrence, noise, moving averages, added losses: all that a layer may hand out of its call."""
    keras.utils.set_random_seed(3)
    with keras.RematScope(mode):
        model = keras.Sequential(
            [
                keras.layers.Embedding(5, 4, mask_zero=True),
                keras.layers.SimpleRNN(4, return_sequences=True),
                keras.layers.Dropout(0.5, seed=3),
                keras.layers.BatchNormalization(),
                keras.layers.GlobalAveragePooling1D(),
                keras.layers.Dense(8, activation="relu", activity_regularizer="l2", name="d"),
                keras.layers.Dense(1),
            ]
        )
    model.compile("sgd", "mse")
    x = np.arange(24).reshape(8, 3) % 5
    history = model.fit(x, np.ones((8, 1)), epochs=2, batch_size=4, verbose=0).history["loss"]
    return [history, *model.get_weights()]


@gradients
def test_training_in_a_scope_is_the_same():
    for mine, golden in zip(fitted("full"), fitted(None), strict=True):
        np.testing.assert_allclose(mine, golden, rtol=1e-4, atol=1e-6)


@gradients
def test_which_layers_are_rematerialised():
    """Those made in the scope, wherever they are called: the innermost scope decides."""
    calls = []

    class Noting(keras.layers.Layer):
        def call(self, x):
            calls.append(self.name)
            return keras.ops.tanh(x)

    with keras.RematScope("full"):
        inside = Noting(name="inside")
        with keras.RematScope(None):
            excepted = Noting(name="excepted")
    with keras.RematScope("list_of_layers", layer_names=["named"]):
        named, other = Noting(name="named"), Noting(name="other")
    with keras.RematScope("larger_than", output_size_threshold=5):
        large = Noting(name="large")
    with keras.RematScope("larger_than", output_size_threshold=6):
        small = Noting(name="small")
    with keras.RematScope("activations"):
        active = keras.layers.Activation(lambda x: calls.append("active") or keras.ops.tanh(x))
    x = tf.ones((2, 3))
    with tf.GradientTape() as tape:
        tape.watch(x)
        with keras.RematScope("full"):
            y = active(large(small(named(other(excepted(inside(x)))))))
        calls.clear()
        loss = tf.reduce_sum(y)
    tape.gradient(loss, x)
    assert set(calls) == {"inside", "named", "large", "active"}


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="'full', 'activations'"):
        keras.RematScope("everything")


def test_in_a_functional_model():
    class Block(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = keras.Sequential([keras.layers.Dense(4, "tanh"), keras.layers.Dense(2)])

        def build(self, input_shape):
            self.inner.build(input_shape)

        def call(self, x):
            return keras.remat(self.inner)(x)

    x = keras.Input((3,))
    block = Block()
    model = keras.Model(x, block(x))
    assert len(model.trainable_weights) == 4
    np.testing.assert_allclose(model(np.ones((2, 3))), block.inner(np.ones((2, 3), "float32")), rtol=1e-6)
