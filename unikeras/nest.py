"""`tf.nest`: structures of lists, tuples and dictionaries."""

from unikeras.core.nest import assert_same_structure as assert_same_structure
from unikeras.core.nest import flatten as flatten
from unikeras.core.nest import is_nested as is_nested
from unikeras.core.nest import map_structure as map_structure
from unikeras.core.nest import pack_as as pack_sequence_as

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]
