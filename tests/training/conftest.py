"""Small data and a small model; what needs gradients is skipped on the engine without them."""

from __future__ import annotations

import os

import numpy as np
import pytest

ENGINE = os.environ.get("KERAS_BACKEND", "jax")


def pytest_configure(config):
    config.addinivalue_line("markers", "no_gradients: runs also on the engine without gradients")


@pytest.fixture(autouse=True)
def _skip_without_gradients(request):
    if ENGINE == "numpy" and not request.node.get_closest_marker("no_gradients"):
        pytest.skip("the numpy engine does not train")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def data(rng):
    """42 samples of 4 numbers and 3 classes: batches of 8 leave a smaller last one."""
    x = rng.normal(size=(42, 4)).astype("float32")
    return x, (np.abs(x).argmax(axis=1) % 3).astype("int64")


@pytest.fixture
def make():
    """Makes and compiles the same model again and again."""
    from unikeras import keras

    def make(optimizer=None, loss="sparse_categorical_crossentropy", metrics=("accuracy",), **kwargs):
        keras.utils.set_random_seed(1)
        model = keras.Sequential(
            [
                keras.Input((4,)),
                keras.layers.Dense(8, activation="relu", name="hidden"),
                keras.layers.Dense(3, activation="softmax", name="out"),
            ]
        )
        model.compile(optimizer or keras.optimizers.SGD(0.1), loss, metrics=list(metrics), **kwargs)
        return model

    return make


@pytest.fixture
def same_weights():
    def same(a, b, tolerance=1e-6):
        for left, right in zip(a.get_weights(), b.get_weights(), strict=True):
            np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance)

    return same
