"""`ExponentialDecay`: the rate shrinks by a factor every so many steps."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, number, whole_periods

__all__ = ["ExponentialDecay"]


@op
def exponential_decay(F, step, *, rate, decay_steps, decay_rate, staircase):
    """rate * decay_rate ** (step / decay_steps), the exponent rounded down for a staircase."""
    exact = F.astype(step, F.dtype("float32")) / decay_steps
    periods = whole_periods(F, step, decay_steps) if staircase else exact
    return rate * decay_rate**periods


class ExponentialDecay(LearningRateSchedule):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)`` (mirrors Keras's).

    Args:
        initial_learning_rate: the rate at step 0.
        decay_steps: after how many steps the rate is multiplied by `decay_rate`.
        decay_rate: the factor.
        staircase: whether the rate changes only every `decay_steps` steps.
        name: kept in the config.

    Raises:
        TypeError: an argument is not a number.
        ValueError: `decay_steps` is not positive.

    Example:
        >>> float(ExponentialDecay(1.0, decay_steps=10, decay_rate=0.5)(20))
        0.25
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = number(self, "initial_learning_rate", initial_learning_rate)
        self.decay_steps = number(self, "decay_steps", decay_steps, above=0)
        self.decay_rate = number(self, "decay_rate", decay_rate)
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The rate at `step`, a float32 tensor without dimensions."""
        return exponential_decay(
            step,
            rate=self.initial_learning_rate,
            decay_steps=self.decay_steps,
            decay_rate=self.decay_rate,
            staircase=self.staircase,
        )

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }
