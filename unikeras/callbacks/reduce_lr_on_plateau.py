"""Lower the learning rate when a value no longer improves."""

from __future__ import annotations

from typing import Any

from unikeras.callbacks.callback import Callback, Logs
from unikeras.callbacks.learning_rate import get_learning_rate, has_learning_rate, set_learning_rate
from unikeras.callbacks.monitor import Monitor


class ReduceLROnPlateau(Callback):
    """Multiplies the learning rate by `factor` when a watched value has not improved for some epochs.

    The rate is added to the logs as `learning_rate`.

    Args:
        monitor: name of the value in the logs.
        factor: new rate = old rate x factor; below 1.
        patience: epochs without improvement after which the rate is lowered.
        verbose: 1: say when.
        mode: `"min"`, `"max"` or `"auto"`, as for `EarlyStopping`.
        min_delta: the least change that counts as an improvement (`epsilon` is an older name).
        cooldown: epochs after a reduction in which none are counted.
        min_lr: the rate never goes below.

    Raises:
        ValueError: `factor` is 1 or more; in strict mode, the logs do not have `monitor` (otherwise a
            warning).
        TypeError: the optimizer's rate is a schedule.

    Example:
        >>> from types import SimpleNamespace
        >>> model = SimpleNamespace(optimizer=SimpleNamespace(learning_rate=0.1))
        >>> plateau = ReduceLROnPlateau(monitor="loss", factor=0.5, patience=2)
        >>> plateau.set_model(model)
        >>> plateau.on_train_begin()
        >>> for epoch, loss in enumerate([1.0, 1.0, 1.0]):
        ...     plateau.on_epoch_end(epoch, {"loss": loss})
        >>> model.optimizer.learning_rate
        0.05

    Source: `keras.callbacks.ReduceLROnPlateau`.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        *,
        epsilon: float | None = None,
    ) -> None:
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau: factor must be below 1 to lower the rate, got {factor}.")
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.min_delta = min_delta if epsilon is None else epsilon
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._monitor = Monitor("ReduceLROnPlateau", monitor, mode, self.min_delta)
        self._reset()

    def _reset(self) -> None:
        self.best = self._monitor.worst
        self.cooldown_counter = 0
        self.wait = 0

    def in_cooldown(self) -> bool:
        """Whether epochs are not counted just now."""
        return self.cooldown_counter > 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget an earlier run."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare, and lower the rate when patience has run out."""
        value = self._monitor.value(logs)
        _log_rate(self.model, logs)
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._monitor.better(value, self.best):
            self.best = value
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        old = get_learning_rate(self.model, "ReduceLROnPlateau")
        if old <= self.min_lr:
            return
        new = max(old * self.factor, self.min_lr)
        set_learning_rate(self.model, new, "ReduceLROnPlateau")
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}.", flush=True)
        self.cooldown_counter = self.cooldown
        self.wait = 0


def _log_rate(model: Any, logs: Logs | None) -> None:
    if logs is not None and has_learning_rate(model):
        logs["learning_rate"] = get_learning_rate(model, "ReduceLROnPlateau")
