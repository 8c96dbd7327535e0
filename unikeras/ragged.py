"""`tf.ragged`: operations of ragged tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.composites.ragged_build import constant
from unikeras.core.absent import missing

__all__ = ["constant"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.ragged", name, __all__)
