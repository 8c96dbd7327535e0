"""`tf.random`: random tensors, generators and the global seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras import random_experimental as experimental
from unikeras.core.absent import missing
from unikeras.core.random import set_global_seed as set_seed
from unikeras.ops.generator import (
    Generator,
    get_global_generator,
    set_global_generator,
    stateless_categorical,
    stateless_normal,
    stateless_truncated_normal,
    stateless_uniform,
)
from unikeras.ops.random_tf_style import (
    categorical,
    fold_in,
    gamma,
    normal,
    poisson,
    shuffle,
    split,
    stateless_binomial,
    stateless_gamma,
    stateless_poisson,
    truncated_normal,
    uniform,
)

__all__ = [
    "Generator",
    "categorical",
    "experimental",
    "fold_in",
    "gamma",
    "get_global_generator",
    "normal",
    "poisson",
    "set_global_generator",
    "set_seed",
    "shuffle",
    "split",
    "stateless_binomial",
    "stateless_categorical",
    "stateless_gamma",
    "stateless_normal",
    "stateless_poisson",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.random", name, __all__)
