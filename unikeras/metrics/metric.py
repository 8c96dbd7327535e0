"""`Metric`, the base class: variables that batches update and a result that is read from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.module import Module
from unikeras.core.state import thread
from unikeras.core.stateless import given_values, run_stateless
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable

__all__ = ["Metric", "advance", "combined_weight"]


class Metric(Module):
    """Base class of metrics (mirrors `keras.metrics.Metric`).

    Subclass it: make variables with `add_weight` in `__init__`, change them in `update_state`, and compute `result`
    from them, with tensor operations, so that it also works inside a compiled step.

    Args:
        name: the metric's name; from the class's name if `None`.
        dtype: the type of its variables and of what it computes; floatx if `None`.

    Example:
        >>> from unikeras import metrics, ops
        >>> class Largest(metrics.Metric):
        ...     def __init__(self, name="largest"):
        ...         super().__init__(name=name)
        ...         self.seen = self.add_weight(name="seen")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         self.seen.assign(ops.maximum(self.seen, ops.max(y_pred)))
        ...     def result(self):
        ...         return self.seen.value
        >>> metric = Largest()
        >>> metric.update_state([0.0, 0.0], [1.0, 3.0])
        >>> float(metric.result())
        3.0
    """

    def __init__(self, name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        if kwargs:
            raise TypeError(
                f"{type(self).__name__}: unknown arguments {sorted(kwargs)}; a metric takes name and dtype."
            )
        super().__init__(name)
        self._dtype = as_dtype(getattr(dtype, "compute_dtype", dtype) or floatx()).name

    @property
    def dtype(self) -> str:
        """What is computed in, for example 'float32'."""
        return self._dtype

    # Variables.

    def add_weight(
        self,
        *args: Any,
        name: str | None = None,
        shape: Any = (),
        initializer: Any = None,
        dtype: Any = None,
        **accepted: Any,
    ) -> Variable:
        """Make a variable of this metric.

        By position tf.keras's `(name, shape)` and Keras 3's `(shape, initializer, dtype, name)` are both understood.

        Args:
            *args: the arguments by position, in one of these orders.
            name: its name.
            shape: its shape.
            initializer: 'zeros' (the default), 'ones', another initializer's name, or a function
                of shape and dtype.
            dtype: its type; the metric's if `None`.
            **accepted: tf.keras's `aggregation` and `synchronization`, which mean nothing here.

        Raises:
            TypeError: too many arguments or unknown ones.
            ValueError: an unknown initializer.

        Example:
            >>> from unikeras import metrics
            >>> metrics.Metric().add_weight("seen", shape=(2,)).numpy().tolist()
            [0.0, 0.0]
        """
        unknown = set(accepted) - {"aggregation", "synchronization", "trainable", "experimental_autocast"}
        order = (
            ["name", "shape"]
            if args and isinstance(args[0], str)
            else ["shape", "initializer", "dtype", "name"]
        )
        if unknown or len(args) > len(order):
            raise TypeError(
                f"add_weight takes name, shape, initializer and dtype; got {args} and {sorted(unknown)}."
            )
        given = {
            "name": name,
            "shape": shape,
            "initializer": initializer,
            "dtype": dtype,
            **dict(zip(order, args, strict=False)),
        }
        shape = () if given["shape"] is None else tuple(given["shape"])
        kind = as_dtype(given["dtype"] or self._dtype)
        start = given["initializer"]
        if start is None or start in ("zeros", "zero", "ones", "one"):
            value: Any = np.full(shape, start in ("ones", "one"), kind.np_dtype)
        else:
            from unikeras import initializers

            value = np.asarray(initializers.get(start)(shape, dtype=kind.name))  # type: ignore[misc]
        label = given["name"] or "variable"
        variable = Variable(value, trainable=False, name=label, dtype=kind.name, path=f"{self.name}/{label}")
        # Kept in a list too: users need not set it as an attribute.
        self._added = [*self.__dict__.get("_added", []), variable]
        return variable

    add_variable = add_weight

    @property
    def variables(self) -> list[Variable]:
        """The variables of this metric and of those in it."""
        return list(super().variables)

    weights = variables

    @property
    def trainable(self) -> bool:
        """Always `False`."""
        return False

    # What subclasses define.

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Take a batch in; to be written by subclasses."""
        raise NotImplementedError(
            f"{type(self).__name__} must define update_state(y_true, y_pred, sample_weight=None)."
        )

    def result(self) -> Any:
        """The metric over what was taken in; to be written by subclasses."""
        raise NotImplementedError(f"{type(self).__name__} must define result().")

    def reset_state(self) -> None:
        """Start over: every variable is set to 0."""
        for variable in self.variables:
            variable.assign(np.zeros(tuple(variable.shape), variable.dtype.np_dtype))

    def reset_states(self) -> None:
        """tf.keras's older name of `reset_state`."""
        self.reset_state()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take a batch in and return the result over all so far."""
        self.update_state(*args, **kwargs)
        result = self.result()
        if isinstance(result, Tensor):
            result._metric = self  # for `layer.add_metric(metric(...))`
        return result

    # Keras 3's pure functions.

    def stateless_update_state(self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """The variables' values after a batch, from given ones; nothing is changed."""
        return self._pure(metric_variables, lambda: self.update_state(*args, **kwargs), args, kwargs)[1]

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """The result of given values of the variables."""
        return self._pure(metric_variables, self.result)[0]

    def stateless_reset_state(self) -> list[Any]:
        """The variables' values after `reset_state`; nothing is changed."""
        return self._pure(self.variables, self.reset_state)[1]

    def _pure(
        self, values: Sequence[Any], function: Callable[[], Any], *others: Any
    ) -> tuple[Any, list[Any]]:
        variables = self.variables
        known = given_values(self.name, "metric_variables", variables, values)
        return run_stateless(known, function, [variables], *others)

    # Configuration.

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        """A metric from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def advance(op: Any, variables: Sequence[Variable], *args: Any, **settings: Any) -> None:
    """Assign to `variables` what `op(*variables, *args)` returns, in one call; no tape records it."""
    tapes, thread.tapes = thread.tapes, ()
    try:
        new = op(*variables, *args, **settings)
    finally:
        thread.tapes = tapes
    for variable, value in zip(variables, new if isinstance(new, tuple) else (new,), strict=True):
        variable.assign(value)


def combined_weight(values: Any, sample_weight: Any, dtype: str) -> Any:
    """The weight with the mask that a layer left on `values` (the predictions) put into it."""
    mask = getattr(values, "_keras_mask", None)
    if mask is None:
        return sample_weight
    mask = ops.cast(mask, dtype)
    if sample_weight is None:
        return mask
    weight = ops.cast(sample_weight, dtype)
    while len(weight.shape) < len(mask.shape):
        weight = ops.expand_dims(weight, axis=-1)
    while len(mask.shape) < len(weight.shape):
        mask = ops.expand_dims(mask, axis=-1)
    return ops.multiply(weight, mask)
