"""`Lion`: steps by the sign of a momentum."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Lion"]


@op
def lion(F, w, g, m, rate, *, beta_1, beta_2):
    """w - rate * sign(beta_1 * m + (1 - beta_1) * g); m' = beta_2 * m + (1 - beta_2) * g."""
    direction = F.sign(beta_1 * m + (1 - beta_1) * g)
    return w - F.astype(rate, w.dtype) * direction, beta_2 * m + (1 - beta_2) * g


class Lion(Optimizer):
    """Evolved sign momentum (mirrors `keras.optimizers.Lion`; Chen et al., 2023).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments; smaller than Adam's.
        beta_1: how much the momentum counts against the gradient in the step.
        beta_2: how much of the momentum stays at each step.
        **options: see `Optimizer`.

    Raises:
        ValueError: `beta_1` is not in (0, 1].

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> _ = Lion(0.25).apply_gradients([(tf.constant(5.0), w)])
        >>> float(w)
        0.75
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        if not 0 < beta_1 <= 1:
            raise ValueError(f"Lion: beta_1 must be in the range (0, 1], not {beta_1!r}.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the momentum."""
        self.add_slots(variables, "momentum")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step of the same size for every weight."""
        held = self.get_slot(variable, "momentum")
        w, m = lion(variable, gradient, held, learning_rate, beta_1=self.beta_1, beta_2=self.beta_2)
        variable.assign(w)
        held.assign(m)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2}
