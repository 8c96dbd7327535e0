"""How often predictions are right: functions."""

from __future__ import annotations

from typing import Any

from unikeras.losses.formula import formula, typed
from unikeras.losses.shapes import align, one_label_each, same_classes, same_or_broadcast
from unikeras.ops.elementwise import to_float

__all__ = [
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


def _truth(F: Any, hit: Any, like: Any) -> Any:
    """Bools as 0 and 1 in the predictions' type."""
    return F.astype(hit, to_float(F, like).dtype)


@formula(same_or_broadcast)
def accuracy(F, y_true, y_pred):
    """Whether each prediction equals its label, as 0 or 1 (the function behind `keras.metrics.Accuracy`).

    Args:
        y_true: labels of any shape.
        y_pred: predictions of the same shape.

    Returns:
        A tensor of the same shape.

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras.metrics.accuracy import accuracy
        >>> accuracy([1.0, 2.0], [1.0, 3.0]).numpy().tolist()
        [1.0, 0.0]
    """
    like = y_pred
    y_true, y_pred = align(F, F.astype(y_true, y_pred.dtype), y_pred)
    return _truth(F, y_true == y_pred, like)


@formula(same_or_broadcast, per_value=True)
def binary_accuracy(F, y_true, y_pred, *, threshold=0.5):
    """The share of predictions on the label's side of a threshold (mirrors `keras.metrics.binary_accuracy`).

    Args:
        y_true: 0 or 1, of shape (n, ..., d).
        y_pred: probabilities of the same shape.
        threshold: predictions above it count as 1.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import metrics
        >>> metrics.binary_accuracy([[1.0, 0.0]], [[0.9, 0.6]]).numpy().tolist()
        [0.5]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return F.mean(_truth(F, y_true == _truth(F, y_pred > threshold, y_pred), y_pred), axis=-1)


@formula(same_classes)
def categorical_accuracy(F, y_true, y_pred):
    """Whether the largest score is at the one-hot label, as 0 or 1.

    Mirrors `keras.metrics.categorical_accuracy`.

    Args:
        y_true: one-hot labels of shape (n, ..., classes).
        y_pred: scores of the same shape.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes differ; class numbers were given.

    Example:
        >>> from unikeras import metrics
        >>> metrics.categorical_accuracy([[0.0, 1.0]], [[0.2, 0.8]]).numpy().tolist()
        [1.0]
    """
    return _truth(F, F.argmax(y_true, axis=-1) == F.argmax(y_pred, axis=-1), y_pred)


def _class_numbers(F: Any, y_true: Any, y_pred: Any) -> Any:
    """Class numbers without a last axis of 1, in the scores' type."""
    y_true = F.astype(y_true, to_float(F, y_pred).dtype)
    return y_true[..., 0] if y_true.ndim == y_pred.ndim else y_true


@formula(one_label_each)
def sparse_categorical_accuracy(F, y_true, y_pred):
    """Whether the largest score is at the label's class, as 0 or 1.

    Mirrors `keras.metrics.sparse_categorical_accuracy`.

    Args:
        y_true: class numbers of shape (n, ...) or (n, ..., 1).
        y_pred: scores of shape (n, ..., classes).

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit; one-hot labels were given.

    Example:
        >>> from unikeras import metrics
        >>> metrics.sparse_categorical_accuracy([1, 0], [[0.2, 0.8], [0.2, 0.8]]).numpy().tolist()
        [1.0, 0.0]
    """
    labels = _class_numbers(F, y_true, y_pred)
    return _truth(F, labels == F.astype(F.argmax(y_pred, axis=-1), labels.dtype), y_pred)


def _in_top(F: Any, labels: Any, y_pred: Any, k: int) -> Any:
    """Whether fewer than k scores are above the label's."""
    labels = F.astype(labels, F.dtype("int64"))
    inside = (labels >= 0) & (labels < y_pred.shape[-1])
    safe = F.expand_dims(F.where(inside, labels, F.zeros_like(labels)), axis=-1)
    score = F.take_along_axis(y_pred, safe, axis=-1)
    above = F.sum(F.astype(y_pred > score, F.dtype("int32")), axis=-1)
    return inside & F.isfinite(score[..., 0]) & (above < k)


@formula(same_classes)
def top_k_categorical_accuracy(F, y_true, y_pred, *, k=5):
    """Whether the one-hot label is among the k largest scores.

    Mirrors `keras.metrics.top_k_categorical_accuracy`.

    Args:
        y_true: one-hot labels of shape (n, ..., classes).
        y_pred: scores of the same shape.
        k: how many of the largest scores count.

    Returns:
        A tensor of shape (n, ...), 0 or 1.

    Raises:
        InvalidArgumentError: the shapes differ; class numbers were given.

    Example:
        >>> from unikeras import metrics
        >>> metrics.top_k_categorical_accuracy([[0.0, 0.0, 1.0]], [[0.5, 0.1, 0.4]], k=2).numpy().tolist()
        [1.0]
    """
    return _truth(F, _in_top(F, F.argmax(y_true, axis=-1), y_pred, k), y_pred)


@formula(one_label_each)
def sparse_top_k_categorical_accuracy(F, y_true, y_pred, *, k=5, from_sorted_ids=False):
    """Whether the label's class is among the k best.

    Mirrors `keras.metrics.sparse_top_k_categorical_accuracy`.

    Args:
        y_true: class numbers of shape (n, ...) or (n, ..., 1).
        y_pred: scores of shape (n, ..., classes); or class numbers, best first.
        k: how many of the best count.
        from_sorted_ids: whether `y_pred` are class numbers.

    Returns:
        A tensor of shape (n, ...), 0 or 1.

    Raises:
        InvalidArgumentError: the shapes do not fit; one-hot labels were given.

    Example:
        >>> from unikeras import metrics
        >>> metrics.sparse_top_k_categorical_accuracy([2], [[0.5, 0.1, 0.4]], k=2).numpy().tolist()
        [1.0]
    """
    labels = _class_numbers(F, y_true, y_pred)
    if from_sorted_ids:
        best = F.astype(y_pred[..., :k], labels.dtype)
        return _truth(F, F.any(F.expand_dims(labels, axis=-1) == best, axis=-1), y_pred)
    return _truth(F, _in_top(F, labels, y_pred, k), y_pred)
