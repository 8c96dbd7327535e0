"""Save the model while it trains."""

from __future__ import annotations

import os
import warnings
from typing import Any

from unikeras.callbacks.callback import Callback, Logs
from unikeras.callbacks.monitor import Monitor


class ModelCheckpoint(Callback):
    """Saves the model or its weights after every epoch, every so many batches, or when it is the best so far.

    The path decides the format, as in `model.save` and `model.save_weights`: weights under a path without a known suffix, such as
    `training/cp-{epoch:04d}.ckpt`, become a TensorFlow checkpoint as in tf.keras 2; a whole model needs `.keras` or `.h5`.

    Args:
        filepath: path; may hold `{epoch}` (from 1), `{batch}` and any name of the logs:
            `"{epoch:02d}-{val_loss:.2f}.keras"`.
        monitor: name of the value that says what is best.
        verbose: 1: say what is saved.
        save_best_only: save only when `monitor` improved.
        save_weights_only: `model.save_weights` instead of `model.save`.
        mode: `"min"`, `"max"` or `"auto"`, as for `EarlyStopping`.
        save_freq: `"epoch"`, or a number of batches (counted across epochs).
        initial_value_threshold: the value to beat at first.
        period: save every so many epochs only (tf.keras 2; deprecated there).
        options: accepted for tf.keras 2's sake; there is nothing to choose.

    Raises:
        ValueError: a `save_freq` that is neither; in strict mode, the logs do not have `monitor` (otherwise
            a warning).
        KeyError: `filepath` names a value that the logs do not have.

    Example:
        >>> from types import SimpleNamespace
        >>> keep = ModelCheckpoint("model-{epoch}.keras", monitor="loss", save_best_only=True)
        >>> keep.set_model(SimpleNamespace(save=lambda path, **kwargs: print("saved", path)))
        >>> for epoch, loss in enumerate([1.0, 2.0, 0.5]):
        ...     keep.on_epoch_begin(epoch)
        ...     keep.on_epoch_end(epoch, {"loss": loss})
        saved model-1.keras
        saved model-3.keras

    Source: `keras.callbacks.ModelCheckpoint`.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        *,
        period: int = 1,
        options: Any = None,
    ) -> None:
        if save_freq != "epoch" and not (isinstance(save_freq, int) and save_freq > 0):
            raise ValueError(
                "ModelCheckpoint: save_freq must be 'epoch' or a positive number of batches, "
                f"got {save_freq!r}."
            )
        if period != 1:
            warnings.warn(
                "ModelCheckpoint: period is deprecated; use save_freq with a number of batches.",
                DeprecationWarning,
                stacklevel=2,
            )
        self.filepath = os.fspath(filepath)
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.period = period
        # Only save_freq in batches has to be called for every batch.
        self.needs_every_batch = None if isinstance(save_freq, int) else False
        self._monitor = Monitor("ModelCheckpoint", monitor, mode)
        self.best = self._monitor.worst if initial_value_threshold is None else initial_value_threshold
        self._epoch = 0
        self._epochs_since_save = 0
        self._batches_since_save = 0
        self._batches_this_epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the epoch."""
        self._epoch = epoch
        self._batches_this_epoch = 0

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save if `save_freq` batches have passed."""
        if not isinstance(self.save_freq, int):
            return
        self._batches_since_save += batch + 1 - self._batches_this_epoch
        self._batches_this_epoch = batch + 1
        if self._batches_since_save >= self.save_freq:
            self._batches_since_save = 0
            self._save(self._epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save if `save_freq` is `"epoch"`."""
        self._epochs_since_save += 1
        if self.save_freq == "epoch" and self._epochs_since_save >= self.period:
            self._epochs_since_save = 0
            self._save(epoch, None, logs)

    def _save(self, epoch: int, batch: int | None, logs: Logs | None) -> None:
        if not self.save_best_only:
            self._write(epoch, batch, logs, "")
            return
        value = self._monitor.value(logs)
        if value is None:
            return
        if self._monitor.better(value, self.best):
            why = f"{self.monitor} improved from {self.best:.5f} to {value:.5f}, "
            self._write(epoch, batch, logs, why)
            self.best = value
        elif self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {self.best:.5f}", flush=True)

    def _write(self, epoch: int, batch: int | None, logs: Logs | None, why: str) -> None:
        path = self._path(epoch, batch, logs)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: {why}saving model to {path}", flush=True)
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)

    def _path(self, epoch: int, batch: int | None, logs: Logs | None) -> str:
        fields: dict[str, Any] = {**(logs or {}), "epoch": epoch + 1}
        if batch is not None:
            fields["batch"] = batch + 1
        try:
            return self.filepath.format(**fields)
        except KeyError as error:
            raise KeyError(
                f"ModelCheckpoint: filepath {self.filepath!r} names {error}, which is not available. "
                f"Available: {', '.join(fields)}."
            ) from error
