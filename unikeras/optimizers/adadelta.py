"""`Adadelta`: steps in the unit of the weights."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Adadelta"]


@op
def adadelta(F, w, g, gradients, steps, rate, *, rho, epsilon):
    """step = g * sqrt(steps + epsilon) / sqrt(gradients' + epsilon); w - rate * step.

    `gradients` and `steps` are running means of squares: x' = rho * x + (1 - rho) * (g or step)^2.
    """
    gradients = rho * gradients + (1 - rho) * g * g
    step = g * F.sqrt(steps + epsilon) / F.sqrt(gradients + epsilon)
    steps = rho * steps + (1 - rho) * step * step
    return w - F.astype(rate, w.dtype) * step, gradients, steps


class Adadelta(Optimizer):
    """Steps scaled by the size of earlier steps over that of the gradients (mirrors Keras's; Zeiler, 2012).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments; 1.0 is the paper's.
        rho: how much of the running means stays at each step.
        epsilon: keeps the division finite, and the first steps from being zero.
        **options: see `Optimizer`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> _ = Adadelta(1.0, epsilon=0.05).apply_gradients([(tf.constant(1.0), w)])
        >>> round(float(w), 3)
        0.293
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.epsilon = epsilon

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the mean squares of gradients and steps."""
        self.add_slots(variables, "accumulated_grad", "accumulated_delta_var")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step down the scaled gradient."""
        held = self.get_slot(variable, "accumulated_grad"), self.get_slot(variable, "accumulated_delta_var")
        new = adadelta(variable, gradient, *held, learning_rate, rho=self.rho, epsilon=self.epsilon)
        for target, value in zip((variable, *held), new, strict=True):
            target.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}
