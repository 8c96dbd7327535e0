"""How labels and predictions vary together: functions."""

from __future__ import annotations

from typing import Any

from unikeras.losses.formula import EPSILON, formula, typed
from unikeras.losses.regression import unit
from unikeras.losses.shapes import same_or_broadcast

__all__ = ["concordance_correlation", "cosine_similarity", "pearson_correlation"]


def _centered(F: Any, x: Any, axis: int) -> tuple[Any, Any, Any]:
    mean = F.mean(x, axis=axis, keepdims=True)
    return mean, x - mean, F.mean((x - mean) ** 2, axis=axis, keepdims=True)


@formula(same_or_broadcast)
def pearson_correlation(F, y_true, y_pred, *, axis=-1):
    """The correlation of labels and predictions along an axis (Pearson, 1895).

    Mirrors `keras.metrics.pearson_correlation`.

    Args:
        y_true: numbers.
        y_pred: predictions of the same shape.
        axis: the axis along which they vary.

    Returns:
        A tensor without that axis, in [-1, 1].

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.pearson_correlation([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]])[0]), 4)
        1.0
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    (_, a, u), (_, b, v) = _centered(F, y_true, axis), _centered(F, y_pred, axis)
    return F.mean(a / F.sqrt(u + EPSILON) * b / F.sqrt(v + EPSILON), axis=axis)


@formula(same_or_broadcast)
def concordance_correlation(F, y_true, y_pred, *, axis=-1):
    """The correlation that also asks for equal means and scales (Lin, 1989).

    Mirrors `keras.metrics.concordance_correlation`.

    Args:
        y_true: numbers.
        y_pred: predictions of the same shape.
        axis: the axis along which they vary.

    Returns:
        A tensor without that axis, in [-1, 1].

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import metrics
        >>> round(float(metrics.concordance_correlation([[0.0, 1.0, 2.0]], [[1.0, 2.0, 3.0]])[0]), 4)
        0.5714
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    (m, a, u), (n, b, v) = _centered(F, y_true, axis), _centered(F, y_pred, axis)
    return F.mean(2 * a * b / (u + v + (m - n) ** 2 + EPSILON), axis=axis)


@formula(same_or_broadcast)
def cosine_similarity(F, y_true, y_pred, *, axis=-1):
    """The cosine of the angle between labels and predictions; the metric's sign, opposite to the loss's.

    Args:
        y_true: vectors along `axis`.
        y_pred: predictions of the same shape.
        axis: the vectors' axis.

    Returns:
        A tensor without that axis, in [-1, 1].

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras.metrics.correlation import cosine_similarity
        >>> cosine_similarity([[0.0, 1.0]], [[0.0, 2.0]]).numpy().tolist()
        [1.0]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return F.sum(unit(F, y_true, axis) * unit(F, y_pred, axis), axis=axis)
