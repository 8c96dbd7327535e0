"""Every layer through the common checks."""

import inspect

import pytest

from unikeras import keras

from .harness import run_layer_test
from .light import run_light_layer_test
from .tables import LIGHT, TABLE

L = keras.layers


@pytest.mark.parametrize(("name", "init_kwargs", "expected"), TABLE)
def test_layer(name, init_kwargs, expected):
    run_layer_test(getattr(L, name), init_kwargs, **expected)


@pytest.mark.parametrize(("name", "init_kwargs", "expected"), LIGHT)
def test_light_layer(name, init_kwargs, expected):
    run_light_layer_test(getattr(L, name), init_kwargs, **expected)


def test_every_layer_is_in_the_table():
    done = {p.values[0] for p in TABLE + LIGHT} | {"Input", "InputLayer", "InputSpec", "Layer", "Wrapper"}
    done |= {
        "AbstractRNNCell",
        "FlaxLayer",
        "JaxLayer",
        "TorchModuleWrapper",
        "GRUCell",
        "LSTMCell",
        "SimpleRNNCell",
        "StackedRNNCells",
    }  # through the layers that step with them, or on one engine only (test_native)
    found = [getattr(L, name) for name in L.__all__]  # some under several names
    classes = {value.__name__ for value in found if inspect.isclass(value)}
    assert classes - done == set()
