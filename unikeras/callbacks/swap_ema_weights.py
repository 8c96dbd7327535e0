"""Evaluate and predict with the moving averages of the weights."""

from __future__ import annotations

from typing import Any

from unikeras.callbacks.callback import Callback, Logs


class SwapEMAWeights(Callback):
    """Lets the optimizer's moving averages stand for the weights while the model is evaluated or predicts.

    The optimizer must keep them: `use_ema=True`.

    Args:
        swap_on_epoch: let them also stand there from the end of each epoch to the beginning of the next one, so that callbacks save them;
            give this callback before those.

    Raises:
        ValueError: the optimizer keeps no moving averages.

    Example:
        >>> import numpy as np
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(0.1, use_ema=True), "mse")
        >>> x = np.ones((4, 1))
        >>> _ = model.fit(x, x, validation_data=(x, x), verbose=0, callbacks=[SwapEMAWeights()])

    Source: `keras.callbacks.SwapEMAWeights`.
    """

    needs_every_batch = False

    def __init__(self, swap_on_epoch: bool = False) -> None:
        self.swap_on_epoch = swap_on_epoch
        self._weights: list[Any] = []  # what the averages stand for just now

    def _pairs(self) -> list[tuple[Any, Any]]:
        optimizer: Any = getattr(self.model, "optimizer", None)
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        if not getattr(optimizer, "use_ema", False):
            raise ValueError(
                "SwapEMAWeights: the optimizer keeps no moving averages; make it with use_ema=True, "
                "for example keras.optimizers.Adam(use_ema=True)."
            )
        if not optimizer.built:
            return []
        return [(v, optimizer.get_slot(v, "average")) for v in self.model.trainable_variables]

    def _swap_in(self) -> None:
        pairs = [] if self._weights else self._pairs()
        self._weights = [variable.numpy() for variable, _ in pairs] or self._weights
        for variable, average in pairs:
            variable.assign(average.numpy())

    def _swap_out(self) -> None:
        for weight, (variable, _) in zip(self._weights, self._pairs() if self._weights else [], strict=True):
            variable.assign(weight)
        self._weights = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """See that the optimizer keeps averages."""
        self._weights = []
        self._pairs()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Put the weights back."""
        self._swap_out()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Let the averages stand there, if asked."""
        if self.swap_on_epoch:
            self._swap_in()

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Let the averages stand there."""
        self._swap_in()

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Put the weights back."""
        self._swap_out()

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Let the averages stand there."""
        self._swap_in()

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Put the weights back."""
        self._swap_out()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training ends with the averages as weights: `fit` has put them there."""
        self._weights = []
