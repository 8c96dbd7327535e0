"""`Adafactor`: Adam's second moment kept as a row and a column for each matrix."""

from __future__ import annotations

from typing import Any, Unpack

from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.averaging import step_number
from unikeras.optimizers.optimizer import Optimizer, Options

__all__ = ["Adafactor"]


def _rms(F: Any, x: Any) -> Any:
    return F.sqrt(F.mean(x * x))


@op
def adafactor(
    F, w, g, r, c, v, rate, iterations, *, beta_2_decay, epsilon_1, epsilon_2, clip_threshold, relative_step
):
    """u = g / sqrt(v'), shortened to root mean square clip_threshold; w - rho * max(epsilon_2, rms(w)) * u.

    v' is the running mean of g^2 + epsilon_1, of which a matrix keeps only the means `r` over columns and `c`
    over rows: v' = r c / mean(r). The mean's weight is 1 - t^beta_2_decay; rho = rate, or if
    relative min(rate, 1 / sqrt(t)).
    """
    t = step_number(F, iterations, w)
    rho = F.astype(rate, t.dtype)
    if relative_step:
        rho = F.minimum(rho, 1 / F.sqrt(t))
    size = _rms(F, w)
    scale = F.astype(rho, w.dtype) * F.maximum(size, F.full_like(size, epsilon_2))
    beta = F.astype(1 - t**beta_2_decay, w.dtype)
    square = g * g + epsilon_1
    if w.ndim >= 2:
        r = beta * r + (1 - beta) * F.mean(square, axis=-1)
        c = beta * c + (1 - beta) * F.mean(square, axis=-2)
        v = (r / F.mean(r, axis=-1, keepdims=True))[..., None] * c[..., None, :]
    else:
        v = beta * v + (1 - beta) * square
    u = g / F.sqrt(v)
    length = _rms(F, u) / clip_threshold
    return w - scale * u / F.maximum(length, F.ones_like(length)), r, c, v


class Adafactor(Optimizer):
    """Adaptive steps with little memory (mirrors `keras.optimizers.Adafactor`; Shazeer and Stern, 2018).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        beta_2_decay: the power of the step by which the running mean's weight falls.
        epsilon_1: keeps the mean squares from being zero.
        epsilon_2: the least size of the weights that steps are made relative to.
        clip_threshold: the largest root mean square of a step before it is scaled.
        relative_step: whether the rate falls with the root of the step.
        **options: see `Optimizer`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable([[2.0, 2.0]])
        >>> _ = Adafactor(0.25).apply_gradients([(tf.constant([[1.0, -1.0]]), w)])
        >>> w.numpy().round(3).tolist()
        [[1.5, 2.5]]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the mean squares: of rows and columns, for what is less than a matrix of elements."""
        for variable in variables:
            if len(self._slots.get("velocity", ())) > self._get_variable_index(variable):
                continue
            name, shape = variable.path.replace("/", "_"), tuple(variable.shape)
            for slot, kept in (("row", shape[:-1]), ("column", shape[:-2] + shape[-1:])):
                # Files of Keras hold an integer zero in these two places for vectors.
                made = self.add_variable(
                    kept if len(shape) >= 2 else (),
                    dtype=variable.dtype if len(shape) >= 2 else "int32",
                    name=name,
                )
                self._slots.setdefault(slot, []).append(made)
            self.add_slots([variable], "velocity")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step down the scaled gradient."""
        held = [self.get_slot(variable, slot) for slot in ("row", "column", "velocity")]
        new = adafactor(
            variable,
            gradient,
            *held,
            learning_rate,
            self.iterations,
            beta_2_decay=self.beta_2_decay,
            epsilon_1=self.epsilon_1,
            epsilon_2=self.epsilon_2,
            clip_threshold=self.clip_threshold,
            relative_step=self.relative_step,
        )
        for target, value in zip((variable, *held), new, strict=True):
            target.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {
            **super().get_config(),
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }
