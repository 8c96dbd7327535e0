"""`fit` computes what a loop written by hand computes, whatever way the data comes in."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

from .conftest import ENGINE

layers = keras.layers


def by_hand(model, optimizer, loss, x, y, batch_size, epochs):
    """The mean loss of every epoch of a plain loop."""
    means = []
    for _ in range(epochs):
        total = 0.0
        for at in range(0, len(x), batch_size):
            bx, by = x[at : at + batch_size], y[at : at + batch_size]
            with tf.GradientTape() as tape:
                value = loss(by, model(bx, training=True))
            gradients = tape.gradient(value, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            total += float(value) * len(bx)
        means.append(total / len(x))
    return means


@pytest.mark.parametrize(
    ("optimizer", "batch_size"),
    [("SGD", 8), ("Adam", 8), ("RMSprop", 42), ("SGD", 100), ("Adam", 1)],
    ids=lambda v: str(v),
)
def test_fit_equals_a_loop_by_hand(make, data, same_weights, optimizer, batch_size):
    epochs = 1 if batch_size == 1 else 3
    kind = getattr(keras.optimizers, optimizer)
    fitted, written = make(kind(0.01)), make(kind(0.01))
    history = fitted.fit(*data, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0)
    means = by_hand(
        written, kind(0.01), keras.losses.SparseCategoricalCrossentropy(), *data, batch_size, epochs
    )
    np.testing.assert_allclose(history.history["loss"], means, rtol=1e-5)
    same_weights(fitted, written, 1e-5)


def test_batch_normalization_in_fit_equals_a_loop_by_hand(data, same_weights):
    def make():
        keras.utils.set_random_seed(2)
        model = keras.Sequential(
            [keras.Input((4,)), layers.Dense(5), layers.BatchNormalization(), layers.Dense(3)]
        )
        model.compile(
            keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
        return model

    fitted, written = make(), make()
    history = fitted.fit(*data, batch_size=8, epochs=2, shuffle=False, verbose=0)
    means = by_hand(written, keras.optimizers.SGD(0.05), written.loss, *data, 8, 2)
    np.testing.assert_allclose(history.history["loss"], means, rtol=1e-5)
    same_weights(fitted, written, 1e-5)
    assert not np.allclose(fitted.layers[1].moving_mean, 0)


def test_single_steps_equal_chunks(make, data, same_weights):
    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    chunked, single = make(), make()
    keras.utils.set_random_seed(5)
    a = chunked.fit(*data, batch_size=8, epochs=4, verbose=0).history
    keras.utils.set_random_seed(5)
    b = single.fit(*data, batch_size=8, epochs=4, verbose=0, callbacks=[Watch()]).history
    np.testing.assert_allclose(a["loss"], b["loss"], rtol=1e-5)
    same_weights(chunked, single, 1e-5)


def test_eager_steps_equal_compiled_ones(make, data, same_weights):
    compiled, eager = make(), make(run_eagerly=True)
    keras.utils.set_random_seed(5)
    a = compiled.fit(*data, batch_size=8, epochs=2, verbose=0).history
    keras.utils.set_random_seed(5)
    b = eager.fit(*data, batch_size=8, epochs=2, verbose=0).history
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-4)
    same_weights(compiled, eager, 1e-5)


def test_a_seed_repeats_a_run_and_another_does_not(make, data):
    def run(seed):
        model = make()
        keras.utils.set_random_seed(seed)
        return model.fit(*data, batch_size=8, epochs=2, verbose=0).history["loss"]

    assert run(3) == run(3)
    assert run(3) != run(4)


PROGRAM = """
import json, sys
import numpy as np
import unikeras as tf
from unikeras import keras
keras.utils.set_random_seed(11)
rng = np.random.default_rng(0)
x = rng.normal(size=(200, 6)).astype("float32")
y = (x[:, :3].argmax(axis=1)).astype("int64")
model = keras.Sequential([
    keras.Input((6,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dropout(0.3),
    keras.layers.BatchNormalization(), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
losses = []
class Note(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        losses.append(logs["loss"])
history = model.fit(x, y, batch_size=16, epochs=2, verbose=0, validation_split=0.1, callbacks=[Note()])
print(json.dumps([losses, history.history]))
"""


def test_the_engines_agree_with_shuffling_and_dropout():
    """Each engine in a process of its own; the losses of every batch."""
    answers = []
    for engine in ("jax", "torch"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"KERAS_BACKEND": engine},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        answers.append(json.loads(done.stdout.splitlines()[-1]))
    (a, first), (b, second) = answers
    assert len(a) == 2 * 12
    np.testing.assert_allclose(a, b, rtol=1e-4)
    assert list(first) == list(second) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    for name in first:
        np.testing.assert_allclose(first[name], second[name], rtol=1e-4)


@pytest.fixture
def streamed(monkeypatch):
    """Let no array be small enough to lie on the device."""
    monkeypatch.setenv("UNIKERAS_RESIDENT_BYTES", "16")


@pytest.mark.parametrize("kind", ["array", "memmap", "h5py"])
@pytest.mark.parametrize("shuffle", [False, True])
def test_streamed_arrays_give_the_same_results(
    make, data, same_weights, tmp_path, kind, shuffle, monkeypatch
):
    import h5py

    x, y = data
    resident, streaming = make(), make()
    settings = {"batch_size": 8, "epochs": 2, "shuffle": shuffle, "verbose": 0}
    keras.utils.set_random_seed(5)
    expected = resident.fit(x, y, validation_data=(x, y), **settings).history
    monkeypatch.setenv("UNIKERAS_RESIDENT_BYTES", "16")
    if kind == "memmap":
        np.save(tmp_path / "x.npy", x)
        x = np.load(tmp_path / "x.npy", mmap_mode="r")
    file = h5py.File(tmp_path / "data.h5", "w")
    if kind == "h5py":
        x, y = file.create_dataset("x", data=x), file.create_dataset("y", data=y)
    keras.utils.set_random_seed(5)
    found = streaming.fit(x, y, validation_data=(x, y), **settings).history
    assert list(found) == list(expected)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5)
    same_weights(resident, streaming, 1e-6)
    np.testing.assert_allclose(
        streaming.evaluate(x, y, verbose=0), resident.evaluate(*data, verbose=0), rtol=1e-5
    )
    np.testing.assert_allclose(
        streaming.predict(x, verbose=0), resident.predict(data[0], verbose=0), rtol=1e-5
    )
    file.close()


def test_streamed_arrays_with_steps_per_epoch_go_on(make, data, same_weights, streamed, monkeypatch):
    streaming, resident = make(), make()
    settings = {"batch_size": 8, "epochs": 3, "steps_per_epoch": 4, "shuffle": False, "verbose": 0}
    found = streaming.fit(*data, **settings).history["loss"]
    monkeypatch.delenv("UNIKERAS_RESIDENT_BYTES")
    np.testing.assert_allclose(resident.fit(*data, **settings).history["loss"], found, rtol=1e-5)
    same_weights(resident, streaming)


def test_dropout_masks_differ_from_step_to_step(rng):
    """Streams of random numbers are part of the state of the compiled loop."""
    x = np.ones((8, 50), "float32")
    seen = []

    class Note(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(logs["loss"])

    model = keras.Sequential([keras.Input((50,)), layers.Dropout(0.5)])
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="does not have any trainable weights"):
        model.fit(x, np.zeros_like(x), batch_size=1, verbose=0, callbacks=[Note()])
    assert len(set(seen)) == 8
    assert ENGINE in ("jax", "torch")


@pytest.mark.parametrize("shuffle", [False, True])
def test_validation_split_of_a_file_reads_only_batches(make, data, same_weights, tmp_path, streamed, shuffle):
    import h5py

    class Watched:
        """A dataset on disk that notes the largest read."""

        def __init__(self, dataset):
            self.dataset, self.shape, self.dtype, self.largest = dataset, dataset.shape, dataset.dtype, 0

        def __getitem__(self, index):
            rows = self.dataset[index]
            self.largest = max(self.largest, len(rows))
            return rows

    on_disk, in_memory = make(), make()
    settings = {"batch_size": 8, "epochs": 2, "validation_split": 0.25, "shuffle": shuffle, "verbose": 0}
    with h5py.File(tmp_path / "data.h5", "w") as file:
        x, y = (Watched(file.create_dataset(n, data=v)) for n, v in zip("xy", data, strict=True))
        keras.utils.set_random_seed(5)
        found = on_disk.fit(x, y, **settings).history
    keras.utils.set_random_seed(5)
    expected = in_memory.fit(*data, **settings).history
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5)
    same_weights(on_disk, in_memory)
    assert x.largest == y.largest == 8
