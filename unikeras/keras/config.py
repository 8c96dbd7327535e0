"""`keras.config`: settings of the whole program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.dtypes import floatx, set_floatx
from unikeras.core.settings import backend, epsilon, image_data_format, set_epsilon, set_image_data_format
from unikeras.core.strict import strict
from unikeras.layers.policy import dtype_policy, set_dtype_policy
from unikeras.saving.safe_mode import enable_unsafe_deserialization

__all__ = [
    "backend",
    "dtype_policy",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "strict",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.config", name, __all__)
