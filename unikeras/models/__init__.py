"""Models: `Model`, `Sequential`, and functions over whole models (mirrors `keras.models`)."""

from __future__ import annotations

from unikeras.models.cloning import clone_model
from unikeras.models.function import Function
from unikeras.models.model import Functional, Model
from unikeras.models.sequential import Sequential
from unikeras.saving.api import load_model, model_from_config, model_from_json, model_from_yaml, save_model

__all__ = [
    "Function",
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_config",
    "model_from_json",
    "model_from_yaml",
    "save_model",
]
