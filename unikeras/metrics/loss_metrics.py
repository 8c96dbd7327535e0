"""Losses and correlations as metrics."""

from __future__ import annotations

from typing import Any

from unikeras.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from unikeras.losses.hinge import categorical_hinge, hinge, squared_hinge
from unikeras.losses.regression import (
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
)
from unikeras.metrics.correlation import concordance_correlation, cosine_similarity, pearson_correlation
from unikeras.metrics.mean import MeanMetricWrapper

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "Hinge",
    "KLDivergence",
    "LogCoshError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "PearsonCorrelation",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
]


class MeanSquaredError(MeanMetricWrapper):
    """The mean of squared errors (mirrors `keras.metrics.MeanSquaredError`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.MeanSquaredError()([[0.0]], [[2.0]])), 4)
        4.0
    """

    def __init__(self, name: str | None = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(mean_squared_error, name, dtype)


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of absolute errors (mirrors `keras.metrics.MeanAbsoluteError`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.MeanAbsoluteError()([[0.0]], [[2.0]])), 4)
        2.0
    """

    def __init__(self, name: str | None = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """The mean of relative errors, in percent (mirrors `keras.metrics.MeanAbsolutePercentageError`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.MeanAbsolutePercentageError()([[1.0]], [[2.0]])), 4)
        100.0
    """

    def __init__(self, name: str | None = "mean_absolute_percentage_error", dtype: Any = None) -> None:
        super().__init__(mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean of squared differences of log(y + 1) (mirrors `keras.metrics.MeanSquaredLogarithmicError`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.MeanSquaredLogarithmicError()([[0.0]], [[1.0]])), 4)
        0.4805
    """

    def __init__(self, name: str | None = "mean_squared_logarithmic_error", dtype: Any = None) -> None:
        super().__init__(mean_squared_logarithmic_error, name, dtype)


class LogCoshError(MeanMetricWrapper):
    """The mean of log(cosh(error)) (mirrors `keras.metrics.LogCoshError`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.LogCoshError()([[0.0]], [[2.0]])), 4)
        1.325
    """

    def __init__(self, name: str | None = "logcosh", dtype: Any = None) -> None:
        super().__init__(log_cosh, name, dtype)


class Poisson(MeanMetricWrapper):
    """The mean Poisson loss (mirrors `keras.metrics.Poisson`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.Poisson()([[2.0]], [[2.0]])), 4)
        0.6137
    """

    def __init__(self, name: str | None = "poisson", dtype: Any = None) -> None:
        super().__init__(poisson, name, dtype)


class KLDivergence(MeanMetricWrapper):
    """The mean divergence of predicted probabilities from labels (mirrors `keras.metrics.KLDivergence`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]])), 4)
        0.1438
    """

    def __init__(self, name: str | None = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(kl_divergence, name, dtype)


class CosineSimilarity(MeanMetricWrapper):
    """The mean cosine of the angle between labels and predictions (mirrors `keras.metrics.CosineSimilarity`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        axis: the axis of the classes or vectors.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.CosineSimilarity()([[0.0, 1.0]], [[0.0, 2.0]])), 4)
        1.0
    """

    def __init__(self, name: str | None = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)


class PearsonCorrelation(MeanMetricWrapper):
    """The mean correlation of labels and predictions (mirrors `keras.metrics.PearsonCorrelation`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        axis: the axis of the classes or vectors.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.PearsonCorrelation()([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]])), 4)
        1.0
    """

    def __init__(self, name: str | None = "pearson_correlation", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)


class ConcordanceCorrelation(MeanMetricWrapper):
    """The mean concordance of labels and predictions (mirrors `keras.metrics.ConcordanceCorrelation`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        axis: the axis of the classes or vectors.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.ConcordanceCorrelation()([[0.0, 1.0, 2.0]], [[1.0, 2.0, 3.0]])), 4)
        0.5714
    """

    def __init__(
        self, name: str | None = "concordance_correlation", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)


class Hinge(MeanMetricWrapper):
    """The mean hinge loss of labels -1 and 1 (mirrors `keras.metrics.Hinge`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.Hinge()([[1.0]], [[0.5]])), 4)
        0.5
    """

    def __init__(self, name: str | None = "hinge", dtype: Any = None) -> None:
        super().__init__(hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """The mean squared hinge loss of labels -1 and 1 (mirrors `keras.metrics.SquaredHinge`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.SquaredHinge()([[1.0]], [[0.5]])), 4)
        0.25
    """

    def __init__(self, name: str | None = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """The mean hinge loss of one-hot labels (mirrors `keras.metrics.CategoricalHinge`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.CategoricalHinge()([[0.0, 1.0]], [[0.5, 0.75]])), 4)
        0.75
    """

    def __init__(self, name: str | None = "categorical_hinge", dtype: Any = None) -> None:
        super().__init__(categorical_hinge, name, dtype)


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of labels 0 and 1 (mirrors `keras.metrics.BinaryCrossentropy`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        from_logits: whether predictions are logits.
        label_smoothing: how far labels are moved to the middle.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.BinaryCrossentropy()([[1.0]], [[0.5]])), 4)
        0.6931
    """

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            binary_crossentropy, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing
        )


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of one-hot labels (mirrors `keras.metrics.CategoricalCrossentropy`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        from_logits: whether predictions are logits.
        label_smoothing: how far labels are moved to the middle.
        axis: the axis of the classes or vectors.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.CategoricalCrossentropy()([[0.0, 1.0]], [[0.75, 0.25]])), 4)
        1.3863
    """

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of class numbers (mirrors `keras.metrics.SparseCategoricalCrossentropy`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        from_logits: whether predictions are logits.
        ignore_class: a label whose samples count nothing.
        axis: the axis of the classes or vectors.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.SparseCategoricalCrossentropy()([1], [[0.75, 0.25]])), 4)
        1.3863
    """

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
