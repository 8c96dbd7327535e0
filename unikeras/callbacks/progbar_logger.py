"""The progress bar as a callback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unikeras.callbacks.callback import Callback, Logs
from unikeras.utils.progbar import Progbar


class ProgbarLogger(Callback):
    """Shows the progress of `fit`, `evaluate` and `predict`; they add one by themselves.

    The numbers shown are the logs as they are: they already are means over the epoch.

    Args:
        count_mode: `"steps"` or `"samples"`; accepted for tf.keras 2's sake: steps are counted in both.
        stateful_metrics: accepted for tf.keras 2's sake.

    Raises:
        ValueError: another `count_mode`.

    Example:
        >>> bar = ProgbarLogger()
        >>> bar.set_params({"verbose": 2, "epochs": 2, "steps": 10})
        >>> bar.on_train_begin()
        >>> bar.on_epoch_begin(0)
        Epoch 1/2
        >>> bar.on_train_batch_end(9, {"loss": 0.25})
        >>> bar.on_epoch_end(0, {"loss": 0.25})
        10/10 - 0s - ...s/step - loss: 0.2500

    Source: `keras.callbacks.ProgbarLogger`.
    """

    needs_every_batch = False

    def __init__(self, count_mode: str = "steps", stateful_metrics: Iterable[str] | None = None) -> None:
        if count_mode not in ("steps", "samples"):
            raise ValueError(f"ProgbarLogger: count_mode must be 'steps' or 'samples', got {count_mode!r}.")
        self._bar: Progbar | None = None
        self._seen = 0
        self._target: int | None = None
        self._in_fit = False

    @property
    def _verbose(self) -> int:
        verbose = (self.params or {}).get("verbose", 1)
        return 1 if verbose == "auto" else int(verbose)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Note that evaluations are now part of `fit`."""
        self._in_fit = True
        self._target = (self.params or {}).get("steps")

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Note that `fit` is over."""
        self._in_fit = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Print the epoch's number and start a bar."""
        epochs = (self.params or {}).get("epochs", 1) or 1
        if self._verbose and epochs > 1:
            print(f"Epoch {epoch + 1}/{epochs}", flush=True)
        self._start(self._target)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move the bar."""
        self._move(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Finish the bar; an unknown number of steps is known from now on."""
        if self._target is None:
            self._target = self._seen or None
        self._finish(logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Start a bar, unless inside `fit`."""
        if not self._in_fit:
            self._start((self.params or {}).get("steps"))

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move the bar, unless inside `fit`."""
        if not self._in_fit:
            self._move(batch, logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Finish the bar, unless inside `fit`."""
        if not self._in_fit:
            self._finish(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Start a bar, unless inside `fit`."""
        if not self._in_fit:
            self._start((self.params or {}).get("steps"))

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move the bar, unless inside `fit`; the outputs are not shown."""
        if not self._in_fit:
            self._move(batch, None)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Finish the bar, unless inside `fit`."""
        if not self._in_fit:
            self._finish(None)

    def _start(self, target: int | None) -> None:
        self._seen = 0
        self._bar = Progbar(target, verbose=self._verbose)

    def _move(self, batch: int, logs: Logs | None) -> None:
        if self._bar is None:
            self._start((self.params or {}).get("steps"))
        self._seen = batch + 1
        self._update(logs, finalize=False)

    def _finish(self, logs: Logs | None) -> None:
        if self._bar is not None:
            self._update(logs, finalize=True)
            self._bar = None

    def _update(self, logs: Logs | None, finalize: bool) -> None:
        assert self._bar is not None
        values: dict[str, Any] = dict(logs or {})
        self._bar.stateful_metrics.update(values)
        self._bar.update(self._seen, values.items(), finalize=finalize)
