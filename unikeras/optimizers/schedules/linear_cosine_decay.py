"""`LinearCosineDecay`, `NoisyLinearCosineDecay`: cosine waves under a falling line."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.ops.random import normal_body
from unikeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, number

__all__ = ["LinearCosineDecay", "NoisyLinearCosineDecay"]


@op
def linear_cosine_decay(
    F, step, key=None, *, rate, decay_steps, periods, alpha, beta, variance, variance_decay
):
    """rate * ((alpha + 1 - progress + noise) * (1 + cos(2 pi periods progress)) / 2 + beta), progress = step / decay_steps, at most 1."""
    step = F.minimum(
        F.astype(step, F.dtype("float32")), F.full_like(F.astype(step, F.dtype("float32")), decay_steps)
    )
    progress = step / decay_steps
    line = alpha + 1 - progress
    if key is not None:
        sample = F.reshape(normal_body(F, key, (1,), "float32"), ())
        line = line + sample * F.sqrt(variance / F.pow(1 + step, F.full_like(step, variance_decay)))
    return rate * (line * 0.5 * (1 + F.cos(2 * pi * periods * progress)) + beta)


class LinearCosineDecay(LearningRateSchedule):
    """Cosine waves whose height falls linearly (mirrors `tf.keras.experimental.LinearCosineDecay`; Bello et al., 2017).

    Args:
        initial_learning_rate: the rate at step 0 is (1 + alpha + beta) times it.
        decay_steps: how many steps the descent takes.
        num_periods: how many waves there are in it.
        alpha: what is added to the line.
        beta: what is added to the product of line and wave.
        name: kept in the config.

    Raises:
        TypeError: an argument is not a number.
        ValueError: `decay_steps` is not positive.

    Example:
        >>> from unikeras import keras
        >>> schedule = keras.experimental.LinearCosineDecay(1.0, 10, beta=0.0)
        >>> float(schedule(0)), round(float(schedule(5)), 4), abs(float(schedule(10)))
        (1.0, 0.25, 0.0)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        num_periods: float = 0.5,
        alpha: float = 0.0,
        beta: float = 0.001,
        name: str | None = None,
    ) -> None:
        self.initial_learning_rate = number(self, "initial_learning_rate", initial_learning_rate)
        self.decay_steps = number(self, "decay_steps", decay_steps, above=0)
        self.num_periods = number(self, "num_periods", num_periods)
        self.alpha = number(self, "alpha", alpha)
        self.beta = number(self, "beta", beta)
        self.name = name

    def _at(self, step: Any, key: Any, variance: float, variance_decay: float) -> Any:
        return linear_cosine_decay(
            step,
            key,
            rate=self.initial_learning_rate,
            decay_steps=self.decay_steps,
            periods=self.num_periods,
            alpha=self.alpha,
            beta=self.beta,
            variance=variance,
            variance_decay=variance_decay,
        )

    def __call__(self, step: Any) -> Any:
        """The rate at `step`, a float32 tensor without dimensions."""
        return self._at(step, None, 0.0, 0.0)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this schedule again."""
        names = ("initial_learning_rate", "decay_steps", "num_periods", "alpha", "beta", "name")
        return {name: getattr(self, name) for name in names}


class NoisyLinearCosineDecay(LinearCosineDecay):
    """`LinearCosineDecay` with noise on the line (mirrors `tf.keras.experimental.NoisyLinearCosineDecay`).

    The noise is normal, of variance initial_variance / (1 + step)^variance_decay, and the same whenever it is asked for the same step.

    Args:
        initial_learning_rate: as for `LinearCosineDecay`.
        decay_steps: likewise.
        initial_variance: the noise's variance at step 0.
        variance_decay: how fast it falls.
        num_periods: as for `LinearCosineDecay`.
        alpha: likewise.
        beta: likewise.
        seed: the noise's seed; a random one if `None`.
        name: kept in the config.

    Raises:
        TypeError: an argument is not a number.
        ValueError: `decay_steps` is not positive.

    Example:
        >>> from unikeras import keras
        >>> schedule = keras.experimental.NoisyLinearCosineDecay(1.0, 10, seed=1)
        >>> float(schedule(3)) == float(schedule(3))
        True
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        initial_variance: float = 1.0,
        variance_decay: float = 0.55,
        num_periods: float = 0.5,
        alpha: float = 0.0,
        beta: float = 0.001,
        seed: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, num_periods, alpha, beta, name)
        self.initial_variance = number(self, "initial_variance", initial_variance)
        self.variance_decay = number(self, "variance_decay", variance_decay)
        self.seed = seed
        self._stream = int(np.random.default_rng().integers(2**31)) if seed is None else int(seed)

    def __call__(self, step: Any) -> Any:
        """The rate at `step`, a float32 tensor without dimensions."""
        from unikeras import ops

        key = ops.stack([ops.constant(self._stream, "uint32"), ops.cast(step, "uint32")])
        return self._at(step, key, self.initial_variance, self.variance_decay)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this schedule again."""
        names = ("initial_variance", "variance_decay", "seed")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
