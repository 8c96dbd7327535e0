"""Counts of true and false positives and negatives at thresholds, and precision and recall of them."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.losses.reduction import fit_to
from unikeras.losses.shapes import align, same_shape, static_shape
from unikeras.metrics.metric import Metric, advance, combined_weight
from unikeras.ops.arithmetic import divide_no_nan
from unikeras.ops.elementwise import to_float

__all__ = [
    "FalseNegatives",
    "FalsePositives",
    "Precision",
    "Recall",
    "TrueNegatives",
    "TruePositives",
    "confusion_after",
    "thresholds_of",
]

_LEFT_OUT = -1e10  # the score of a class that is not among the k best; below every threshold


def thresholds_of(thresholds: Any, default: float = 0.5) -> tuple[float, ...]:
    """Thresholds as a tuple.

    Raises:
        ValueError: one is outside [0, 1].
    """
    if thresholds is None:
        return (default,)
    values = (
        tuple(float(t) for t in thresholds) if isinstance(thresholds, (list, tuple)) else (float(thresholds),)
    )
    wrong = [t for t in values if not 0 <= t <= 1]
    if wrong or not values:
        raise ValueError(f"Thresholds must be in [0, 1], at least one; got {thresholds!r}.")
    return values


@op
def confusion_after(
    F, *xs, kinds, thresholds, top_k=None, class_id=None, multi_label=False, from_logits=False
):
    """The counts `kinds` after a batch; xs: counts, labels, predictions, sample and label weights (or None)."""
    state, (y_true, y_pred, sample_weight, label_weights) = xs[: len(kinds)], xs[len(kinds) :]
    dtype = state[0].dtype
    y_pred = F.astype(to_float(F, y_pred), dtype)
    y_true, y_pred = align(F, F.astype(y_true, dtype), y_pred)
    if from_logits:
        y_pred = F.sigmoid(y_pred)
    if top_k is not None:
        least = F.top_k(y_pred, top_k)[1]
        chosen = F.any(
            F.expand_dims(least, axis=-1) == F.arange(y_pred.shape[-1], dtype=least.dtype), axis=-2
        )
        y_pred = F.where(chosen, y_pred, F.full_like(y_pred, _LEFT_OUT))
    weight = F.ones_like(y_pred)
    if sample_weight is not None:
        weight = F.broadcast_to(fit_to(F, y_pred, F.astype(sample_weight, dtype)), y_pred.shape)
    if label_weights is not None:
        weight = weight * F.astype(label_weights, dtype)
    if class_id is not None:
        y_true, y_pred, weight = y_true[..., class_id], y_pred[..., class_id], weight[..., class_id]
    lead = (-1, y_pred.shape[-1]) if multi_label else (-1,)
    y_true, y_pred, weight = (F.reshape(v, lead) for v in (y_true, y_pred, weight))
    true = F.where(y_true != 0, weight, F.zeros_like(weight))
    false = weight - true
    limits = F.reshape(F.asarray(thresholds, dtype=dtype), (-1,) + (1,) * y_pred.ndim)
    above = F.astype(F.expand_dims(y_pred, axis=0) > limits, dtype)
    counted = {
        "tp": lambda: F.sum(above * true, axis=1),
        "fp": lambda: F.sum(above * false, axis=1),
        "tn": lambda: F.sum((1 - above) * false, axis=1),
        "fn": lambda: F.sum((1 - above) * true, axis=1),
    }
    return tuple(
        before + F.reshape(counted[kind](), before.shape) for kind, before in zip(kinds, state, strict=True)
    )


def pair(name: str, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Labels and predictions as tensors of shapes that agree.

    Raises:
        InvalidArgumentError: they differ.
    """
    y_true, y_pred = convert_to_tensor(y_true), convert_to_tensor(y_pred)
    labels, predictions = static_shape(y_true), static_shape(y_pred)
    if labels is not None and predictions is not None:
        same_shape(name, labels, predictions, -1)
    return y_true, y_pred


class _Counts(Metric):
    """A metric of counts at thresholds."""

    kinds: tuple[str, ...] = ()

    def __init__(
        self, thresholds: Any, top_k: int | None, class_id: int | None, name: str | None, dtype: Any
    ) -> None:
        super().__init__(name, dtype)
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self._thresholds = thresholds_of(thresholds, 0.5 if top_k is None else _LEFT_OUT)
        names = {
            "tp": "true_positives",
            "fp": "false_positives",
            "tn": "true_negatives",
            "fn": "false_negatives",
        }
        self._state = [
            self.add_weight(name=names[kind], shape=(len(self._thresholds),)) for kind in self.kinds
        ]

    @property
    def thresholds(self) -> list[float]:
        """The thresholds."""
        return list(self._thresholds)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch in.

        Args:
            y_true: labels, 0 or 1.
            y_pred: probabilities of the same shape.
            sample_weight: a weight for each sample or each prediction.

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
            kinds=self.kinds,
            thresholds=self._thresholds,
            top_k=self.top_k,
            class_id=self.class_id,
        )

    def _one_or_all(self, values: Any) -> Any:
        return values[0] if len(self._thresholds) == 1 else values

    def result(self) -> Any:
        """The count: a scalar for one threshold, else one for each."""
        return self._one_or_all(self._state[0].value)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "thresholds": self.init_thresholds}


class _OneCount(_Counts):
    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(thresholds, None, None, name, dtype)


class TruePositives(_OneCount):
    """How many positives are found (mirrors `keras.metrics.TruePositives`).

    Args:
        thresholds: predictions above it count as positive; one or several, 0.5 if `None`.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a threshold outside [0, 1].

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.TruePositives()([1, 1, 0], [0.9, 0.1, 0.9]))
        1.0
    """

    kinds = ("tp",)


class FalsePositives(_OneCount):
    """How many negatives are taken for positives (mirrors `keras.metrics.FalsePositives`).

    Args:
        thresholds: predictions above it count as positive; one or several, 0.5 if `None`.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a threshold outside [0, 1].

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.FalsePositives()([1, 1, 0], [0.9, 0.1, 0.9]))
        1.0
    """

    kinds = ("fp",)


class TrueNegatives(_OneCount):
    """How many negatives are recognised (mirrors `keras.metrics.TrueNegatives`).

    Args:
        thresholds: predictions above it count as positive; one or several, 0.5 if `None`.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a threshold outside [0, 1].

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.TrueNegatives()([1, 1, 0], [0.9, 0.1, 0.9]))
        0.0
    """

    kinds = ("tn",)


class FalseNegatives(_OneCount):
    """How many positives are missed (mirrors `keras.metrics.FalseNegatives`).

    Args:
        thresholds: predictions above it count as positive; one or several, 0.5 if `None`.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a threshold outside [0, 1].

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.FalseNegatives()([1, 1, 0], [0.9, 0.1, 0.9]))
        1.0
    """

    kinds = ("fn",)


class _Share(_Counts):
    """True positives among these and another count."""

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(thresholds, top_k, class_id, name, dtype)

    def result(self) -> Any:
        """The share: a scalar for one threshold, else one for each; 0 where there is nothing to divide by."""
        found, others = self._state
        return self._one_or_all(divide_no_nan(found, found + others))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "top_k": self.top_k, "class_id": self.class_id}


class Precision(_Share):
    """The share of predicted positives that are positive (mirrors `keras.metrics.Precision`).

    Args:
        thresholds: predictions above it count as positive; one or several, 0.5 if `None`.
        top_k: only the k largest scores of a sample count as positive.
        class_id: look at this class alone.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a threshold outside [0, 1].

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.Precision()([1, 1, 0], [0.9, 0.1, 0.9]))
        0.5
    """

    kinds = ("tp", "fp")


class Recall(_Share):
    """The share of positives that are found (mirrors `keras.metrics.Recall`).

    Args:
        thresholds: predictions above it count as positive; one or several, 0.5 if `None`.
        top_k: only the k largest scores of a sample count as positive.
        class_id: look at this class alone.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a threshold outside [0, 1].

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.Recall()([1, 1, 1, 0], [0.9, 0.1, 0.9, 0.9])), 4)
        0.6667
    """

    kinds = ("tp", "fn")
