"""The paths under which Keras 3 stores the variables of layers and optimizers in a weights file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from unikeras.core.module import to_snake_case
from unikeras.layers.layer import Layer

__all__ = ["saveables"]


def saveables(model: Any) -> Iterator[tuple[str, Any]]:
    """(path, layer or optimizer) of all that has variables to store: 'layers/dense_1', 'optimizer', ''.

    Attributes are visited in the order of their names, private ones last; a model's layers are under 'layers', counted by
    class. What can be reached on several ways is stored where it is met first.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(1)])
        >>> [path for path, _ in saveables(model)]
        ['', 'layers/dense', 'layers/dense_1']
    """
    yield from _visit("", model, set())


def _is_saveable(value: Any) -> bool:
    from unikeras.optimizers import Optimizer

    return isinstance(value, (Layer, Optimizer))


def _visit(path: str, thing: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    yield path, thing
    for name, value in _attributes(thing):
        inner = f"{path}/{name}" if path else name
        if _is_saveable(value):
            yield from _visit(inner, value, seen)
        elif isinstance(value, (list, tuple, dict, set)):
            yield from _visit_all(inner, value, seen)


def _visit_all(path: str, container: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    counts: dict[str, int] = {}
    for value in list(container.values() if isinstance(container, dict) else container):
        if _is_saveable(value):
            name = to_snake_case(type(value).__name__)
        elif isinstance(value, (list, tuple, dict, set)):
            name = "container"
        else:
            continue
        count = counts.get(name, 0)
        counts[name] = count + 1
        inner = f"{path}/{name}_{count}" if count else f"{path}/{name}"
        if _is_saveable(value):
            yield from _visit(inner, value, seen)
        else:
            yield from _visit_all(inner, value, seen)


def _attributes(thing: Any) -> list[tuple[str, Any]]:
    from unikeras.models.model import Model
    from unikeras.optimizers import LossScaleOptimizer

    found: dict[str, Any] = {}
    if isinstance(thing, LossScaleOptimizer):
        found["inner_optimizer"] = thing.inner_optimizer
    if isinstance(thing, Layer):
        hidden = _own_names(isinstance(thing, Model))
        for name, value in list(vars(thing).items()):
            if name not in hidden:
                found[name] = value
        for cls in type(thing).__mro__:  # properties under which a subclass shows a layer
            if (
                cls in (Layer, Model)
                or not issubclass(cls, Layer)
                or cls.__module__ == "unikeras.models.sequential"
            ):
                continue
            for name, value in vars(cls).items():
                if isinstance(value, property) and name not in hidden and name not in found:
                    try:
                        shown = getattr(thing, name)
                    except Exception:
                        continue  # not available now, so nothing that has weights
                    if _is_saveable(shown):
                        found[name] = shown
    if isinstance(thing, Model):
        found["layers"] = _layers(thing)
        if thing.__dict__.get("optimizer") is not None:
            found["optimizer"] = thing.optimizer
    return sorted(found.items(), key=lambda item: (item[0].startswith("_"), item[0]))


def _layers(model: Any) -> list[Any]:
    from unikeras.models.order import places
    from unikeras.models.sequential import Sequential

    if model._graph is None or isinstance(model, Sequential):
        return model.layers
    return [
        place.operation if place.operation is not None else _ENTRY
        for place in places(model._graph)
        if place.is_layer
    ]


_ENTRY = object()  # an input that is no layer


@cache
def _own_names(model: bool) -> frozenset[str]:
    """The attributes that every layer (or model) has."""
    from unikeras.models.sequential import Sequential

    names = {
        "_children_kept",
        "_weights_kept",
        "_trainable_kept",
        "_added_weights",
        "_build_shape",
        "_called_shape",
        "_stepper",
    }
    names |= set(dir(Layer(name="plain")))
    if model:
        names |= set(dir(Sequential(name="plain"))) | {"_layers", "_graph"}
    return frozenset(names)
