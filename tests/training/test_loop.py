"""The loop: compiled once, interruptible, and what callbacks see and change takes effect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

from .conftest import ENGINE

layers = keras.layers
compiled = pytest.mark.skipif(ENGINE != "jax", reason="only a compiling engine traces")


class Counting(layers.Layer):
    """Counts how often Python runs its call."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.calls = 0

    def call(self, inputs):
        self.calls += 1
        return inputs


@pytest.fixture
def counted():
    keras.utils.set_random_seed(0)
    layer = Counting()
    model = keras.Sequential(
        [keras.Input((4,)), layer, layers.Dropout(0.2), layers.Dense(3, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, layer


@compiled
def test_nothing_is_traced_again_from_epoch_to_epoch_or_in_a_second_fit(counted, data):
    model, layer = counted

    def run():
        model.fit(*data, batch_size=8, epochs=3, validation_data=data, verbose=0)
        model.evaluate(*data, batch_size=8, verbose=0)
        model.predict(data[0], batch_size=8, verbose=0)

    run()
    calls = layer.calls
    run()
    model.fit(data[0] * 2, data[1], batch_size=8, epochs=2, verbose=0)
    assert layer.calls == calls


@compiled
def test_learning_rate_and_weights_set_between_fits_trace_nothing(counted, data):
    model, layer = counted
    model.fit(*data, batch_size=8, verbose=0)
    calls = layer.calls
    model.optimizer.learning_rate = 0.5
    model.set_weights([w * 2 for w in model.get_weights()])
    model.fit(*data, batch_size=8, verbose=0)
    assert layer.calls == calls


class Record(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_begin(self, batch, logs=None):
        self.seen.append(("begin", batch))

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(("end", batch))
        assert set(logs) == {"loss", "accuracy"}

    def on_test_batch_begin(self, batch, logs=None):
        self.seen.append(("test begin", batch))

    def on_test_batch_end(self, batch, logs=None):
        self.seen.append(("test end", batch))
        assert set(logs) == {"loss", "accuracy"}


@pytest.mark.parametrize("streaming", [False, True])
def test_batch_callbacks_get_every_batch(make, data, streaming, monkeypatch):
    if streaming:
        monkeypatch.setenv("UNIKERAS_RESIDENT_BYTES", "16")
    record = Record()
    make().fit(
        *data,
        batch_size=8,
        epochs=2,
        validation_data=data,
        validation_batch_size=20,
        callbacks=[record],
        verbose=0,
    )
    epoch = [(kind, i) for i in range(6) for kind in ("begin", "end")]
    test = [(kind, i) for i in range(3) for kind in ("test begin", "test end")]
    assert record.seen == (epoch + test) * 2


def test_batch_logs_are_running_means(make, data):
    logs_seen = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            logs_seen.append(logs["loss"])

    model = make(keras.optimizers.SGD(0.0))
    model.fit(*data, batch_size=8, shuffle=False, callbacks=[Watch()], verbose=0)
    expected = [
        model.evaluate(data[0][: 8 * (i + 1)], data[1][: 8 * (i + 1)], verbose=0)[0] for i in range(6)
    ]
    np.testing.assert_allclose(logs_seen, expected, rtol=1e-5)


def test_predict_callbacks_get_every_batch(make, data):
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_predict_batch_begin(self, batch, logs=None):
            seen.append(batch)

        def on_predict_batch_end(self, batch, logs=None):
            seen.append(logs["outputs"].shape)

    make().predict(data[0], batch_size=20, callbacks=[Watch()], verbose=0)
    assert seen == [0, (20, 3), 1, (20, 3), 2, (2, 3)]


@compiled
def test_without_batch_callbacks_steps_run_in_chunks(make, rng):
    ends = []

    class Bar(keras.callbacks.Callback):
        needs_every_batch = False

        def on_train_batch_end(self, batch, logs=None):
            ends.append(batch)

    x = rng.normal(size=(4000, 4)).astype("float32")
    make().fit(x, np.zeros(4000, int), batch_size=4, epochs=2, callbacks=[Bar()], verbose=0)
    assert len(ends) < 200  # of 2000 batches
    assert ends.count(999) == 2


def test_evaluate_inside_a_batch_callback(make, data):
    """Another loop on the same model in the middle of an epoch does not disturb the indices."""
    seen = []

    class Nested(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)
            self.model.predict(data[0], verbose=0)

    make().fit(*data, batch_size=8, callbacks=[Nested()], verbose=0)
    assert seen == list(range(6))


def test_a_learning_rate_set_in_a_callback_takes_effect(make, data):
    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                self.weights = self.model.get_weights()
                self.model.optimizer.learning_rate = 0.0

    stop = Stop()
    model = make()
    start = model.get_weights()
    model.fit(*data, epochs=3, callbacks=[stop], verbose=0)
    assert any(not np.array_equal(a, b) for a, b in zip(start, stop.weights, strict=True))
    for a, b in zip(stop.weights, model.get_weights(), strict=True):
        assert np.array_equal(a, b)


def test_weights_set_in_a_callback_take_effect(make, data):
    class Reset(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.get_layer("out").bias.assign([5.0, 0.0, 0.0])

    model = make()
    model.fit(*data, batch_size=8, callbacks=[Reset()], verbose=0)
    assert np.asarray(model.get_layer("out").bias).tolist() == [5.0, 0.0, 0.0]
    assert set(model.predict(data[0], verbose=0).argmax(-1)) == {0}


def test_stop_training(make, data):
    class Stop(keras.callbacks.Callback):
        def __init__(self, at):
            super().__init__()
            self.at, self.batches = at, 0

        def on_train_batch_end(self, batch, logs=None):
            self.batches += 1
            if self.batches == self.at:
                self.model.stop_training = True

    stop = Stop(8)
    model = make()
    history = model.fit(*data, batch_size=8, epochs=5, callbacks=[stop], verbose=0)
    assert stop.batches == 8
    assert history.epoch == [0, 1]
    assert len(model.fit(*data, epochs=2, verbose=0).epoch) == 2  # not still stopped


def test_an_exception_in_a_callback_leaves_the_model_usable(make, data, same_weights):
    class Fails(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise KeyError("mine")

    broken, expected = make(), make()
    with pytest.raises(KeyError, match="mine"):
        broken.fit(*data, batch_size=8, shuffle=False, callbacks=[Fails()], verbose=0)
    expected.fit(data[0][:24], data[1][:24], batch_size=8, shuffle=False, verbose=0)
    same_weights(broken, expected)
    assert int(broken.optimizer.iterations) == 3
    broken.fit(*data, batch_size=8, verbose=0)
    assert np.isfinite(broken.predict(data[0], verbose=0)).all()


INTERRUPTED = """
import signal, sys, threading, time
import numpy as np
from unikeras import keras
x = np.random.default_rng(0).normal(size=(20000, 20)).astype("float32")
model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, x[:, :1], batch_size=8, epochs=1, verbose=0)
print("ready", flush=True)
try:
    model.fit(x, x[:, :1], batch_size=8, epochs=10000, verbose=0)
except KeyboardInterrupt:
    weights = model.get_weights()
    assert all(np.isfinite(w).all() for w in weights)
    assert int(model.optimizer.iterations) > 2500
    model.fit(x[:80], x[:80, :1], verbose=0)
    assert np.isfinite(model.predict(x[:5], verbose=0)).all()
    print("fine", flush=True)
"""


def test_ctrl_c_from_outside():
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.7)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert out == "fine\n", err
    assert time.monotonic() - began < 20


def _interrupt(delay, over):
    """Press Ctrl-C, and again as a user does: Python loses one that comes while it runs a finalizer."""
    time.sleep(delay)
    while not over.is_set():
        signal.raise_signal(signal.SIGINT)
        over.wait(5)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the one that is lost
def test_ctrl_c_again_and_again(make, data):
    """Interrupts at any time: weights and the optimizer's step count always belong together."""
    model = make(keras.optimizers.SGD(1.0), loss=lambda t, p: keras.ops.sum(p) * 0.0)
    model.add_counter = (
        keras.Variable(0.0, name="counter") if hasattr(keras, "Variable") else tf.Variable(0.0)
    )
    interrupted = 0
    for delay in (0.0, 0.02, 0.05, 0.1, 0.2, 0.3):
        over = threading.Event()
        thread = threading.Thread(target=_interrupt, args=(delay, over))
        try:
            thread.start()
            model.fit(*data, batch_size=1, epochs=100_000, verbose=0)
        except KeyboardInterrupt:
            interrupted += 1
        over.set()
        thread.join()
        assert all(np.isfinite(w).all() for w in model.get_weights())
        assert np.isfinite(model.evaluate(*data, verbose=0)).all()
    assert interrupted == 6
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_arrays_taken_before_and_during_fit_stay_valid(make, data):
    """The state is donated to the compiled step; what the user holds is not."""
    taken = []

    class Take(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kernel = self.model.get_layer("hidden").kernel
            taken.append(
                (kernel.value, tf.identity(kernel), np.asarray(kernel), kernel.numpy(), kernel + 0.0)
            )

    model = make(keras.optimizers.Adam(0.1))
    taken.append((model.get_layer("hidden").kernel.value,))
    first = np.array(taken[0][0])
    model.fit(*data, epochs=3, callbacks=[Take()], verbose=0)
    model.fit(*data, epochs=1, verbose=0)
    assert np.array_equal(np.asarray(taken[0][0]), first)
    for entry in taken[1:]:
        values = [np.array(v) for v in entry]
        assert all(np.array_equal(values[0], v) for v in values[1:])
    assert not np.array_equal(np.array(taken[1][0]), np.array(taken[2][0]))


def test_the_users_data_is_not_changed_and_may_change_later(make, data):
    x, y = data[0].copy(), data[1].copy()
    model = make()
    model.fit(x, y, verbose=0)
    assert np.array_equal(x, data[0])
    found = model.predict(x, verbose=0)
    kept = found.copy()
    x[:] = 100.0
    model.fit(*data, verbose=0)
    assert np.array_equal(found, kept)
    assert found.flags.writeable


def test_two_models_that_share_layers(data):
    keras.utils.set_random_seed(0)
    shared = layers.Dense(6, activation="relu")
    x = keras.Input((4,))
    a = keras.Model(x, layers.Dense(3, activation="softmax")(shared(x)))
    b = keras.Model(x, layers.Dense(1)(shared(x)))
    a.compile("adam", "sparse_categorical_crossentropy")
    b.compile("sgd", "mse")
    target = data[0][:, :1]
    for _ in range(3):
        before = np.asarray(shared.kernel)
        a.fit(*data, batch_size=8, verbose=0)
        between = np.asarray(shared.kernel)
        b.fit(data[0], target, batch_size=8, verbose=0)
        assert not np.array_equal(before, between)
        assert not np.array_equal(between, np.asarray(shared.kernel))
    assert any(w is shared.kernel for w in a.trainable_weights)
    assert any(w is shared.kernel for w in b.trainable_weights)


def test_freezing_takes_effect_also_after_compile(make, data):
    model = make()
    model.fit(*data, verbose=0)
    hidden = model.get_layer("hidden")
    hidden.trainable = False
    frozen = hidden.get_weights()
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    model.fit(*data, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(frozen, hidden.get_weights(), strict=True))
    hidden.trainable = True
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    model.fit(*data, verbose=0)
    assert not np.array_equal(frozen[0], hidden.get_weights()[0])


def test_freezing_without_a_second_compile(make, data):
    """Unlike tf.keras, which warns and goes on training: what is frozen does not change."""
    model = make(keras.optimizers.Adam(0.1))
    model.fit(*data, verbose=0)
    model.get_layer("hidden").trainable = False
    frozen, out = model.get_layer("hidden").get_weights(), model.get_layer("out").get_weights()
    model.fit(*data, verbose=0)
    assert all(
        np.array_equal(a, b) for a, b in zip(frozen, model.get_layer("hidden").get_weights(), strict=True)
    )
    assert not np.array_equal(out[0], model.get_layer("out").get_weights()[0])
    model.get_layer("hidden").trainable = True
    model.fit(*data, verbose=0)
    assert not np.array_equal(frozen[0], model.get_layer("hidden").get_weights()[0])


def test_fit_in_a_thread(make, data, same_weights):
    here, there = make(), make()
    here.fit(*data, batch_size=8, epochs=2, shuffle=False, verbose=0)
    errors = []

    def work():
        try:
            there.fit(*data, batch_size=8, epochs=2, shuffle=False, verbose=0)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert errors == []
    same_weights(here, there)


@pytest.mark.no_gradients
def test_predict_in_many_threads(make, data):
    model = make()
    expected = model.predict(data[0], batch_size=42, verbose=0)
    wrong = []

    def work(n):
        for size in range(1 + n, 42, 8):
            found = model.predict(data[0][:size], batch_size=42, verbose=0)
            if not np.allclose(found, expected[:size], atol=1e-6):
                wrong.append(size)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_models_trained_in_two_threads_at_once(make, data, same_weights):
    expected = make()
    expected.fit(*data, batch_size=8, epochs=3, shuffle=False, verbose=0)
    models = [make(), make()]
    threads = [
        threading.Thread(
            target=m.fit, args=data, kwargs={"batch_size": 8, "epochs": 3, "shuffle": False, "verbose": 0}
        )
        for m in models
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for model in models:
        same_weights(model, expected)


@pytest.mark.parametrize("verbose", [0, 1, 2, "auto"])
def test_verbose(make, data, capsys, verbose):
    make().fit(*data, epochs=2, validation_data=data, verbose=verbose)
    out = capsys.readouterr().out
    if verbose == 0:
        assert out == ""
        return
    assert "Epoch 1/2" in out
    assert "Epoch 2/2" in out
    for name in ("loss: ", "accuracy: ", "val_loss: ", "val_accuracy: "):
        assert out.count(name) >= 2
    assert ("2/2" in out) == (verbose != 2) or "2/2" in out


def test_numpy_integers_and_tensors_as_settings(make, data):
    history = make().fit(*data, batch_size=np.int64(8), epochs=np.int32(2), verbose=0)
    assert history.epoch == [0, 1]
