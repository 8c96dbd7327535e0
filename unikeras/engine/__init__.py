"""Engines: what executes array code. The only package that knows an engine's name.

`current()` is the engine in use; everything above works with that object and never asks which one it is.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from unikeras.core.errors import EngineError
from unikeras.core.state import thread
from unikeras.engine.contract import Engine

__all__ = [
    "Engine",
    "adopt",
    "available",
    "cache_dir",
    "current",
    "get",
    "in_use",
    "keras_home",
    "reference",
    "selection",
    "tracer",
]

_ENGINES = {"jax": "JaxEngine", "torch": "TorchEngine", "numpy": "NumpyEngine"}
DEFAULT = "jax"


def keras_home() -> Path:
    """Keras's folder: `KERAS_HOME`, else `~/.keras`."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


def selection() -> tuple[str, str]:
    """The name of the selected engine, and why it is selected.

    Raises:
        EngineError: the name asked for is not an engine.
    """
    name, reason = os.environ.get("KERAS_BACKEND", ""), "environment variable KERAS_BACKEND"
    if not name:
        config = keras_home() / "keras.json"
        try:
            name, reason = json.loads(config.read_text())["backend"], str(config)
        except (OSError, ValueError, KeyError, TypeError):
            name, reason = DEFAULT, "the default"
    if name == "tensorflow":
        return DEFAULT, f"{reason} says 'tensorflow', which unikeras runs on its default engine"
    if name not in _ENGINES:
        close = difflib.get_close_matches(str(name).lower(), _ENGINES, n=1)
        meant = f"did you mean {close[0]!r}? Choose" if close else "choose"
        raise EngineError(f"Unknown engine {name!r} ({reason}); {meant} one of {', '.join(_ENGINES)}.")
    return name, reason


@cache
def get(name: str) -> Engine:
    """The engine called `name`.

    Raises:
        EngineError: its package is not installed.
    """
    # Importing jax draws from NumPy's generator, which the program may have seeded before.
    drawn = np.random.get_state()
    try:
        module = importlib.import_module(f"unikeras.engine.{name}")
    except ModuleNotFoundError as error:
        raise EngineError(
            f"The engine {name!r} needs the package {error.name!r}, which is not installed: "
            f'pip install "unikeras[{name}]".'
        ) from error
    finally:
        np.random.set_state(drawn)
    engine = getattr(module, _ENGINES[name])()
    for kind in _adopted:
        engine.adopt(*kind)
    _made.append(engine)
    return engine


_made: list[Engine] = []
_adopted: list[tuple[type, Callable[[Any], Any], Callable[[Any], Any]]] = []


def adopt(kind: type, arrays_of: Callable[[Any], Any], made_of: Callable[[Any], Any]) -> None:
    """Let the transformations of every engine look into objects of a class; see `Engine.adopt`."""
    _adopted.append((kind, arrays_of, made_of))
    for engine in _made:
        engine.adopt(kind, arrays_of, made_of)


@cache
def _selected() -> Engine:
    return get(selection()[0])


def current() -> Engine:
    """The engine in use: the selected one, or the one a trace under way runs on."""
    return thread.engine or _selected()


def selected() -> Engine:
    """The program's engine, also where another one evaluates abstractly."""
    return _selected()


def in_use() -> bool:
    """Whether an engine has been taken into use, so that it cannot be chosen any more."""
    return _selected.cache_info().currsize > 0


def reference() -> Engine:
    """The engine on NumPy, for what is computed on the host (initial weights)."""
    return get("numpy")


def tracer() -> Engine:
    """The engine that evaluates abstractly, whichever is selected."""
    return get("jax")


def available() -> dict[str, str]:
    """Engine name -> installed version, or why it cannot be used."""
    import importlib.metadata  # slow to import, and rarely needed

    found = {}
    for name in _ENGINES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = f'not installed (pip install "unikeras[{name}]")'
    return found


def cache_dir() -> Path | None:
    """Where compiled programs are kept between runs, or `None` if they are not."""
    return current().cache_dir()
