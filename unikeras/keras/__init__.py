"""`keras`: layers, models, training. The names of tf.keras and of Keras 3."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.devices import device
from unikeras.core.operation import Operation, SymbolicScope
from unikeras.core.remat import RematScope, remat
from unikeras.core.scopes import name_scope
from unikeras.core.stateless import StatelessScope
from unikeras.core.symbolic import SymbolicTensor as KerasTensor
from unikeras.core.variable import Variable
from unikeras.initializers import Initializer
from unikeras.keras import (
    activations,
    backend,
    callbacks,
    config,
    constraints,
    dtype_policies,
    initializers,
    layers,
    legacy,
    losses,
    metrics,
    mixed_precision,
    models,
    ops,
    optimizers,
    preprocessing,
    random,
    regularizers,
    saving,
    tree,
    utils,
    wrappers,
)
from unikeras.layers import Input, InputSpec, Layer
from unikeras.layers.policy import DTypePolicy
from unikeras.layers.policy import DTypePolicy as FloatDTypePolicy
from unikeras.losses import Loss
from unikeras.metrics import Metric
from unikeras.models import Function, Model, Sequential
from unikeras.optimizers import Optimizer
from unikeras.regularizers import Regularizer
from unikeras.version import KERAS_VERSION as __version__

__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "Function",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Operation",
    "Optimizer",
    "Regularizer",
    "RematScope",
    "Sequential",
    "StatelessScope",
    "SymbolicScope",
    "Variable",
    "__version__",
    "activations",
    "applications",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "device",
    "distillation",
    "dtype_policies",
    "experimental",
    "initializers",
    "layers",
    "legacy",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "name_scope",
    "ops",
    "optimizers",
    "preprocessing",
    "random",
    "regularizers",
    "remat",
    "saving",
    "tree",
    "utils",
    "version",
    "wrappers",
]


def version() -> str:
    """The version of Keras that is mirrored (mirrors `keras.version`)."""
    return __version__


if TYPE_CHECKING:
    from unikeras.keras import applications as applications
    from unikeras.keras import datasets as datasets
    from unikeras.keras import distillation as distillation
    from unikeras.keras import experimental as experimental
else:

    def __getattr__(name: str) -> Any:
        if name in (
            "applications",
            "datasets",
            "distillation",
            "experimental",
        ):  # rarely needed, and they need modules of their own
            return importlib.import_module(f"unikeras.keras.{name}")
        raise missing("keras", name, __all__)
