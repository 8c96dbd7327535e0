"""What a subclass of `Model` may override: the steps, their loss and their metrics."""

from __future__ import annotations

import inspect
from typing import Any

from unikeras import metrics, ops
from unikeras.core import nest
from unikeras.core.gradient import value_and_gradient
from unikeras.core.strict import report
from unikeras.core.tensor import is_tensor
from unikeras.training.compile import CompiledLoss, CompiledMetrics, rows_of
from unikeras.training.data import unpack_x_y_sample_weight

__all__ = ["Overridable", "overridden"]


class Overridable:
    """The steps of training, evaluation and prediction; the part of `Trainer` that users write themselves."""

    # Given by `Trainer`.
    optimizer: Any
    _compiled_loss: CompiledLoss | None
    _compiled_metrics: CompiledMetrics | None
    _loss_tracker: Any

    # Metrics.

    @property
    def metrics(self) -> list[Any]:
        """The metrics: the loss, the outputs' losses, the compiled metrics, those of layers and attributes."""
        found: list[Any] = []
        if self._loss_tracker is not None:
            found.append(self._loss_tracker)
        if self._compiled_loss is not None:
            found.extend(self._compiled_loss.metrics)
        if self._compiled_metrics is not None:
            found.extend(self._compiled_metrics.metrics)
        seen = {id(m) for m in found}
        for layer in self._flatten_layers():  # type: ignore[attr-defined]
            for name, child in layer._children():
                if name == "_loss_tracker":  # of a model inside that was compiled too
                    continue
                if isinstance(child, metrics.Metric) and id(child) not in seen:
                    seen.add(id(child))
                    found.append(child)
        return found

    @property
    def metrics_names(self) -> list[str]:
        """The names of the metrics, 'loss' first."""
        return [m.name for m in self.metrics]

    def reset_metrics(self) -> None:
        """Let all metrics start over."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> dict[str, Any]:
        """The metrics' present values by name."""
        logs: dict[str, Any] = {}
        for metric in self.metrics:
            result = metric.result()
            if isinstance(result, dict):
                logs.update(result)
            else:
                logs[metric.name] = result
        return logs

    # Loss and metrics of a batch.

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss of a batch: the compiled losses plus what layers and regularizers add.

        Args:
            x: the inputs.
            y: the targets.
            y_pred: the outputs.
            sample_weight: weights of the samples.
            training: accepted.

        Raises:
            ValueError: there is nothing to minimise.
        """
        added = self.losses  # type: ignore[attr-defined]
        if self._compiled_loss is None:
            if not added:
                raise ValueError(
                    "No loss to compute. Provide a `loss` argument in `compile()`, or use `self.add_loss()` in a layer."
                )
            total = added[0]
            for value in added[1:]:
                total = total + value
            return total
        self._build_compiled(y, y_pred)
        total = self._compiled_loss(y, y_pred, sample_weight, added)
        return ops.constant(0.0) if total is None else total

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Let the compiled metrics take in a batch; their values."""
        self._update_metrics(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def _update_metrics(self, y: Any, y_pred: Any, sample_weight: Any) -> None:
        if self._compiled_metrics is not None and y is not None:
            self._build_compiled(y, y_pred)
            self._compiled_metrics.update_state(y, y_pred, sample_weight)

    def _build_compiled(self, y: Any, y_pred: Any) -> None:
        names = self._output_names(y_pred)
        if self._compiled_loss is not None:
            self._compiled_loss.build(y_pred, names)
        if self._compiled_metrics is not None and y is not None:
            self._compiled_metrics.build(y_pred, y, names)

    def _output_names(self, y_pred: Any) -> list[str]:
        names = list(getattr(self, "output_names", []) or [])
        count = len(nest.flatten(y_pred))
        return names if len(names) == count else [f"output_{i + 1}" for i in range(count)]

    # The steps.

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training on a batch; may be overridden.

        Args:
            data: (x, y) or (x, y, sample_weight), tensors.

        Returns:
            What to report, by name.
        """
        logs = self._train(data)
        return self.get_metrics_result() if logs is None else logs

    def _train(self, data: Any) -> dict[str, Any] | None:
        x, y, sample_weight = unpack_x_y_sample_weight(data)

        def forward() -> tuple[Any, Any]:
            y_pred = self(x, training=True)  # type: ignore[operator]
            return self._loss_of(x, y, y_pred, sample_weight, True), y_pred

        def scaled() -> tuple[Any, Any]:
            loss, y_pred = forward()
            scale = getattr(self.optimizer, "scale_loss", None)
            return (loss if scale is None else scale(loss)), (loss, y_pred)

        variables = self.trainable_weights  # type: ignore[attr-defined]
        if variables:
            _, (loss, y_pred), gradients = value_and_gradient(scaled, variables)
            self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        else:
            loss, y_pred = forward()
            report("The model does not have any trainable weights, so training changes nothing.")
        self._track_loss(loss, x)
        return self._metrics_of(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation on a batch; may be overridden."""
        logs = self._test(data)
        return self.get_metrics_result() if logs is None else logs

    def _test(self, data: Any) -> dict[str, Any] | None:
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)  # type: ignore[operator]
        if self._compiled_loss is not None or self.losses or overridden(self, "compute_loss"):  # type: ignore[attr-defined]
            self._track_loss(self._loss_of(x, y, y_pred, sample_weight, False), x)
        return self._metrics_of(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """One step of prediction on a batch; may be overridden."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)  # type: ignore[operator]

    def _loss_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        if "training" in inspect.signature(self.compute_loss).parameters:
            return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)
        return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)

    def _track_loss(self, loss: Any, x: Any) -> None:
        first = next((leaf for leaf in nest.flatten(x) if is_tensor(leaf)), None)
        # Of losses that were only added tf.keras 2 reports the plain mean over batches.
        added = self._compiled_loss is None and not overridden(self, "compute_loss")
        self._loss_tracker.update_state(loss, sample_weight=1.0 if added else rows_of(first))

    def _metrics_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> dict[str, Any] | None:
        """Update the metrics; the logs, if they are the user's own."""
        if overridden(self, "compute_metrics"):
            return self.compute_metrics(x, y, y_pred, sample_weight)
        self._update_metrics(y, y_pred, sample_weight)
        return None


def overridden(model: Any, name: str) -> bool:
    """Whether a subclass of the user's defines a method of `Overridable`'s."""
    return name in model.__dict__ or getattr(type(model), name) is not getattr(Overridable, name)
