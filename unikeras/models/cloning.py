"""`clone_model`: the same architecture with new layers."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from unikeras.core import nest
from unikeras.core.symbolic import SymbolicTensor, is_symbolic
from unikeras.layers.core.input_layer import InputLayer
from unikeras.layers.layer import Layer

__all__ = ["clone_model"]


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Layer], Layer] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model of the same architecture, made of new layers with newly initialized weights; not compiled.

    Mirrors `keras.models.clone_model`.

    Args:
        model: a Sequential or functional model; a subclassed one only without `input_tensors` and `clone_function`.
        input_tensors: symbolic tensors, in the structure of the model's inputs, to use instead of new ones.
        clone_function: makes a new layer of a layer; `layer.from_config(layer.get_config())` if `None`.
        call_function: called as `call_function(layer, *args, **kwargs)` instead of each layer of a functional model; returns
            its outputs.
        recursive: whether `clone_function` is used on the layers of nested models as well.

    Raises:
        ValueError: not a model, a subclassed model with `clone_function`, a Sequential one with `call_function`.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="d")])
        >>> clone = keras.models.clone_model(model)
        >>> clone.layers[0].name, clone.layers[0] is model.layers[0]
        ('d', False)
    """
    from unikeras.models.model import Model
    from unikeras.models.sequential import Sequential

    if kwargs:
        raise TypeError(f"clone_model: unknown arguments {sorted(kwargs)}.")
    if not isinstance(model, Model):
        raise ValueError(f"clone_model takes a model, not {model!r} (type {type(model).__name__}).")

    def clone(layer: Layer) -> Layer:
        if (
            recursive
            and isinstance(layer, Model)
            and (layer._graph is not None or isinstance(layer, Sequential))
        ):
            return clone_model(layer, clone_function=clone_function, recursive=True)
        return _copy(layer) if clone_function is None else _made(clone_function, layer)

    if isinstance(model, Sequential):
        if call_function is not None:
            raise ValueError(
                f"Model {model.name!r} is Sequential: its layers are not called one by one, so clone_model cannot take call_function for it."
            )
        return _clone_sequential(model, input_tensors, clone)
    if model._graph is not None:
        return _clone_functional(model, input_tensors, clone, call_function)
    if input_tensors is not None or clone_function is not None or call_function is not None:
        raise ValueError(
            f"Model {model.name!r} is a subclassed model: its layers are made in its own code, so clone_model cannot take "
            "input_tensors, clone_function or call_function for it."
        )
    return _copy(model)


def _copy(layer: Any) -> Any:
    config = layer.get_config()
    parameters = inspect.signature(type(layer).__init__).parameters
    if isinstance(config, dict) and not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        # a model of a user's that takes no name or dtype, as tf.keras clones it
        config = {
            k: v for k, v in config.items() if k in parameters or k not in ("name", "trainable", "dtype")
        }
    return type(layer).from_config(config)


def _made(clone_function: Callable[[Layer], Layer], layer: Layer) -> Layer:
    made = clone_function(layer)
    if not isinstance(made, Layer):
        raise ValueError(f"clone_function must return a layer, but for {layer.name!r} it returned {made!r}.")
    return made


def _clone_sequential(model: Any, input_tensors: Any, clone: Callable[[Layer], Layer]) -> Any:
    from unikeras.models.sequential import Sequential

    cls = type(model) if type(model).__init__ is Sequential.__init__ else Sequential
    new = cls(name=model.name)
    given = [] if input_tensors is None else nest.flatten(input_tensors)
    if len(given) > 1 or not all(is_symbolic(t) for t in given):
        raise ValueError(
            f"Model {model.name!r} is Sequential: input_tensors must be one symbolic tensor, not {input_tensors!r}."
        )
    entry = given[0] if given else None
    if entry is None and model._graph is not None:
        old = model._graph.flat_inputs[0]
        entry = InputLayer(batch_shape=old.shape, dtype=old.dtype, name=old.name).output
    if entry is not None:
        made_by = entry.node.operation if entry.node is not None else None
        new.add(made_by if isinstance(made_by, InputLayer) else InputLayer(input_tensor=entry), rebuild=False)
    for layer in model.layers:
        new.add(clone(layer), rebuild=False)
    new._maybe_rebuild()
    return new


def _clone_functional(
    model: Any, input_tensors: Any, clone: Callable[[Layer], Layer], call_function: Callable[..., Any] | None
) -> Any:
    from unikeras.models.model import Functional, Model

    graph = model._graph
    if input_tensors is None:
        entries = [
            InputLayer(batch_shape=t.shape, dtype=t.dtype, name=t.name).output for t in graph.flat_inputs
        ]
        inputs = nest.pack_as(graph.inputs, entries)
    else:
        inputs, entries = input_tensors, nest.flatten(input_tensors)
        if len(entries) != len(graph.flat_inputs) or not all(is_symbolic(t) for t in entries):
            raise ValueError(
                f"Model {model.name!r} has {len(graph.flat_inputs)} inputs; input_tensors must be as many symbolic tensors, not {input_tensors!r}."
            )
    values: dict[int, Any] = {id(old): new for old, new in zip(graph.flat_inputs, entries, strict=True)}
    made: dict[int, Layer] = {}
    for node in graph.nodes:
        operation = node.operation
        if isinstance(operation, Layer):
            operation = made.setdefault(id(operation), None) or clone(operation)  # type: ignore[arg-type]
            made[id(node.operation)] = operation
        args, kwargs = nest.map_structure(
            lambda v: values[id(v)] if isinstance(v, SymbolicTensor) else v, (node.args, node.kwargs)
        )
        if call_function is not None and isinstance(operation, Layer):
            outputs = call_function(operation, *args, **kwargs)
        else:
            outputs = operation(*args, **kwargs)
        for old, new in zip(nest.flatten(node.outputs), nest.flatten(outputs), strict=True):
            values[id(old)] = new
    outputs = nest.map_structure(lambda t: values[id(t)], graph.outputs)
    cls = type(model) if type(model).__init__ is Model.__init__ else Functional
    return cls(inputs=inputs, outputs=outputs, name=model.name)
