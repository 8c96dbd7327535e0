"""Whose weights are in the model when: as `keras.callbacks.SwapEMAWeights` has it."""

from __future__ import annotations

import os

import numpy as np
import pytest

from unikeras import keras

pytestmark = pytest.mark.skipif(
    os.environ.get("KERAS_BACKEND") == "numpy", reason="the numpy engine does not train"
)
X = np.ones((4, 1), "float32")


class Watch(keras.callbacks.Callback):
    def __init__(self):
        self.seen = {}

    def look(self, when):
        self.seen.setdefault(when, []).append(round(float(self.model.layers[0].kernel.numpy()[0, 0]), 4))

    def on_epoch_begin(self, epoch, logs=None):
        self.look("begin")

    def on_epoch_end(self, epoch, logs=None):
        self.look("end")

    def on_test_begin(self, logs=None):
        self.look("test")

    def on_train_end(self, logs=None):
        self.look("after")


def run(swap_on_epoch):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(0.25, use_ema=True, ema_momentum=0.5), "mse")
    model.layers[0].kernel.assign([[5.0]])
    watch = Watch()
    callbacks = [keras.callbacks.SwapEMAWeights(swap_on_epoch), watch]
    model.fit(X, X, epochs=3, verbose=0, callbacks=callbacks, validation_data=(X, X))
    return watch.seen


def test_swapped_for_evaluation():
    # weights 5 -> 3, 2, 1.5; averages 3, 2.5, 2 (half of the way to the weights at each step)
    seen = run(False)
    assert seen == {"begin": [5.0, 3.0, 2.0], "test": [3.0, 2.5, 2.0], "end": [3.0, 2.0, 1.5], "after": [2.0]}


def test_swapped_between_epochs():
    seen = run(True)
    assert seen["end"] == [3.0, 2.5, 2.0]
    assert seen["begin"] == [5.0, 3.0, 2.0]
    assert seen["after"] == [2.0]


def test_needs_averages():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="use_ema"):
        model.fit(X, X, verbose=0, callbacks=[keras.callbacks.SwapEMAWeights()])
