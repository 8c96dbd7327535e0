"""What the golden traces do not ask: messages, strictness, odd inputs, chunks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unikeras.callbacks import (
    CSVLogger,
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)
from unikeras.callbacks.monitor import Monitor
from unikeras.core.strict import strict


@pytest.fixture
def strictly():
    strict(True)
    yield
    strict(False)


class Schedule:
    def __call__(self, step):
        return 0.5


MONITORING = [
    lambda: EarlyStopping(monitor="val_acc"),
    lambda: ReduceLROnPlateau(monitor="val_acc"),
    lambda: ModelCheckpoint("a.keras", monitor="val_acc", save_best_only=True),
]


@pytest.mark.parametrize("make", MONITORING)
def test_missing_monitor_names_what_is_there_once(make, feed, model):
    with pytest.warns(UserWarning, match="monitor 'val_acc' is not in the logs") as caught:
        feed(make(), model, [{"loss": 1.0, "val_accuracy": 0.5}] * 3)
    assert len(caught) == 1
    text = str(caught[0].message)
    assert "Available: loss, val_accuracy." in text
    assert "Did you mean 'val_accuracy'?" in text
    assert caught[0].filename.endswith("conftest.py")  # the caller's line, not one of the package


@pytest.mark.parametrize("make", MONITORING)
def test_missing_monitor_is_an_error_in_strict_mode(make, feed, model, strictly):
    with pytest.raises(ValueError, match="val_acc"):
        feed(make(), model, [{"loss": 1.0}])


def test_missing_validation_is_pointed_out(feed, model):
    with pytest.warns(UserWarning, match="Pass validation_data or validation_split"):
        feed(EarlyStopping(), model, [{"loss": 1.0}])


def test_unknown_mode_is_reported():
    with pytest.warns(UserWarning, match="mode must be 'auto', 'min' or 'max', got 'up'"):
        assert Monitor("EarlyStopping", "val_loss", "up").mode == "min"


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("loss", "min"), ("val_loss", "min"), ("mae", "min"), ("val_mse", "min"), ("kld", "min"), ("track",
        "min"),
        ("acc", "max"), ("val_acc", "max"), ("accuracy", "max"), ("val_sparse_categorical_accuracy", "max"),
        ("binary_accuracy", "max"), ("auc", "max"), ("val_auc_1", "max"), ("precision", "max"), ("recall_2",
        "max"),
        ("head_accuracy", "max"), ("head_loss", "min"), ("f1_score", "max"), ("mean_io_u", "max"),
        ("r2_score", "max"),
        ("top_k_categorical_accuracy", "max"), ("false_positives", "min"), ("precision_at_recall", "max"),
        ("mean_absolute_error", "min"), ("accuracy_loss", "min"),
    ],
)  # fmt: skip
def test_auto_mode(name, mode):
    assert Monitor("x", name).mode == mode


def test_early_stopping_restores_copies(feed, model):
    stop = EarlyStopping(patience=1, restore_best_weights=True)
    feed(stop, model, [1.0, 0.5, 0.7])
    assert model.get_weights()[0].item() == 1.0
    assert stop.best == 0.5


def test_early_stopping_starts_afresh(feed, model):
    stop = EarlyStopping(patience=1)
    feed(stop, model, [1.0, 2.0])
    assert model.stop_training
    model.stop_training = False
    feed(stop, model, [9.0, 8.0, 7.0])
    assert not model.stop_training
    assert stop.best == 7.0


def test_reduce_lr_epsilon_is_min_delta():
    assert ReduceLROnPlateau(epsilon=0.5).min_delta == 0.5


@pytest.mark.parametrize(
    "make", [lambda: LearningRateScheduler(lambda e: 0.1), lambda: ReduceLROnPlateau("val_loss", patience=1)]
)
def test_a_schedule_cannot_be_set(make, feed, model):
    model.optimizer.learning_rate = Schedule()
    with pytest.raises(TypeError, match="is a Schedule schedule, which cannot be set"):
        feed(make(), model, [1.0, 1.0, 1.0])


def test_no_optimizer(feed, model):
    del model.optimizer
    with pytest.raises(ValueError, match=r"model\.compile"):
        feed(LearningRateScheduler(lambda e: 0.1), model, [1.0])


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.5), np.array(0.5), np.array([0.5])])
def test_scheduler_takes_any_real_number(value, feed, model):
    logs = feed(LearningRateScheduler(lambda epoch: value), model, [1.0])
    assert model.optimizer.learning_rate == float(np.ravel(value)[0])
    assert logs[0]["learning_rate"] == float(np.ravel(value)[0])


@pytest.mark.parametrize("value", ["fast", None, [0.1, 0.2], 1j, True])
def test_scheduler_refuses_the_rest(value, feed, model):
    with pytest.raises(ValueError, match="schedule must return a float"):
        feed(LearningRateScheduler(lambda epoch: value), model, [1.0])


def test_scheduler_error_inside_the_function_is_not_swallowed(feed, model):
    def schedule(epoch):
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine"):
        feed(LearningRateScheduler(schedule), model, [1.0])


def test_scheduler_with_default_argument_gets_the_rate(feed, model):
    feed(LearningRateScheduler(lambda epoch, rate=7.0: rate / 2), model, [1.0])
    assert model.optimizer.learning_rate == 0.05


class TestCheckpoint:
    def test_period(self, feed, model):
        with pytest.warns(DeprecationWarning, match="save_freq"):
            keep = ModelCheckpoint("{epoch}.keras", period=2)
        feed(keep, model, [1.0] * 5)
        assert [path for _, path in model.saved] == ["2.keras", "4.keras"]

    def test_makes_folders(self, feed, model, tmp_path):
        feed(ModelCheckpoint(tmp_path / "a" / "b" / "m.keras"), model, [1.0])
        assert (tmp_path / "a" / "b").is_dir()

    def test_what_save_raises_comes_through(self, feed, model):
        def save(path, overwrite=True):
            raise ValueError("unknown suffix")

        model.save = save
        with pytest.raises(ValueError, match="unknown suffix"):
            feed(ModelCheckpoint("folder"), model, [1.0])

    def test_a_failed_save_is_not_the_best(self, feed, model):
        def save(path, overwrite=True):
            raise OSError("disk full")

        model.save = save
        keep = ModelCheckpoint("m.keras", save_best_only=True)
        with pytest.raises(OSError, match="disk full"):
            feed(keep, model, [1.0])
        assert keep.best == math.inf

    @pytest.mark.parametrize("freq", [0, -1, 2.5, "batch"])
    def test_bad_save_freq(self, freq):
        with pytest.raises(ValueError, match="save_freq must be 'epoch'"):
            ModelCheckpoint("a.keras", save_freq=freq)

    def test_name_missing_in_the_logs(self, feed, model):
        with pytest.raises(KeyError, match="Available: loss, epoch"):
            feed(ModelCheckpoint("{acc}.keras"), model, [{"loss": 1.0}])

    def test_best_survives_a_second_fit(self, feed, model):
        keep = ModelCheckpoint("{epoch}.keras", save_best_only=True)
        feed(keep, model, [0.5])
        feed(keep, model, [0.7, 0.4])
        assert [path for _, path in model.saved] == ["1.keras", "2.keras"]


class TestCSV:
    def test_append(self, feed, model, tmp_path):
        path = tmp_path / "log.csv"
        feed(CSVLogger(path), model, [{"loss": 1.0, "val_loss": 2.0}])
        feed(CSVLogger(path, append=True), model, [{"loss": 0.5, "val_loss": 1.5}])
        assert path.read_text().splitlines() == ["epoch,loss,val_loss", "0,1.0,2.0", "0,0.5,1.5"]
        feed(CSVLogger(path), model, [{"loss": 9.0, "val_loss": 9.0}])
        assert path.read_text().splitlines() == ["epoch,loss,val_loss", "0,9.0,9.0"]

    def test_append_to_nothing(self, feed, model, tmp_path):
        path = tmp_path / "log.csv"
        feed(CSVLogger(path, append=True), model, [{"val_loss": 2.0}])
        assert path.read_text().splitlines() == ["epoch,val_loss", "0,2.0"]

    def test_late_validation_has_its_column(self, feed, model, tmp_path):
        path = tmp_path / "log.csv"
        feed(CSVLogger(path), model, [{"loss": 1.0}, {"loss": 0.5, "val_loss": 2.0}])
        assert path.read_text().splitlines() == ["epoch,loss,val_loss", "0,1.0,NA", "1,0.5,2.0"]

    def test_values_without_a_column_are_reported(self, feed, model, tmp_path):
        with pytest.warns(UserWarning, match="CSVLogger: extra cannot be written"):
            feed(CSVLogger(tmp_path / "log.csv"), model, [{"val_loss": 1.0}, {"val_loss": 1.0, "extra": 2.0}])

    def test_every_line_is_on_disk_at_once(self, model, tmp_path):
        log = CSVLogger(tmp_path / "log.csv")
        log.on_train_begin()
        log.on_epoch_end(0, {"val_loss": 1.0})
        assert (tmp_path / "log.csv").read_text().splitlines()[-1] == "0,1.0"

    def test_a_folder_that_is_not_there_is_noticed_at_once(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            CSVLogger(tmp_path / "none" / "log.csv").on_train_begin()

    def test_second_fit_starts_the_file_again(self, feed, model, tmp_path):
        log = CSVLogger(tmp_path / "log.csv")
        feed(log, model, [1.0, 2.0])
        feed(log, model, [3.0])
        assert (tmp_path / "log.csv").read_text().splitlines() == ["epoch,val_loss", "0,3.0"]

    def test_arrays(self, feed, model, tmp_path):
        feed(CSVLogger(tmp_path / "log.csv"), model, [{"val_a": np.array([1, 2]), "val_b": np.float32(0.5)}])
        assert (tmp_path / "log.csv").read_text().splitlines()[-1] == '0,"[1, 2]",0.5'


class TestTerminateOnNaN:
    def test_says_which_chunk(self, model, capsys):
        guard = TerminateOnNaN()
        guard.set_model(model)
        guard.on_epoch_begin(0)
        guard.on_train_batch_end(9, {"loss": 1.0})
        assert not model.stop_training
        guard.on_train_batch_end(19, {"loss": math.nan})
        assert model.stop_training
        assert capsys.readouterr().out == "Batches 10 to 19: Invalid loss, terminating training\n"

    def test_can_raise(self, model):
        guard = TerminateOnNaN(raise_error=True)
        guard.set_model(model)
        with pytest.raises(RuntimeError, match=r"became inf\. Batch 0"):
            guard.on_train_batch_end(0, {"loss": math.inf})
