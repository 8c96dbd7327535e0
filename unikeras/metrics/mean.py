"""Running sums and means, and metrics that are the mean of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.autograph import when_traced
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.losses.formula import Formula, columns
from unikeras.losses.loss import same_rank
from unikeras.losses.reduction import fit_to
from unikeras.metrics.metric import Metric, advance, combined_weight
from unikeras.ops.arithmetic import divide_no_nan
from unikeras.saving.registry import registered_name

__all__ = ["Mean", "MeanMetricWrapper", "MeanTensor", "Sum", "SumOverBatchSize", "mean_after", "weighted"]


def weighted(F: Any, values: Any, weight: Any, dtype: Any, *, average: bool = True) -> tuple[Any, Any]:
    """Values with their weights, both of one shape: for bodies.

    Where a weight is for a whole sample, the sample's values are averaged (or summed) first, as Keras does.
    """
    values = F.astype(values, dtype)
    if weight is None:
        return values, F.ones_like(values)
    weight = F.astype(weight, dtype)
    axes = tuple(range(weight.ndim, values.ndim)) if weight.ndim else ()
    if axes:
        values = F.mean(values, axis=axes) if average else F.sum(values, axis=axes)
    weight = F.broadcast_to(fit_to(F, values, weight), values.shape)
    # A weight of 0 hides the value, whatever it is.
    return F.where(weight == 0, F.zeros_like(values), values * weight), weight


@op
def mean_after(F, total, count, values, sample_weight=None):
    """Sum and count after more values."""
    values, weight = weighted(F, values, sample_weight, total.dtype)
    return total + F.sum(values), count + F.sum(weight)


@op
def mean_of_formula_after(F, total, count, y_true, y_pred, sample_weight=None, *, formula, settings):
    """Sum and count after the values of a formula: one compiled call."""
    options = dict(settings)
    y_true, y_pred = columns(F, formula, y_true, F.astype(y_pred, total.dtype))
    values = formula.body(F, y_true, y_pred, **options)
    valid = None if formula.valid is None else formula.valid(F, y_true, y_pred, options)
    if valid is not None:
        valid = F.astype(valid, total.dtype)
        sample_weight = (
            valid if sample_weight is None else fit_to(F, valid, F.astype(sample_weight, total.dtype)) * valid
        )
    return mean_after.body(F, total, count, values, sample_weight)


@op
def sum_after(F, total, values, sample_weight=None):
    """The sum after more values."""
    return total + F.sum(weighted(F, values, sample_weight, total.dtype, average=False)[0])


class Mean(Metric):
    """The weighted mean of values (mirrors `keras.metrics.Mean`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Example:
        >>> from unikeras import metrics
        >>> mean = metrics.Mean()
        >>> mean.update_state([1.0, 3.0])
        >>> mean.update_state(8.0)
        >>> float(mean.result())
        4.0
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(name, dtype)
        self.total = self.add_weight(name="total")
        self.count = self.add_weight(name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take values in, each with its weight.

        Raises:
            InvalidArgumentError: weights that do not fit.
        """
        values = convert_to_tensor(values)
        advance(
            mean_after, (self.total, self.count), values, combined_weight(values, sample_weight, self.dtype)
        )

    def result(self) -> Any:
        """The mean; 0 before any value."""
        return divide_no_nan(self.total, self.count)


class Sum(Metric):
    """The weighted sum of values (mirrors `keras.metrics.Sum`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.Sum()([1.0, 3.0], sample_weight=[1.0, 0.5]))
        2.5
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(name, dtype)
        self.total = self.add_weight(name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take values in, each with its weight.

        Raises:
            InvalidArgumentError: weights that do not fit.
        """
        values = convert_to_tensor(values)
        advance(sum_after, (self.total,), values, combined_weight(values, sample_weight, self.dtype))

    def result(self) -> Any:
        """The sum."""
        return self.total.value


class SumOverBatchSize(Mean):
    """The sum of weighted values divided by how many there are (mirrors tf.keras's `SumOverBatchSize`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.SumOverBatchSize()([1.0, 3.0], sample_weight=[1.0, 0.0]))
        0.5
    """

    def __init__(self, name: str | None = "sum_over_batch_size", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take values in, each with its weight.

        Raises:
            InvalidArgumentError: weights that do not fit.
        """
        values = convert_to_tensor(values)
        weight = combined_weight(values, sample_weight, self.dtype)
        advance(sum_and_size_after, (self.total, self.count), values, weight)


@op
def sum_and_size_after(F, total, count, values, sample_weight=None):
    """Sum and number of values after more of them."""
    values, weight = weighted(F, values, sample_weight, total.dtype)
    return total + F.sum(values), count + F.sum(F.ones_like(weight))


@op
def mean_tensor_after(F, total, count, values, sample_weight=None):
    """Elementwise sums and counts after a tensor of values."""
    values = F.astype(values, total.dtype)
    weight = F.ones_like(values)
    if sample_weight is not None:
        weight = F.broadcast_to(fit_to(F, values, F.astype(sample_weight, total.dtype)), values.shape)
    return total + values * weight, count + weight


class MeanTensor(Metric):
    """The elementwise mean of tensors of one shape (mirrors `tf.keras.metrics.MeanTensor`).

    Args:
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        shape: the tensors' shape; that of the first one if `None`.

    Raises:
        ValueError: when updated: a tensor of another shape.

    Example:
        >>> from unikeras import metrics
        >>> mean = metrics.MeanTensor()
        >>> mean.update_state([0.0, 1.0])
        >>> mean.update_state([2.0, 3.0])
        >>> mean.result().numpy().tolist()
        [1.0, 2.0]
    """

    total: Any = None
    count: Any = None

    def __init__(self, name: str | None = "mean_tensor", dtype: Any = None, shape: Any = None) -> None:
        super().__init__(name, dtype)
        if shape is not None:
            self._build(tuple(shape))

    def _build(self, shape: tuple[int, ...]) -> None:
        self.total = self.add_weight(name="total", shape=shape)
        self.count = self.add_weight(name="count", shape=shape)

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take a tensor in, with weights that fit it.

        Raises:
            ValueError: it has another shape than those before.
            InvalidArgumentError: weights that do not fit.
        """
        values = convert_to_tensor(values)
        if self.total is None:
            self._build(tuple(values.shape))
        elif tuple(values.shape) != tuple(self.total.shape):
            raise ValueError(
                f"{self.name}: expected a tensor of shape {tuple(self.total.shape)}, got "
                f"{tuple(values.shape)}."
            )
        advance(
            mean_tensor_after,
            (self.total, self.count),
            values,
            combined_weight(values, sample_weight, self.dtype),
        )

    def result(self) -> Any:
        """The elementwise mean.

        Raises:
            ValueError: nothing was taken in and no shape was given.
        """
        if self.total is None:
            raise ValueError(
                f"{self.name}: has no result before the first update_state; give shape= to have zeros."
            )
        return divide_no_nan(self.total, self.count)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        shape = None if self.total is None else list(self.total.shape)
        return {**super().get_config(), "shape": shape}


class MeanMetricWrapper(Mean):
    """The mean of a function of labels and predictions (mirrors `keras.metrics.MeanMetricWrapper`).

    Args:
        fn: `fn(y_true, y_pred, **settings)`, a value for each sample (or each prediction).
        name: the metric's name; the function's if `None`.
        dtype: what is computed in; floatx if `None`.
        **settings: further arguments of the function.

    Example:
        >>> from unikeras import losses, metrics
        >>> metric = metrics.MeanMetricWrapper(losses.mean_squared_error)
        >>> metric.name, float(metric([[0.0], [0.0]], [[1.0], [2.0]]))
        ('mean_squared_error', 2.5)
    """

    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **settings: Any
    ) -> None:
        super().__init__(name or getattr(fn, "__name__", None), dtype)
        self._fn = fn
        self._fn_kwargs = settings

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Take a batch in.

        Raises:
            InvalidArgumentError: shapes that do not fit.
        """
        y_true, y_pred = convert_to_tensor(y_true), convert_to_tensor(y_pred)
        weight = combined_weight(y_pred, sample_weight, self.dtype)
        state = (self.total, self.count)
        if not isinstance(self._fn, Formula):
            advance(
                mean_after,
                state,
                when_traced(self._fn)(*same_rank(y_true, y_pred), **self._fn_kwargs),
                weight,
            )
            return
        self._fn.look_at(y_true, y_pred, self._fn_kwargs)
        settings = tuple((k, _plain(v)) for k, v in self._fn_kwargs.items())
        advance(mean_of_formula_after, state, y_true, y_pred, weight, formula=self._fn, settings=settings)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        if type(self) is MeanMetricWrapper:
            name = registered_name(self._fn) or getattr(self._fn, "__name__", str(self._fn))
            config["fn"] = {
                "module": "builtins",
                "class_name": "function",
                "config": name,
                "registered_name": "function",
            }
        return {**config, **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        """A metric from what `get_config` returned, also from tf.keras's."""
        config = dict(config)
        function = config.pop("fn", None)
        if cls is MeanMetricWrapper:
            from unikeras.metrics.identify import function_of

            config["fn"] = function_of(function)
        return cls(**config)


def _plain(value: Any) -> Any:
    """A setting as something hashable."""
    if isinstance(value, (list, tuple)):
        return tuple(_plain(v) for v in value)
    return _plain(value.tolist()) if isinstance(value, (np.ndarray, np.generic)) else value
