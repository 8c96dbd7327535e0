"""`AdamW`: Adam with weight decay."""

from __future__ import annotations

from typing import Any

from unikeras.optimizers.adam import Adam

__all__ = ["AdamW"]


class AdamW(Adam):
    """Adam with weight decay apart from the gradient (mirrors Keras's; Loshchilov and Hutter, 2019).

    Args:
        learning_rate: a number, a schedule, a variable or a function without arguments.
        weight_decay: the fraction of each weight, times the learning rate, that is taken away at each step.
        beta_1: how much of the running mean of the gradient stays at each step.
        beta_2: how much of the running mean of its square stays.
        epsilon: keeps the division finite.
        amsgrad: whether to divide by the largest mean square so far.
        **options: see `Optimizer`.

    Raises:
        ValueError: `weight_decay` is `None`.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(10.0)
        >>> _ = AdamW(0.1, weight_decay=0.5).apply_gradients([(tf.constant(1.0), w)])
        >>> round(float(w), 3)
        9.4
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        if weight_decay is None:
            raise ValueError("AdamW: weight_decay must be a number; without weight decay it is Adam.")
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, **{**options, "weight_decay": weight_decay}
        )
