"""Settings that hold for the whole program (mirrors `keras.config`): epsilon and the order of image axes.

Both start from `keras.json` in Keras's folder, as Keras's do. floatx is in `core/dtypes.py`, strictness in `core/strict.py`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from unikeras import engine
from unikeras.core.module import reset_names

__all__ = ["backend", "clear_session", "epsilon", "image_data_format", "set_epsilon", "set_image_data_format"]

_FORMATS = ("channels_last", "channels_first")
_settings: dict[str, Any] = {}


@cache
def _file() -> dict[str, Any]:
    try:
        content = json.loads((engine.keras_home() / "keras.json").read_text())
    except (OSError, ValueError):  # no file, or one that Keras would ignore as well
        return {}
    return content if isinstance(content, dict) else {}


def epsilon() -> float:
    """The small number that keeps divisions away from 0 (mirrors `keras.config.epsilon`).

    Example:
        >>> from unikeras import keras
        >>> keras.config.epsilon()
        1e-07
    """
    return _settings.get("epsilon", _file().get("epsilon", 1e-7))


def set_epsilon(value: float) -> None:
    """Set what `epsilon` gives.

    Raises:
        ValueError: not a positive number.

    Example:
        >>> from unikeras import keras
        >>> keras.config.set_epsilon(1e-5); keras.config.epsilon()
        1e-05
        >>> keras.config.set_epsilon(1e-7)
    """
    if not float(value) > 0:
        raise ValueError(f"set_epsilon: expected a positive number, got {value!r}.")
    _settings["epsilon"] = float(value)


def image_data_format() -> str:
    """Where images have their channels: 'channels_last' or 'channels_first' (mirrors `keras.config.image_data_format`).

    Example:
        >>> from unikeras import keras
        >>> keras.config.image_data_format()
        'channels_last'
    """
    return _settings.get("image_data_format", _file().get("image_data_format", "channels_last"))


def set_image_data_format(data_format: str) -> None:
    """Set what `image_data_format` gives.

    Raises:
        ValueError: neither 'channels_last' nor 'channels_first'.
    """
    name = str(data_format).lower()
    if name not in _FORMATS:
        raise ValueError(
            f"set_image_data_format: expected 'channels_last' or 'channels_first', got {data_format!r}."
        )
    _settings["image_data_format"] = name


def backend() -> str:
    """The name of the engine that is selected (mirrors `keras.backend.backend`); it is not loaded for that.

    Example:
        >>> from unikeras import keras
        >>> keras.backend.backend() in ("jax", "torch", "numpy")
        True
    """
    return engine.selection()[0]


def clear_session(free_memory: bool = True) -> None:
    """Let automatic names start over: 'dense', 'dense_1' ... (mirrors `keras.backend.clear_session`).

    There is no graph that grows from model to model, so nothing else is held that would have to be freed.

    Args:
        free_memory: accepted.
    """
    reset_names()
