"""Set the learning rate by a function of the epoch."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np

from unikeras.callbacks.callback import Callback, Logs
from unikeras.callbacks.learning_rate import get_learning_rate, set_learning_rate


class LearningRateScheduler(Callback):
    """Sets the learning rate before every epoch; adds it to the logs as `learning_rate`.

    Args:
        schedule: function of the epoch (from 0), or of the epoch and the current rate, that returns the new
            rate.
        verbose: 1: say what is set.

    Raises:
        ValueError: the function returns something that is not one real number; the model has no optimizer.
        TypeError: the optimizer's rate is a schedule object.

    Example:
        >>> from types import SimpleNamespace
        >>> model = SimpleNamespace(optimizer=SimpleNamespace(learning_rate=0.1))
        >>> halve = LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate)
        >>> halve.set_model(model)
        >>> halve.on_epoch_begin(0)
        >>> halve.on_epoch_begin(1)
        >>> model.optimizer.learning_rate
        0.05

    Source: `keras.callbacks.LearningRateScheduler`.
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Ask the function and set the rate."""
        current = get_learning_rate(self.model, "LearningRateScheduler")
        answer = self.schedule(epoch, current) if _takes_rate(self.schedule) else self.schedule(epoch)
        rate = self._number(answer, epoch)
        set_learning_rate(self.model, rate, "LearningRateScheduler")
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.", flush=True)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the rate to the logs."""
        if logs is not None:
            logs["learning_rate"] = get_learning_rate(self.model, "LearningRateScheduler")

    @staticmethod
    def _number(answer: object, epoch: int) -> float:
        array = np.asarray(answer)
        if array.size != 1 or array.dtype.kind not in "fiu":
            raise ValueError(
                f"LearningRateScheduler: schedule must return a float, got {answer!r} of type "
                f"{type(answer).__name__} for epoch {epoch}."
            )
        return float(array.reshape(()))


def _takes_rate(schedule: Callable[..., float]) -> bool:
    """Whether the function can be called with the epoch and the rate."""
    try:
        inspect.signature(schedule).bind(0, 0.0)
    except TypeError:
        return False
    except ValueError:  # no signature to be had (a built-in): the two-argument form is the newer one
        return True
    return True
