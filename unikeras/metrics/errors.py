"""Metrics of errors that are more than the mean of a loss: root mean square, relative error, R2."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.losses.reduction import fit_to
from unikeras.losses.regression import mean_squared_error
from unikeras.losses.shapes import align
from unikeras.metrics.confusion import pair
from unikeras.metrics.mean import Mean, mean_after
from unikeras.metrics.metric import Metric, advance, combined_weight
from unikeras.ops.elementwise import to_float

__all__ = ["MeanRelativeError", "R2Score", "RootMeanSquaredError"]


@op
def squared_errors_after(F, total, count, y_true, y_pred, sample_weight=None):
    """Sum and count of squared errors after a batch."""
    y_pred = F.astype(to_float(F, y_pred), total.dtype)
    y_true, y_pred = align(F, F.astype(y_true, total.dtype), y_pred)
    return mean_after.body(F, total, count, (y_pred - y_true) ** 2, sample_weight)


class RootMeanSquaredError(Mean):
    """The root of the mean squared error (mirrors `keras.metrics.RootMeanSquaredError`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.RootMeanSquaredError()([[0.0], [0.0]], [[3.0], [3.0]]))
        3.0
    """

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Take a batch in.

        Raises:
            InvalidArgumentError: shapes that do not fit.
        """
        y_true, y_pred = convert_to_tensor(y_true), convert_to_tensor(y_pred)
        mean_squared_error.look_at(y_true, y_pred, {})
        weight = combined_weight(y_pred, sample_weight, self.dtype)
        advance(squared_errors_after, (self.total, self.count), y_true, y_pred, weight)

    def result(self) -> Any:
        """The root of the mean."""
        return ops.sqrt(super().result())


@op
def relative_errors_after(F, total, count, y_true, y_pred, normalizer, sample_weight=None):
    """Sum and count of errors divided by a normalizer after a batch."""
    dtype = total.dtype
    y_true, y_pred = align(F, F.astype(y_true, dtype), F.astype(y_pred, dtype))
    normalizer = align(F, F.astype(normalizer, dtype), y_pred)[0]
    zero = normalizer == 0
    errors = F.where(
        zero,
        F.zeros_like(y_pred),
        F.abs(y_true - y_pred) / F.where(zero, F.ones_like(normalizer), normalizer),
    )
    return mean_after.body(F, total, count, errors, sample_weight)


class MeanRelativeError(Mean):
    """The mean of errors divided by given values (mirrors `tf.keras.metrics.MeanRelativeError`).

    Args:
        normalizer: the values, of the predictions' shape.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: predictions of another shape than the normalizer's.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.MeanRelativeError(normalizer=[1.0, 2.0])([1.0, 2.0], [2.0, 4.0]))
        1.0
    """

    def __init__(self, normalizer: Any, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name, dtype)
        self.normalizer = np.asarray(normalizer, self.dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Take a batch in.

        Raises:
            InvalidArgumentError: shapes that do not fit.
        """
        y_true, y_pred = pair(self.name, y_true, y_pred)
        shape = tuple(y_pred.shape)
        if self.normalizer.shape not in (
            shape,
            shape[:-1] if shape[-1:] == (1,) and shape[0] == self.normalizer.size else shape,
        ):
            raise InvalidArgumentError(
                f"{self.name}: y_pred of shape {shape} does not fit the normalizer of shape "
                f"{self.normalizer.shape}; they must have one shape."
            )
        weight = combined_weight(y_pred, sample_weight, self.dtype)
        advance(relative_errors_after, (self.total, self.count), y_true, y_pred, self.normalizer, weight)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "normalizer": self.normalizer.tolist()}


@op
def r2_sums_after(F, squares, total, residual, count, number, y_true, y_pred, sample_weight=None):
    """The sums that R2 needs after a batch."""
    dtype = squares.dtype
    y_true, y_pred = align(F, F.astype(y_true, dtype), F.astype(y_pred, dtype))
    if y_true.ndim == 1:
        y_true, y_pred = F.expand_dims(y_true, axis=1), F.expand_dims(y_pred, axis=1)
    weight = F.ones_like(y_true)
    if sample_weight is not None:
        weight = F.broadcast_to(fit_to(F, y_true, F.astype(sample_weight, dtype)), y_true.shape)
    return (
        squares + F.sum(weight * y_true**2, axis=0),
        total + F.sum(weight * y_true, axis=0),
        residual + F.sum(weight * (y_true - y_pred) ** 2, axis=0),
        count + F.sum(weight, axis=0),
        number + y_true.shape[0],
    )


@op
def r2(F, squares, total, residual, count, number, *, aggregation, regressors):
    """1 - residual / variance, of each column or of all."""
    empty = count == 0
    spread = squares - total * (total / F.where(empty, F.ones_like(count), count))
    flat = spread == 0
    score = 1 - residual / F.where(flat, F.ones_like(spread), spread)
    score = F.where(flat, F.zeros_like(score), score)
    if aggregation == "uniform_average":
        score = F.mean(score)
    elif aggregation == "variance_weighted_average":
        whole = F.sum(spread)
        score = F.sum(score * spread) / F.where(whole == 0, F.ones_like(whole), whole)
    if regressors:
        score = 1 - (1 - score) * (number - 1) / (number - regressors - 1)
    return score


class R2Score(Metric):
    """The coefficient of determination: 1 - residual / variance (mirrors `keras.metrics.R2Score`).

    Args:
        class_aggregation: 'uniform_average' or 'variance_weighted_average' over columns, or `None`:
            one for each.
        num_regressors: how many inputs the model has, for the adjusted R2; 0 for the plain one.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown aggregation, a negative number of regressors.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
        0.5714
    """

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, dtype)
        if class_aggregation not in (None, "uniform_average", "variance_weighted_average"):
            raise ValueError(
                f"R2Score: class_aggregation must be 'uniform_average', "
                f"'variance_weighted_average' or None, got {class_aggregation!r}."
            )
        if num_regressors < 0:
            raise ValueError(f"R2Score: num_regressors must not be negative, got {num_regressors}.")
        self.class_aggregation, self.num_regressors = class_aggregation, num_regressors
        self._state: Any = []

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch of numbers and predictions in, both of shape (n, d) or (n,).

        Raises:
            InvalidArgumentError: shapes that do not fit.
            ValueError: more than two dimensions, or another number of columns than before.
        """
        y_true, y_pred = pair(self.name, y_true, y_pred)
        if len(y_pred.shape) > 2:
            raise ValueError(
                f"{self.name}: labels and predictions must have shape (n, d); got {tuple(y_pred.shape)}."
            )
        columns = y_pred.shape[-1] if len(y_pred.shape) == 2 else 1
        if not self._state:
            names = ("squared_sum", "sum", "total_mse", "count")
            self._state = [
                *(self.add_weight(name=n, shape=(columns,)) for n in names),
                self.add_weight(name="num_samples"),
            ]
        elif self._state[0].shape[0] != columns:
            raise ValueError(
                f"{self.name}: expected {self._state[0].shape[0]} columns, got y_pred of shape "
                f"{tuple(y_pred.shape)}."
            )
        advance(
            r2_sums_after, self._state, y_true, y_pred, combined_weight(y_pred, sample_weight, self.dtype)
        )

    def result(self) -> Any:
        """The score: a scalar, or one for each column.

        Raises:
            ValueError: nothing was taken in.
        """
        if not self._state:
            raise ValueError(f"{self.name}: has no result before the first update_state.")
        return r2(*self._state, aggregation=self.class_aggregation, regressors=self.num_regressors)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        return {**config, "class_aggregation": self.class_aggregation, "num_regressors": self.num_regressors}
