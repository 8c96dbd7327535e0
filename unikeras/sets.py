"""`tf.sets`: operations on sets along the last axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.composites.set_ops import difference, intersection, size, union
from unikeras.core.absent import missing

__all__ = ["difference", "intersection", "size", "union"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.sets", name, __all__)
