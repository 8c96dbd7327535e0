"""Subclassed models and layers, mixtures, and weights."""

from __future__ import annotations

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

layers = keras.layers
X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


def test_layers_in_lists_dicts_and_tuples():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [layers.Dense(3, name=f"block{i}") for i in range(2)]
            self.heads = {"a": layers.Dense(1, name="a"), "b": [layers.Dense(2, name="b")]}
            self.pair = (layers.Dense(1, name="pair"),)
            self.scale = tf.Variable(2.0, name="scale")

        def call(self, inputs):
            for block in self.blocks:
                inputs = block(inputs)
            return {
                "a": self.heads["a"](inputs) * self.scale,
                "b": self.heads["b"][0](inputs),
                "c": self.pair[0](inputs),
            }

    model = Net()
    model.blocks.append(layers.Dense(3, name="late"))
    assert {k: v.shape for k, v in model(X).items()} == {"a": (5, 1), "b": (5, 2), "c": (5, 1)}
    assert [layer.name for layer in model.layers] == ["block0", "block1", "late", "a", "b", "pair"]
    assert len(model.trainable_weights) == 13
    assert model.get_layer("late") is model.blocks[2]
    assert sorted(model.predict(X, verbose=0)) == ["a", "b", "c"]


def test_the_training_flag():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.drop = layers.Dropout(0.5)
            self.norm = layers.BatchNormalization(momentum=0.5)

        def call(self, inputs, training=None):
            seen.append(training)
            return self.norm(self.drop(inputs))

    seen = []
    model = Net()
    model(X)
    moving = np.asarray(model.norm.moving_mean)
    model(X, training=False)
    assert np.array_equal(moving, np.asarray(model.norm.moving_mean))
    model(X, training=True)
    assert not np.array_equal(moving, np.asarray(model.norm.moving_mean))
    assert seen[-3:] == [None, False, True]


def test_nested_subclassed_models_in_a_functional_one():
    class Tower(keras.Model):
        def __init__(self, units):
            super().__init__()
            self.dense = layers.Dense(units)

        def call(self, inputs):
            return self.dense(inputs)

    class Outer(keras.Model):
        def __init__(self):
            super().__init__()
            self.towers = [Tower(3), Tower(2)]
            self.stack = keras.Sequential([layers.Dense(4), layers.Dense(1)])

        def call(self, inputs):
            return self.stack(tf.concat([tower(inputs) for tower in self.towers], axis=-1))

    x = keras.Input((4,))
    model = keras.Model(x, layers.Activation("tanh")(Outer()(x)))
    assert model.output_shape == (None, 1)
    assert len(model.weights) == 8
    assert model(X).shape == (5, 1)


def test_several_arguments():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, first, second, scale=1.0):
            return self.dense(first) + second * scale

    model = Net()
    zero = model(X, np.zeros((5, 2), "float32"))
    np.testing.assert_allclose(
        model(X, np.ones((5, 2), "float32"), scale=3.0), np.asarray(zero) + 3, rtol=1e-5
    )


def test_forgotten_super_init():
    class Net(keras.Model):
        def __init__(self):
            self.dense = layers.Dense(2)

    with pytest.raises(RuntimeError, match=r"forgot to call `super\(\).__init__\(\)`"):
        Net()(X)


def test_forgotten_call():
    class Net(keras.Model):
        pass

    with pytest.raises(NotImplementedError, match=r"Model Net does not have a `call\(\)` method"):
        Net()(X)


def test_build_from_a_shape():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, inputs):
            return self.dense(inputs)

    model = Net()
    model.build((None, 4))
    assert [w.shape for w in model.weights] == [(4, 2), (2,)]
    with pytest.raises(ValueError, match=r"expected axis -1 .* value 4"):
        model(np.ones((2, 3)))


def test_a_model_with_its_own_build():
    class Net(keras.Model):
        def build(self, input_shape):
            self.kernel = self.add_weight(shape=(input_shape[-1], 2), name="kernel")
            super().build(input_shape)

        def call(self, inputs):
            return inputs @ self.kernel

    model = Net()
    assert model(X).shape == (5, 2)
    assert len(model.weights) == 1


def test_order_of_weights():
    """Layer by layer; in each the trainable ones first."""
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(3, name="d"),
            layers.BatchNormalization(name="n"),
            layers.Dense(2, name="e"),
        ]
    )
    names = [w.name.split(":")[0] for w in model.weights]
    expected = [
        "d/kernel",
        "d/bias",
        "n/gamma",
        "n/beta",
        "n/moving_mean",
        "n/moving_variance",
        "e/kernel",
        "e/bias",
    ]
    assert names == expected
    assert [w.shape for w in model.get_weights()] == [(4, 3), (3,), (3,), (3,), (3,), (3,), (3, 2), (2,)]
    assert len(model.trainable_weights) == 6
    assert [w.name for w in model.non_trainable_weights] == ["n/moving_mean:0", "n/moving_variance:0"]
    model.get_layer("d").trainable = False
    assert [w.name.split(":")[0] for w in model.weights] == expected
    assert [w.name.split(":")[0] for w in model.trainable_weights] == [
        "n/gamma",
        "n/beta",
        "e/kernel",
        "e/bias",
    ]
    model.weights  # noqa: B018 - asked for again: nothing is counted twice
    assert model.count_params() == 12 + 3 + 12 + 8


def test_set_weights():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="d")])
    new = [np.ones((4, 3)), np.arange(3.0)]
    model.set_weights(new)
    np.testing.assert_allclose(model(np.ones((1, 4))), [[4.0, 5.0, 6.0]])
    taken = model.get_weights()
    taken[0][:] = 7.0
    assert np.asarray(model.weights[0])[0, 0] == 1.0
    with pytest.raises(ValueError, match=r"weight list of length 1, but the layer was expecting 2 weights"):
        model.set_weights(new[:1])
    with pytest.raises(
        ValueError, match=r"'d/bias:0' has shape \(3,\), but the given array has shape \(4,\)"
    ):
        model.set_weights([np.zeros((4, 3)), np.zeros(4)])
    assert np.array_equal(model.get_weights()[0], new[0])  # nothing was set by halves


def test_batch_normalization_that_is_frozen_stays_in_inference_mode():
    model = keras.Sequential([keras.Input((4,)), layers.BatchNormalization(momentum=0.5)])
    model.trainable = False
    before = model.get_weights()
    model(X * 10 + 3, training=True)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_weights_added_and_replaced_later():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = layers.Dense(2, name="old")

        def call(self, inputs):
            return self.head(inputs)

    model = Net()
    model(X)
    model.head = layers.Dense(3, name="new")
    assert model(X).shape == (5, 3)
    assert [w.name for w in model.weights] == ["new/kernel:0", "new/bias:0"]
    del model.head
    assert model.weights == []


def test_layers_is_reserved():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.layers = [layers.Dense(2)]

    with pytest.raises(AttributeError, match="reserved"):
        Net()
