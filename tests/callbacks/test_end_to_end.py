"""The callbacks in a real `fit`."""

from __future__ import annotations

import importlib.util
import json
import math

import numpy as np
import pytest

if importlib.util.find_spec("unikeras.training.trainer") is None:
    pytest.skip("unikeras.training.trainer does not exist yet", allow_module_level=True)

from unikeras import keras

BATCHES = 16  # of 8 samples


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(BATCHES * 8, 4)).astype("float32")
    return x, (x.sum(axis=1, keepdims=True) > 0).astype("float32")


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid", name="out")])
    model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
    return model


def fit(model, data, *callbacks, epochs=3, **kwargs):
    kwargs = {"validation_data": data, "batch_size": 8, "verbose": 0, **kwargs}
    return model.fit(*data, epochs=epochs, callbacks=list(callbacks), **kwargs)


def rate(model):
    return float(np.asarray(model.optimizer.learning_rate))


def test_hooks_in_order(model, data):
    seen = []

    class Order(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            seen.append("train {")
            assert self.model is model
            assert self.params["epochs"] == 2
            assert self.params["steps"] == BATCHES

        def on_epoch_begin(self, epoch, logs=None):
            seen.append(f"epoch {epoch} {{")

        def on_test_begin(self, logs=None):
            seen.append("test {")

        def on_test_end(self, logs=None):
            seen.append("}")
            assert set(logs) == {"loss", "accuracy"}

        def on_epoch_end(self, epoch, logs=None):
            seen.append("}")
            assert set(logs) == {"loss", "accuracy", "val_loss", "val_accuracy"}
            assert all(type(value) is float for value in logs.values())

        def on_train_end(self, logs=None):
            seen.append("}")

    fit(model, data, Order(), epochs=2)
    assert " ".join(seen) == "train { epoch 0 { test { } } epoch 1 { test { } } }"


def test_batch_hooks_see_every_batch(model, data):
    begun, ended, tested = [], [], []
    show = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: begun.append(batch),
        on_train_batch_end=lambda batch, logs: ended.append((batch, logs["loss"])),
        on_test_batch_end=lambda batch, logs: tested.append(batch),
    )
    history = fit(model, data, show, epochs=2)
    assert begun == [*range(BATCHES)] * 2
    assert [batch for batch, _ in ended] == [*range(BATCHES)] * 2
    assert tested == [*range(BATCHES)] * 2
    assert ended[-1][1] == pytest.approx(history.history["loss"][-1], rel=1e-5)


def test_chunks_report_their_last_batch(model, data):
    seen = []

    class Chunks(keras.callbacks.Callback):
        needs_every_batch = False

        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)

    fit(model, data, Chunks(), epochs=1)
    assert seen == sorted(set(seen))
    assert seen[-1] == BATCHES - 1


def test_batch_hooks_do_not_change_the_training(model, data):
    start = model.get_weights()
    plain = fit(model, data, shuffle=False).history
    weights = model.get_weights()
    model.set_weights(start)
    watched = fit(
        model, data, keras.callbacks.LambdaCallback(on_batch_end=lambda b, logs: None), shuffle=False
    )
    for name, values in watched.history.items():
        np.testing.assert_allclose(values, plain[name], rtol=1e-5)
    for a, b in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_stop_in_the_middle_of_an_epoch(model, data):
    class Stop(keras.callbacks.Callback):
        batches = 0

        def on_train_batch_end(self, batch, logs=None):
            self.batches += 1
            self.model.stop_training = self.batches == BATCHES + 3

    stop = Stop()
    history = fit(model, data, stop, epochs=5)
    assert stop.batches == BATCHES + 3
    assert history.epoch == [0, 1]


def test_early_stopping_restores(model, data):
    kept = []
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(model.get_weights()))
    stop = keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="max", patience=2, restore_best_weights=True
    )
    history = fit(model, data, keep, stop, epochs=10)  # the loss falls, so that the first epoch is "best"
    assert history.epoch == [0, 1, 2]
    for a, b in zip(model.get_weights(), kept[0], strict=True):
        np.testing.assert_array_equal(a, b)


def test_checkpoints_can_be_loaded(model, data, tmp_path):
    fit(
        model, data,
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch:02d}-{val_loss:.2f}.keras"),
        keras.callbacks.ModelCheckpoint(
            tmp_path / "best.weights.h5", save_best_only=True, save_weights_only=True
        ),
    )  # fmt: skip
    assert sorted(path.name[:3] for path in tmp_path.glob("*.keras")) == ["01-", "02-", "03-"]
    expected = model.predict(data[0], verbose=0)
    (last,) = tmp_path.glob("03-*.keras")
    np.testing.assert_allclose(keras.models.load_model(last).predict(data[0], verbose=0), expected, rtol=1e-6)
    model.set_weights([w * 0 for w in model.get_weights()])
    model.load_weights(tmp_path / "best.weights.h5")
    np.testing.assert_allclose(model.predict(data[0], verbose=0), expected, rtol=1e-6)


def test_checkpoints_by_batches(model, data, tmp_path):
    fit(
        model,
        data,
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}-{batch}.keras", save_freq=20),
        epochs=2,
    )
    assert [path.name for path in tmp_path.glob("*.keras")] == ["2-4.keras"]


def test_learning_rates(model, data, tmp_path):
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr * 0.5)
    log = keras.callbacks.CSVLogger(tmp_path / "log.csv")
    history = fit(model, data, schedule, log)
    assert history.history["learning_rate"] == pytest.approx([0.05, 0.025, 0.0125])
    assert rate(model) == pytest.approx(0.0125)
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert lines[0] == "epoch,accuracy,learning_rate,loss,val_accuracy,val_loss"
    assert len(lines) == 4


def test_the_rate_that_is_set_is_the_rate_that_is_used(model, data):
    start = model.get_weights()
    fit(model, data, keras.callbacks.LearningRateScheduler(lambda epoch: 0.0))
    for a, b in zip(model.get_weights(), start, strict=True):
        np.testing.assert_array_equal(a, b)


def test_reduce_on_plateau(model, data):
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=10.0)
    history = fit(model, data, plateau)
    assert history.history["learning_rate"] == pytest.approx([0.1, 0.1, 0.05])
    assert rate(model) == pytest.approx(0.025)


def test_schedule_object_cannot_be_set(model, data):
    decay = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    model.compile(keras.optimizers.SGD(decay), "mse")
    with pytest.raises(TypeError, match=r"learning.rate"):
        fit(model, data, keras.callbacks.LearningRateScheduler(lambda epoch: 0.1))


def test_terminate_on_nan(model, data, capsys):
    x = data[0].copy()
    x[40] = math.nan  # batch 5 of 16
    history = fit(model, (x, data[1]), keras.callbacks.TerminateOnNaN(), epochs=5, shuffle=False)
    assert history.epoch == [0]
    assert "Invalid loss, terminating training" in capsys.readouterr().out


def test_history_is_returned_and_kept(model, data):
    history = fit(model, data)
    assert model.history is history
    assert history.epoch == [0, 1, 2]
    assert list(map(len, history.history.values())) == [3] * 4


def test_progress_in_a_file_is_a_line_an_epoch(model, data, capsys, monkeypatch):
    fit(model, data, epochs=2, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert [lines[0], lines[2]] == ["Epoch 1/2", "Epoch 2/2"]
    assert len(lines) == 4
    assert lines[1].startswith("16/16 ━━━━━━━━━━━━━━━━━━━━ ")
    for name in ("accuracy", "loss", "val_accuracy", "val_loss"):
        assert f" - {name}: " in lines[3]
    assert "\033" not in "".join(lines)
    model.evaluate(*data, batch_size=8, verbose=1)
    model.predict(data[0], batch_size=8, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["16/16", "16/16"]


def test_tensorboard(model, data, tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    graphs = pytest.importorskip("tensorboard.plugins.graph.keras_util")
    from tensorboard.util import tensor_util

    history = fit(
        model,
        data,
        keras.callbacks.TensorBoard(tmp_path, histogram_freq=1, write_images=True, update_freq="batch"),
    )
    tensors = {}
    for run in ("train", "validation"):
        events = accumulator.EventAccumulator(str(tmp_path / run), size_guidance={"tensors": 0}).Reload()
        for tag in events.Tags()["tensors"]:
            tensors[run, tag] = [
                (e.step, tensor_util.make_ndarray(e.tensor_proto)) for e in events.Tensors(tag)
            ]  # fmt: skip
    losses = [float(value) for _, value in tensors["train", "epoch_loss"]]
    assert losses == pytest.approx(history.history["loss"])
    losses = [float(value) for _, value in tensors["validation", "epoch_loss"]]
    assert losses == pytest.approx(history.history["val_loss"])
    assert [step for step, _ in tensors["validation", "evaluation_loss_vs_iterations"]] == [16, 32, 48]
    assert [step for step, _ in tensors["train", "batch_loss"]] == [*range(1, 3 * BATCHES + 1)]
    assert float(tensors["train", "epoch_learning_rate"][0][1]) == pytest.approx(0.1)
    (kernel,) = [tag for run, tag in tensors if tag.endswith("kernel/histogram")]
    assert tensors["train", kernel][-1][1][:, 2].sum() == 4
    assert ("train", kernel.replace("histogram", "image")) in tensors
    graph = graphs.keras_model_to_graph_def(json.loads(tensors["train", "keras"][0][1].item()))
    assert [node.name.split("/")[-1] for node in graph.node][-1] == "out"
