"""`Adam`: steps by running means of the gradient and of its square."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.averaging import step_number
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Adam"]


@op
def adam(F, w, g, m, v, rate, iterations, largest=None, *, beta_1, beta_2, epsilon):
    """m' = beta_1 * m + (1 - beta_1) * g; v' = beta_2 * v + (1 - beta_2) * g^2.

    w becomes w - alpha * m' / (sqrt(v') + epsilon), where alpha = rate * sqrt(1 - beta_2^t) / (1 - beta_1^t)
    takes out that m and v start at zero. For AMSGrad `largest`, the largest v so far, stands for v'.
    """
    t = step_number(F, iterations, w)
    alpha = F.astype(F.astype(rate, t.dtype) * F.sqrt(1 - beta_2**t) / (1 - beta_1**t), w.dtype)
    m = m + (g - m) * (1 - beta_1)
    v = v + (g * g - v) * (1 - beta_2)
    if largest is None:
        return w - alpha * m / (F.sqrt(v) + epsilon), m, v
    largest = F.maximum(largest, v)
    return w - alpha * m / (F.sqrt(largest) + epsilon), m, v, largest


class Adam(Optimizer):
    """Adaptive moment estimation (mirrors Keras's; Kingma and Ba, 2015; AMSGrad: Reddi et al., 2018).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        beta_1: how much of the running mean of the gradient stays at each step.
        beta_2: how much of the running mean of its square stays.
        epsilon: keeps the division finite.
        amsgrad: whether to divide by the largest mean square so far.
        **options: see `Optimizer`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> _ = Adam(0.1).apply_gradients([(tf.constant(5.0), w)])
        >>> round(float(w), 3)
        0.9
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the two means, and for AMSGrad the largest of the second."""
        self.add_slots(variables, "momentum", "velocity")
        if self.amsgrad:
            self.add_slots(variables, "velocity_hat")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step along the mean gradient."""
        m, v = self.get_slot(variable, "momentum"), self.get_slot(variable, "velocity")
        largest = [self.get_slot(variable, "velocity_hat")] if self.amsgrad else []
        new = adam(
            variable,
            gradient,
            m,
            v,
            learning_rate,
            self.iterations,
            *largest,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=self.epsilon,
        )
        for held, value in zip((variable, m, v, *largest), new, strict=True):
            held.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }
