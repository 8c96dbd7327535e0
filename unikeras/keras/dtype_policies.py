"""`keras.dtype_policies`: the dtypes that layers compute and keep their variables in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.layers.policy import DTypePolicy, DTypePolicyMap
from unikeras.layers.policy import DTypePolicy as FloatDTypePolicy
from unikeras.layers.policy import get_policy as deserialize
from unikeras.layers.policy import get_policy as get
from unikeras.saving.serialize import serialize_policy as serialize

__all__ = ["DTypePolicy", "DTypePolicyMap", "FloatDTypePolicy", "deserialize", "get", "serialize"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.dtype_policies", name, __all__)
