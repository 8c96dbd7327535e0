"""`Nadam`: Adam with Nesterov's momentum."""

from __future__ import annotations

from math import inf, log
from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.averaging import step_number
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Nadam"]


def momentum_at(F: Any, t: Any, beta_1: float, schedule_decay: float) -> Any:
    """mu_t, the momentum of step t: it grows from beta_1 / 2 to beta_1."""
    return beta_1 * (1 - 0.5 * 0.96 ** (t * schedule_decay))


@op
def momentum_product(F, product, iterations, *, beta_1, schedule_decay=1.0):
    """mu_1 * ... * mu_t, from the product up to the step before."""
    return product * momentum_at(F, step_number(F, iterations, product), beta_1, schedule_decay)


@op
def nadam(F, w, g, m, v, rate, iterations, product, *, beta_1, beta_2, epsilon, schedule_decay=1.0):
    """m and v as Adam's; w - rate * m_hat / (sqrt(v_hat) + epsilon), v_hat = v' / (1 - beta_2^t).

    m_hat = mu_{t+1} * m' / (1 - mu_1 ... mu_{t+1}) + (1 - mu_t) * g / (1 - mu_1 ... mu_t) looks ahead;
    `product` is mu_1 ... mu_t.
    """
    t = step_number(F, iterations, w)
    product = F.astype(product, t.dtype)
    now, ahead = (momentum_at(F, step, beta_1, schedule_decay) for step in (t, t + 1))
    of_m = F.astype(ahead / (1 - product * ahead), w.dtype)
    of_g = F.astype((1 - now) / (1 - product), w.dtype)
    m = m + (g - m) * (1 - beta_1)
    v = v + (g * g - v) * (1 - beta_2)
    # -expm1(t log(beta_2)) is 1 - beta_2^t without cancellation.
    v_hat = v / F.astype(-F.expm1(t * (log(beta_2) if beta_2 else -inf)), w.dtype)
    return w - F.astype(rate, w.dtype) * (of_m * m + of_g * g) / (F.sqrt(v_hat) + epsilon), m, v


class Nadam(Optimizer):
    """Adam with Nesterov's momentum (mirrors `keras.optimizers.Nadam`; Dozat, 2015).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        beta_1: how much of the running mean of the gradient stays at each step, in the end.
        beta_2: how much of the running mean of its square stays.
        epsilon: keeps the division finite.
        **options: see `Optimizer`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> opt = Nadam(0.1)
        >>> for _ in range(3):
        ...     _ = opt.apply_gradients([(tf.constant(5.0), w)])
        >>> 0.6 < float(w) < 0.8
        True
    """

    _schedule_decay = 1.0  # how fast the momentum grows

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
        self._product: Variable | None = None

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the two means, and once the product of the momenta."""
        self.add_slots(variables, "momentum", "velocity")
        if self._product is None:
            self._product = self.add_variable((), "ones", name="variable")

    def _update(self, gradients: list[Any], variables: list[Variable]) -> None:
        assert self._product is not None
        settings = {"beta_1": self.beta_1, "schedule_decay": self._schedule_decay}
        self._product.assign(momentum_product(self._product, self.iterations, **settings))
        super()._update(gradients, variables)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step along the mean gradient, looking one step ahead."""
        held = self.get_slot(variable, "momentum"), self.get_slot(variable, "velocity")
        betas = {"beta_1": self.beta_1, "beta_2": self.beta_2}
        new = nadam(
            variable,
            gradient,
            *held,
            learning_rate,
            self.iterations,
            self._product,
            **betas,
            epsilon=self.epsilon,
            schedule_decay=self._schedule_decay,
        )
        for target, value in zip((variable, *held), new, strict=True):
            target.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
