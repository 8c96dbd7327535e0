"""`keras.mixed_precision`: dtype policies, and the optimizer that scales the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.layers.policy import DTypePolicy, dtype_policy, set_dtype_policy
from unikeras.layers.policy import DTypePolicy as Policy
from unikeras.layers.policy import dtype_policy as global_policy
from unikeras.layers.policy import set_dtype_policy as set_global_policy
from unikeras.optimizers import LossScaleOptimizer

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.mixed_precision", name, __all__)
