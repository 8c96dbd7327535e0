"""Stop when the loss is no longer a number."""

from __future__ import annotations

import math

from unikeras.callbacks.callback import Callback, Logs


class TerminateOnNaN(Callback):
    """Stops training when the loss becomes NaN or infinite.

    Does not slow the loop: it looks once for each chunk of steps, and a loss of any batch shows in their
    running mean.

    Args:
        raise_error: raise `RuntimeError` instead of stopping quietly.

    Raises:
        RuntimeError: with `raise_error`, when it happens.

    Example:
        >>> from types import SimpleNamespace
        >>> guard = TerminateOnNaN()
        >>> guard.set_model(SimpleNamespace(stop_training=False))
        >>> guard.on_train_batch_end(0, {"loss": float("nan")})
        Batch 0: Invalid loss, terminating training
        >>> guard.model.stop_training
        True

    Source: `keras.callbacks.TerminateOnNaN`.
    """

    needs_every_batch = False

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = raise_error
        self._next = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Count batches from 0 again."""
        self._next = 0

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss after the chunk of steps that ends with `batch`."""
        loss = (logs or {}).get("loss")
        first, self._next = min(self._next, batch), batch + 1
        if loss is None or math.isfinite(float(loss)):
            return
        where = f"Batch {batch}" if first == batch else f"Batches {first} to {batch}"
        if self.raise_error:
            raise RuntimeError(f"TerminateOnNaN: the loss became {float(loss)}. {where} of the epoch.")
        print(f"{where}: Invalid loss, terminating training", flush=True)
        self.model.stop_training = True
