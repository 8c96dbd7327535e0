"""`keras.tree`: structures of lists, tuples and dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.nest import assert_same_structure, flatten, flatten_with_path, is_nested, map_structure
from unikeras.core.nest import pack_as as pack_sequence_as

__all__ = [
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "map_structure",
    "pack_sequence_as",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.tree", name, __all__)
