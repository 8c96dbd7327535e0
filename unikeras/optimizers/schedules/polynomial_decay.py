"""`PolynomialDecay`: from one rate to another along a power of the step."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, number, whole_periods

__all__ = ["PolynomialDecay"]


@op
def polynomial_decay(F, step, *, rate, decay_steps, end_rate, power, cycle):
    """(rate - end_rate) * (1 - progress) ** power + end_rate, where progress = step / decay_steps, at most 1.

    With `cycle`, decay_steps grows to its next multiple whenever the step passes it.
    """
    now = F.astype(step, F.dtype("float32"))
    if cycle:
        cycles = F.maximum(-whole_periods(F, -step, decay_steps), F.ones_like(now))  # rounded up
        progress = now / (decay_steps * cycles)
    else:
        progress = F.minimum(now, F.full_like(now, decay_steps)) / decay_steps
    left = F.maximum(
        1 - progress, F.zeros_like(progress)
    )  # never below 0 by rounding: a root of it would be nan
    return (rate - end_rate) * left**power + end_rate


class PolynomialDecay(LearningRateSchedule):
    """From `initial_learning_rate` to `end_learning_rate` in `decay_steps` steps (mirrors Keras's).

    Args:
        initial_learning_rate: the rate at step 0.
        decay_steps: the step at which `end_learning_rate` is reached.
        end_learning_rate: the rate from then on.
        power: the polynomial's; 1.0 is linear.
        cycle: whether to start again, over a longer distance, instead of staying at the end.
        name: kept in the config.

    Raises:
        TypeError: an argument is not a number.
        ValueError: `decay_steps` is not positive.

    Example:
        >>> float(PolynomialDecay(1.0, decay_steps=10, end_learning_rate=0.0)(5))
        0.5
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = number(self, "initial_learning_rate", initial_learning_rate)
        self.decay_steps = number(self, "decay_steps", decay_steps, above=0)
        self.end_learning_rate = number(self, "end_learning_rate", end_learning_rate)
        self.power = number(self, "power", power)
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The rate at `step`, a float32 tensor without dimensions."""
        return polynomial_decay(
            step,
            rate=self.initial_learning_rate,
            decay_steps=self.decay_steps,
            end_rate=self.end_learning_rate,
            power=self.power,
            cycle=self.cycle,
        )

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
