"""Models in pickles and in `copy.deepcopy`."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from unikeras import engine, keras

X = np.linspace(-1.0, 1.0, 12, dtype=np.float32).reshape(4, 3)
Y = X[:, :2]
WAYS = {"pickle": lambda model: pickle.loads(pickle.dumps(model)), "deepcopy": copy.deepcopy}


class Doubled(keras.layers.Layer):
    """A layer that no table knows."""

    def call(self, inputs):
        return inputs * 2.0


class Own(keras.Model):
    """A subclassed model."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(units)
        self.units = units

    def call(self, inputs):
        return self.dense(inputs)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def functional():
    x = keras.Input((3,))
    return keras.Model(x, Doubled()(keras.layers.Dense(2)(x)), name="two")


def sequential():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


def subclassed():
    model = Own(2)
    model(X)
    return model


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", [functional, sequential, subclassed])
def test_a_copy_is_the_same_and_independent(make, way):
    model = make()
    other = WAYS[way](model)
    assert type(other) is type(model)
    assert other.name == model.name
    before = np.array(model(X))
    np.testing.assert_array_equal(other(X), before)
    other.set_weights([w + 1.0 for w in other.get_weights()])
    np.testing.assert_array_equal(model(X), before)
    assert not np.allclose(other(X), before)


@pytest.mark.parametrize("way", WAYS)
def test_a_trained_model_goes_on_training(way):
    if not engine.current().gradients:
        pytest.skip("an engine that does not train")
    model = sequential()
    model.compile(keras.optimizers.Adam(0.1), "mse", metrics=["mae"])
    model.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    other = WAYS[way](model)
    assert int(other.optimizer.iterations) == 2
    losses = [m.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"] for m in (model, other)]
    np.testing.assert_allclose(*losses, rtol=1e-6)


def test_a_model_without_weights_yet():
    other = copy.deepcopy(keras.Sequential([keras.layers.Dense(2)]))
    assert other(X).shape == (4, 2)
    assert pickle.loads(pickle.dumps(Own(2)))(X).shape == (4, 2)
