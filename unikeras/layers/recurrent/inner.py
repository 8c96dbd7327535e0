"""The configs of the layers inside another one."""

from __future__ import annotations

from typing import Any

__all__ = ["inner_config"]


def inner_config(layer: Any) -> Any:
    """The config of a cell or layer inside another one, which builds it: its variables then have the outer one's name before theirs."""
    from unikeras.saving.serialize import serialize_keras_object

    config = serialize_keras_object(layer)
    config.pop("build_config", None)
    return config
