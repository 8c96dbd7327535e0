"""What `fit` returns: the logs of every epoch."""

from __future__ import annotations

from typing import Any

from unikeras.callbacks.callback import Callback, Logs


class LogHistory(dict[str, list[Any]]):
    """Lists of values by name. The learning rate is found under tf.keras 2's name `lr` too.

    Example:
        >>> LogHistory(learning_rate=[0.1])["lr"]
        [0.1]
    """

    _OTHER_NAME = {"lr": "learning_rate"}

    def __missing__(self, name: str) -> list[Any]:
        other = self._OTHER_NAME.get(name)
        if other is None or other not in self:
            raise KeyError(f"{name!r} was not recorded; there are: {', '.join(self) or 'no epochs'}.")
        return self[other]


class History(Callback):
    """Keeps the logs of every epoch; `fit` returns one.

    Attributes:
        epoch: list of the epochs' numbers, from 0.
        history: dict from a name (`"loss"`, `"val_loss"`, ...) to the list of its values, one for each epoch.

    Example:
        >>> record = History()
        >>> record.on_train_begin()
        >>> record.on_epoch_end(0, {"loss": 0.7, "val_loss": 0.9})
        >>> record.on_epoch_end(1, {"loss": 0.6, "val_loss": 0.8})
        >>> record.epoch, record.history["val_loss"]
        ([0, 1], [0.9, 0.8])

    Source: `keras.callbacks.History`.
    """

    needs_every_batch = False

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: LogHistory = LogHistory()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start a new list of epochs; the values of an earlier `fit` stay."""
        self.epoch = []
        self._attach()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Append the logs."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        self._attach()

    def _attach(self) -> None:
        if self.model is not None:
            self.model.history = self
