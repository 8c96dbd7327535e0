"""`tf.config`: devices, threads, and how functions run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.config import experimental, threading
from unikeras.core.absent import missing
from unikeras.core.devices import (
    LogicalDevice,
    PhysicalDevice,
    get_soft_device_placement,
    get_visible_devices,
    list_logical_devices,
    list_physical_devices,
    set_soft_device_placement,
    set_visible_devices,
)
from unikeras.core.function import functions_run_eagerly, run_functions_eagerly
from unikeras.core.function import functions_run_eagerly as experimental_functions_run_eagerly
from unikeras.core.function import run_functions_eagerly as experimental_run_functions_eagerly

__all__ = [
    "LogicalDevice",
    "PhysicalDevice",
    "experimental",
    "experimental_functions_run_eagerly",
    "experimental_run_functions_eagerly",
    "functions_run_eagerly",
    "get_soft_device_placement",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "run_functions_eagerly",
    "set_soft_device_placement",
    "set_visible_devices",
    "threading",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.config", name, __all__)
