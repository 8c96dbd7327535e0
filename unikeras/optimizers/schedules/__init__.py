"""Learning rates that depend on the step (mirrors `keras.optimizers.schedules`)."""

from __future__ import annotations

from typing import Any

from unikeras.optimizers.schedules.cosine_decay import CosineDecay
from unikeras.optimizers.schedules.cosine_decay_restarts import CosineDecayRestarts
from unikeras.optimizers.schedules.exponential_decay import ExponentialDecay
from unikeras.optimizers.schedules.inverse_time_decay import InverseTimeDecay
from unikeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from unikeras.optimizers.schedules.linear_cosine_decay import LinearCosineDecay, NoisyLinearCosineDecay
from unikeras.optimizers.schedules.piecewise_constant_decay import PiecewiseConstantDecay
from unikeras.optimizers.schedules.polynomial_decay import PolynomialDecay
from unikeras.saving.legacy_format import reads_legacy_format, writes_legacy_format
from unikeras.saving.registry import custom_object_scope, registered_name
from unikeras.utils.identify import resolve

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "LinearCosineDecay",
    "NoisyLinearCosineDecay",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]

_SCHEDULES: dict[str, Any] = {
    schedule.__name__: schedule
    for schedule in (
        CosineDecay,
        CosineDecayRestarts,
        ExponentialDecay,
        InverseTimeDecay,
        LinearCosineDecay,
        NoisyLinearCosineDecay,
        PiecewiseConstantDecay,
        PolynomialDecay,
    )
}


@writes_legacy_format
def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """The schedule as a config that `deserialize` reads, in Keras 3's form.

    Example:
        >>> serialize(ExponentialDecay(0.1, 10, 0.9))["class_name"]
        'ExponentialDecay'
    """
    cls = type(learning_rate_schedule)
    built_in = _SCHEDULES.get(cls.__name__) is cls
    return {
        "module": "keras.optimizers.schedules" if built_in else cls.__module__,
        "class_name": cls.__name__,
        "config": learning_rate_schedule.get_config(),
        "registered_name": None if built_in else (registered_name(cls) or cls.__name__),
    }


@reads_legacy_format
def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> LearningRateSchedule:
    """The schedule that a config of Keras 2 or 3 describes.

    Args:
        config: a dictionary with 'class_name' and 'config'.
        custom_objects: users' classes by name.

    Raises:
        ValueError: an unknown class.

    Example:
        >>> schedule = deserialize({"class_name": "ExponentialDecay",
        ...     "config": {"initial_learning_rate": 1.0, "decay_steps": 10, "decay_rate": 0.5}})
        >>> float(schedule(10))
        0.5
    """
    with custom_object_scope(custom_objects or {}):
        return resolve(config, _SCHEDULES, "learning rate schedule")
