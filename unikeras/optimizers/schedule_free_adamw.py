"""`ScheduleFreeAdamW`: Adam that averages the weights instead of lowering the learning rate."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.averaging import step_number
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["ScheduleFreeAdamW"]


@op
def schedule_free_adam(F, y, g, z, v, rate, iterations, *, beta_1, beta_2, epsilon, warmup_steps):
    """v' = beta_2 * v + (1 - beta_2) * g^2; z' = z - rate * g / (sqrt(v' / (1 - beta_2^t)) + epsilon).

    The weights in training, y = beta_1 * x + (1 - beta_1) * z, lie between the average x of all z and z:
    x' = x + (z' - x) / t. The rate grows to its value in `warmup_steps` steps.
    """
    t = step_number(F, iterations, y)
    if warmup_steps:
        rate = F.astype(rate, t.dtype) * F.minimum(t / warmup_steps, F.ones_like(t))
    x = (y - (1 - beta_1) * z) / beta_1
    v = beta_2 * v + (1 - beta_2) * g * g
    square = v / F.astype(1 - beta_2**t, y.dtype)
    z = z - F.astype(rate, y.dtype) * g / (F.sqrt(square) + epsilon)
    x = x + (z - x) / F.astype(t, y.dtype)
    return beta_1 * x + (1 - beta_1) * z, z, v


class ScheduleFreeAdamW(Optimizer):
    """Adam without a schedule (mirrors `keras.optimizers.ScheduleFreeAdamW`; Defazio et al., 2024).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments; larger than Adam's.
        beta_1: how far the weights in training lie towards their average, in (0, 1].
        beta_2: how much of the running mean of squared gradients stays.
        epsilon: keeps the division finite.
        warmup_steps: steps in which the learning rate grows from 0; 0: none.
        **options: see `Optimizer`.

    Raises:
        ValueError: `beta_1` is not in (0, 1].

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> _ = ScheduleFreeAdamW(0.1).apply_gradients([(tf.constant(5.0), w)])
        >>> round(float(w), 3)
        0.9
    """

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        if not 0 < beta_1 <= 1:
            raise ValueError(f"ScheduleFreeAdamW: beta_1 must be in (0, 1], not {beta_1!r}.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.warmup_steps = warmup_steps

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps z, which starts where the weights do, and the mean square."""
        for variable in variables:
            start = np.array(variable)
            self.add_slots([variable], "momentum", initializer=lambda shape, dtype, start=start: start)
            self.add_slots([variable], "velocity")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step of z, and of the weights towards the average."""
        held = variable, self.get_slot(variable, "momentum"), self.get_slot(variable, "velocity")
        new = schedule_free_adam(
            variable,
            gradient,
            *held[1:],
            learning_rate,
            self.iterations,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=self.epsilon,
            warmup_steps=self.warmup_steps,
        )
        for target, value in zip(held, new, strict=True):
            target.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        names = ("beta_1", "beta_2", "epsilon", "warmup_steps")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
