"""The base class of callbacks: every hook of fit, evaluate and predict, all doing nothing."""

from __future__ import annotations

from typing import Any

Logs = dict[str, Any]

TRAIN_BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
TEST_BATCH_HOOKS = ("on_test_batch_begin", "on_test_batch_end")
PREDICT_BATCH_HOOKS = ("on_predict_batch_begin", "on_predict_batch_end")


class Callback:
    """Something that is told what happens during training, evaluation and prediction.

    Subclass it and override the hooks you need; pass instances as `callbacks=[...]` to `fit`, `evaluate` or
    `predict`. `logs` is a dict of Python floats: the loss and the metrics, with the prefix `val_` those of
    the validation data.

    Overriding a batch hook makes the loop stop after every batch instead of running many in compiled code. A
    subclass that can do with the last batch of each chunk sets `needs_every_batch = False`; `None` means: if
    it overrides one.

    Attributes:
        model: the model being trained, set before the first hook.
        params: dict with `verbose`, `epochs` and `steps`.
        validation_data: always `None`; kept for programs that look at it.
        needs_every_batch: see above.

    Example:
        >>> class Announce(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(f"epoch {epoch}: {logs['loss']:.1f}")
        >>> Announce().on_epoch_end(0, {"loss": 0.5})
        epoch 0: 0.5

    Source: `keras.callbacks.Callback`.
    """

    model: Any = None
    params: dict[str, Any] | None = None
    validation_data: Any = None
    needs_every_batch: bool | None = None
    runs_last = False  # whether its hooks are called after those of all other callbacks

    def set_params(self, params: dict[str, Any]) -> None:
        """Take the parameters of the run: `verbose`, `epochs`, `steps`."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Take the model the run is about."""
        self.model = model

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Training starts."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training has ended; `logs` are those of the last epoch."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Evaluation starts, also inside `fit` for the validation data."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Evaluation has ended with these `logs`."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Prediction starts."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Prediction has ended."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Epoch `epoch` (from 0) starts."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Epoch `epoch` (from 0) has ended, validation included."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Training batch `batch` (from 0 in each epoch) starts; calls `on_batch_begin`."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Training batch `batch` has ended; `logs` are the epoch's means so far. Calls `on_batch_end`."""
        self.on_batch_end(batch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Older name of `on_train_batch_end`."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Evaluation batch `batch` starts."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Evaluation batch `batch` has ended; `logs` are the means so far."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Prediction batch `batch` starts."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Prediction batch `batch` has ended; `logs["outputs"]` is what the model gave."""


def overrides(callback: Any, hooks: tuple[str, ...]) -> bool:
    """Whether `callback` has its own version of any of `hooks`, by its class or set on the instance."""
    for hook in hooks:
        if hook in getattr(callback, "__dict__", {}):
            return True
        if getattr(type(callback), hook, None) not in (None, getattr(Callback, hook)):
            return True
    return False


def needs_batches(callback: Any, hooks: tuple[str, ...]) -> bool:
    """Whether `callback` must be called for every single batch through `hooks`."""
    if getattr(callback, "needs_every_batch", None) is False:
        return False
    return overrides(callback, hooks)
