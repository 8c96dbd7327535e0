"""Configs of Functional and Sequential models, in the form Keras 3 writes; Keras 2's is read too."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

from unikeras.core import nest
from unikeras.core.op import Op
from unikeras.core.operation import Operation
from unikeras.core.symbolic import SymbolicTensor, is_symbolic
from unikeras.layers.layer import Layer
from unikeras.saving import keras2, keras2_ops, keras3_ops
from unikeras.saving.errors import ModelFileError
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object, serialize_policy

__all__ = [
    "functional_config",
    "functional_from_config",
    "layers_with_entries",
    "sequential_config",
    "sequential_from_config",
]

_OP_MODULE, _OP_CLASS = "unikeras.ops", "UnikerasOp"


# Functional.


def functional_config(model: Any) -> dict[str, Any]:
    """The config of a functional model: its layers, each with its calls, and which tensors go in and out.

    A call of an op (`x * 2`) is written as Keras's operation. One that Keras does not have gets the class name 'UnikerasOp', and
    Keras cannot open such a file.

    Args:
        model: a model made by `keras.Model(inputs, outputs)`, or by a subclass of it whose constructor takes both.

    Raises:
        ValueError: two layers have the same name.
    """
    if not _takes_graph(type(model)):
        return Layer.get_config(model)
    from unikeras.models.order import places

    found = places(model._graph)
    names: set[str] = set()
    for place in found:
        if place.name in names:
            raise ValueError(
                f"Model {model.name!r} cannot be saved: two layers have the name {place.name!r}. Layers need unique names."
            )
        names.add(place.name)
    history: dict[int, list[Any]] = {}
    for place in found:
        if place.input is not None:
            history[id(place.input)] = [place.name, 0, 0]
        for number, node in enumerate(place.nodes):
            for index, tensor in enumerate(nest.flatten(node.outputs)):
                history[id(tensor)] = [place.name, number, index]
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": [_place_config(place, history) for place in found],
        "input_layers": _histories(model._graph.inputs, history),
        "output_layers": _histories(model._graph.outputs, history),
    }


def layers_with_entries(model: Any) -> list[Any]:
    """A functional model's layers in order, with those of its entries; an entry that is no layer is left out."""
    from unikeras.models.order import places

    return [
        place.operation for place in places(model._graph) if place.is_layer and place.operation is not None
    ]


def _takes_graph(cls: type) -> bool:
    """Whether a class's constructor is called as `cls(inputs=..., outputs=...)`."""
    parameters = inspect.signature(cls.__init__).parameters  # type: ignore[misc]
    return {"inputs", "outputs"} <= set(parameters) or _is_model_init(cls)


def _is_model_init(cls: type) -> bool:
    from unikeras.models.model import Model

    return cls.__init__ is Model.__init__  # type: ignore[misc]


def _place_config(place: Any, history: dict[int, list[Any]]) -> dict[str, Any]:
    calls = [(node.args, node.kwargs) for node in place.nodes]
    if place.operation is None:  # the model begins at the output of a layer that is not in it
        tensor = place.input
        result: dict[str, Any] = {
            "module": "keras.layers",
            "class_name": "InputLayer",
            "config": {
                "batch_shape": tuple(tensor.shape),
                "dtype": tensor.dtype.name,
                "sparse": False,
                "ragged": False,
                "name": place.name,
            },
            "registered_name": None,
        }
    elif isinstance(place.operation, Operation):
        result = serialize_keras_object(place.operation)
    else:
        known = keras3_ops.as_keras(place.operation, place.nodes[0], place.name)
        result = _own_op(place) if known is None else known[0]
        calls = calls if known is None else [known[1:]]

    def described(value: Any) -> Any:
        if not is_symbolic(value):
            return serialize_keras_object(value)
        config = {"shape": tuple(value.shape), "dtype": value.dtype.name, "keras_history": history[id(value)]}
        return {"class_name": "__keras_tensor__", "config": config}

    result["name"] = place.name
    result["inbound_nodes"] = [
        {"args": _mapped(described, args), "kwargs": _mapped(described, kwargs)} for args, kwargs in calls
    ]
    return result


def _own_op(place: Any) -> dict[str, Any]:
    """The entry of an op that Keras does not have: only unikeras reads it."""
    config = {"name": place.name, "op": _op_name(place.operation)}
    return {"module": _OP_MODULE, "class_name": _OP_CLASS, "config": config, "registered_name": None}


def _mapped(function: Any, value: Any) -> Any:
    """`function` on the leaves of a structure, of which slices are part."""
    if isinstance(value, dict):
        return {k: _mapped(function, v) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and nest.is_nested(value):
        values = [_mapped(function, v) for v in value]
        return values if isinstance(value, list) else tuple(values)
    if isinstance(value, slice):
        return {
            "class_name": "__slice__",
            "config": {k: _mapped(function, getattr(value, k)) for k in ("start", "stop", "step")},
        }
    return function(value)


@cache
def _ops() -> dict[str, Op]:
    """The ops that a file may name."""
    from unikeras import activations, ops

    found: dict[str, Op] = {}
    modules = [
        importlib.import_module(f"unikeras.ops.{info.name}") for info in pkgutil.iter_modules(ops.__path__)
    ]
    for module in (ops, activations, *modules):
        for name, value in vars(module).items():
            if isinstance(value, Op) and name == getattr(value, "__name__", None):
                found.setdefault(name, value)
    return found


def _op_name(operation: Any) -> str:
    name: str = operation.__name__
    if _ops().get(name) is operation:
        return name
    raise NotImplementedError(
        f"The model calls {operation!r} on symbolic tensors, and that cannot be saved: it is not among unikeras.ops. Put the "
        "call into a layer of your own."
    )


def _histories(structure: Any, history: dict[int, list[Any]]) -> Any:
    if is_symbolic(structure):
        return history[id(structure)]
    if isinstance(structure, dict):
        return {k: _histories(v, history) for k, v in structure.items()}
    return [_histories(v, history) for v in structure]


def functional_from_config(cls: type, config: dict[str, Any]) -> Any:
    """The model that a functional config (of Keras 2 or 3) describes, made of new layers.

    Args:
        cls: the model's class.
        config: what `functional_config` returns.

    Raises:
        ModelFileError: the config is broken: a call of an unknown layer, a circle, something missing.
    """
    old = keras2.is_old(config)
    if old:
        config = keras2.functional(config)
    name = config.get("name")
    if not _takes_graph(cls):
        return Layer.from_config.__func__(cls, config)  # type: ignore[attr-defined]
    operations: dict[str, Any] = {}
    calls: dict[str, list[dict[str, Any]]] = {}
    try:
        for data in config["layers"]:
            key = data.get("name") or data["config"]["name"]
            if key in operations:
                raise ModelFileError(f"Model {name!r}: two layers have the name {key!r}.")
            operations[key] = _operation(data)
            calls[key] = list(data["inbound_nodes"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelFileError(
            f"The config of model {name!r} is broken: {type(error).__name__}: {error}."
        ) from error
    made = _replay(operations, calls, name)
    inputs = _tensors(config["input_layers"], made, name)
    outputs = _tensors(config["output_layers"], made, name)
    known = {"name", "trainable", "layers", "input_layers", "output_layers", "dtype"}
    extra = (
        {}
        if _is_model_init(cls)
        else {k: deserialize_keras_object(v) for k, v in config.items() if k not in known}
    )
    model = cls(inputs=inputs, outputs=outputs, name=name, **extra)
    if config.get("trainable") is False:
        model.trainable = False
    return model


def _operation(data: dict[str, Any]) -> Any:
    module = data.get("module")
    if data.get("class_name") == _OP_CLASS and module == _OP_MODULE:
        found = _ops().get(data["config"]["op"])
        if found is None:
            raise ModelFileError(f"unikeras has no op {data['config']['op']!r}.")
        return found
    if data.get("class_name") == "TensorFlowOpLayer":
        raise NotImplementedError(
            f"The model has the TensorFlowOpLayer {data.get('name')!r}, as tf.keras 2.0 to 2.3 saved calls of TensorFlow's functions: that "
            "cannot be read; see docs/compatibility.md. Save it with tf.keras 2.4 or later."
        )
    if data.get("class_name") in keras2_ops.CLASSES:
        return keras2.operation(data)
    if keras3_ops.is_operation(data):
        return keras3_ops.operation(data)
    return deserialize_keras_object({k: v for k, v in data.items() if k not in ("inbound_nodes", "name")})


def _replay(
    operations: dict[str, Any], calls: dict[str, list[dict[str, Any]]], name: Any
) -> dict[tuple[str, int], list[Any]]:
    """Make the calls, each as soon as its inputs are there: (layer, number of the call) -> its outputs."""
    made: dict[tuple[str, int], list[Any]] = {}
    for key, operation in operations.items():
        if not calls[key]:
            if not isinstance(operation, Layer) or not operation._nodes:
                raise ModelFileError(f"Model {name!r}: the layer {key!r} is never called.")
            made[key, 0] = nest.flatten(operation._nodes[0].outputs)
    done = dict.fromkeys(calls, 0)
    waiting = [key for key in calls if calls[key]]
    while waiting:
        before = sum(done.values())
        for key in waiting:
            while done[key] < len(calls[key]):
                call = calls[key][done[key]]
                if not isinstance(call, dict) or "args" not in call:
                    raise ModelFileError(f"Model {name!r}: a call of {key!r} is broken: {call!r}.")
                needed = [_key(history) for history in _all_histories(call)]
                if not needed and not isinstance(
                    operations[key], Layer
                ):  # it would be computed now, whatever its size
                    raise ModelFileError(
                        f"Model {name!r}: the function {key!r} is called on no tensor of the model."
                    )
                if any(k not in made for k in needed):
                    break
                args = _with_tensors(call["args"], made, name)
                kwargs = _with_tensors(call.get("kwargs") or {}, made, name)
                outputs = operations[key](*args, **_without_empty(operations[key], kwargs))
                made[key, done[key]] = nest.flatten(outputs)
                done[key] += 1
        waiting = [key for key in waiting if done[key] < len(calls[key])]
        if waiting and sum(done.values()) == before:
            raise ModelFileError(
                f"Model {name!r}: the inputs of {', '.join(map(repr, waiting))} are made by no layer of the model."
            )
    return made


def _without_empty(operation: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Keras writes `mask: None`, `training: None` also for layers that need no such argument."""
    if not isinstance(operation, Layer):
        return kwargs
    return {k: v for k, v in kwargs.items() if v is not None}


def _is_tensor(value: Any) -> bool:
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def _all_histories(value: Any) -> list[Any]:
    if _is_tensor(value):
        return [value["config"].get("keras_history")]
    if isinstance(value, dict):
        return [h for v in value.values() for h in _all_histories(v)]
    if isinstance(value, (list, tuple)):
        return [h for v in value for h in _all_histories(v)]
    return []


def _key(history: Any) -> tuple[str, int]:
    if not _is_history(history):
        raise ModelFileError(f"A tensor's history must be [layer, call, output], not {history!r}.")
    return history[0], history[1]


def _is_history(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == 3
        and isinstance(value[0], str)
        and all(isinstance(v, int) for v in value[1:])
    )


def _tensor(history: Any, made: dict[tuple[str, int], list[Any]], name: Any) -> SymbolicTensor:
    outputs = made.get(_key(history))
    if outputs is None or not 0 <= history[2] < len(outputs):
        raise ModelFileError(f"Model {name!r}: there is no tensor {history!r}.")
    return outputs[history[2]]


def _with_tensors(value: Any, made: dict[tuple[str, int], list[Any]], name: Any) -> Any:
    if _is_tensor(value):
        return _tensor(value["config"].get("keras_history"), made, name)
    if isinstance(value, dict):
        if value.get("class_name") == "__slice__":
            return slice(*(_with_tensors(value["config"][k], made, name) for k in ("start", "stop", "step")))
        if "class_name" in value and "config" in value:
            return deserialize_keras_object(value)
        return {k: _with_tensors(v, made, name) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_tensors(v, made, name) for v in value]
    return value


def _tensors(structure: Any, made: dict[tuple[str, int], list[Any]], name: Any) -> Any:
    if _is_history(structure):
        return _tensor(structure, made, name)
    if isinstance(structure, dict):
        return {k: _tensors(v, made, name) for k, v in structure.items()}
    if isinstance(structure, (list, tuple)):
        return [_tensors(v, made, name) for v in structure]
    raise ModelFileError(f"Model {name!r}: {structure!r} is no structure of inputs or outputs.")


# Sequential.


def sequential_config(model: Any) -> dict[str, Any]:
    """The config of a Sequential model: its layers in order, the input first if it is known."""
    from unikeras.layers.core.input_layer import InputLayer
    from unikeras.models.sequential import Sequential

    if type(model).__init__ is not Sequential.__init__:  # a subclass that makes its layers itself
        return Layer.get_config(model)
    stack = list(model._stack)
    config: dict[str, Any] = {
        "name": model.name,
        "trainable": model.trainable,
        "dtype": serialize_policy(model.dtype_policy),
    }
    if model._graph is not None and not isinstance(stack[0], InputLayer):
        stack.insert(0, model._graph.flat_inputs[0].node.operation)
    config["layers"] = [serialize_keras_object(layer) for layer in stack]
    if model._graph is not None:
        config["build_input_shape"] = tuple(model._graph.flat_inputs[0].shape)
    return config


def sequential_from_config(cls: Any, config: Any) -> Any:
    """The model that a Sequential config (of Keras 2 or 3; Keras 1's is a list) describes.

    Raises:
        ModelFileError: the config is broken.
    """
    if isinstance(config, list):
        config = {"name": None, "layers": config}
    if "layers" not in config:
        return Layer.from_config.__func__(cls, config)  # type: ignore[attr-defined]
    if not isinstance(config["layers"], list):
        raise ModelFileError(f"The layers of a Sequential config must be a list, not {config['layers']!r}.")
    model = cls(name=config.get("name"))
    for data in config["layers"]:
        if not isinstance(data, dict):
            raise ModelFileError(f"A layer of a Sequential config must be a dictionary, not {data!r}.")
        model.add(deserialize_keras_object(keras2.layer(data)), rebuild=False)
    model._maybe_rebuild()
    shape = config.get("build_input_shape")
    if model._graph is None and shape and model._stack:
        model.build(shape)
    if config.get("trainable") is False:
        model.trainable = False
    return model
