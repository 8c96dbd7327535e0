"""`SGD`: gradient descent, with momentum."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["SGD"]


@op
def descent(F, w, g, rate):
    """w - rate * g."""
    return w - F.astype(rate, w.dtype) * g


@op
def momentum_descent(F, w, g, m, rate, *, momentum, nesterov):
    """m' = momentum * m - rate * g; w + m', or with Nesterov's look ahead w + momentum * m' - rate * g."""
    step = F.astype(rate, w.dtype) * g
    m = momentum * m - step
    return (w + momentum * m - step if nesterov else w + m), m


class SGD(Optimizer):
    """Gradient descent, with momentum if asked (mirrors `keras.optimizers.SGD`; Sutskever et al., 2013).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        momentum: how much of the last step is repeated, in [0, 1].
        nesterov: whether the gradient counts as taken after the momentum's step.
        **options: see `Optimizer`.

    Raises:
        ValueError: `momentum` is outside [0, 1].

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> opt = SGD(learning_rate=0.1, momentum=0.9)
        >>> for _ in range(2):
        ...     _ = opt.apply_gradients([(tf.constant(1.0), w)])
        >>> round(float(w), 4)
        0.71
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        if not 0 <= momentum <= 1:
            raise ValueError(f"SGD: momentum must be in the range [0, 1], not {momentum!r}.")
        self.momentum = momentum
        self.nesterov = nesterov

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the last step, if there is momentum."""
        if self.momentum:
            self.add_slots(variables, "momentum")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step down the gradient."""
        if not self.momentum:
            variable.assign(descent(variable, gradient, learning_rate))
            return
        held = self.get_slot(variable, "momentum")
        w, m = momentum_descent(
            variable, gradient, held, learning_rate, momentum=self.momentum, nesterov=self.nesterov
        )
        variable.assign(w)
        held.assign(m)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
