"""The means of the logs over an epoch, as tf.keras 2 had them made by a callback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unikeras.callbacks.callback import Callback


class BaseLogger(Callback):
    """Puts the means of the batches' logs into the logs of an epoch, for training loops of one's own.

    In `fit` the logs are means over the epoch already, and it does nothing.

    Args:
        stateful_metrics: names whose last value counts, instead of the mean.

    Example:
        >>> logger = BaseLogger()
        >>> logger.set_params({"metrics": ["loss"]})
        >>> logger.on_epoch_begin(0)
        >>> logger.on_batch_end(0, {"loss": 1.0, "size": 3})
        >>> logger.on_batch_end(1, {"loss": 5.0, "size": 1})
        >>> logs = {}
        >>> logger.on_epoch_end(0, logs)
        >>> logs
        {'loss': 2.0}

    Source: `tf.keras.callbacks.BaseLogger`.
    """

    needs_every_batch = False

    def __init__(self, stateful_metrics: Iterable[str] | None = None) -> None:
        self.stateful_metrics: set[Any] = set(stateful_metrics or ())
        self.seen = 0
        self.totals: dict[str, Any] = {}

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start over."""
        self.seen = 0
        self.totals = {}

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Take in the logs of a batch of `logs["size"]` samples."""
        logs = logs or {}
        size = logs.get("size", 0)
        self.seen += size
        for name, value in logs.items():
            if name in self.stateful_metrics:
                self.totals[name] = value
            elif size:
                self.totals[name] = self.totals.get(name, 0.0) + value * size

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Put the means of the metrics into `logs`."""
        if logs is None or not self.seen:
            return
        for name in (self.params or {}).get("metrics", ()):
            if name in self.totals:
                stateful = name in self.stateful_metrics
                logs[name] = self.totals[name] if stateful else self.totals[name] / self.seen
