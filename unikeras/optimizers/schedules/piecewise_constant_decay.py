"""`PiecewiseConstantDecay`: a rate for each interval of steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unikeras.core.op import op
from unikeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, number

__all__ = ["PiecewiseConstantDecay"]


@op
def piecewise_constant_decay(F, step, *, boundaries, values):
    """values[i] for the first i with step <= boundaries[i], else the last value."""
    rate = F.asarray(values[0], dtype=F.dtype("float32"))
    for boundary, value in zip(boundaries, values[1:], strict=True):
        rate = F.where(step > boundary, F.asarray(value, dtype=F.dtype("float32")), rate)
    return rate


class PiecewiseConstantDecay(LearningRateSchedule):
    """``values[0]`` up to and including step ``boundaries[0]``, then ``values[1]`` ... (mirrors Keras's).

    Args:
        boundaries: steps, growing.
        values: rates, one more than `boundaries`.
        name: kept in the config.

    Raises:
        TypeError: an entry is not a number.
        ValueError: the lengths do not fit, or the boundaries do not grow.

    Example:
        >>> schedule = PiecewiseConstantDecay([100, 200], [1.0, 0.5, 0.25])
        >>> float(schedule(100)), float(schedule(101))
        (1.0, 0.5)
    """

    def __init__(
        self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant"
    ) -> None:
        self.boundaries = [number(self, "each of boundaries", b) for b in boundaries]
        self.values = [number(self, "each of values", v) for v in values]
        self.name = name
        if len(self.boundaries) != len(self.values) - 1:
            raise ValueError(
                "PiecewiseConstantDecay: there must be one value more than boundaries, "
                f"not {len(self.values)} values for {len(self.boundaries)} boundaries."
            )
        if any(a >= b for a, b in zip(self.boundaries, self.boundaries[1:], strict=False)):
            raise ValueError(f"PiecewiseConstantDecay: the boundaries must grow, not {self.boundaries}.")

    def __call__(self, step: Any) -> Any:
        """The rate at `step`, a float32 tensor without dimensions."""
        return piecewise_constant_decay(step, boundaries=tuple(self.boundaries), values=tuple(self.values))

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this schedule again."""
        return {"boundaries": list(self.boundaries), "values": list(self.values), "name": self.name}
