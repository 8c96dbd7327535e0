"""Metrics over many thresholds: areas under curves, and the best of one rate while another is high enough."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.losses.formula import EPSILON
from unikeras.metrics.confusion import confusion_after, pair, thresholds_of
from unikeras.metrics.metric import Metric, advance, combined_weight

__all__ = [
    "AUC",
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
]

_KINDS = ("tp", "fp", "tn", "fn")
_NAMES = ("true_positives", "false_positives", "true_negatives", "false_negatives")


def _ratio(F: Any, a: Any, b: Any) -> Any:
    """a / b, and 0 where b is 0."""
    return F.where(b == 0, F.zeros_like(a), a / F.where(b == 0, F.ones_like(b), b))


def evenly(count: int) -> tuple[float, ...]:
    """So many thresholds from 0 to 1."""
    return (0.5,) if count == 1 else (0.0, *((i + 1) / (count - 1) for i in range(count - 2)), 1.0)


@op
def area(F, tp, fp, tn, fn, label_weights=None, *, curve, method, multi_label):
    """The area under a curve of counts at rising thresholds."""
    if curve == "PR" and method == "interpolation":
        # Between two points true positives grow linearly with positives (Davis and Goadrich, 2006).
        d_tp = tp[:-1] - tp[1:]
        positives = tp + fp
        slope = _ratio(F, d_tp, F.maximum(positives[:-1] - positives[1:], F.zeros_like(d_tp)))
        offset = tp[1:] - slope * positives[1:]
        both = (positives[:-1] > 0) & (positives[1:] > 0)
        ratio = F.where(
            both, _ratio(F, positives[:-1], F.maximum(positives[1:], F.zeros_like(d_tp))), F.ones_like(d_tp)
        )
        parts = _ratio(
            F, slope * (d_tp + offset * F.log(ratio)), F.maximum(tp[1:] + fn[1:], F.zeros_like(d_tp))
        )
        areas = F.sum(parts, axis=0)
    else:
        recall = _ratio(F, tp, tp + fn)
        if curve == "ROC":
            x, y = _ratio(F, fp, fp + tn), recall
        else:
            x, y = recall, _ratio(F, tp, tp + fp)
        if method == "interpolation":
            heights = (y[:-1] + y[1:]) / 2
        elif method == "minoring":
            heights = F.minimum(y[:-1], y[1:])
        else:
            heights = F.maximum(y[:-1], y[1:])
        areas = F.sum((x[:-1] - x[1:]) * heights, axis=0)
    if not multi_label:
        return areas
    if label_weights is None:
        return F.mean(areas)
    weights = F.astype(label_weights, areas.dtype)
    return _ratio(F, F.sum(areas * weights), F.sum(weights))


class AUC(Metric):
    """The area under the ROC or the precision-recall curve, from counts at thresholds.

    Mirrors `keras.metrics.AUC`.

    Args:
        num_thresholds: how many thresholds, evenly spaced in [0, 1]; more are more exact.
        curve: 'ROC' or 'PR'.
        summation_method: 'interpolation' (trapezoids; for PR as Davis and Goadrich, 2006), 'minoring'
            or 'majoring'.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        thresholds: thresholds in (0, 1) instead of `num_thresholds`.
        multi_label: whether each column has a curve of its own, and their areas are averaged.
        num_labels: how many columns there are; that of the first batch if `None`.
        label_weights: weights of the columns.
        from_logits: whether predictions are logits.

    Raises:
        ValueError: an unknown curve or method, fewer than 2 thresholds, a threshold outside [0, 1].

    Example:
        >>> from unikeras import metrics
        >>> metric = metrics.AUC(num_thresholds=3)
        >>> metric.update_state([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9])
        >>> float(metric.result())
        0.75
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Any = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name, dtype)
        self.curve = _one_of(
            "curve", str(curve).upper(), {"ROC": "ROC", "PR": "PR", "PRECISION-RECALL": "PR"}
        )
        methods = ("interpolation", "minoring", "majoring")
        self.summation_method = _one_of(
            "summation_method", str(summation_method).lower(), {m: m for m in methods}
        )
        self.init_thresholds = None if thresholds is None else sorted(thresholds_of(thresholds))
        if thresholds is None and num_thresholds < 2:
            raise ValueError(f"AUC: num_thresholds must be at least 2, got {num_thresholds}.")
        inner = evenly(num_thresholds)[1:-1] if thresholds is None else tuple(self.init_thresholds or ())
        self._thresholds = (-EPSILON, *inner, 1.0 + EPSILON)  # beyond both ends: all are positive, none is
        self.num_thresholds = len(self._thresholds)
        self.multi_label, self.num_labels, self.from_logits = multi_label, num_labels, from_logits
        self.label_weights = None if label_weights is None else [float(w) for w in label_weights]
        self._state: Any = []
        if not multi_label:
            self._build(())
        elif num_labels:
            self._build((num_labels,))

    @property
    def thresholds(self) -> list[float]:
        """The thresholds."""
        return list(self._thresholds)

    def _build(self, columns: tuple[int, ...]) -> None:
        if columns and self.label_weights is not None and len(self.label_weights) != columns[0]:
            raise ValueError(
                f"{self.name}: {columns[0]} labels need as many label_weights, got {len(self.label_weights)}."
            )
        self._state = [self.add_weight(name=name, shape=(self.num_thresholds, *columns)) for name in _NAMES]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch in.

        Args:
            y_true: labels, 0 or 1.
            y_pred: probabilities (or logits) of the same shape.
            sample_weight: a weight for each sample or each prediction.

        Raises:
            InvalidArgumentError: shapes that do not fit.
            ValueError: another number of columns than before.
        """
        y_true, y_pred = pair(self.name, y_true, y_pred)
        if self.multi_label:
            columns = y_pred.shape[-1]
            if not self._state:
                self._build((columns,))
            if columns != self._state[0].shape[-1]:
                raise ValueError(
                    f"{self.name}: expected {self._state[0].shape[-1]} labels (columns), got "
                    f"y_pred of shape {tuple(y_pred.shape)}."
                )
        weight = combined_weight(y_pred, sample_weight, self.dtype)
        per_label = None if self.multi_label else self.label_weights
        advance(
            confusion_after,
            self._state,
            y_true,
            y_pred,
            weight,
            per_label,
            kinds=_KINDS,
            thresholds=self._thresholds,
            multi_label=self.multi_label,
            from_logits=self.from_logits,
        )

    def result(self) -> Any:
        """The area, a scalar."""
        if not self._state:
            raise ValueError(
                f"{self.name}: has no result before the first update_state; give num_labels= to have 0."
            )
        return area(
            *self._state,
            self.label_weights,
            curve=self.curve,
            method=self.summation_method,
            multi_label=self.multi_label,
        )

    def interpolate_pr_auc(self) -> Any:
        """The area under the precision-recall curve, whatever curve the metric is for (Davis and Goadrich, 2006).

        Example:
            >>> from unikeras import metrics
            >>> metric = metrics.AUC(num_thresholds=3)
            >>> metric.update_state([0, 1], [0.0, 0.9])
            >>> float(metric.interpolate_pr_auc())
            1.0
        """
        if not self._state:
            raise ValueError(f"{self.name}: has no result before the first update_state.")
        return area(
            *self._state,
            self.label_weights,
            curve="PR",
            method="interpolation",
            multi_label=self.multi_label,
        )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": self.label_weights,
            "from_logits": self.from_logits,
        }
        return config if self.init_thresholds is None else {**config, "thresholds": self.init_thresholds}


def _one_of(what: str, value: str, known: dict[str, str]) -> str:
    if value not in known:
        raise ValueError(f"AUC: unknown {what} {value!r}; known are {', '.join(known)}.")
    return known[value]


@op
def best_under(F, tp, fp, tn, fn, *, wanted, constrained, value):
    """The largest rate `wanted` where the rate `constrained` is at least `value`; 0 if it nowhere is."""
    rates = {
        "sensitivity": lambda: _ratio(F, tp, tp + fn),
        "recall": lambda: _ratio(F, tp, tp + fn),
        "specificity": lambda: _ratio(F, tn, tn + fp),
        "precision": lambda: _ratio(F, tp, tp + fp),
    }
    rate = rates[wanted]()
    return F.max(F.where(rates[constrained]() >= value, rate, F.zeros_like(rate)))


class _Best(Metric):
    """The best of one rate while another is at least a value."""

    wanted = ""
    constrained = ""

    def __init__(
        self, value: float, num_thresholds: int, class_id: int | None, name: str | None, dtype: Any
    ) -> None:
        super().__init__(name, dtype)
        if not 0 <= value <= 1:
            raise ValueError(f"{type(self).__name__}: {self.constrained} must be in [0, 1], got {value}.")
        if num_thresholds <= 0:
            raise ValueError(f"{type(self).__name__}: num_thresholds must be positive, got {num_thresholds}.")
        self.value, self.num_thresholds, self.class_id = value, num_thresholds, class_id
        self._thresholds = evenly(num_thresholds)
        self._state = [self.add_weight(name=n, shape=(num_thresholds,)) for n in _NAMES]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch of labels 0 and 1 and probabilities in.

        Raises:
            InvalidArgumentError: shapes that do not fit.
        """
        y_true, y_pred = pair(self.name, y_true, y_pred)
        weight = combined_weight(y_pred, sample_weight, self.dtype)
        advance(
            confusion_after,
            self._state,
            y_true,
            y_pred,
            weight,
            None,
            kinds=_KINDS,
            thresholds=self._thresholds,
            class_id=self.class_id,
        )

    def result(self) -> Any:
        """The best rate, a scalar."""
        return best_under(*self._state, wanted=self.wanted, constrained=self.constrained, value=self.value)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        return {
            **config,
            "num_thresholds": self.num_thresholds,
            "class_id": self.class_id,
            self.constrained: self.value,
        }


class SensitivityAtSpecificity(_Best):
    """The best sensitivity where specificity is at least a value.

    Mirrors `keras.metrics.SensitivityAtSpecificity`.

    Args:
        specificity: the value, in [0, 1].
        num_thresholds: how many thresholds are tried.
        class_id: look at this class alone.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a value out of range.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.SensitivityAtSpecificity(0.5)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
        1.0
    """

    wanted, constrained = "sensitivity", "specificity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)


class SpecificityAtSensitivity(_Best):
    """The best specificity where sensitivity is at least a value.

    Mirrors `keras.metrics.SpecificityAtSensitivity`.

    Args:
        sensitivity: the value, in [0, 1].
        num_thresholds: how many thresholds are tried.
        class_id: look at this class alone.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a value out of range.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.SpecificityAtSensitivity(0.9)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
        0.5
    """

    wanted, constrained = "specificity", "sensitivity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)


class PrecisionAtRecall(_Best):
    """The best precision where recall is at least a value (mirrors `keras.metrics.PrecisionAtRecall`).

    Args:
        recall: the value, in [0, 1].
        num_thresholds: how many thresholds are tried.
        class_id: look at this class alone.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a value out of range.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.PrecisionAtRecall(0.5)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
        1.0
    """

    wanted, constrained = "precision", "recall"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)


class RecallAtPrecision(_Best):
    """The best recall where precision is at least a value (mirrors `keras.metrics.RecallAtPrecision`).

    Args:
        precision: the value, in [0, 1].
        num_thresholds: how many thresholds are tried.
        class_id: look at this class alone.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a value out of range.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.RecallAtPrecision(0.8)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
        0.5
    """

    wanted, constrained = "recall", "precision"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)
