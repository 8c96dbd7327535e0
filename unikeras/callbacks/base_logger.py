"""The means of the logs over an epoch, as tf.keras 2 had them made by a callback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unikeras.callbacks.callback import Callback


class BaseLogger(Callback):
    """Accepted for tf.keras 2's sake: the logs are means over the epoch already.

    Args:
        stateful_metrics: accepted.

    Example:
        >>> logger = BaseLogger()
        >>> logger.on_epoch_end(0, {"loss": 0.5})

    Source: `tf.keras.callbacks.BaseLogger`.
    """

    needs_every_batch = False

    def __init__(self, stateful_metrics: Iterable[str] | None = None) -> None:
        self.stateful_metrics: set[Any] = set(stateful_metrics or ())
