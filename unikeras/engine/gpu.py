"""Why an engine does not compute on a GPU."""

from __future__ import annotations

import os
import platform
import shutil
from importlib import metadata
from pathlib import Path

__all__ = ["GPU_BUILDS", "installed", "why_no_gpu"]

GPU_BUILDS = {
    "jax": (("jax-cuda13-plugin", "jax-cuda12-plugin", "jax-rocm7-plugin"), 'pip install -U "jax[cuda12]"'),
    "torch": ((), "install a CUDA build of torch (pytorch.org says how)"),
}
"""Engine -> distributions that bring its GPU support, and how to install it."""


def installed(name: str) -> str | None:
    """The version of a distribution, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def why_no_gpu(
    engine_name: str,
    driver: Path = Path("/proc/driver/nvidia/version"),
    amd: Path = Path("/dev/kfd"),
) -> str:
    """Why the engine computes on the CPU.

    Args:
        engine_name: the engine in use.
        driver: a file that exists where the kernel runs NVIDIA's driver.
        amd: the same for AMD's.
    """
    if engine_name not in GPU_BUILDS:
        return f"the engine {engine_name!r} computes on the CPU only; choose another with KERAS_BACKEND"
    for variable in ("CUDA_VISIBLE_DEVICES", "JAX_PLATFORMS"):
        value = os.environ.get(variable)
        if value is not None and value.lower() in ("", "-1", "cpu"):
            if variable == "JAX_PLATFORMS" and (engine_name != "jax" or not value):
                continue
            return f"the environment variable {variable}={value!r} hides it"
    if driver.exists() or shutil.which("nvidia-smi"):
        plugins, command = GPU_BUILDS[engine_name]
        version = installed("torch") or ""
        if engine_name == "torch":
            complete = "+cpu" not in version
        else:
            complete = any(installed(name) for name in plugins)
        if complete:
            return (
                "an NVIDIA driver is here and so is the engine's CUDA build, but they do not work together: "
                "the driver may be too old for it, or the container may not be given the GPU (try nvidia-smi)"
            )
        return f"an NVIDIA driver is here, but the CPU-only build of {engine_name} is installed: {command}"
    if amd.exists():
        return f"an AMD driver is here, but {engine_name} is installed without ROCm"
    if platform.system() == "Darwin":
        return "on macOS the engines compute on the CPU"
    return "no GPU driver found on this machine"
