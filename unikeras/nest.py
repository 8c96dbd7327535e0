"""`tf.nest`: structures of lists, tuples and dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.composite import assert_same_structure, flatten, map_structure, pack_sequence_as
from unikeras.core.nest import is_nested

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.nest", name, __all__)
