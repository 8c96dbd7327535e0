"""Dispatch, and when the training loop has to stop after every batch."""

from __future__ import annotations

import pytest

from unikeras.callbacks import (
    Callback,
    CallbackList,
    CSVLogger,
    EarlyStopping,
    History,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    ProgbarLogger,
    ReduceLROnPlateau,
    TensorBoard,
    TerminateOnNaN,
)

HOOKS = [
    f"on_{phase}_{edge}" for phase in ("train", "test", "predict") for edge in ("begin", "end")
] + [
    f"on_{phase}_{edge}"
    for phase in ("epoch", "train_batch", "test_batch", "predict_batch")
    for edge in ("begin", "end")
]  # fmt: skip


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_reaches_every_callback(hook):
    calls = []
    first, second = Callback(), Callback()
    setattr(first, hook, lambda *a: calls.append(("first", *a)))
    setattr(second, hook, lambda *a: calls.append(("second", *a)))
    position = () if hook.count("_") == 2 and "epoch" not in hook else (3,)
    getattr(CallbackList([first, second]), hook)(*position, {"loss": 1.0})
    assert calls == [("first", *position, {"loss": 1.0}), ("second", *position, {"loss": 1.0})]


@pytest.mark.parametrize("hook", HOOKS)
def test_base_hooks_do_nothing(hook):
    position = () if hook.count("_") == 2 and "epoch" not in hook else (0,)
    assert getattr(Callback(), hook)(*position) is None


def test_on_batch_aliases():
    seen = []

    class Old(Callback):
        def on_batch_begin(self, batch, logs=None):
            seen.append(("begin", batch))

        def on_batch_end(self, batch, logs=None):
            seen.append(("end", batch, logs))

    run = CallbackList(Old())
    run.on_train_batch_begin(1)
    run.on_train_batch_end(1, {"loss": 2.0})
    run.on_batch_end(2)
    assert seen == [("begin", 1), ("end", 1, {"loss": 2.0}), ("end", 2, {})]
    assert run.wants_train_batches


def test_logs_are_shared_so_that_later_callbacks_see_what_earlier_ones_add(model):
    run = CallbackList([LearningRateScheduler(lambda epoch: 0.25)], add_history=True, model=model)
    run.on_train_begin()
    run.on_epoch_begin(0)
    run.on_epoch_end(0, {"loss": 1.0})
    assert run.history.history == {"loss": [1.0], "learning_rate": [0.25]}
    assert run.history.history["lr"] == [0.25]
    with pytest.raises(KeyError, match="loss, learning_rate"):
        run.history.history["val_loss"]
    assert model.history is run.history


def test_defaults_are_added_once_and_last(model):
    mine = History()
    run = CallbackList(
        [mine, [EarlyStopping(), None]], add_history=True, add_progbar=True, model=model, epochs=3
    )
    assert [type(c).__name__ for c in run] == ["History", "EarlyStopping", "ProgbarLogger"]
    assert run.history is mine
    assert all(c.model is model and c.params == {"epochs": 3} for c in run)
    assert CallbackList().history is None


def test_wrong_items_are_named():
    with pytest.raises(TypeError, match=r"got the class EarlyStopping. Write EarlyStopping\(...\)"):
        CallbackList([EarlyStopping])
    with pytest.raises(TypeError, match="LambdaCallback"):
        CallbackList([lambda epoch, logs: None])
    with pytest.raises(TypeError, match="'early'"):
        CallbackList(["early"])


class OnBatch(Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.last = batch


class OnTestBatch(Callback):
    def on_test_batch_begin(self, batch, logs=None):
        self.last = batch


class OnPredictBatch(Callback):
    def on_predict_batch_end(self, batch, logs=None):
        self.last = batch


class ChunksWillDo(OnBatch):
    needs_every_batch = False


def instance_hook():
    callback = Callback()
    callback.on_batch_begin = lambda batch, logs=None: None
    return callback


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (Callback, (False, False, False)),
        (OnBatch, (True, False, False)),
        (OnTestBatch, (False, True, False)),
        (OnPredictBatch, (False, False, True)),
        (ChunksWillDo, (False, False, False)),
        (instance_hook, (True, False, False)),
        (lambda: LambdaCallback(on_epoch_end=print), (False, False, False)),
        (lambda: LambdaCallback(on_train_batch_end=print), (True, False, False)),
        (lambda: LambdaCallback(on_batch_end=print), (True, False, False)),
        (lambda: LambdaCallback(on_test_batch_end=print), (False, True, False)),
        (lambda: LambdaCallback(on_predict_batch_begin=print), (False, False, True)),
        (lambda: ModelCheckpoint("a.keras"), (False, False, False)),
        (lambda: ModelCheckpoint("a.keras", save_freq=10), (True, False, False)),
        (lambda: TensorBoard("logs"), (False, False, False)),
        (lambda: TensorBoard("logs", update_freq="batch"), (True, False, False)),
        (lambda: TensorBoard("logs", update_freq=10), (True, False, False)),
        (lambda: CSVLogger("a.csv"), (False, False, False)),
        (ProgbarLogger, (False, False, False)),
        (History, (False, False, False)),
        (TerminateOnNaN, (False, False, False)),
        (ReduceLROnPlateau, (False, False, False)),
        (EarlyStopping, (False, False, False)),
    ],
)
def test_who_wants_single_batches(make, expected):
    run = CallbackList([make()], add_history=True, add_progbar=True)
    assert (run.wants_train_batches, run.wants_test_batches, run.wants_predict_batches) == expected


def test_callbacks_without_init_work():
    class NoInit(Callback):
        def __init__(self):
            self.mine = 1

    callback = NoInit()
    assert callback.model is None
    assert callback.params is None
    assert callback.validation_data is None


def test_lambda_callback():
    seen = []
    callback = LambdaCallback(
        on_epoch_begin=lambda epoch, logs: seen.append(("epoch", epoch)),
        on_train_end=lambda logs: seen.append(("end", logs)),
        on_test_end=lambda logs: seen.append(("test", logs)),
    )
    run = CallbackList([callback])
    run.on_epoch_begin(2)
    run.on_test_end({"loss": 1.0})
    run.on_train_end()
    assert seen == [("epoch", 2), ("test", {"loss": 1.0}), ("end", {})]
    with pytest.raises(TypeError, match="Did you mean on_batch_end"):
        LambdaCallback(on_batch_endd=print)
    with pytest.raises(TypeError, match="must be a function, got 3"):
        LambdaCallback(on_epoch_end=3)


def test_history_of_a_second_fit_goes_on(feed, model):
    record = History()
    feed(record, model, [1.0, 0.5])
    feed(record, model, [0.25])
    assert record.history == {"val_loss": [1.0, 0.5, 0.25]}
    assert record.epoch == [0]
    assert model.history is record
