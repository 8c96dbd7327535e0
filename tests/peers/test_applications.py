"""Every model of keras.applications, layer for layer, and the features they find, against Keras 3's recorded answers.

The everyday tests take the smallest models of each kind; all of them take minutes.
"""

import os

import numpy as np
import pytest

from tests.golden.reader import check, entries
from tests.golden.test_applications import EVERYDAY, FEATURES, models
from unikeras import initializers, keras

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif("UNIKERAS_PEERS_PYTHON" not in os.environ, reason="part of `make test-peers`"),
]


def others(kind, done):
    return [p for p in entries("applications", kind) if p.values[0]["name"] not in done]


@pytest.fixture(autouse=True)
def fresh_names():
    keras.backend.clear_session()


@pytest.mark.parametrize("entry", others("layers", EVERYDAY))
def test_layers(entry, monkeypatch):
    for drawn in (initializers.VarianceScaling, initializers.RandomNormal):  # hundreds of millions of numbers
        monkeypatch.setattr(drawn, "__call__", lambda self, shape, dtype=None: np.zeros(shape, "float32"))
    model = getattr(keras.applications, entry["name"])(weights=None)
    check(entry, lambda: models.summary(model))


@pytest.mark.parametrize("entry", others("features", FEATURES))
def test_features(entry):
    check(entry, lambda: models.features(keras, entry), tolerance=2e-3)
