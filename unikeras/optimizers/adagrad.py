"""`Adagrad`: gradients divided by the root of the sum of their squares."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Adagrad"]


@op
def adagrad(F, w, g, total, rate, *, epsilon, outside=False):
    """total' = total + g^2; w - rate * g / sqrt(total' + epsilon); with `outside`, epsilon is added to the root."""
    total = total + g * g
    root = F.sqrt(total) + epsilon if outside else F.sqrt(total + epsilon)
    return w - F.astype(rate, w.dtype) * g / root, total


class Adagrad(Optimizer):
    """Smaller steps for weights that moved much (mirrors `keras.optimizers.Adagrad`; Duchi et al., 2011).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        initial_accumulator_value: what the sums of squares start from.
        epsilon: keeps the division finite.
        **options: see `Optimizer`.

    Raises:
        ValueError: `initial_accumulator_value` is negative.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> _ = Adagrad(0.5, initial_accumulator_value=0.0).apply_gradients([(tf.constant(4.0), w)])
        >>> round(float(w), 3)
        0.5
    """

    _epsilon_outside = False  # of the root

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        if initial_accumulator_value < 0:
            raise ValueError(
                f"Adagrad: initial_accumulator_value must not be negative, not {initial_accumulator_value!r}."
            )
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the sum of squares."""
        self.add_slots(variables, "accumulator", initializer=self.initial_accumulator_value)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step down the scaled gradient."""
        held = self.get_slot(variable, "accumulator")
        settings = {"epsilon": self.epsilon, "outside": self._epsilon_outside}
        w, total = adagrad(variable, gradient, held, learning_rate, **settings)
        variable.assign(w)
        held.assign(total)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }
