"""`LearningRate`: an optimizer's learning rate: a number that can be set, a schedule, a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core import dtypes
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable
from unikeras.optimizers import schedules
from unikeras.optimizers.schedules import LearningRateSchedule
from unikeras.saving.registry import get_registered_name

__all__ = ["LearningRate"]


class LearningRate:
    """The part of an optimizer that knows its learning rate; mixed into `Optimizer`."""

    name: str
    decay: float
    iterations: Any
    _variables: Any
    add_variable: Callable[..., Variable]

    def _set_up_learning_rate(self, value: Any, decay: float) -> None:
        self.decay = float(decay)
        self._learning_rate: Any
        if callable(value) and not isinstance(value, (Tensor, Variable)):
            self._learning_rate = value
        elif isinstance(value, Variable):  # shared with its owner, who may assign to it
            self._learning_rate = value
            self._variables.append(value)
        else:
            dtype = "float64" if dtypes.floatx() == "float64" else "float32"
            number = self._checked(value)
            self._learning_rate = self.add_variable((), number, dtype, name="learning_rate")

    def _checked(self, value: Any) -> float:
        try:
            number = float(np.asarray(value)) if not isinstance(value, (str, bool)) else None
        except (TypeError, ValueError):
            number = None
        if number is None or number < 0:
            raise ValueError(
                f"{type(self).__name__}: learning_rate must be a number that is not negative, a "
                f"LearningRateSchedule, or a function that returns the rate, not {value!r}."
            )
        return number

    @property
    def learning_rate(self) -> Any:
        """The learning rate: a variable; where it follows a schedule, the present rate as a tensor.

        Setting it assigns to the variable, also in the midst of training. A schedule may be set in its place.

        Raises:
            TypeError: a number is set while a schedule decides the rate.

        Example:
            >>> from unikeras.optimizers import SGD
            >>> opt = SGD(0.5)
            >>> opt.learning_rate = 0.25
            >>> float(opt.learning_rate)
            0.25
        """
        rate = self._learning_rate
        if isinstance(rate, Variable):
            return rate
        return rate(self.iterations) if isinstance(rate, LearningRateSchedule) else rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        held = self._learning_rate
        if isinstance(value, LearningRateSchedule):
            self._learning_rate = value
            self._variables[:] = [v for v in self._variables if v is not held]
        elif isinstance(held, Variable):
            held.assign(value if isinstance(value, (Tensor, Variable)) else self._checked(value))
        else:
            raise TypeError(
                f"The learning rate of {self.name!r} follows {held!r} and cannot be set. "
                "Make the optimizer with a number as learning_rate to be able to set it."
            )

    @property
    def lr(self) -> Any:
        """Another name for `learning_rate`, as in the old tf.keras."""
        return self.learning_rate

    @lr.setter
    def lr(self, value: Any) -> None:
        self.learning_rate = value

    def _current_learning_rate(self) -> Any:
        """The rate of this step, a tensor: `learning_rate` after `decay`."""
        rate = self.learning_rate
        if isinstance(rate, Variable):
            rate = rate.value
        rate = ops.cast(rate, "float64" if dtypes.floatx() == "float64" else "float32")
        if self.decay:
            rate = rate / (1.0 + self.decay * ops.cast(self.iterations, rate.dtype))
        return rate

    def _learning_rate_config(self) -> Any:
        rate = self._learning_rate
        if isinstance(rate, Variable):
            return float(rate.numpy())
        return (
            schedules.serialize(rate) if isinstance(rate, LearningRateSchedule) else get_registered_name(rate)
        )
