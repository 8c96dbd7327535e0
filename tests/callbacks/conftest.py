"""A model small enough to see through: one weight, an optimizer with a rate."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest


class FakeModel:
    def __init__(self, rate=0.1):
        self.stop_training = False
        self.optimizer = SimpleNamespace(learning_rate=rate, iterations=np.int64(0))
        self.weights_now = [np.zeros((1, 1), np.float32)]
        self.layers = []
        self.saved = []

    def get_weights(self):
        return [w.copy() for w in self.weights_now]

    def set_weights(self, weights):
        self.weights_now = [np.array(w) for w in weights]

    def save(self, path, overwrite=True):
        self.saved.append(("save", path))

    def save_weights(self, path, overwrite=True):
        self.saved.append(("save_weights", path))

    def to_json(self):
        return '{"class_name": "Sequential", "config": {"name": "fake", "layers": []}}'


@pytest.fixture
def model():
    return FakeModel()


def feed(callback, model, logs, key="val_loss"):
    """Run the callback over epochs of `logs` (dicts, or values of `key`); the logs as it left them."""
    callback.set_params({"epochs": len(logs), "steps": 1, "verbose": 0})
    callback.set_model(model)
    callback.on_train_begin({})
    seen = []
    for epoch, entry in enumerate(logs):
        entry = dict(entry) if isinstance(entry, dict) else {key: entry}
        callback.on_epoch_begin(epoch, {})
        model.set_weights([np.full((1, 1), epoch)])
        callback.on_epoch_end(epoch, entry)
        seen.append(entry)
        if model.stop_training:
            break
    callback.on_train_end({})
    return seen


@pytest.fixture(name="feed")
def feed_fixture():
    return feed
