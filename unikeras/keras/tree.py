"""`keras.tree`: structures of lists, tuples and dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.nest import flatten, flatten_with_path, is_nested, map_structure
from unikeras.core.nest import pack_as as pack_sequence_as
from unikeras.core.tree import (
    MAP_TO_NONE,
    assert_same_paths,
    assert_same_structure,
    lists_to_tuples,
    map_shape_structure,
    map_structure_up_to,
    traverse,
)

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.tree", name, __all__)
