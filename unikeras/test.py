"""`tf.test`: what this machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.devices import gpu_device_name, is_built_with_cuda, is_gpu_available
from unikeras.core.devices import is_built_with_cuda as is_built_with_gpu_support

__all__ = ["gpu_device_name", "is_built_with_cuda", "is_built_with_gpu_support", "is_gpu_available"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.test", name, __all__)
