"""Functional and Sequential configs of tf.keras 2, rewritten as Keras 3 has them."""

from __future__ import annotations

from typing import Any

from unikeras.saving.errors import ModelFileError

__all__ = ["functional", "is_old", "layer"]


def is_old(config: dict[str, Any]) -> bool:
    """Whether a functional config is Keras 2's: its calls are lists, Keras 3's are dictionaries."""
    for data in config.get("layers") or []:
        for call in data.get("inbound_nodes") or [] if isinstance(data, dict) else []:
            return not isinstance(call, dict)
    return False


def layer(data: dict[str, Any]) -> dict[str, Any]:
    """One layer's entry with the names that changed."""
    config = data.get("config")
    if not isinstance(config, dict):
        return data
    config = dict(config)
    if data.get("class_name") == "InputLayer" and "batch_input_shape" in config:
        config["batch_shape"] = config.pop("batch_input_shape")
    return {**data, "config": config}


def functional(config: dict[str, Any]) -> dict[str, Any]:
    """A functional config with Keras 3's calls.

    Raises:
        ModelFileError: the config is broken.
        NotImplementedError: it has calls of TensorFlow's ops.
    """
    nested = {
        _name(d) for d in config["layers"] if d.get("class_name") in ("Functional", "Model", "Sequential")
    }
    layers = []
    for data in config["layers"]:
        if data.get("class_name") in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"):
            raise NotImplementedError(
                f"Model {config.get('name')!r} calls a TensorFlow op ({_name(data)!r}), as tf.keras 2 saves it; that cannot be read "
                "yet; see docs/compatibility.md."
            )
        calls = [_call(call, nested) for call in data.get("inbound_nodes") or []]
        layers.append({**layer(data), "name": _name(data), "inbound_nodes": calls})
    return {
        **config,
        "layers": layers,
        "input_layers": _ends(config["input_layers"], nested),
        "output_layers": _ends(config["output_layers"], nested),
    }


def _name(data: dict[str, Any]) -> str:
    return data.get("name") or data["config"]["name"]


def _history(entry: Any, nested: set[str]) -> list[Any]:
    if not (isinstance(entry, (list, tuple)) and len(entry) >= 3 and isinstance(entry[0], str)):
        raise ModelFileError(f"A call's input must be [layer, call, output, ...], not {entry!r}.")
    name, number, index = entry[:3]
    # a nested model counted its own making as its first call
    return [name, number - 1 if name in nested and number > 0 else number, index]


def _call(call: Any, nested: set[str]) -> dict[str, Any]:
    def tensor(entry: Any) -> dict[str, Any]:
        return {"class_name": "__keras_tensor__", "config": {"keras_history": _history(entry, nested)}}

    if isinstance(call, dict):
        return call
    kwargs: dict[str, Any] = {}
    if call and isinstance(call[0], str):  # one input, not in a list
        kwargs.update(call[3] if len(call) > 3 else {})
        return {"args": [tensor(call)], "kwargs": kwargs}
    for entry in call:
        if len(entry) > 3 and isinstance(entry[3], dict):
            kwargs.update(entry[3])
    tensors = [tensor(entry) for entry in call]
    return {"args": [tensors[0] if len(tensors) == 1 else tensors], "kwargs": kwargs}


def _ends(structure: Any, nested: set[str]) -> Any:
    if isinstance(structure, dict):
        return {k: _ends(v, nested) for k, v in structure.items()}
    if isinstance(structure, list) and structure and isinstance(structure[0], str):
        return _history(structure, nested)
    ends = [_ends(v, nested) for v in structure]
    return ends[0] if len(ends) == 1 else ends
