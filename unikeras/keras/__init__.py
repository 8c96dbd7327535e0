"""`tf.keras` and `keras`."""

from __future__ import annotations

import importlib
from typing import Any

from unikeras.version import KERAS_VERSION as __version__

_HOMES = {
    "Sequential": "unikeras.models.sequential",
    "Model": "unikeras.models.model",
    "Input": "unikeras.layers.core.input_layer",
    "Layer": "unikeras.layers.layer",
    "Variable": "unikeras.core.variable",
    "DTypePolicy": "unikeras.layers.policy",
}
_MODULES = {"layers", "models", "losses", "metrics", "optimizers", "initializers", "regularizers", "constraints", "activations",
            "callbacks", "datasets", "ops"}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in _MODULES:
        return importlib.import_module(f"unikeras.{name}")
    if not name.startswith("_"):
        try:
            return importlib.import_module(f"unikeras.keras.{name}")
        except ModuleNotFoundError:
            pass
    raise AttributeError(f"module 'unikeras.keras' has no attribute {name!r}")
