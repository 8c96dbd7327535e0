"""The configs of the layers inside another one."""

from __future__ import annotations

from typing import Any

__all__ = ["inner_config", "inner_from_config"]


def inner_config(layer: Any) -> Any:
    """The config of a cell or layer inside another one, which builds it: its variables then have the outer one's name before theirs."""
    from unikeras.saving.serialize import serialize_keras_object

    config = serialize_keras_object(layer)
    config.pop("build_config", None)
    return config


def inner_from_config(config: Any, custom_objects: dict[str, Any] | None) -> Any:
    """A cell or layer inside another one, not built yet, from its config; a layer stays as it is."""
    from unikeras.saving.serialize import deserialize_keras_object

    if not isinstance(config, dict):
        return config
    config = {k: v for k, v in config.items() if k != "build_config"}
    return deserialize_keras_object(config, custom_objects=custom_objects)
