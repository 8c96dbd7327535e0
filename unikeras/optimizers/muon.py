"""`Muon`: momentum made orthogonal, for matrices; Adam for everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.core.variable import Variable
from unikeras.optimizers.adam import adam
from unikeras.optimizers.optimizer import Optimizer

__all__ = ["Muon"]


@op
def muon(F, w, g, m, rate, *, momentum, nesterov, coefficients, steps, rms_rate):
    """m' = momentum * m + g; w - rate * s * orthogonal(m'), with Nesterov of g + momentum * m'.

    Each of the Newton-Schulz steps x -> a x + b (x x^T) x + c (x x^T)^2 x brings the singular values of x nearer to 1
    without a decomposition; x starts at the momentum over its norm, with the shorter side as rows. s is
    rms_rate * sqrt(longer side), so that the update has about that root mean square, or 1.
    """
    a, b, c = coefficients
    m = momentum * m + g
    x = g + momentum * m if nesterov else m
    x = x / (F.sqrt(F.sum(x * x)) + 1e-7)
    tall = w.shape[0] > w.shape[1]
    x = F.permute_dims(x, (1, 0)) if tall else x
    for _ in range(steps):
        square = F.matmul(x, F.permute_dims(x, (1, 0)))
        x = a * x + F.matmul(b * square + c * F.matmul(square, square), x)
    x = F.permute_dims(x, (1, 0)) if tall else x
    scale = 1.0 if rms_rate is None else rms_rate * max(w.shape) ** 0.5
    return w - F.astype(rate, w.dtype) * scale * x, m


class Muon(Optimizer):
    """Momentum made orthogonal by Newton-Schulz steps (mirrors `keras.optimizers.Muon`; Jordan et al., 2024; Liu et al., 2025).

    Only matrices are moved so. Vectors, tensors of three or more dimensions, embeddings and what `exclude_layers` names get Adam's
    step: give the name of the output layer there.

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        adam_beta_1: Adam's `beta_1`.
        adam_beta_2: Adam's `beta_2`.
        adam_weight_decay: the weight decay of the variables that Adam moves; `None`: none.
        epsilon: Adam's `epsilon`.
        weight_decay: the weight decay of the matrices that are moved orthogonally; `None`: none.
        exclude_layers: patterns (`re.search`) of variables' paths that Adam moves.
        exclude_embeddings: whether Adam moves variables with 'embedding' in their paths.
        muon_a: the coefficient of x in a Newton-Schulz step.
        muon_b: that of (x x^T) x.
        muon_c: that of (x x^T)^2 x.
        adam_lr_ratio: Adam's learning rate over this one.
        momentum: how much of the running sum of gradients stays at each step.
        ns_steps: how many Newton-Schulz steps.
        nesterov: whether the gradient counts as taken after the momentum's step.
        rms_rate: about the root mean square of an update over the learning rate; `None`: updates are orthogonal.
        **options: see `Optimizer`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable([[2.0, 0.0], [0.0, 2.0]])
        >>> _ = Muon(0.1, weight_decay=None, rms_rate=None).apply_gradients([(tf.constant([[1.0, 0.0], [0.0, 100.0]]), w)])
        >>> bool((abs(w.numpy().diagonal() - 1.9) < 0.06).all())  # both singular values count about the same
        True
    """

    _untracked = Optimizer._untracked | {"_velocities"}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **{**options, "weight_decay": weight_decay})
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = list(exclude_layers or ())
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate
        self._velocities: dict[int, Variable] = {}  # place of a variable that Adam moves -> its mean square

    def _is_adams(self, variable: Variable) -> bool:
        path = variable.path
        if len(variable.shape) != 2 or (self.exclude_embeddings and "embedding" in path.lower()):
            return True
        return any(re.search(pattern, path) for pattern in self.exclude_layers)

    def create_slots(self, variables: list[Variable]) -> None:
        """Keeps the running sum or mean of gradients, and for Adam's variables the mean square."""
        for variable in variables:
            self.add_slots([variable], "momentum")
            place = self._get_variable_index(variable)
            if self._is_adams(variable) and place not in self._velocities:
                self._velocities[place] = self.add_variable_from_reference(variable, "velocity")

    def _weight_decay_of(self, variable: Variable) -> float | None:
        return self.adam_weight_decay if self._is_adams(variable) else self.weight_decay

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """One step along the momentum."""
        m = self.get_slot(variable, "momentum")
        if not self._is_adams(variable):
            new = muon(
                variable,
                gradient,
                m,
                learning_rate,
                momentum=self.momentum,
                nesterov=self.nesterov,
                coefficients=(self.muon_a, self.muon_b, self.muon_c),
                steps=self.ns_steps,
                rms_rate=self.rms_rate,
            )
            held: tuple[Variable, ...] = (variable, m)
        else:
            v = self._velocities[self._get_variable_index(variable)]
            rate = ops.multiply(learning_rate, self.adam_lr_ratio)
            new = adam(
                variable,
                gradient,
                m,
                v,
                rate,
                self.iterations,
                beta_1=self.adam_beta_1,
                beta_2=self.adam_beta_2,
                epsilon=self.epsilon,
            )
            held = (variable, m, v)
        for target, value in zip(held, new, strict=True):
            target.assign(value)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        names: tuple[str, ...] = (
            "adam_beta_1",
            "adam_beta_2",
            "epsilon",
            "exclude_layers",
            "muon_a",
            "muon_b",
            "muon_c",
        )
        names += ("adam_lr_ratio", "momentum", "ns_steps", "nesterov", "exclude_embeddings")
        names += ("adam_weight_decay", "rms_rate")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
