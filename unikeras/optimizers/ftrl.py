"""`Ftrl`: follow the regularized leader, for sparse linear models."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Ftrl"]


@op
def ftrl(F, w, g, n, z, rate, *, power, l1, l2, l2_shrinkage, beta):
    """n' = n + g^2; z' = z + g - (n'^-power - n^-power) / rate * w; w' = (clip(z', -l1, l1) - z') / q.

    q = n'^-power / rate + 2 * l2 + beta / rate; in z, g has 2 * l2_shrinkage * w added.
    """
    rate = F.astype(rate, w.dtype)
    new = n + g * g
    z = z + g + 2 * l2_shrinkage * w - (new**-power - n**-power) / rate * w
    quadratic = new**-power / rate + 2 * l2 + beta / rate
    return (F.clip(z, -l1, l1) - z) / quadratic, new, z


class Ftrl(Optimizer):
    """Follow the regularized leader (mirrors `keras.optimizers.Ftrl`; McMahan et al., 2013).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        learning_rate_power: how the rate falls with the sum of squared gradients; not positive.
        initial_accumulator_value: what these sums start from.
        l1_regularization_strength: pulls weights to exactly zero.
        l2_regularization_strength: pulls weights towards zero.
        l2_shrinkage_regularization_strength: pulls weights towards zero through the gradient.
        beta: the paper's; makes the first steps smaller.
        **options: see `Optimizer`.

    Raises:
        ValueError: a negative strength or initial value, or a positive power.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> opt = Ftrl(0.1, l1_regularization_strength=10.0)
        >>> _ = opt.apply_gradients([(tf.constant(1.0), w)])
        >>> float(w)
        0.0
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        if learning_rate_power > 0:
            raise ValueError(f"Ftrl: learning_rate_power must not be positive, not {learning_rate_power!r}.")
        for name, value in self._settings().items():
            if name != "learning_rate_power" and value < 0:
                raise ValueError(f"Ftrl: {name} must not be negative, not {value!r}.")

    def _settings(self) -> dict[str, float]:
        return {
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the sum of squares and the linear term."""
        for variable in variables:
            self.add_slots([variable], "accumulator", initializer=self.initial_accumulator_value)
            self.add_slots([variable], "linear")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """The weights that are best for all gradients so far."""
        held = self.get_slot(variable, "accumulator"), self.get_slot(variable, "linear")
        new = ftrl(
            variable,
            gradient,
            *held,
            learning_rate,
            power=self.learning_rate_power,
            l1=self.l1_regularization_strength,
            l2=self.l2_regularization_strength,
            l2_shrinkage=self.l2_shrinkage_regularization_strength,
            beta=self.beta,
        )
        for target, value in zip((variable, *held), new, strict=True):
            target.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {**super().get_config(), **self._settings()}
