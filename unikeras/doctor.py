"""`unikeras doctor`: what is installed, what runs the arrays and why, and whether training works."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from pathlib import Path

Row = tuple[str, str]

PACKAGES = ("numpy", "jax", "jaxlib", "torch", "h5py", "tensorboard", "matplotlib")
"""Distributions whose versions are shown."""


def main() -> int:
    """Print the report.

    Returns:
        0, or 1 if an engine cannot be selected or the training self-check fails.
    """
    from unikeras import engine
    from unikeras.core.errors import EngineError

    section("Versions", versions())
    section("Engines", engines())
    try:
        running = engine.current()
    except EngineError as error:
        section("Self-check", [("training", f"not tried: {error}")])
        return 1
    section("Devices", devices(running.name, running.devices()))
    section("Caches", caches())
    healthy, message = self_check()
    section("Self-check", [("training", message)])
    return 0 if healthy else 1


def section(title: str, rows: Iterator[Row] | list[Row]) -> None:
    """Print a heading and rows in two columns."""
    listed = list(rows)
    width = max(len(name) for name, _ in listed)
    print(title)
    for name, value in listed:
        print(f"  {name:<{width}}  {value}")
    print(flush=True)


def versions() -> Iterator[Row]:
    """What is installed."""
    import unikeras
    from unikeras.engine.gpu import installed

    yield "unikeras", unikeras.__version__
    yield "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    for name in PACKAGES:
        yield name, installed(name) or "not installed"


def engines() -> Iterator[Row]:
    """Which engines can be used, and which one is."""
    from unikeras import engine
    from unikeras.core.errors import EngineError

    for name, found in engine.available().items():
        yield name, found
    try:
        name, reason = engine.selection()
    except EngineError as error:
        yield "selected", str(error)
    else:
        yield "selected", f"{name}: {reason}"


def devices(engine_name: str, names: list[str]) -> Iterator[Row]:
    """The devices of the engine in use, and why a GPU is not among them."""
    from unikeras.engine.gpu import why_no_gpu

    yield engine_name, ", ".join(names)
    if names[0].startswith("CPU"):
        yield "no GPU", why_no_gpu(engine_name)


def caches() -> Iterator[Row]:
    """Where compiled programs and data sets are kept, and how much there is."""
    from unikeras import engine

    compiled = engine.cache_dir()
    yield "compiled programs", "not kept" if compiled is None else folder_size(compiled)
    yield "data sets", folder_size(engine.keras_home() / "datasets")


def folder_size(folder: Path) -> str:
    """A folder with the size and number of its files.

    Example:
        >>> folder_size(Path("/nowhere"))
        '/nowhere (empty)'
    """
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    if not sizes:
        return f"{folder} (empty)"
    return f"{folder} ({sum(sizes) / 1e6:.1f} MB in {len(sizes)} files)"


def self_check() -> tuple[bool, str]:
    """Train a small model through the public API.

    Returns:
        Whether its loss fell as it must, and a sentence about it.
    """
    import numpy as np

    from unikeras import engine, keras

    if not engine.current().gradients:
        return (
            True,
            f"not tried: the engine {engine.current().name!r} has no gradients; it predicts and evaluates",
        )
    start = time.perf_counter()
    try:
        keras.utils.set_random_seed(1)
        x = np.random.default_rng(1).normal(size=(512, 8)).astype("float32")
        y = (x[:, :1] * x[:, 1:2] > 0).astype("float32")  # not linear: the hidden layer must learn
        model = keras.Sequential(
            [keras.Input((8,)), keras.layers.Dense(32, activation="tanh"), keras.layers.Dense(1, "sigmoid")]
        )
        model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
        losses = model.fit(x, y, epochs=20, batch_size=32, verbose=0).history["loss"]
    except Exception as error:
        return False, f"FAILED: {type(error).__name__}: {error}"
    took = time.perf_counter() - start
    fell = losses[-1] < 0.5 * losses[0]
    said = f"loss {losses[0]:.3f} -> {losses[-1]:.3f} in 20 epochs, {took:.1f} s with compilation"
    return (True, f"ok: {said}") if fell else (False, f"FAILED: {said}; it should have halved")
