"""`CosineDecay`: half a cosine wave, after an optional linear warm-up."""

from __future__ import annotations

from math import pi
from typing import Any

from unikeras.core.op import op
from unikeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, number

__all__ = ["CosineDecay"]


@op
def cosine_decay(F, step, *, rate, decay_steps, alpha, warmup_target, warmup_steps):
    """peak * (alpha + (1 - alpha) * (1 + cos(pi * progress)) / 2), progress = step / decay_steps, at most 1.

    The peak is `rate`, or `warmup_target` where there is one: the rate first climbs to it in `warmup_steps`.
    """
    step = F.astype(step, F.dtype("float32"))
    peak = rate if warmup_target is None else warmup_target
    after = step if warmup_target is None else step - warmup_steps
    progress = F.minimum(after, F.full_like(step, decay_steps)) / decay_steps
    decayed = peak * ((1 - alpha) * 0.5 * (1 + F.cos(pi * progress)) + alpha)
    if warmup_target is None or not warmup_steps:
        return decayed
    return F.where(step < warmup_steps, rate + (warmup_target - rate) * (step / warmup_steps), decayed)


class CosineDecay(LearningRateSchedule):
    """Down along half a cosine wave (mirrors Keras's; Loshchilov and Hutter, 2017).

    Args:
        initial_learning_rate: the rate at step 0.
        decay_steps: how many steps the descent takes.
        alpha: the rate at its end, as a fraction of the peak.
        name: kept in the config.
        warmup_target: the peak to climb to first; `None`: no warm-up.
        warmup_steps: how many steps the climb takes.

    Raises:
        TypeError: an argument is not a number.
        ValueError: `decay_steps` is not positive, or `warmup_steps` is negative.

    Example:
        >>> schedule = CosineDecay(0.0, decay_steps=10, warmup_target=1.0, warmup_steps=4)
        >>> float(schedule(2)), float(schedule(4)), float(schedule(14))
        (0.5, 1.0, 0.0)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        self.initial_learning_rate = number(self, "initial_learning_rate", initial_learning_rate)
        self.decay_steps = number(self, "decay_steps", decay_steps, above=0)
        self.alpha = number(self, "alpha", alpha)
        self.name = name
        self.warmup_target = None if warmup_target is None else number(self, "warmup_target", warmup_target)
        self.warmup_steps = number(self, "warmup_steps", warmup_steps)
        if self.warmup_steps < 0:
            raise ValueError(f"CosineDecay: warmup_steps must not be negative, not {warmup_steps!r}.")

    def __call__(self, step: Any) -> Any:
        """The rate at `step`, a float32 tensor without dimensions."""
        return cosine_decay(
            step,
            rate=self.initial_learning_rate,
            decay_steps=self.decay_steps,
            alpha=self.alpha,
            warmup_target=self.warmup_target,
            warmup_steps=self.warmup_steps,
        )

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }
