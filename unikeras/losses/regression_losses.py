"""The losses of numbers as classes."""

from __future__ import annotations

from typing import Any

from unikeras.losses.hinge import hinge, squared_hinge
from unikeras.losses.loss import LossFunctionWrapper
from unikeras.losses.regression import (
    cosine_similarity,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
)

__all__ = [
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SquaredHinge",
]


class MeanSquaredError(LossFunctionWrapper):
    """The mean of squared errors.

    The formula is `mean_squared_error`'s; mirrors `keras.losses.MeanSquaredError`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.MeanSquaredError()([[0.0, 1.0]], [[1.0, 1.0]])), 4)
        0.5
    """

    def __init__(
        self,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction=reduction, name=name, dtype=dtype)


class MeanAbsoluteError(LossFunctionWrapper):
    """The mean of absolute errors.

    The formula is `mean_absolute_error`'s; mirrors `keras.losses.MeanAbsoluteError`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 1.0]])), 4)
        0.5
    """

    def __init__(
        self,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction=reduction, name=name, dtype=dtype)


class MeanAbsolutePercentageError(LossFunctionWrapper):
    """The mean of relative errors, in percent.

    The formula is `mean_absolute_percentage_error`'s; mirrors `keras.losses.MeanAbsolutePercentageError`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.MeanAbsolutePercentageError()([[2.0, 4.0]], [[1.0, 4.0]])), 4)
        25.0
    """

    def __init__(
        self,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction=reduction, name=name, dtype=dtype)


class MeanSquaredLogarithmicError(LossFunctionWrapper):
    """The mean of squared differences of log(y + 1).

    The formula is `mean_squared_logarithmic_error`'s; mirrors `keras.losses.MeanSquaredLogarithmicError`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.MeanSquaredLogarithmicError()([[0.0]], [[1.0]])), 4)
        0.4805
    """

    def __init__(
        self,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction=reduction, name=name, dtype=dtype)


class Huber(LossFunctionWrapper):
    """Squared for small errors, linear for large ones (Huber, 1964).

    The formula is `huber`'s; mirrors `keras.losses.Huber`.

    Args:
        delta: where the loss becomes linear.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.Huber()([[0.0]], [[3.0]])), 4)
        2.5
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(huber, reduction=reduction, name=name, dtype=dtype, delta=delta)


class LogCosh(LossFunctionWrapper):
    """The mean of log(cosh(error)).

    The formula is `log_cosh`'s; mirrors `keras.losses.LogCosh`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.LogCosh()([[0.0]], [[2.0]])), 4)
        1.325
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str | None = "log_cosh", dtype: Any = None
    ) -> None:
        super().__init__(log_cosh, reduction=reduction, name=name, dtype=dtype)


class Poisson(LossFunctionWrapper):
    """The negative log-likelihood of counts of a Poisson distribution, but for a constant.

    The formula is `poisson`'s; mirrors `keras.losses.Poisson`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.Poisson()([[2.0]], [[2.0]])), 4)
        0.6137
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str | None = "poisson", dtype: Any = None
    ) -> None:
        super().__init__(poisson, reduction=reduction, name=name, dtype=dtype)


class KLDivergence(LossFunctionWrapper):
    """The divergence of predicted probabilities from the labels' (Kullback and Leibler, 1951).

    The formula is `kl_divergence`'s; mirrors `keras.losses.KLDivergence`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]])), 4)
        0.1438
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str | None = "kl_divergence", dtype: Any = None
    ) -> None:
        super().__init__(kl_divergence, reduction=reduction, name=name, dtype=dtype)


class CosineSimilarity(LossFunctionWrapper):
    """Minus the cosine of the angle between labels and predictions.

    The formula is `cosine_similarity`'s; mirrors `keras.losses.CosineSimilarity`.

    Args:
        axis: the axis of the classes or vectors.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.CosineSimilarity()([[0.0, 1.0]], [[0.0, 2.0]])), 4)
        -1.0
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction=reduction, name=name, dtype=dtype, axis=axis)


class Hinge(LossFunctionWrapper):
    """The hinge loss of labels -1 and 1.

    The formula is `hinge`'s; mirrors `keras.losses.Hinge`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.Hinge()([[1.0], [-1.0]], [[0.5], [0.5]])), 4)
        1.0
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str | None = "hinge", dtype: Any = None
    ) -> None:
        super().__init__(hinge, reduction=reduction, name=name, dtype=dtype)


class SquaredHinge(LossFunctionWrapper):
    """The squared hinge loss of labels -1 and 1.

    The formula is `squared_hinge`'s; mirrors `keras.losses.SquaredHinge`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.SquaredHinge()([[1.0], [-1.0]], [[0.5], [0.5]])), 4)
        1.25
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str | None = "squared_hinge", dtype: Any = None
    ) -> None:
        super().__init__(squared_hinge, reduction=reduction, name=name, dtype=dtype)
