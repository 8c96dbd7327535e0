"""Losses of numbers: squared, absolute and relative errors, and measures of direction and distribution."""

from __future__ import annotations

from math import log
from typing import Any

from unikeras.losses.formula import EPSILON, at_least, formula, typed, within
from unikeras.losses.shapes import same_or_broadcast

__all__ = [
    "cosine_similarity",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
]


@formula(same_or_broadcast, per_value=True)
def mean_squared_error(F, y_true, y_pred):
    """The mean of (y_true - y_pred)^2 over the last axis (mirrors `keras.losses.mean_squared_error`).

    Args:
        y_true: numbers of shape (n, ..., d).
        y_pred: predictions of the same shape.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> losses.mean_squared_error([[0.0, 1.0]], [[1.0, 1.0]]).numpy().tolist()
        [0.5]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return F.mean((y_pred - y_true) ** 2, axis=-1)


@formula(same_or_broadcast, per_value=True)
def mean_absolute_error(F, y_true, y_pred):
    """The mean of |y_true - y_pred| over the last axis (mirrors `keras.losses.mean_absolute_error`).

    Args:
        y_true: numbers of shape (n, ..., d).
        y_pred: predictions of the same shape.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> losses.mean_absolute_error([[0.0, 1.0]], [[1.0, 1.0]]).numpy().tolist()
        [0.5]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return F.mean(F.abs(y_pred - y_true), axis=-1)


@formula(same_or_broadcast, per_value=True)
def mean_absolute_percentage_error(F, y_true, y_pred):
    """100 times the mean of |y_true - y_pred| / |y_true|.

    Mirrors `keras.losses.mean_absolute_percentage_error`.

    Args:
        y_true: numbers of shape (n, ..., d); those nearer to 0 than 1e-7 count as 1e-7.
        y_pred: predictions of the same shape.

    Returns:
        A tensor of shape (n, ...), in percent.

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> losses.mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 4.0]]).numpy().tolist()
        [25.0]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return 100.0 * F.mean(F.abs((y_true - y_pred) / at_least(F, F.abs(y_true), EPSILON)), axis=-1)


@formula(same_or_broadcast, per_value=True)
def mean_squared_logarithmic_error(F, y_true, y_pred):
    """The mean of (log(y_true + 1) - log(y_pred + 1))^2.

    Mirrors `keras.losses.mean_squared_logarithmic_error`.

    Args:
        y_true: numbers of shape (n, ..., d); those below 1e-7 count as 1e-7.
        y_pred: predictions of the same shape, limited in the same way.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.mean_squared_logarithmic_error([0.0], [1.0])), 4)
        0.4805
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    difference = F.log(at_least(F, y_pred, EPSILON) + 1) - F.log(at_least(F, y_true, EPSILON) + 1)
    return F.mean(difference**2, axis=-1)


@formula(same_or_broadcast, per_value=True)
def huber(F, y_true, y_pred, *, delta=1.0):
    """Half the squared error where it is below `delta`, linear beyond (Huber, 1964).

    Mirrors `keras.losses.huber`.

    Args:
        y_true: numbers of shape (n, ..., d).
        y_pred: predictions of the same shape.
        delta: where the loss becomes linear.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> losses.huber([[0.0], [0.0]], [[1.0], [3.0]]).numpy().tolist()
        [0.5, 2.5]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    error = F.abs(y_pred - y_true)
    return F.mean(F.where(error <= delta, 0.5 * error**2, delta * error - 0.5 * delta**2), axis=-1)


@formula(same_or_broadcast, per_value=True)
def log_cosh(F, y_true, y_pred):
    """The mean of log(cosh(y_pred - y_true)), without overflow (mirrors `keras.losses.log_cosh`).

    Args:
        y_true: numbers of shape (n, ..., d).
        y_pred: predictions of the same shape.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.log_cosh([0.0], [1000.0])), 2)
        999.31
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    error = y_pred - y_true
    return F.mean(error + F.logaddexp(-2.0 * error, F.zeros_like(error)) - log(2.0), axis=-1)


@formula(same_or_broadcast, per_value=True)
def poisson(F, y_true, y_pred):
    """The mean of y_pred - y_true * log(y_pred) (mirrors `keras.losses.poisson`).

    Args:
        y_true: counts of shape (n, ..., d).
        y_pred: predicted rates of the same shape, positive.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.poisson([2.0], [2.0])), 4)
        0.6137
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return F.mean(y_pred - y_true * F.log(y_pred + EPSILON), axis=-1)


@formula(same_or_broadcast)
def kl_divergence(F, y_true, y_pred):
    """The sum of y_true * log(y_true / y_pred) (Kullback and Leibler, 1951).

    Mirrors `keras.losses.kl_divergence`.

    Args:
        y_true: probabilities of shape (n, ..., classes), limited to [1e-7, 1].
        y_pred: predicted ones of the same shape, limited in the same way.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.kl_divergence([0.5, 0.5], [0.25, 0.75])), 4)
        0.1438
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    y_true, y_pred = within(F, y_true, EPSILON, 1.0), within(F, y_pred, EPSILON, 1.0)
    return F.sum(y_true * F.log(y_true / y_pred), axis=-1)


def unit(F: Any, x: Any, axis: int) -> Any:
    """x divided by its length along `axis`; a vector of length 0 stays it."""
    return x / F.sqrt(at_least(F, F.sum(x * x, axis=axis, keepdims=True), 1e-12))


@formula(same_or_broadcast)
def cosine_similarity(F, y_true, y_pred, *, axis=-1):
    """Minus the cosine of the angle between labels and predictions.

    Mirrors `keras.losses.cosine_similarity`.

    Args:
        y_true: vectors along `axis`.
        y_pred: predictions of the same shape.
        axis: the vectors' axis.

    Returns:
        A tensor without that axis: -1 for the same direction, 1 for the opposite one, 0 beside a vector of zeros.

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> losses.cosine_similarity([[0.0, 1.0]], [[0.0, 2.0]]).numpy().tolist()
        [-1.0]
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    return -F.sum(unit(F, y_true, axis) * unit(F, y_pred, axis), axis=axis)
