"""Accuracies as metrics."""

from __future__ import annotations

from typing import Any

from unikeras.metrics.accuracy import (
    accuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from unikeras.metrics.mean import MeanMetricWrapper

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
]


class Accuracy(MeanMetricWrapper):
    """How often predictions equal labels (mirrors `keras.metrics.Accuracy`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.Accuracy()([1, 2], [1, 3])), 4)
        0.5
    """

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often probabilities are on the label's side of a threshold.

    Mirrors `keras.metrics.BinaryAccuracy`.

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        threshold: predictions above it count as 1.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.BinaryAccuracy()([[1], [0]], [[0.9], [0.6]])), 4)
        0.5
    """

    def __init__(
        self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5
    ) -> None:
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the best class is the one-hot label's (mirrors `keras.metrics.CategoricalAccuracy`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]])), 4)
        0.5
    """

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the best class is the label (mirrors `keras.metrics.SparseCategoricalAccuracy`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.SparseCategoricalAccuracy()([1, 0], [[0.2, 0.8], [0.3, 0.7]])), 4)
        0.5
    """

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the one-hot label is among the k best classes.

    Mirrors `keras.metrics.TopKCategoricalAccuracy`.

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        k: how many of the best count.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.TopKCategoricalAccuracy()([[0, 1]], [[0.2, 0.8]])), 4)
        1.0
    """

    def __init__(
        self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the label is among the k best classes.

    Mirrors `keras.metrics.SparseTopKCategoricalAccuracy`.

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        k: how many of the best count.
        from_sorted_ids: whether predictions are class numbers, best first.

    Raises:
        InvalidArgumentError: when updated: shapes that do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.SparseTopKCategoricalAccuracy()([1], [[0.2, 0.8]])), 4)
        1.0
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids)
