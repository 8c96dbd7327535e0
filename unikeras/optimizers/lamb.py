"""`Lamb`: Adam's steps, as long as the weights they change."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.averaging import step_number
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Lamb"]


@op
def lamb(F, w, g, m, v, rate, iterations, *, beta_1, beta_2, epsilon):
    """r = m_hat / (sqrt(v_hat) + epsilon) as in Adam; w - rate * |w| / |r| * r.

    |w| / |r| is 1 where a norm is 0.
    """
    t = step_number(F, iterations, w)
    m = m + (g - m) * (1 - beta_1)
    v = v + (g * g - v) * (1 - beta_2)
    m_hat = m / F.astype(1 - beta_1**t, w.dtype)
    v_hat = v / F.astype(1 - beta_2**t, w.dtype)
    r = m_hat / (F.sqrt(v_hat) + epsilon)
    of_w, of_r = F.sqrt(F.sum(w * w)), F.sqrt(F.sum(r * r))
    one = F.ones_like(of_r)
    trust = F.where((of_w > 0) & (of_r > 0), of_w / F.where(of_r > 0, of_r, one), one)
    return w - F.astype(rate, w.dtype) * trust * r, m, v


class Lamb(Optimizer):
    """Layerwise adaptive moments, for large batches (mirrors `keras.optimizers.Lamb`; You et al., 2020).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        beta_1: how much of the running mean of the gradient stays at each step.
        beta_2: how much of the running mean of its square stays.
        epsilon: keeps the division finite.
        **options: see `Optimizer`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(10.0)
        >>> _ = Lamb(0.1).apply_gradients([(tf.constant(5.0), w)])
        >>> round(float(w), 3)
        9.0
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
        """Keeps the two means."""
        self.add_slots(variables, "momentum", "velocity")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step in Adam's direction."""
        held = self.get_slot(variable, "momentum"), self.get_slot(variable, "velocity")
        betas = {"beta_1": self.beta_1, "beta_2": self.beta_2}
        new = lamb(variable, gradient, *held, learning_rate, self.iterations, **betas, epsilon=self.epsilon)
        for target, value in zip((variable, *held), new, strict=True):
            target.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
