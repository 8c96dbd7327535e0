"""Losses of segmentation: how much regions overlap."""

from __future__ import annotations

from typing import Any

from unikeras.losses.formula import EPSILON, formula, typed
from unikeras.losses.shapes import same_shape

__all__ = ["dice", "tversky"]


@formula(same_shape)
def dice(F, y_true, y_pred, *, axis=None):
    """1 - 2 |A and B| / (|A| + |B|), the Dice loss (Milletari et al., 2016; mirrors `keras.losses.dice`).

    Args:
        y_true: 0 or 1, of any shape.
        y_pred: probabilities of the same shape.
        axis: the axes to sum over; all, the batch too, if `None`.

    Returns:
        A tensor without these axes.

    Raises:
        InvalidArgumentError: the shapes differ.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.dice([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])), 4)
        0.3333
    """
    y_true, y_pred = typed(F, y_true, y_pred)

    def total(x: Any) -> Any:
        return F.sum(x, axis=axis)

    return 1.0 - (2.0 * total(y_true * y_pred) + EPSILON) / (total(y_true) + total(y_pred) + EPSILON)


@formula(same_shape)
def tversky(F, y_true, y_pred, *, alpha=0.5, beta=0.5, axis=None):
    """1 - hits / (hits + alpha * missed + beta * invented) (Salehi et al., 2017).

    Mirrors `keras.losses.tversky`.

    Args:
        y_true: 0 or 1, of any shape.
        y_pred: probabilities of the same shape.
        alpha: the weight of what `y_true` has and `y_pred` lacks (Keras's documentation calls these
            false positives).
        beta: the weight of what `y_pred` has and `y_true` lacks.
        axis: the axes to sum over; all, the batch too, if `None`.

    Returns:
        A tensor without these axes.

    Raises:
        InvalidArgumentError: the shapes differ.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.tversky([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]], alpha=1.0)), 4)
        0.5
    """
    y_true, y_pred = typed(F, y_true, y_pred)

    def total(x: Any) -> Any:
        return F.sum(x, axis=axis)

    hits = total(y_true * y_pred)
    missed, invented = total(y_true * (1.0 - y_pred)), total((1.0 - y_true) * y_pred)
    return 1.0 - (hits + EPSILON) / (hits + alpha * missed + beta * invented + EPSILON)
