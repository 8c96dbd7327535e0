"""`keras.wrappers.scikit_learn`: tf.keras 2's wrappers. scikit-learn is imported when one is used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing

__all__ = ["KerasClassifier", "KerasRegressor"]

if TYPE_CHECKING:
    from unikeras.wrappers.scikit_learn import KerasClassifier, KerasRegressor
else:

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise missing("keras.wrappers.scikit_learn", name, __all__)
        try:
            return getattr(importlib.import_module("unikeras.wrappers.scikit_learn"), name)
        except ModuleNotFoundError as error:
            raise ImportError(
                f"keras.wrappers.scikit_learn.{name} needs scikit-learn: pip install scikit-learn."
            ) from error
