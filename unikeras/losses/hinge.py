"""Maximum-margin losses."""

from __future__ import annotations

from typing import Any

from unikeras.losses.formula import at_least, formula, typed
from unikeras.losses.shapes import same_classes, same_or_broadcast

__all__ = ["categorical_hinge", "hinge", "squared_hinge"]


def _signs(F: Any, y_true: Any) -> Any:
    """Labels 0 and 1 as -1 and 1, if all are such."""
    binary = F.all((y_true == 0) | (y_true == 1))
    return F.where(binary, 2.0 * y_true - 1.0, y_true)


@formula(same_or_broadcast, per_value=True)
def hinge(F, y_true, y_pred):
    """The mean of max(1 - y_true * y_pred, 0) (mirrors `keras.losses.hinge`).

    Args:
        y_true: -1 or 1 (if all are 0 or 1, 0 stands for -1), of shape (n, ..., d).
        y_pred: scores of the same shape.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> losses.hinge([[1.0], [-1.0]], [[0.5], [0.5]]).numpy().tolist()
        [0.5, 1.5]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return F.mean(at_least(F, 1.0 - _signs(F, y_true) * y_pred, 0.0), axis=-1)


@formula(same_or_broadcast, per_value=True)
def squared_hinge(F, y_true, y_pred):
    """The mean of max(1 - y_true * y_pred, 0)^2 (mirrors `keras.losses.squared_hinge`).

    Args:
        y_true: -1 or 1 (if all are 0 or 1, 0 stands for -1), of shape (n, ..., d).
        y_pred: scores of the same shape.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> losses.squared_hinge([[1.0], [-1.0]], [[0.5], [0.5]]).numpy().tolist()
        [0.25, 2.25]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return F.mean(at_least(F, 1.0 - _signs(F, y_true) * y_pred, 0.0) ** 2, axis=-1)


@formula(same_classes)
def categorical_hinge(F, y_true, y_pred):
    """max(1 + the best score of a wrong class - the label's score, 0).

    Mirrors `keras.losses.categorical_hinge`.

    Args:
        y_true: one-hot labels of shape (n, ..., classes).
        y_pred: scores of the same shape.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes differ; class numbers were given.

    Example:
        >>> from unikeras import losses
        >>> losses.categorical_hinge([[0.0, 1.0]], [[0.5, 0.75]]).numpy().tolist()
        [0.75]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    right = F.sum(y_true * y_pred, axis=-1)
    wrong = F.max((1.0 - y_true) * y_pred, axis=-1)
    return at_least(F, wrong - right + 1.0, 0.0)
