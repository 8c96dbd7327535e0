"""`clone_model`: functions that make the layers and that call them, other inputs, what is refused."""

import numpy as np
import pytest

from unikeras import keras

layers = keras.layers


def functional():
    x = keras.Input((3,), name="x")
    dense = layers.Dense(2, name="d")
    return keras.Model(x, layers.Add(name="a")([dense(x), dense(x)]), name="m")


def sequential():
    return keras.Sequential([keras.Input((3,)), layers.Dense(2, name="d")])


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, x):
        return self.dense(x)


def test_the_call_function_is_used_for_every_call():
    calls = []

    def call(layer, *args, **kwargs):
        calls.append((layer.name, len(args), sorted(kwargs)))
        return layer(*args, **kwargs)

    model = functional()
    clone = keras.models.clone_model(model, call_function=call)
    assert calls == [("d", 1, []), ("d", 1, []), ("a", 1, [])]  # as Keras 3 calls it
    clone.set_weights(model.get_weights())
    x = np.ones((1, 3), "float32")
    np.testing.assert_array_equal(clone(x).numpy(), model(x).numpy())


def test_the_clone_function_may_keep_layers():
    model = functional()
    seen = []

    def make(layer):
        seen.append(layer.name)
        return layer

    assert keras.models.clone_model(model, clone_function=make).layers[1] is model.layers[1]
    assert seen == ["d", "a"]


def test_other_inputs():
    for model in (functional(), sequential()):
        clone = keras.models.clone_model(model, input_tensors=keras.Input((3,), name="new"))
        assert [t.name for t in clone.inputs] == ["new"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda c: c(sequential(), call_function=lambda layer, x: layer(x)), ValueError),
        (lambda c: c(Subclassed(), clone_function=lambda layer: layer), ValueError),
        (lambda c: c(Subclassed(), input_tensors=keras.Input((3,))), ValueError),
        (lambda c: c(functional(), input_tensors=np.ones((2, 3))), ValueError),
        (lambda c: c(sequential(), input_tensors=[keras.Input((3,)), keras.Input((3,))]), ValueError),
        (lambda c: c(functional(), clone_function=lambda layer: 3), ValueError),
        (lambda c: c(3), ValueError),
        (lambda c: c(functional(), foo=1), TypeError),
    ],
)
def test_what_is_refused(call, error):
    with pytest.raises(error):
        call(keras.models.clone_model)


def test_a_subclassed_model_is_made_again():
    assert type(keras.models.clone_model(Subclassed())) is Subclassed


def test_yaml_is_refused_as_keras_does():
    with pytest.raises(RuntimeError, match="to_json"):
        functional().to_yaml()
    with pytest.raises(RuntimeError, match="model_from_json"):
        keras.models.model_from_yaml("x: 1")
