"""`Adamax`: Adam with the largest gradient in place of the root mean square."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.averaging import step_number
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Adamax"]


@op
def adamax(F, w, g, m, u, rate, iterations, *, beta_1, beta_2, epsilon):
    """m' = beta_1 * m + (1 - beta_1) * g; u' = max(beta_2 * u, |g|).

    The result is w - rate / (1 - beta_1^t) * m' / (u' + epsilon).
    """
    t = step_number(F, iterations, w)
    alpha = F.astype(F.astype(rate, t.dtype) / (1 - beta_1**t), w.dtype)
    m = m + (g - m) * (1 - beta_1)
    u = F.maximum(beta_2 * u, F.abs(g))
    return w - alpha * m / (u + epsilon), m, u


class Adamax(Optimizer):
    """Adam by the infinity norm (mirrors `keras.optimizers.Adamax`; Kingma and Ba, 2015, section 7).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        beta_1: how much of the running mean of the gradient stays at each step.
        beta_2: how much of the largest gradient stays.
        epsilon: keeps the division finite.
        **options: see `Optimizer`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> _ = Adamax(0.1).apply_gradients([(tf.constant(5.0), w)])
        >>> round(float(w), 3)
        0.9
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the mean and the largest gradient."""
        self.add_slots(variables, "momentum", "norm")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step along the mean gradient."""
        held = self.get_slot(variable, "momentum"), self.get_slot(variable, "norm")
        betas = {"beta_1": self.beta_1, "beta_2": self.beta_2}
        new = adamax(variable, gradient, *held, learning_rate, self.iterations, **betas, epsilon=self.epsilon)
        for target, value in zip((variable, *held), new, strict=True):
            target.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
