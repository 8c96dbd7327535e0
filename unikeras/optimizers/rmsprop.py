"""`RMSprop`: gradients divided by a running root mean square."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["RMSprop"]


@op
def rmsprop(F, w, g, v, rate, m=None, a=None, *, rho, momentum, epsilon, outside=False):
    """v' = rho * v + (1 - rho) * g^2; w - rate * g / sqrt(v' + epsilon).

    With a running mean `a` of the gradients, its square is taken from v'; with momentum, w moves by
    m' = momentum * m + step. With `outside`, epsilon is added to the root.
    """
    v = rho * v + (1 - rho) * g * g
    spread = v
    if a is not None:
        a = rho * a + (1 - rho) * g
        spread = v - a * a
    root = F.sqrt(spread) + epsilon if outside else F.sqrt(spread + epsilon)
    step = F.astype(rate, w.dtype) * g / root
    if m is not None:
        step = m = momentum * m + step
    return tuple(x for x in (w - step, v, m, a) if x is not None)


class RMSprop(Optimizer):
    """Gradients divided by the root of their running mean square (mirrors Keras's; Hinton, 2012).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        rho: how much of the running means stays at each step.
        momentum: how much of the last step is repeated.
        epsilon: keeps the division finite.
        centered: whether the gradients' variance is used instead of their mean square.
        **options: see `Optimizer`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> _ = RMSprop(0.1).apply_gradients([(tf.constant(5.0), w)])
        >>> round(float(w), 3)
        0.684
    """

    _epsilon_outside = False  # of the root, without momentum

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the mean square, and as needed the last step and the mean."""
        self.add_slots(variables, "velocity")
        if self.momentum > 0:
            self.add_slots(variables, "momentum")
        if self.centered:
            self.add_slots(variables, "average_gradient")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step down the scaled gradient."""
        v = self.get_slot(variable, "velocity")
        m = self.get_slot(variable, "momentum") if self.momentum > 0 else None
        a = self.get_slot(variable, "average_gradient") if self.centered else None
        new = rmsprop(
            variable,
            gradient,
            v,
            learning_rate,
            m,
            a,
            rho=self.rho,
            momentum=self.momentum,
            epsilon=self.epsilon,
            outside=self._epsilon_outside and m is None,
        )
        for held, value in zip([x for x in (variable, v, m, a) if x is not None], new, strict=True):
            held.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
