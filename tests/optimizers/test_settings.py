"""Settings that are changed after the first step, by hand and inside of `fit`; several optimizers in one."""

from __future__ import annotations

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras
from unikeras.keras import optimizers

X = np.ones((6, 2), "float32")


def steps(optimizer, count=1, gradient=1.0):
    w = steps.w = getattr(steps, "w", None) or tf.Variable(1.0, name="w")
    for _ in range(count):
        optimizer.apply_gradients([(tf.constant(gradient), w)])
    return round(float(w), 4)


@pytest.fixture(autouse=True)
def fresh():
    steps.w = None


def test_momentum_asked_for_later():
    optimizer = optimizers.SGD(0.1)
    assert steps(optimizer) == 0.9
    optimizer.momentum = 0.5
    assert steps(optimizer) == 0.8  # from rest
    assert steps(optimizer) == 0.65
    optimizer.nesterov = True
    assert steps(optimizer) == pytest.approx(0.65 - 0.1 - 0.5 * 0.175, abs=1e-4)
    optimizer.momentum = 0.0
    assert steps(optimizer) == pytest.approx(0.4625 - 0.1, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("Adam", "beta_1", 0.5),
        ("Adam", "amsgrad", True),
        ("RMSprop", "rho", 0.5),
        ("RMSprop", "momentum", 0.5),
        ("SGD", "clipvalue", 0.1),
        ("SGD", "weight_decay", 0.5),
        ("Adagrad", "epsilon", 5.0),
    ],
)
def test_every_setting_counts_from_then_on(name, setting, value):
    changed, made = getattr(optimizers, name)(0.1), getattr(optimizers, name)(0.1, **{setting: value})
    w, v = tf.Variable([1.0, 2.0]), tf.Variable([1.0, 2.0])
    setattr(changed, setting, value)
    for gradient in ([1.0, -3.0], [0.5, 2.0]):
        changed.apply_gradients([(tf.constant(gradient), w)])
        made.apply_gradients([(tf.constant(gradient), v)])
    np.testing.assert_array_equal(w.numpy(), v.numpy())


class Change(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            self.model.optimizer.clipvalue = 0.125


def line(optimizer):
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile(optimizer, lambda y, p: p)  # the gradient is 1
    return model


def test_a_change_in_the_midst_of_fit(needs_gradients):
    model = line(optimizers.SGD(1.0))
    model.fit(X, X[:, :1], batch_size=6, epochs=3, verbose=0, callbacks=[Change()])
    np.testing.assert_allclose(model.get_weights()[0], [[-1.25], [-1.25]])
    assert len([k for k in model._functions if k[0] == "train"]) == 2  # compiled once for each value


def test_settings_that_stay_compile_nothing_again(needs_gradients):
    model = line(optimizers.SGD(1.0, momentum=0.5))
    for _ in range(2):
        model.optimizer.momentum = 0.5
        model.optimizer.learning_rate = 0.5
        model.fit(X, X[:, :1], batch_size=6, verbose=0)
    assert len([k for k in model._functions if k[0] == "train"]) == 1


# Several optimizers.


def two_layers():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2, name="body"), keras.layers.Dense(1, name="head")]
    )


def chosen(model):
    return [(optimizers.SGD(0.1, momentum=0.5), model.get_layer("body")), (optimizers.Adam(0.1), "head/.*")]


def test_pairs_train_saved_and_restored(tmp_path, needs_gradients):
    model = two_layers()
    model.compile(optimizers.MultiOptimizer(chosen(model)), "mse")
    model.fit(X, X[:, :1], epochs=2, verbose=0)
    sgd, adam = model.optimizer.optimizers
    assert [int(sgd.iterations), int(adam.iterations), int(model.optimizer.iterations)] == [2, 2, 2]
    assert len(sgd.variables) == 4
    assert len(adam.variables) == 6
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    for mine, other in zip(model.optimizer.variables, again.optimizer.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), other.numpy())
    model.fit(X, X[:, :1], epochs=2, verbose=0)
    again.fit(X, X[:, :1], epochs=2, verbose=0)
    for mine, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_each_layer_moves_as_under_its_own_optimizer(needs_gradients):
    whole = two_layers()
    whole.compile(optimizers.MultiOptimizer(chosen(whole)), "mse")
    whole.fit(X, X[:, :1], epochs=1, verbose=0)
    for make, layer in ((optimizers.SGD(0.1, momentum=0.5), 0), (optimizers.Adam(0.1), 1)):
        alone = two_layers()
        alone.compile(make, "mse")
        alone.fit(X, X[:, :1], epochs=1, verbose=0)
        for a, b in zip(whole.layers[layer].get_weights(), alone.layers[layer].get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_a_setting_of_one_of_several(needs_gradients):
    model = two_layers()
    model.compile(optimizers.MultiOptimizer(chosen(model)), "mse")
    model.fit(X, X[:, :1], verbose=0)
    before = model.layers[0].get_weights()[0]
    model.optimizer.optimizers[0].learning_rate = 0.0
    model.optimizer.optimizers[0].momentum = 0.0
    model.fit(X, X[:, :1], verbose=0)
    np.testing.assert_array_equal(before, model.layers[0].get_weights()[0])


def test_wrong_choices():
    w, v = tf.Variable(1.0, name="w"), tf.Variable(1.0, name="v")
    with pytest.raises(ValueError, match="no optimizer"):
        optimizers.MultiOptimizer([(optimizers.SGD(), w)]).build([w, v])
    with pytest.raises(ValueError, match="several optimizers"):
        optimizers.MultiOptimizer([(optimizers.SGD(), [w, v]), (optimizers.Adam(), v)]).build([w, v])
    with pytest.raises(ValueError, match="several patterns"):
        optimizers.OptimizerMap(optimizers.SGD(), {"a.*": optimizers.SGD(), ".*b": optimizers.SGD()})["ab"]
    for bad in ("adam", None, [optimizers.SGD()], [(optimizers.SGD(), 3)], [("sgd", w)]):
        with pytest.raises(ValueError, match="ptimizer"):
            optimizers.MultiOptimizer(bad)
    with pytest.warns(UserWarning, match="fits no variable"):
        optimizers.MultiOptimizer(optimizers.OptimizerMap(optimizers.SGD(), {"x": optimizers.Adam()})).build(
            [w]
        )
    several = optimizers.MultiOptimizer(lambda variable: optimizers.SGD())
    with pytest.raises(AttributeError, match="optimizers"):
        several.learning_rate  # noqa: B018
    with pytest.raises(AttributeError):
        several.learning_rate = 0.1


def test_legacy_optimizers_keep_their_formulas_in_configs():
    for name in ("RMSprop", "Adagrad", "Nadam"):
        made = getattr(optimizers.legacy, name)(0.1, epsilon=0.5)
        again = optimizers.deserialize(optimizers.serialize(made))
        assert type(again) is type(made)
        assert again.get_config() == made.get_config()
    old = {"class_name": "RMSprop", "config": {"learning_rate": 0.5, "is_legacy_optimizer": True}}
    assert type(optimizers.deserialize(old)) is optimizers.legacy.RMSprop
    assert type(optimizers.deserialize({**old, "config": {}})) is optimizers.RMSprop
