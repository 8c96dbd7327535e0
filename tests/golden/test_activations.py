"""Activations against the answers of Keras 3 and tf_keras."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

from .reader import HAS_GRADIENTS, check, entries, keyword_arguments, to_numpy, value_and_gradient


@pytest.mark.parametrize("entry", entries("activations", "function"))
def test_value_and_gradient(entry):
    function = getattr(keras.activations, entry["name"])
    kwargs, x = keyword_arguments(entry), entry["x"]

    def compute():
        y = function(tf.constant(x), **kwargs)
        mine = {"value": to_numpy(y)}
        if HAS_GRADIENTS:
            weights = np.cos(np.arange(x.size, dtype="float32")).reshape(x.shape)
            weights = weights[tuple(slice(0, n) for n in y.shape)]
            _, gradient = value_and_gradient(tf, lambda t: function(t, **kwargs) * weights, x)
            mine["gradient"] = to_numpy(gradient)
        return mine

    check(entry, compute)


@pytest.mark.parametrize("entry", entries("activations", "alias"))
def test_string(entry):
    # activation functions of one formula have two names (silu, swish): either answers
    check(entry, lambda: {"name": keras.activations.get(entry["name"]).__name__})


@pytest.mark.parametrize("entry", entries("activations", "serialize"))
def test_serialize(entry):
    function = getattr(keras.activations, entry["name"])
    check(entry, lambda: {"value": keras.activations.serialize(function)})
