"""`LearningRateSchedule`: the base class of learning rates that depend on the step."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["LearningRateSchedule", "number", "whole_periods"]


class LearningRateSchedule:
    """A learning rate as a function of the step (mirrors `keras.optimizers.schedules.LearningRateSchedule`).

    A subclass defines `__call__(step)`, from ops, since `step` is a tensor without a value inside `fit`, and
    `get_config()`, if it is to be saved.

    Example:
        >>> from unikeras import ops
        >>> from unikeras.optimizers import SGD
        >>> from unikeras.optimizers.schedules import LearningRateSchedule
        >>> class Halving(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 / ops.cast(step + 1, "float32")
        >>> float(SGD(learning_rate=Halving()).learning_rate)
        0.1...
    """

    def __call__(self, step: Any) -> Any:
        """The rate at `step` (an integer tensor without dimensions, an array or a number).

        Raises:
            NotImplementedError: the subclass does not define it.
        """
        raise NotImplementedError(
            f"The learning rate schedule {type(self).__name__} must define __call__(self, step)."
        )

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this schedule again.

        Raises:
            NotImplementedError: the subclass does not define it.
        """
        raise NotImplementedError(
            f"The learning rate schedule {type(self).__name__} must define get_config(self) to be saved."
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The schedule that `get_config` described."""
        return cls(**config)


def number(schedule: LearningRateSchedule, argument: str, value: Any, *, above: float | None = None) -> Any:
    """`value` as a plain Python number, checked.

    Raises:
        TypeError: it is not a number.
        ValueError: it is not greater than `above`.
    """
    plain = np.asarray(value).item() if hasattr(value, "dtype") else value
    owner = type(schedule).__name__
    if isinstance(plain, bool) or not isinstance(plain, (int, float)):
        raise TypeError(f"{owner}: {argument} must be a number, not {value!r}.")
    if above is not None and not plain > above:
        raise ValueError(f"{owner}: {argument} must be greater than {above:g}, not {plain!r}.")
    return plain


def whole_periods(F: Any, step: Any, length: float) -> Any:
    """How many whole periods of `length` steps lie before `step`, as a float32 array: for bodies of ops.

    Counted in integers where both are, since compilers multiply by a rounded reciprocal instead of dividing
    floats: 21 / 7 may be a little more or less than 3 then.
    """
    if F.isdtype(step.dtype, "integral") and length == int(length):
        return F.astype(step // int(length), F.dtype("float32"))
    return F.floor(F.astype(step, F.dtype("float32")) / length)
