"""`tf.config.experimental`: older names of devices, and GPU memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.devices import (
    get_memory_growth,
    get_visible_devices,
    list_logical_devices,
    list_physical_devices,
    set_memory_growth,
    set_visible_devices,
)

__all__ = [
    "get_memory_growth",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "set_memory_growth",
    "set_visible_devices",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.config.experimental", name, __all__)
