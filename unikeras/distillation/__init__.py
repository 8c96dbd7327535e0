"""Distillation: a small model learns from a large one (mirrors `keras.distillation`)."""

from __future__ import annotations

from unikeras.distillation.distiller import Distiller
from unikeras.distillation.losses import DistillationLoss, FeatureDistillation, LogitsDistillation

__all__ = ["DistillationLoss", "Distiller", "FeatureDistillation", "LogitsDistillation"]
