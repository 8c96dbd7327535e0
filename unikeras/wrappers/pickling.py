"""Trained estimators as pickles: the model inside travels as the bytes of its .keras file."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from unikeras.models.model import Model
from unikeras.saving.api import load_model

__all__ = ["PicklesModels"]


class _Packed:
    """A model as the bytes of its file."""

    def __init__(self, model: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.keras")
            model.save(path)
            with open(path, "rb") as file:
                self.content = file.read()

    def unpacked(self) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.keras")
            with open(path, "wb") as file:
                file.write(self.content)
            return load_model(path, safe_mode=False)  # who unpickles trusts the file already


class PicklesModels:
    """Gives estimators pickling: attributes that are models become bytes, and the histories lose their models.

    Models of classes of one's own must be registered (`keras.saving.register_keras_serializable`) to be unpickled.
    """

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())  # type: ignore[call-overload]
        state.pop("history_", None)
        return {name: _Packed(v) if isinstance(v, Model) else v for name, v in state.items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        unpacked = {name: v.unpacked() if isinstance(v, _Packed) else v for name, v in state.items()}
        super().__setstate__(unpacked)  # type: ignore[misc]
