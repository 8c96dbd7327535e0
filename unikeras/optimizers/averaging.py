"""Formulas that optimizers share: moving averages of weights, the number of the step."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op

__all__ = ["moving_average", "overwritten", "step_number"]


def step_number(F: Any, iterations: Any, w: Any) -> Any:
    """The number of this step, from 1, as a float precise enough for powers also where `w` has 16 bits."""
    double = w.dtype == F.dtype("float64")
    return F.astype(iterations, F.dtype("float64" if double else "float32")) + 1


@op
def moving_average(F, average, w, iterations, *, momentum):
    """momentum * average + (1 - momentum) * w; w itself at the first step."""
    return F.where(iterations == 0, w, average * momentum + w * (1 - momentum))


@op
def overwritten(F, w, average, iterations, *, frequency):
    """The average at every `frequency`-th step, else w."""
    return F.where((iterations + 1) % frequency == 0, average, w)
