"""`OnBatch`: training, evaluating and predicting one batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core import nest
from unikeras.core.program import specs_of
from unikeras.training.data import ArraySource, as_source, class_weights, to_device
from unikeras.training.host import staged
from unikeras.training.logs import as_logs, returned
from unikeras.training.prepare import check_targets, prepare, step_for

__all__ = ["OnBatch"]


class OnBatch:
    """The part of `Trainer` that takes one batch at a time."""

    # Given by `Trainer`.
    reset_metrics: Callable[[], None]
    train_step: Callable[..., Any]
    test_step: Callable[..., Any]
    predict_step: Callable[..., Any]
    _must_be_compiled: Callable[[str], None]

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        reset_metrics: bool = True,
        return_dict: bool = False,
    ) -> Any:
        """One step of training.

        Args:
            x: inputs of the batch.
            y: targets.
            sample_weight: a weight a sample.
            class_weight: class -> weight.
            reset_metrics: whether metrics are of this batch alone, as in tf.keras 2.
            return_dict: return a dict by name instead of a list.

        Returns:
            The loss, a list [loss, metric, ...], or a dict.
        """
        self._must_be_compiled("train_on_batch")
        if class_weight is not None:
            sample_weight = class_weights(y, sample_weight, class_weight)
        return self._on_batch("train", x, y, sample_weight, reset_metrics, return_dict)

    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        reset_metrics: bool = True,
        return_dict: bool = False,
    ) -> Any:
        """The loss and the metrics on a batch; arguments as for `train_on_batch`."""
        self._must_be_compiled("test_on_batch")
        return self._on_batch("test", x, y, sample_weight, reset_metrics, return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for a batch, as NumPy arrays."""
        batch, leaves = self._batch("predict", x, None, None)
        return _to_numpy_structure(step_for(self, "predict", batch, specs_of(leaves))(leaves))

    def _on_batch(self, mode: str, x: Any, y: Any, sample_weight: Any, reset: bool, return_dict: bool) -> Any:
        if reset:
            self.reset_metrics()
        batch, leaves = self._batch(mode, x, y, sample_weight)
        logs = as_logs(step_for(self, mode, batch, specs_of(leaves))(leaves))
        return returned(logs, return_dict)

    def _batch(self, mode: str, x: Any, y: Any, sample_weight: Any) -> tuple[Any, list[Any]]:
        source = as_source(x, y, sample_weight, None, False)
        if not isinstance(source, ArraySource):
            raise ValueError(f"{mode}_on_batch takes arrays, not a {type(x).__name__}.")
        source.batch_size = source.size
        prepare(self, mode, source.first())
        source = staged(self, source)
        if mode != "predict":
            check_targets(self, source)
        if source.stage is not None:
            return to_device(source.stage(source.structure))
        return source.structure, source.device()

    # What tf.keras 2's subclasses call to get the functions of a step.

    def make_train_function(self, force: bool = False) -> Any:
        """A function of an iterator that trains on its next batch (tf.keras 2)."""
        return lambda iterator: self.train_step(next(iterator))

    def make_test_function(self, force: bool = False) -> Any:
        """A function of an iterator that evaluates its next batch (tf.keras 2)."""
        return lambda iterator: self.test_step(next(iterator))

    def make_predict_function(self, force: bool = False) -> Any:
        """A function of an iterator that predicts its next batch (tf.keras 2)."""
        return lambda iterator: self.predict_step(next(iterator))


def _to_numpy_structure(result: Any) -> Any:
    return nest.map_structure(lambda t: np.array(t), result)
