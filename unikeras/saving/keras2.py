"""Functional and Sequential configs of tf.keras 2 (and multi-backend Keras 2), rewritten as Keras 3 has them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from unikeras.saving import keras2_ops
from unikeras.saving.errors import ModelFileError

__all__ = ["functional", "is_old", "layer", "operation"]

_CONSTANT = "_CONSTANT_VALUE"


def is_old(config: dict[str, Any]) -> bool:
    """Whether a functional config is Keras 2's: its calls are lists, Keras 3's are dictionaries."""
    layers = config.get("layers")
    for data in layers if isinstance(layers, list) else []:
        calls = data.get("inbound_nodes") if isinstance(data, dict) else None
        for call in calls if isinstance(calls, list) else []:
            return not isinstance(call, dict) or "args" not in call
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


def operation(data: dict[str, Any]) -> Callable[..., Any]:
    """The function that an entry of a TensorFlow call stands for.

    Raises:
        ModelFileError: no function that can be read.
    """
    path = data["config"].get("function")
    if not isinstance(path, str):
        raise ModelFileError(f"The entry {_name(data)!r} names no function: {path!r}.")
    if path == "__operators__.getitem":
        return _getitem
    return functools.partial(_call_function, path, keras2_ops.find(path))


def _call_function(path: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **keras2_ops.arguments(path, kwargs))


def _getitem(x: Any, slice_spec: Any) -> Any:
    return x[tuple(slice_spec) if isinstance(slice_spec, list) else slice_spec]


def functional(config: dict[str, Any]) -> dict[str, Any]:
    """A functional config with Keras 3's calls.

    Raises:
        ModelFileError: the config is broken.
    """
    names = {_name(data) for data in config["layers"]}
    shift = _first_calls(config, names)
    layers = []
    for data in config["layers"]:
        is_slicing = data.get("class_name") == "SlicingOpLambda"
        calls = [_Call(names, shift, is_slicing).rewritten(call) for call in data.get("inbound_nodes") or []]
        layers.append({**layer(data), "name": _name(data), "inbound_nodes": calls})
    return {
        **config,
        "layers": layers,
        "input_layers": _ends(config["input_layers"], shift),
        "output_layers": _ends(config["output_layers"], shift),
    }


def _name(data: dict[str, Any]) -> str:
    return data.get("name") or data["config"]["name"]


def _is_history(value: Any, names: set[str]) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and value[0] in names
        and all(isinstance(v, int) and not isinstance(v, bool) for v in value[1:3])
        and (len(value) == 3 or isinstance(value[3], dict))
    )


def _histories(value: Any, names: set[str]) -> list[Any]:
    if _is_history(value, names):
        return [value, *(_histories(value[3], names) if len(value) > 3 else [])]
    if isinstance(value, dict):
        return [h for v in value.values() for h in _histories(v, names)]
    if isinstance(value, (list, tuple)):
        return [h for v in value for h in _histories(v, names)]
    return []


def _first_calls(config: dict[str, Any], names: set[str]) -> dict[str, int]:
    """The number of each layer's first call: 1 for a nested model, which counted its own making; 0 for the others."""
    first: dict[str, int] = {}
    calls = [data.get("inbound_nodes") or [] for data in config["layers"]]
    for history in _histories([calls, config["input_layers"], config["output_layers"]], names):
        first[history[0]] = min(first.get(history[0], history[1]), history[1])
    return first


class _Call:
    """One entry of 'inbound_nodes' as Keras 3's {'args', 'kwargs'}."""

    def __init__(self, names: set[str], shift: dict[str, int], is_slicing: bool) -> None:
        self.names, self.shift, self.is_slicing = names, shift, is_slicing
        self.kwargs: dict[str, Any] = {}

    def rewritten(self, call: Any) -> dict[str, Any]:
        if isinstance(call, dict) and "args" in call:
            return call
        if isinstance(call, (list, tuple)) and len(call) == 1 and self._is_entry(call[0]):
            call = call[0]  # one input, in a list
        first = self._input(call)
        kwargs = {key: self._value(value, key) for key, value in self.kwargs.items()}
        return {"args": [first], "kwargs": kwargs}

    def _is_entry(self, value: Any) -> bool:
        return isinstance(value, (list, tuple)) and len(value) >= 3 and isinstance(value[0], str)

    def _input(self, value: Any) -> Any:
        """A call's inputs: [layer, call, output, keyword arguments], or a list or dict of such."""
        if self._is_entry(value):
            if len(value) > 3 and isinstance(value[3], dict):
                self.kwargs.update(value[3])
            if value[0] == _CONSTANT:
                return value[2]
            if value[0] not in self.names:
                raise ModelFileError(
                    f"A call's input names the layer {value[0]!r}, which the model does not have."
                )
            return self._tensor(value)
        if isinstance(value, (list, tuple)) and (not value or isinstance(value[0], (list, tuple, dict))):
            return [self._input(v) for v in value]
        if isinstance(value, dict):
            return {key: self._input(v) for key, v in value.items()}
        raise ModelFileError(f"A call's input must be [layer, call, output, ...], not {value!r}.")

    def _tensor(self, entry: Any) -> dict[str, Any]:
        name, number, index = entry[:3]
        if not isinstance(number, int) or not isinstance(index, int):
            raise ModelFileError(f"A call's input must be [layer, call, output, ...], not {entry!r}.")
        history = [name, number - self.shift.get(name, 0), index]
        return {"class_name": "__keras_tensor__", "config": {"keras_history": history}}

    def _value(self, value: Any, key: str = "") -> Any:
        """A keyword argument, with the tensors in it."""
        if _is_history(value, self.names) and len(value) == 3:
            return self._tensor(value)
        if isinstance(value, (list, tuple)):
            if len(value) == 3 and value[0] == _CONSTANT:
                return value[2]
            return [self._value(v, key) for v in value]
        if isinstance(value, dict):
            if set(value) == {"start", "stop", "step"}:
                return {"class_name": "__slice__", "config": {k: self._value(v) for k, v in value.items()}}
            return {k: self._value(v, k) for k, v in value.items()}
        if self.is_slicing and value == "Ellipsis":
            return {"class_name": "__ellipsis__", "config": {}}
        return value


def _ends(structure: Any, shift: dict[str, int]) -> Any:
    if isinstance(structure, dict):
        return {k: _ends(v, shift) for k, v in structure.items()}
    if isinstance(structure, (list, tuple)) and structure and isinstance(structure[0], str):
        if len(structure) < 3 or not isinstance(structure[1], int):
            raise ModelFileError(f"An input or output must be [layer, call, output], not {structure!r}.")
        return [structure[0], structure[1] - shift.get(structure[0], 0), structure[2]]
    if not isinstance(structure, (list, tuple)):
        raise ModelFileError(f"An input or output must be [layer, call, output], not {structure!r}.")
    ends = [_ends(v, shift) for v in structure]
    return ends[0] if len(ends) == 1 else ends
