"""F scores."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.losses.reduction import fit_to
from unikeras.metrics.confusion import pair
from unikeras.metrics.curves import _ratio
from unikeras.metrics.metric import Metric, advance, combined_weight

__all__ = ["F1Score", "FBetaScore"]


@op
def class_counts_after(F, tp, fp, fn, labels, y_true, y_pred, sample_weight=None, *, threshold, by_class):
    """True and false positives, false negatives and labels of each class (or of all) after a batch."""
    dtype = tp.dtype
    y_true, y_pred = F.astype(y_true, dtype), F.astype(y_pred, dtype)
    if threshold is None:
        # The best class, unless all scores are 0.
        found = (y_pred >= F.max(y_pred, axis=-1, keepdims=True)) & (F.abs(y_pred) > 1e-9)
    else:
        found = y_pred > threshold
    found = F.astype(found, dtype)
    weight = F.ones_like(y_true)
    if sample_weight is not None:
        weight = F.broadcast_to(fit_to(F, y_true, F.astype(sample_weight, dtype)), y_true.shape)
    axis = 0 if by_class else None

    def total(x: Any) -> Any:
        return F.sum(x * weight, axis=axis)

    return (
        tp + total(found * y_true), fp + total(found * (1 - y_true)), fn + total((1 - found) *
        y_true), labels + total(y_true)
    )  # fmt: skip


@op
def f_score(F, tp, fp, fn, labels, *, beta, average):
    """(1 + b^2) p r / (b^2 p + r), averaged over classes."""
    precision, recall = _ratio(F, tp, tp + fp), _ratio(F, tp, tp + fn)
    score = _ratio(F, (1 + beta**2) * precision * recall, beta**2 * precision + recall)
    if average == "weighted":
        return F.sum(score * _ratio(F, labels, F.broadcast_to(F.sum(labels), labels.shape)))
    return score if average is None else F.mean(score)


class FBetaScore(Metric):
    """The F-beta score: precision and recall in one (mirrors `keras.metrics.FBetaScore`).

    Args:
        average: `None`: a score for each class; 'micro': of all counts together; 'macro': the mean
            over classes;
            'weighted': that weighted by how many labels each has.
        beta: how much recall counts more than precision.
        threshold: scores above it count as found; `None`: the best class alone.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown average, a beta that is not positive, a threshold outside (0, 1].

    Example:
        >>> from unikeras import metrics
        >>> metric = metrics.FBetaScore(beta=2.0, threshold=0.5)
        >>> metric.update_state([[1, 1], [1, 0]], [[0.9, 0.1], [0.8, 0.9]])
        >>> metric.result().numpy().tolist()
        [1.0, 0.0]
    """

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, dtype)
        if average not in (None, "micro", "macro", "weighted"):
            raise ValueError(
                f"{type(self).__name__}: average must be None, 'micro', 'macro' or 'weighted', "
                f"got {average!r}."
            )
        if not isinstance(beta, (int, float)) or beta <= 0:
            raise ValueError(f"{type(self).__name__}: beta must be a positive number, got {beta!r}.")
        if threshold is not None and not 0 < threshold <= 1:
            raise ValueError(f"{type(self).__name__}: threshold must be in (0, 1], got {threshold!r}.")
        self.average, self.beta, self.threshold = average, beta, threshold
        self._state: Any = []

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch of one-hot (or several-hot) labels and scores in, both of shape (n, classes).

        Raises:
            InvalidArgumentError: shapes that do not fit.
            ValueError: not two dimensions, or another number of classes than before.
        """
        y_true, y_pred = pair(self.name, y_true, y_pred)
        if len(y_pred.shape) != 2 or len(y_true.shape) != 2:
            raise ValueError(
                f"{self.name}: labels and scores must have shape (n, classes); got "
                f"{tuple(y_true.shape)} and {tuple(y_pred.shape)}."
            )
        shape = () if self.average == "micro" else (y_pred.shape[-1],)
        if not self._state:
            names = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")
            self._state = [self.add_weight(name=n, shape=shape) for n in names]
        elif tuple(self._state[0].shape) != shape:
            raise ValueError(
                f"{self.name}: expected {self._state[0].shape[0]} classes, got y_pred of shape "
                f"{tuple(y_pred.shape)}."
            )
        weight = combined_weight(y_pred, sample_weight, self.dtype)
        by_class = self.average != "micro"
        advance(
            class_counts_after,
            self._state,
            y_true,
            y_pred,
            weight,
            threshold=self.threshold,
            by_class=by_class,
        )

    def result(self) -> Any:
        """The score: one for each class, or a scalar.

        Raises:
            ValueError: nothing was taken in.
        """
        if not self._state:
            raise ValueError(f"{self.name}: has no result before the first update_state.")
        return f_score(*self._state, beta=self.beta, average=self.average)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "average": self.average,
            "beta": self.beta,
            "threshold": self.threshold,
        }


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall (mirrors `keras.metrics.F1Score`).

    Args:
        average: as `FBetaScore` has it.
        threshold: scores above it count as found; `None`: the best class alone.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown average, a threshold outside (0, 1].

    Example:
        >>> from unikeras import metrics
        >>> metric = metrics.F1Score(average="macro")
        >>> metric.update_state([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]])
        >>> float(metric.result())
        1.0
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        del config["beta"]
        return config
