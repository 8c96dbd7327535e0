"""`keras.optimizers.legacy`: the optimizers as tf.keras had them until 2.10.

They take what all optimizers here take (`lr` and `decay` too). Where the formula was another one, it is the old one here.
"""

from __future__ import annotations

from typing import Any

from unikeras.optimizers import adagrad as _adagrad
from unikeras.optimizers import nadam as _nadam
from unikeras.optimizers import rmsprop as _rmsprop
from unikeras.optimizers.adadelta import Adadelta
from unikeras.optimizers.adam import Adam
from unikeras.optimizers.adamax import Adamax
from unikeras.optimizers.ftrl import Ftrl
from unikeras.optimizers.legacy_optimizer import LegacyOptimizer as Optimizer
from unikeras.optimizers.sgd import SGD

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "Optimizer", "RMSprop"]


class Adagrad(_adagrad.Adagrad):
    """Adagrad with epsilon outside the root (mirrors `tf.keras.optimizers.legacy.Adagrad`).

    Args:
        *args: as `Adagrad`'s.
        **kwargs: as `Adagrad`'s.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> slow = Adagrad(0.5, initial_accumulator_value=0.0, epsilon=4.0)
        >>> _ = slow.apply_gradients([(tf.constant(4.0), w)])
        >>> round(float(w), 3)
        0.75
    """

    _epsilon_outside = True


class Nadam(_nadam.Nadam):
    """Nadam whose momentum grows more slowly (mirrors `tf.keras.optimizers.legacy.Nadam`).

    Args:
        *args: as `Nadam`'s.
        schedule_decay: how fast the momentum grows; Keras 2 took it too.
        **kwargs: as `Nadam`'s.

    Example:
        >>> Nadam(0.1).get_config()["schedule_decay"]
        0.004
    """

    def __init__(self, *args: Any, schedule_decay: float = 0.004, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._schedule_decay = schedule_decay

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again."""
        return {**super().get_config(), "schedule_decay": self._schedule_decay}


class RMSprop(_rmsprop.RMSprop):
    """RMSprop with epsilon outside the root, unless there is momentum (mirrors `tf.keras.optimizers.legacy.RMSprop`).

    Args:
        *args: as `RMSprop`'s.
        **kwargs: as `RMSprop`'s.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> _ = RMSprop(0.1, rho=0.75, epsilon=1.0).apply_gradients([(tf.constant(2.0), w)])
        >>> round(float(w), 3)
        0.9
    """

    _epsilon_outside = True
