"""What `compile` was given, matched to the model's outputs: one loss an output, metrics an output."""

from __future__ import annotations

from typing import Any

from unikeras import losses as losses_module
from unikeras import metrics as metrics_module
from unikeras import ops
from unikeras.core import nest
from unikeras.core.shape import TensorShape
from unikeras.core.tensor import is_tensor
from unikeras.core.variable import init_scope
from unikeras.utils.identify import close_matches

__all__ = ["CompiledLoss", "CompiledMetrics", "match_outputs", "rows_of"]


def _per_output(value: Any, names: list[str], what: str, *, broadcast: bool = True) -> list[Any]:
    """`value` (one thing, a list by position or a dict by name) as one entry an output.

    Raises:
        ValueError: a name that is no output's, or a list of another length.
    """
    if isinstance(value, dict):
        unknown = [k for k in value if k not in names]
        if unknown:
            raise ValueError(
                f"{what} is given for {unknown[0]!r}, which is no output of the model. {close_matches(str(unknown[0]), names)}"
            )
        return [value.get(name) for name in names]
    if isinstance(value, (list, tuple)):
        if len(value) != len(names):
            raise ValueError(
                f"{what} is a list of {len(value)}, but the model has {len(names)} outputs: {names}."
            )
        return list(value)
    return [value] * len(names) if broadcast else [value, *[None] * (len(names) - 1)]


def match_outputs(values: Any, predictions: Any, names: list[str], what: str) -> list[Any]:
    """Targets or weights, in any structure users give, as one entry a prediction.

    Raises:
        ValueError: their number or names do not fit the model's outputs.
    """
    count = len(nest.flatten(predictions))
    if values is None:
        return [None] * count
    if isinstance(values, dict):
        if isinstance(predictions, dict) and set(predictions) >= set(values):
            return (
                [values.get(k) for k in sorted(predictions)]
                if len(predictions) == count
                else nest.flatten(values)
            )
        unknown = [k for k in values if k not in names]
        if unknown:
            raise ValueError(
                f"{what} has the key {unknown[0]!r}, which is no output of the model. {close_matches(str(unknown[0]), names)}"
            )
        return [values.get(name) for name in names]
    flat = nest.flatten(values)
    if len(flat) == count:
        return flat
    if len(flat) == 1 and what == "sample_weight":
        return flat * count
    raise ValueError(
        f"{what} has {len(flat)} arrays, but the model has {count} output{'s' if count > 1 else ''}: {names}. Their structures must match."
    )


def rows_of(tensor: Any) -> float:
    """The number of samples of a batch: the weight of its loss in the mean over batches."""
    return float(tensor.shape[0]) if is_tensor(tensor) and len(tensor.shape) else 1.0


def _as_loss(identifier: Any) -> Any:
    """A `Loss` of what `compile` was given for an output: functions are averaged over the samples.

    Raises:
        ValueError: an unknown name, or something that is no loss.
    """
    found = None if identifier is None else losses_module.get(identifier)
    if found is None or isinstance(found, losses_module.Loss):
        return found
    return losses_module.LossFunctionWrapper(found)


class CompiledLoss:
    """The training loss: the weighted sum of the outputs' losses and the model's own.

    Args:
        loss: a loss (name, function, object), or a list or dict of them by output.
        loss_weights: a number, or a list or dict by output.
    """

    def __init__(self, loss: Any, loss_weights: Any = None) -> None:
        self._loss = loss
        self._weights = loss_weights
        self._built: list[tuple[str, Any, float]] | None = None
        self.trackers: list[Any] = []

    def build(self, predictions: Any, names: list[str]) -> None:
        """Match the losses to the outputs."""
        if self._built is not None:
            return
        flat = nest.flatten(predictions)
        names = list(predictions) if isinstance(predictions, dict) else names
        if isinstance(predictions, dict):
            names = sorted(names)
        if len(names) != len(flat):
            names = [f"output_{i + 1}" for i in range(len(flat))]
        self.names = names
        loss = self._loss
        if isinstance(loss, (list, tuple)) and len(loss) == 1 and len(flat) == 1:
            loss = loss[0]
        chosen = [_as_loss(one) for one in _per_output(loss, names, "loss")]
        weights = _per_output(self._weights, names, "loss_weights")
        self._built = [
            (n, one, 1.0 if w is None else float(w)) for n, one, w in zip(names, chosen, weights, strict=True)
        ]
        self.outputs = nest.map_structure(lambda t: TensorShape(t.shape), predictions)
        if len(flat) > 1:
            with init_scope():
                self.trackers = [
                    metrics_module.Mean(name=f"{n}_loss") if one is not None else None
                    for n, one, _ in self._built
                ]

    @property
    def metrics(self) -> list[Any]:
        """Means of the single outputs' losses, if there are several."""
        return [t for t in self.trackers if t is not None]

    def pairs(self) -> list[tuple[str, Any]]:
        """(output name, loss) of every output that has one."""
        return [(name, loss) for name, loss, _ in self._built or () if loss is not None]

    def __call__(
        self, y_true: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None
    ) -> Any:
        """The total loss, a scalar tensor, or `None` if nothing has a loss."""
        self.build(y_pred, getattr(self, "names", []) or ["output"] * 0)
        predictions = nest.flatten(y_pred)
        targets = match_outputs(y_true, y_pred, self.names, "y")
        weights = match_outputs(sample_weight, y_pred, self.names, "sample_weight")
        total = None
        for i, (name, loss, weight) in enumerate(self._built or ()):
            if loss is None:
                continue
            if targets[i] is None:
                raise ValueError(f"The output {name!r} has a loss, but no target was given for it.")
            value = loss(targets[i], predictions[i], weights[i])
            if len(value.shape):
                value = ops.mean(value)
            if self.trackers:
                self.trackers[i].update_state(value, sample_weight=rows_of(predictions[i]))
            if weight != 1.0:
                value = value * weight
            total = value if total is None else total + value
        for value in regularization_losses or ():
            value = (
                ops.cast(value, total.dtype)
                if total is not None and is_tensor(value) and value.dtype != total.dtype
                else value
            )
            total = value if total is None else total + value
        return total


class CompiledMetrics:
    """The metrics of all outputs.

    Args:
        metrics: a list, a list of lists by output, or a dict by output.
        weighted_metrics: the same; these take sample weights into account.
    """

    def __init__(self, metrics: Any = None, weighted_metrics: Any = None) -> None:
        self._metrics = metrics
        self._weighted = weighted_metrics
        self._built: list[tuple[int, Any, bool]] | None = None

    @property
    def metrics(self) -> list[Any]:
        """All metrics, once the outputs are known."""
        return [] if self._built is None else [metric for _, metric, _ in self._built]

    def build(self, predictions: Any, targets: Any, names: list[str]) -> None:
        """Make the metrics for the outputs' shapes."""
        if self._built is not None:
            return
        flat = nest.flatten(predictions)
        if isinstance(predictions, dict):
            names = sorted(predictions)
        if len(names) != len(flat):
            names = [f"output_{i + 1}" for i in range(len(flat))]
        self.names = names
        true = match_outputs(targets, predictions, names, "y")
        built: list[tuple[int, Any, bool]] = []
        plain, with_weights = self._by_output(self._metrics, names), self._by_output(self._weighted, names)
        with init_scope():
            for i, name in enumerate(names):
                if true[i] is None:
                    continue
                shapes = tuple(true[i].shape), tuple(flat[i].shape)
                prefix = f"{name}_" if len(flat) > 1 else ""
                for identifier, weighted in [(m, False) for m in plain[i]] + [
                    (m, True) for m in with_weights[i]
                ]:
                    metric = metrics_module.resolve_for(identifier, *shapes)
                    if not metric.name.startswith(prefix):
                        metric._name = prefix + metric.name
                    taken = [known.name for _, known, _ in built]
                    if weighted and metric.name in taken:
                        metric._name = f"{prefix}weighted_{metric.name.removeprefix(prefix)}"
                    if metric.name in taken:
                        raise ValueError(
                            f"compile: two metrics are called {metric.name!r}. Each needs a name of its own: "
                            f"give a metric object with another name, for example keras.metrics.Mean(name='second')."
                        )
                    built.append((i, metric, weighted))
        self._built = built

    @staticmethod
    def _by_output(given: Any, names: list[str]) -> list[list[Any]]:
        def as_list(value: Any) -> list[Any]:
            return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]

        if given is None:
            return [[] for _ in names]
        if isinstance(given, dict):
            return [as_list(v) for v in _per_output(given, names, "metrics")]
        given = as_list(given)
        if len(names) > 1 and (
            any(isinstance(g, (list, tuple)) or g is None for g in given) or len(given) == len(names)
        ):
            return [as_list(v) for v in _per_output(given, names, "metrics")]
        if len(names) == 1 and len(given) == 1 and isinstance(given[0], (list, tuple)):
            given = list(given[0])
        return [given for _ in names] if len(names) == 1 else [list(given) for _ in names]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Let every metric take in a batch."""
        if self._built is None:
            self.build(y_pred, y_true, getattr(self, "names", []))
        predictions = nest.flatten(y_pred)
        targets = match_outputs(y_true, y_pred, self.names, "y")
        weights = match_outputs(sample_weight, y_pred, self.names, "sample_weight")
        for i, metric, weighted in self._built or ():
            if targets[i] is not None:
                if weighted and weights[i] is not None:
                    metric.update_state(targets[i], predictions[i], sample_weight=weights[i])
                else:
                    metric.update_state(targets[i], predictions[i])
