"""`Formula`: an op of labels and predictions that looks at their shapes first; a value for each sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.core.op import Op
from unikeras.core.tensor import convert_to_tensor
from unikeras.losses.shapes import Check, align, static_shape
from unikeras.ops.elementwise import to_float

__all__ = ["EPSILON", "Formula", "at_least", "columns", "formula", "typed", "within"]

EPSILON = 1e-7  # Keras's fuzz factor: probabilities are kept so far from 0 and 1


class Formula(Op):
    """A loss or accuracy function; made by `@formula`. Call it as `f(y_true, y_pred, **settings)`.

    Attributes:
        check: the rule for the shapes.
        valid: (F, y_true, y_pred, settings) -> which values count, or `None` for all; `None` if all
            always do.
        per_value: whether it averages something of each value over the last axis, so that (n,) may
            stand for (n, 1).
    """

    __name__: str

    def __init__(
        self,
        function: Callable[..., Any],
        check: Check,
        valid: Callable[..., Any] | None = None,
        per_value: bool = False,
    ) -> None:
        super().__init__(function)
        self.check = check
        self.valid = valid
        self.per_value = per_value

    def __call__(self, y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        """The values of samples."""
        y_true, y_pred = convert_to_tensor(y_true), convert_to_tensor(y_pred)
        self.look_at(y_true, y_pred, kwargs)
        return super().__call__(y_true, y_pred, *args, **kwargs)

    def look_at(self, y_true: Any, y_pred: Any, settings: dict[str, Any]) -> None:
        """Check the shapes of two tensors.

        Raises:
            InvalidArgumentError: they do not fit.
        """
        labels, predictions = static_shape(y_true), static_shape(y_pred)
        if labels is not None and predictions is not None:
            axis = settings.get("axis", -1)
            self.check(self.__name__, labels, predictions, axis if isinstance(axis, int) else -1)


def formula(
    check: Check, valid: Callable[..., Any] | None = None, *, per_value: bool = False
) -> Callable[[Callable[..., Any]], Formula]:
    """Make a `Formula` of `function(F, y_true, y_pred, *, settings)`."""
    return lambda function: Formula(function, check, valid, per_value)


def typed(F: Any, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Predictions as fractions, labels in their dtype, both of one rank where that is unambiguous: for bodies."""
    y_pred = to_float(F, y_pred)
    return align(F, F.astype(y_true, y_pred.dtype), y_pred)


def at_least(F: Any, x: Any, low: float) -> Any:
    """max(x, low), elementwise, with the gradient of x at the limit itself: for bodies."""
    return F.where(x < low, F.full_like(x, low), x)


def within(F: Any, x: Any, low: float, high: float) -> Any:
    """x limited to [low, high], with the gradient of x at the limits themselves: for bodies."""
    return F.where(x > high, F.full_like(x, high), at_least(F, x, low))


def columns(F: Any, formula: Formula, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """(n,) as (n, 1), so that each sample has a value of its own: for bodies that weight samples."""
    if formula.per_value and y_true.ndim == y_pred.ndim == 1:
        return F.expand_dims(y_true, axis=-1), F.expand_dims(y_pred, axis=-1)
    return y_true, y_pred
