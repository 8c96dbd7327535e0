"""Devices: which there are, and `tf.device`. Programs run on the engine's own choice, the first device."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from unikeras import engine
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.strict import report

__all__ = [
    "LogicalDevice",
    "PhysicalDevice",
    "device",
    "get_memory_growth",
    "get_soft_device_placement",
    "get_visible_devices",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_gpu_available",
    "list_logical_devices",
    "list_physical_devices",
    "set_log_device_placement",
    "set_memory_growth",
    "set_soft_device_placement",
    "set_visible_devices",
]


class PhysicalDevice(NamedTuple):
    """A device of this machine (mirrors `tf.config.PhysicalDevice`)."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device that programs can name (mirrors `tf.config.LogicalDevice`)."""

    name: str
    device_type: str


def _names() -> list[str]:
    """'CPU:0', 'GPU:0' ...: the CPU, which is always there, then the engine's."""
    found = engine.current().devices()
    found = [name.split(" ")[0] for name in found]
    return found if any(name.startswith("CPU") for name in found) else ["CPU:0", *found]


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices that the engine in use sees (mirrors `tf.config.list_physical_devices`).

    Args:
        device_type: "CPU", "GPU" or "TPU"; all if `None`.

    Example:
        >>> import unikeras as tf
        >>> tf.config.list_physical_devices("CPU")[0]
        PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')
    """
    every = [PhysicalDevice(f"/physical_device:{name}", name.split(":")[0]) for name in _names()]
    return [d for d in every if device_type is None or d.device_type == device_type.upper()]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices by the names that `tf.device` takes (mirrors `tf.config.list_logical_devices`).

    Example:
        >>> import unikeras as tf
        >>> tf.config.list_logical_devices("CPU")[0].name
        '/device:CPU:0'
    """
    every = [LogicalDevice(f"/device:{name}", name.split(":")[0]) for name in _names()]
    return [d for d in every if device_type is None or d.device_type == device_type.upper()]


@contextmanager
def device(device_name: Any) -> Iterator[None]:
    """Check that a device is there (mirrors `tf.device`). Everything runs on the engine's first device all the same.

    Args:
        device_name: such as "/CPU:0", "/device:GPU:0", "gpu" or a `LogicalDevice`; `None` or "" for no wish.

    Raises:
        ValueError: this is not a device's name.
        InvalidArgumentError: there is no such device.

    Warns:
        UserWarning: the device is there, but another one is in use.

    Example:
        >>> import unikeras as tf
        >>> with tf.device("/GPU:7"):
        ...     tf.constant(1.0)
        Traceback (most recent call last):
        ...
        unikeras.core.errors.InvalidArgumentError: tf.device('/GPU:7'): there is no such device; there are ...
    """
    name = getattr(device_name, "name", device_name)
    if name:
        kind, index = _parse(str(name))
        there = _names()
        if f"{kind}:{index}" not in there:
            raise InvalidArgumentError(
                f"tf.device({name!r}): there is no such device; there are {', '.join(there)}. `unikeras doctor` says why."
            )
        used = engine.current().devices()[0].split(" ")[0]
        if f"{kind}:{index}" != used:
            report(
                f"tf.device({name!r}): everything runs on {used}, also what is inside this scope: placement by scope is not available yet. "
                "Choose the device for the whole program instead, for example with CUDA_VISIBLE_DEVICES or JAX_PLATFORMS."
            )
    yield


def _parse(name: str) -> tuple[str, int]:
    found = re.search(r"(?:^|[/:])(CPU|GPU|TPU)(?::(\d+|\*))?$", name, re.IGNORECASE)
    if found is None:
        raise ValueError(
            f"tf.device({name!r}): not a device's name; expected one such as '/CPU:0' or '/device:GPU:0'."
        )
    index = found.group(2)
    return found.group(1).upper(), 0 if index in (None, "*") else int(index)


_memory_growth: dict[str, bool] = {}
_soft_placement = False


def set_memory_growth(device: PhysicalDevice, enable: bool) -> None:
    """Accept the wish that GPU memory be taken as needed (mirrors `tf.config.experimental.set_memory_growth`).

    How memory is taken is the engine's affair: set XLA_PYTHON_CLIENT_PREALLOCATE=false in the environment for jax.

    Raises:
        ValueError: not one of `tf.config.list_physical_devices()`.
    """
    if device not in list_physical_devices():
        raise ValueError(f"set_memory_growth: {device!r} is not one of tf.config.list_physical_devices().")
    _memory_growth[device.name] = bool(enable)


def get_memory_growth(device: PhysicalDevice) -> bool:
    """What `set_memory_growth` was told (mirrors `tf.config.experimental.get_memory_growth`)."""
    return _memory_growth.get(device.name, False)


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Accept a choice of devices, if it holds the one in use (mirrors `tf.config.set_visible_devices`).

    Raises:
        ValueError: not devices of `tf.config.list_physical_devices()`.

    Warns:
        UserWarning: the choice leaves out the device in use, which cannot be changed any more.
    """
    chosen = [devices] if isinstance(devices, PhysicalDevice) else list(devices or ())
    for item in chosen:
        if item not in list_physical_devices():
            raise ValueError(
                f"set_visible_devices: {item!r} is not one of tf.config.list_physical_devices()."
            )
    used = engine.current().devices()[0].split(" ")[0]
    asked = device_type is None or used.startswith(device_type.upper())
    if asked and f"/physical_device:{used}" not in [d.name for d in chosen]:
        report(
            f"set_visible_devices: the program runs on {used}, which this call leaves out, and goes on doing so: the engine has "
            "started. Choose devices before the program starts, with CUDA_VISIBLE_DEVICES or JAX_PLATFORMS."
        )


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices, all of which are visible (mirrors `tf.config.get_visible_devices`)."""
    return list_physical_devices(device_type)


def set_soft_device_placement(enabled: bool) -> None:
    """Accept the wish (mirrors `tf.config.set_soft_device_placement`); see `device` for what happens."""
    global _soft_placement
    _soft_placement = bool(enabled)


def get_soft_device_placement() -> bool:
    """What `set_soft_device_placement` was told."""
    return _soft_placement


def set_log_device_placement(enabled: bool) -> None:
    """Print where operations run: one line, as they all run on the same device (mirrors `tf.debugging.set_log_device_placement`)."""
    if enabled:
        print(
            f"unikeras: all operations run on {engine.current().devices()[0]} (engine {engine.current().name})"
        )


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """Whether the engine sees a GPU (mirrors `tf.test.is_gpu_available`)."""
    return bool(list_physical_devices("GPU"))


def gpu_device_name() -> str:
    """The first GPU's name, "" without one (mirrors `tf.test.gpu_device_name`)."""
    found = list_logical_devices("GPU")
    return found[0].name if found else ""


def is_built_with_cuda() -> bool:
    """Whether a GPU can be used: unikeras itself is not built with anything, so whether one is seen."""
    return is_gpu_available()
