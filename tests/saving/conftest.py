"""Models that the tests save and load."""

import numpy as np
import pytest

from unikeras import keras

layers = keras.layers


@keras.saving.register_keras_serializable(package="tests_saving")
class Scaled(keras.layers.Layer):
    """A layer with a variable and a layer of its own."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = layers.Dense(units)

    def build(self, input_shape):
        self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")
        self.dense.build(input_shape)

    def call(self, x):
        return self.dense(x * self.factor)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable(package="tests_saving")
class Tower(keras.Model):
    """A subclassed model with layers in lists, dicts and attributes."""

    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.hidden = [layers.Dense(units), layers.Dense(units)]
        self.out = layers.Dense(1)
        self.block = Scaled(2)
        self.named = {"q": layers.Dense(2)}

    def call(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.out(self.block(self.named["q"](x)))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def sequential():
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(3, activation="relu", kernel_regularizer=keras.regularizers.L2(0.1)),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(1, name="last"),
        ]
    )


def functional():
    """Shared layers, several calls of a nested model, dicts in and out."""
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(4, name="shared")
    inner = keras.Sequential([layers.Dense(3), layers.Dense(3)], name="inner")
    joined = layers.Concatenate()([shared(a), shared(b)])
    once = inner(joined)
    total = layers.Add()([once, inner(layers.Dense(8)(once))])
    return keras.Model({"a": a, "b": b}, {"x": total, "y": layers.Dense(1)(total)}, name="fun")


def with_ops():
    x = keras.Input((4,))
    y = layers.Dense(4)(x) * 2.0 + 1.0
    return keras.Model(x, layers.Dense(1)(keras.ops.reshape(y, (-1, 2, 2))[:, 1]))


def subclassed():
    model = Tower(5)
    model(np.zeros((1, 4), "float32"))
    return model


MODELS = {"sequential": sequential, "functional": functional, "with_ops": with_ops, "subclassed": subclassed}


def data(model):
    x = np.random.default_rng(0).random((8, 4)).astype("float32")
    return {"a": x, "b": 2 * x} if model.name == "fun" else x


@pytest.fixture(params=list(MODELS))
def model(request):
    return MODELS[request.param]()
