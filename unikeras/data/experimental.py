"""`tf.data.experimental`: names that were tried out there, most of them transformations to `Dataset.apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.data.constants import AUTOTUNE
from unikeras.data.constants import INFINITE as INFINITE_CARDINALITY
from unikeras.data.constants import UNKNOWN as UNKNOWN_CARDINALITY
from unikeras.data.options import AutoShardPolicy, ThreadingOptions

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "AutoShardPolicy", "ThreadingOptions"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.data.experimental", name, __all__)
