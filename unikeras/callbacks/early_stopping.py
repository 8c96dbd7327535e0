"""Stop when a value no longer improves."""

from __future__ import annotations

from typing import Any

from unikeras.callbacks.callback import Callback, Logs
from unikeras.callbacks.monitor import Monitor


class EarlyStopping(Callback):
    """Stops training when a watched value has not improved for some epochs.

    Args:
        monitor: name of the value in the logs.
        min_delta: the least change that counts as an improvement.
        patience: epochs without improvement after which training stops.
        verbose: 1: say when and why.
        mode: `"min"`, `"max"`, or `"auto"`: more is better for accuracy, AUC, precision and their kind, less
            otherwise.
        baseline: patience is only renewed by epochs that also beat this value.
        restore_best_weights: put back the weights of the best epoch at the end, whether stopped early or not.
        start_from_epoch: epochs before this one are not looked at.

    Attributes:
        best: the best value so far.
        best_epoch: its epoch, from 0.
        best_weights: its weights, with `restore_best_weights`.
        stopped_epoch: the epoch after which training stopped; 0 if it did not.
        wait: epochs since the last improvement.

    Raises:
        ValueError: in strict mode, the logs do not have `monitor` (otherwise a warning).

    Example:
        >>> from types import SimpleNamespace
        >>> stop = EarlyStopping(monitor="loss", patience=2)
        >>> stop.set_model(SimpleNamespace(stop_training=False))
        >>> stop.on_train_begin()
        >>> for epoch, loss in enumerate([1.0, 0.5, 0.6, 0.7]):
        ...     stop.on_epoch_end(epoch, {"loss": loss})
        >>> stop.model.stop_training, stop.stopped_epoch, stop.best
        (True, 3, 0.5)

    Source: `keras.callbacks.EarlyStopping`.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        self.monitor = monitor
        self.min_delta = abs(min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._monitor = Monitor("EarlyStopping", monitor, mode, min_delta)
        self._reset()

    def _reset(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best = self._monitor.worst
        self.best_epoch = 0
        self.best_weights: list[Any] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget an earlier run."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare, and stop when patience has run out."""
        value = self.get_monitor_value(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)  # so that there is something to restore if no value ever counts as better
        self.wait += 1
        if self._monitor.better(value, self.best):
            self.best = value
            self.best_epoch = epoch
            if self.restore_best_weights:
                self._remember(epoch)
            if self.baseline is None or self._monitor.better(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Say so, and restore the best weights."""
        if self.stopped_epoch > 0 and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping", flush=True)
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose:
                print(
                    f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.",
                    flush=True,
                )
            self.model.set_weights(self.best_weights)

    def get_monitor_value(self, logs: Logs | None) -> float | None:
        """The watched value of this epoch, or `None`."""
        return self._monitor.value(logs)

    def _remember(self, epoch: int) -> None:
        self.best_epoch = epoch
        self.best_weights = self.model.get_weights()
