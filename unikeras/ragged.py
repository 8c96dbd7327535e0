"""`tf.ragged`: operations of ragged tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.composites.crosses import ragged_cross as cross
from unikeras.composites.crosses import ragged_cross_hashed as cross_hashed
from unikeras.composites.ragged_build import (
    boolean_mask,
    constant,
    map_flat_values,
    range,
    row_splits_to_segment_ids,
    segment_ids_to_row_splits,
    stack,
    stack_dynamic_partitions,
)
from unikeras.core.absent import missing

__all__ = [
    "boolean_mask",
    "constant",
    "cross",
    "cross_hashed",
    "map_flat_values",
    "range",
    "row_splits_to_segment_ids",
    "segment_ids_to_row_splits",
    "stack",
    "stack_dynamic_partitions",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.ragged", name, __all__)
