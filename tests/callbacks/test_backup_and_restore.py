"""A training that is interrupted and called again ends as one that was not: the same bits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from unikeras import keras

from . import interrupted_program as program

pytestmark = pytest.mark.skipif(
    os.environ.get("KERAS_BACKEND") == "numpy", reason="the numpy engine does not train"
)
STEPS = {"arrays": 6, "streamed": 6, "steps": 4, "dataset": 6, "generator": 6}


@pytest.mark.parametrize("kind", list(STEPS))
def test_interrupted_at_several_batches(tmp_path, kind, monkeypatch):
    if kind == "streamed":
        monkeypatch.setenv("UNIKERAS_RESIDENT_BYTES", "1")
    model = program.make_model()
    start = model.get_weights(), [np.asarray(v) for v in model.optimizer.variables]

    def run(folder, after=0):
        model.set_weights(start[0])  # the same compiled steps serve all runs
        for layer in model.layers:
            if hasattr(layer, "seed_generator"):
                layer.seed_generator.restart(11)
        for variable in model.optimizer.variables:
            variable.assign(0.05 if variable.name.startswith("learning_rate") else np.zeros(variable.shape))
        return program.train(folder, kind, after, model=model)

    (tmp_path / "whole").mkdir()
    run(tmp_path / "whole")
    whole = run(tmp_path / "whole")
    steps = STEPS[kind]
    for after in (1, 3, steps, steps + 1, 2 * steps + 2) if kind == "arrays" else (3, steps + 1):
        folder = tmp_path / f"after-{after}"
        folder.mkdir()
        with pytest.raises(KeyboardInterrupt):
            run(folder, after)
        assert run(folder) == whole, f"interrupted after {after} batches"
        assert not (folder / "backup").exists()  # the training has come to its end


def test_interrupted_twice_in_one_epoch(tmp_path):
    model = program.make_model()
    with pytest.raises(KeyboardInterrupt):
        program.train(tmp_path, after=8, model=model)
    with pytest.raises(KeyboardInterrupt):
        program.train(tmp_path, after=3, model=model)
    resumed = program.train(tmp_path, model=model)
    assert resumed["epoch"] == list(range(len(resumed["history"]["loss"])))


@pytest.mark.skipif(os.environ.get("KERAS_BACKEND", "jax") != "jax", reason="one engine is enough")
def test_killed_programs(tmp_path):
    """Real processes, ended by SIGKILL; each has its own random hash seed and addresses."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    command = [sys.executable, program.__file__]
    whole = subprocess.run([*command, str(tmp_path / "a"), "0"], capture_output=True, text=True, check=True)
    killed = subprocess.run([*command, str(tmp_path / "b"), "9"], capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "b" / "backup" / "backup.npz").exists()
    resumed = subprocess.run([*command, str(tmp_path / "b"), "0"], capture_output=True, text=True, check=True)
    assert json.loads(resumed.stdout) == json.loads(whole.stdout)


def small():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


X = np.arange(8.0).reshape(8, 1)


def keep(folder, **kwargs):
    return keras.callbacks.BackupAndRestore(folder, delete_checkpoint=False, **kwargs)


def test_a_finished_training_is_not_repeated(tmp_path):
    model = small()
    model.fit(X, X, epochs=2, verbose=0, callbacks=[keep(tmp_path)])
    before = model.get_weights()
    history = model.fit(X, X, epochs=2, verbose=0, callbacks=[keep(tmp_path)])
    assert history.epoch == [0, 1]
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


def test_a_damaged_backup(tmp_path):
    model = small()
    model.fit(X, X, epochs=3, verbose=0, callbacks=[keep(tmp_path, double_checkpoint=True)])
    whole = (tmp_path / "backup.npz").read_bytes()
    (tmp_path / "backup.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning, match="going on with the one before"):
        history = model.fit(X, X, epochs=3, verbose=0, callbacks=[keep(tmp_path)])
    assert history.epoch == [0, 1, 2]
    (tmp_path / "backup.previous.npz").unlink()
    (tmp_path / "backup.npz").write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="cannot be read"):
        model.fit(X, X, epochs=3, verbose=0, callbacks=[keep(tmp_path)])


def test_a_backup_of_another_training(tmp_path):
    small().fit(X, X, epochs=1, verbose=0, callbacks=[keep(tmp_path)])
    other = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    other.compile("sgd", "mse")
    with pytest.raises(ValueError, match="another model"):
        other.fit(X, X, epochs=2, verbose=0, callbacks=[keep(tmp_path)])
    with pytest.raises(ValueError, match="other data"):
        small().fit(X[:4], X[:4], epochs=2, verbose=0, callbacks=[keep(tmp_path)])


def test_bad_arguments(tmp_path):
    for bad in ("batch", 0, 1.5, True):
        with pytest.raises(ValueError, match="save_freq"):
            keras.callbacks.BackupAndRestore(tmp_path, save_freq=bad)
    with pytest.raises(ValueError, match="folder"):
        keras.callbacks.BackupAndRestore("")
