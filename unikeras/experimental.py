"""`tf.experimental`: what TensorFlow keeps under this name and programs use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.composites.dynamic_ragged_shape import DynamicRaggedShape
from unikeras.composites.row_partition import RowPartition
from unikeras.core.absent import missing
from unikeras.data.optional import Optional

__all__ = ["DynamicRaggedShape", "Optional", "RowPartition"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.experimental", name, __all__)
