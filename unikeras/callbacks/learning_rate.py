"""Reading and setting the learning rate of a model's optimizer."""

from __future__ import annotations

from typing import Any

import numpy as np


def get_learning_rate(model: Any, owner: str) -> float:
    """The rate as a Python float; a schedule is asked for the current step.

    Raises:
        ValueError: the model has no optimizer with a learning rate.
    """
    rate = _optimizer(model, owner).learning_rate
    if _is_schedule(rate):
        rate = rate(model.optimizer.iterations)
    return float(np.asarray(rate))


def set_learning_rate(model: Any, value: float, owner: str) -> None:
    """Set the rate.

    Raises:
        ValueError: the model has no optimizer with a learning rate.
        TypeError: the rate is a schedule.
    """
    optimizer = _optimizer(model, owner)
    if _is_schedule(optimizer.learning_rate):
        raise TypeError(
            f"{owner}: the optimizer's learning rate is a {type(optimizer.learning_rate).__name__} schedule, "
            "which cannot be set. Create the optimizer with a number as learning_rate, or drop the callback."
        )
    optimizer.learning_rate = value


def has_learning_rate(model: Any) -> bool:
    """Whether the model has an optimizer with a learning rate to read."""
    return hasattr(getattr(model, "optimizer", None), "learning_rate")


def _optimizer(model: Any, owner: str) -> Any:
    if not has_learning_rate(model):
        raise ValueError(
            f"{owner}: the model has no optimizer with a learning_rate. "
            "Call model.compile(optimizer=...) first."
        )
    return model.optimizer


def _is_schedule(rate: Any) -> bool:
    return callable(rate) and not hasattr(rate, "__float__") and not hasattr(rate, "__array__")
