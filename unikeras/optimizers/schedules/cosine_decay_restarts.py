"""`CosineDecayRestarts`: half cosine waves, one after the other."""

from __future__ import annotations

from math import log, pi
from typing import Any

from unikeras.core.op import op
from unikeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, number, whole_periods

__all__ = ["CosineDecayRestarts"]


@op
def cosine_decay_restarts(F, step, *, rate, first_decay_steps, t_mul, m_mul, alpha):
    """A half cosine wave over the period that the step is in.

    Period i is first_decay_steps * t_mul**i long (so it starts at their geometric sum); its peak is
    rate * m_mul**i.
    """
    done = F.astype(step, F.dtype("float32")) / first_decay_steps
    if t_mul == 1.0:
        period = whole_periods(F, step, first_decay_steps)
        progress = done - period
    else:
        period = F.floor(F.log(1 - done * (1 - t_mul)) / log(t_mul))
        start = (1 - t_mul**period) / (1 - t_mul)
        progress = (done - start) / t_mul**period
    wave = 0.5 * m_mul**period * (1 + F.cos(pi * progress))
    return rate * ((1 - alpha) * wave + alpha)


class CosineDecayRestarts(LearningRateSchedule):
    """Cosine decay with warm restarts (mirrors Keras's; SGDR, Loshchilov and Hutter, 2017).

    Args:
        initial_learning_rate: the rate at step 0.
        first_decay_steps: the length of the first period in steps.
        t_mul: how much longer each period is than the one before.
        m_mul: how much higher the peak of each period is than that of the one before.
        alpha: the lowest rate, as a fraction of `initial_learning_rate`.
        name: kept in the config.

    Raises:
        TypeError: an argument is not a number.
        ValueError: `first_decay_steps` or `t_mul` is not positive.

    Example:
        >>> schedule = CosineDecayRestarts(1.0, first_decay_steps=10)
        >>> round(float(schedule(5)), 4), float(schedule(10))
        (0.5, 1.0)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = number(self, "initial_learning_rate", initial_learning_rate)
        self.first_decay_steps = number(self, "first_decay_steps", first_decay_steps, above=0)
        self._t_mul = number(self, "t_mul", t_mul, above=0)
        self._m_mul = number(self, "m_mul", m_mul)
        self.alpha = number(self, "alpha", alpha)
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The rate at `step`, a float32 tensor without dimensions."""
        return cosine_decay_restarts(
            step,
            rate=self.initial_learning_rate,
            first_decay_steps=self.first_decay_steps,
            t_mul=float(self._t_mul),
            m_mul=float(self._m_mul),
            alpha=self.alpha,
        )

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self._t_mul,
            "m_mul": self._m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
