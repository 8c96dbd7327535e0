"""The callbacks of one run, called as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unikeras.callbacks.callback import (
    PREDICT_BATCH_HOOKS,
    TEST_BATCH_HOOKS,
    TRAIN_BATCH_HOOKS,
    Callback,
    Logs,
    needs_batches,
)
from unikeras.callbacks.history import History
from unikeras.callbacks.progbar_logger import ProgbarLogger


class CallbackList:
    """Calls every callback in turn, and knows whether one needs to see single batches.

    Args:
        callbacks: a callback, or lists of callbacks (nested lists and `None` are fine).
        add_history: append a `History` unless there is one.
        add_progbar: append a `ProgbarLogger` unless there is one.
        model: given to every callback's `set_model`.
        **params: given to every callback's `set_params`.

    Raises:
        TypeError: an item is not a callback, or is a class instead of an instance of it.

    Attributes:
        callbacks: the flat list, the caller's first.
        history: the `History` among them, or `None`.

    Example:
        >>> run = CallbackList(add_history=True)
        >>> run.wants_train_batches
        False
        >>> run.on_train_begin()
        >>> run.on_epoch_end(0, {"loss": 0.5})
        >>> run.history.history
        {'loss': [0.5]}

    Source: `keras.callbacks.CallbackList`.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        self.callbacks: list[Any] = []
        self.model: Any = None
        self.params: dict[str, Any] = {}
        for callback in _flatten(callbacks):
            self.append(callback)
        if add_progbar and self._find(ProgbarLogger) is None:
            self.append(ProgbarLogger())
        if add_history and self._find(History) is None:
            self.append(History())
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    def append(self, callback: Any) -> None:
        """Add a callback at the end, but before those that must run last."""
        if isinstance(callback, type):
            raise TypeError(
                f"callbacks: expected an instance, got the class {callback.__name__}. "
                f"Write {callback.__name__}(...)."
            )
        if not isinstance(callback, Callback) and not callable(getattr(callback, "set_model", None)):
            raise TypeError(
                f"callbacks: expected instances of keras.callbacks.Callback, got {callback!r} of type "
                f"{type(callback).__name__}. To call a function, wrap it in keras.callbacks.LambdaCallback."
            )
        place = len(self.callbacks)
        if not getattr(callback, "runs_last", False):
            while place and getattr(self.callbacks[place - 1], "runs_last", False):
                place -= 1
        self.callbacks.insert(place, callback)

    def set_params(self, params: dict[str, Any]) -> None:
        """Give `params` to every callback."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Give `model` to every callback."""
        self.model = model
        for callback in self.callbacks:
            callback.set_model(model)

    @property
    def history(self) -> History | None:
        """The `History` among the callbacks."""
        return self._find(History)

    @property
    def wants_train_batches(self) -> bool:
        """Whether a callback must be called for every training batch."""
        return any(needs_batches(c, TRAIN_BATCH_HOOKS) for c in self.callbacks)

    @property
    def wants_test_batches(self) -> bool:
        """Whether a callback must be called for every evaluation batch."""
        return any(needs_batches(c, TEST_BATCH_HOOKS) for c in self.callbacks)

    @property
    def wants_predict_batches(self) -> bool:
        """Whether a callback must be called for every prediction batch."""
        return any(needs_batches(c, PREDICT_BATCH_HOOKS) for c in self.callbacks)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.callbacks)

    def __len__(self) -> int:
        return len(self.callbacks)

    def _find(self, kind: type) -> Any:
        return next((c for c in self.callbacks if isinstance(c, kind)), None)

    def resume(
        self, source: Any, validation: Any, initial_epoch: int
    ) -> tuple[int, int, dict[str, Any], bool]:
        """Let a callback that keeps backups put everything back as it was in a run that was interrupted.

        Args:
            source: what the model is trained on.
            validation: what it is validated on, or `None`.
            initial_epoch: the epoch (from 0) to begin with if there is no backup.

        Returns:
            The epoch to begin with, the batches of it that are done, their logs, whether training was stopped already.
        """
        for callback in self.callbacks:
            if hasattr(callback, "resume"):
                others = [c for c in self.callbacks if c is not callback]
                place = callback.resume(source, validation, others, initial_epoch)
                if place is not None:
                    return place
        return initial_epoch, 0, {}, False

    # The hooks. A chunk of steps run in compiled code is reported as its last batch.

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Tell every callback that training starts."""
        self._call("on_train_begin", logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Tell every callback that training has ended."""
        self._call("on_train_end", logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Tell every callback that evaluation starts."""
        self._call("on_test_begin", logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Tell every callback that evaluation has ended."""
        self._call("on_test_end", logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Tell every callback that prediction starts."""
        self._call("on_predict_begin", logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Tell every callback that prediction has ended."""
        self._call("on_predict_end", logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Tell every callback that an epoch starts."""
        self._call("on_epoch_begin", logs, epoch)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Tell every callback that an epoch has ended."""
        self._call("on_epoch_end", logs, epoch)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Tell every callback that a training batch starts."""
        self._call("on_train_batch_begin", logs, batch)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Tell every callback that a training batch, the last of its chunk, has ended."""
        self._call("on_train_batch_end", logs, batch)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Tell every callback that an evaluation batch starts."""
        self._call("on_test_batch_begin", logs, batch)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Tell every callback that an evaluation batch, the last of its chunk, has ended."""
        self._call("on_test_batch_end", logs, batch)

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Tell every callback that a prediction batch starts."""
        self._call("on_predict_batch_begin", logs, batch)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Tell every callback that a prediction batch, the last of its chunk, has ended."""
        self._call("on_predict_batch_end", logs, batch)

    on_batch_begin = on_train_batch_begin
    on_batch_end = on_train_batch_end

    def _call(self, hook: str, logs: Logs | None, *position: int) -> None:
        logs = (
            {} if logs is None else logs
        )  # one dict for all: what a callback adds (learning_rate) the next ones see
        for callback in self.callbacks:
            getattr(callback, hook)(*position, logs)


def _flatten(callbacks: Any) -> Iterator[Any]:
    if isinstance(callbacks, (list, tuple, set, CallbackList)):
        for item in callbacks:
            yield from _flatten(item)
    elif callbacks is not None:
        yield callbacks
