"""`keras.utils.vis_utils`: where Keras before 2.13 also had the drawing of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.plotting.plot_model import model_to_dot, plot_model

__all__ = ["model_to_dot", "plot_model"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.utils.vis_utils", name, __all__)
