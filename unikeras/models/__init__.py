"""Models: `Model`, `Sequential`, and functions over whole models (mirrors `keras.models`)."""

from __future__ import annotations

from unikeras.models.cloning import clone_model
from unikeras.models.function import Function
from unikeras.models.linear_model import LinearModel
from unikeras.models.model import Functional, Model
from unikeras.models.sequential import Sequential
from unikeras.models.wide_deep_model import WideDeepModel
from unikeras.saving.api import load_model, model_from_config, model_from_json, model_from_yaml, save_model

__all__ = [
    "Function",
    "Functional",
    "LinearModel",
    "Model",
    "Sequential",
    "WideDeepModel",
    "clone_model",
    "load_model",
    "model_from_config",
    "model_from_json",
    "model_from_yaml",
    "save_model",
]
