"""`keras.wrappers`: models as scikit-learn estimators. scikit-learn is imported when a wrapper is used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.keras.wrappers import scikit_learn

__all__ = ["SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer", "scikit_learn"]

if TYPE_CHECKING:
    from unikeras.wrappers.estimators import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer
else:

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise missing("keras.wrappers", name, __all__)
        try:
            return getattr(importlib.import_module("unikeras.wrappers.estimators"), name)
        except ModuleNotFoundError as error:
            raise ImportError(
                f"keras.wrappers.{name} needs scikit-learn: pip install scikit-learn."
            ) from error
