"""What a checkpoint sees of an object: the values it has itself, and the objects it depends on, by their names.

The names are TensorFlow's and tf.keras's, since objects are found by them: a layer's variables by their own names and by its attributes,
a model's layers as `layer-0` ... and, those with weights, as `layer_with_weights-0` ..., a list's items by their numbers. A class
that keeps something else defines `_checkpoint_children()`, or `_checkpoint_values()` with `_checkpoint_restore(values)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from unikeras.core.module import Module, TrackedDict, TrackedList
from unikeras.core.random import SeedGenerator
from unikeras.core.variable import Variable

__all__ = ["VALUE", "as_stored", "children_of", "is_trackable", "slots_of", "values_of"]

VALUE = "VARIABLE_VALUE"

# What tf_keras calls the lists of variables of its optimizers, beside `_variables`.
_LISTS: dict[str, dict[str, str]] = {
    "Adam": {"momentum": "_momentums", "velocity": "_velocities", "velocity_hat": "_velocity_hats"},
    "AdamW": {"momentum": "_momentums", "velocity": "_velocities", "velocity_hat": "_velocity_hats"},
    "Nadam": {"momentum": "_momentums", "velocity": "_velocities"},
    "SGD": {"momentum": "momentums"},
    "RMSprop": {
        "velocity": "_velocities",
        "momentum": "_momentums",
        "average_gradient": "_average_gradients",
    },
    "Adagrad": {"accumulator": "_accumulators"},
}


def is_trackable(value: Any) -> bool:
    """Whether a checkpoint looks into a value."""
    return isinstance(value, (Variable, Module, SeedGenerator, list, tuple, dict)) or hasattr(
        value, "_checkpoint_values"
    )


def values_of(thing: Any) -> dict[str, dict[str, Any]]:
    """The values of an object itself: attribute -> ending of its key in the file -> an array, or `bytes`."""
    if isinstance(thing, Variable):
        return {VALUE: {"": thing.numpy()}}
    own = getattr(thing, "_checkpoint_values", None)
    return {} if own is None else own()


def children_of(thing: Any, order: dict[int, int] | None = None) -> dict[str, Any]:
    """The objects that an object depends on, by name. One may have several names.

    Args:
        thing: the object.
        order: the places of weights as `weights_order` has them, for an optimizer's variables.
    """
    own = getattr(thing, "_checkpoint_children", None)
    if own is not None:
        return own()
    if isinstance(thing, Mapping):
        return {str(key): value for key, value in thing.items() if is_trackable(value)}
    if isinstance(thing, (list, tuple)):
        return {str(index): value for index, value in enumerate(thing) if is_trackable(value)}
    if isinstance(thing, SeedGenerator):
        return {"state": thing.state}
    if isinstance(thing, Module):
        return _of_module(thing, order or {})
    return {}


def weights_order(root: Any) -> dict[int, int]:
    """The places that tf.keras's optimizers have for weights (by id): a model's own ones come after those of its layers there."""
    from unikeras.models.model import Model

    order: dict[int, int] = {}

    def visit(thing: Any, seen: set[int]) -> None:
        if id(thing) in seen:
            return
        seen.add(id(thing))
        if isinstance(thing, Variable):
            order.setdefault(id(thing), len(order))
            return
        children = list(children_of(thing).values())
        if isinstance(thing, Model):
            children.sort(key=lambda child: isinstance(child, Variable))
        for child in children:
            visit(child, seen)

    visit(root, set())
    return order


def _of_module(module: Module, order: dict[int, int]) -> dict[str, Any]:
    from unikeras.layers.layer import Layer
    from unikeras.models.model import Model
    from unikeras.optimizers.optimizer import Optimizer

    if isinstance(module, Optimizer):
        return _of_optimizer(module, order)
    found: dict[str, Any] = {}
    hidden: frozenset[str] = module._untracked
    if isinstance(module, Layer):
        from unikeras.saving.walk import _own_names

        hidden = hidden | _own_names(isinstance(module, Model))
    if isinstance(module, Model):
        found |= _layers(module)
        if module.__dict__.get("optimizer") is not None:
            found["optimizer"] = module.optimizer
    for name, value in list(vars(module).items()):
        if name in hidden or name.startswith("_added") or name.endswith("_kept") or not _holds(value):
            continue
        if isinstance(module, Layer) and isinstance(
            value, SeedGenerator
        ):  # TensorFlow's layers keep no such state
            continue
        found[name] = value
        if isinstance(value, Layer) and type(module).__module__.startswith("unikeras."):
            found[f"_{name}"] = value  # what tf_keras's MultiHeadAttention calls its parts
    for variable in _added(module):
        found.setdefault(variable._name.rsplit("/", 1)[-1], variable)
    return found


def _added(module: Module) -> list[Variable]:
    """Variables made with `add_weight`."""
    return [v for name in ("_added_weights", "_added") for v in module.__dict__.get(name, ())]


def _holds(value: Any) -> bool:
    """Whether there is anything to save in an attribute, or may be later: a layer's settings are lists and dictionaries too."""
    if isinstance(value, (TrackedList, TrackedDict)) and not value:
        return True
    if isinstance(value, (list, tuple)):
        return any(_holds(v) for v in value)
    if isinstance(value, dict):
        return any(_holds(v) for v in value.values())
    return is_trackable(value)


def _layers(model: Any) -> dict[str, Any]:
    if model._graph is None and "_stack" not in vars(model):
        return {}  # subclassed: by its attributes
    found = {f"layer-{index}": layer for index, layer in enumerate(model.layers)}
    with_weights = [layer for layer in model.layers if layer.weights]
    return {**{f"layer_with_weights-{i}": layer for i, layer in enumerate(with_weights)}, **found}


def slots_of(thing: Any) -> list[tuple[Variable, str, Variable]]:
    """What an optimizer with `decay`, which tf.keras has in the old kind only, keeps for its weights: (for which, name, variable)."""
    from unikeras.optimizers.optimizer import Optimizer
    from unikeras.saving.optimizer_state import is_of_before_2_11, old_slot_names

    if not isinstance(thing, Optimizer) or not is_of_before_2_11(thing):
        return []
    short = old_slot_names(thing)
    return [
        (of, short.get(name, name), kept)
        for name, slots in thing._slots.items()
        for of, kept in zip(thing._trainable_variables, slots, strict=False)
    ]


def _of_optimizer(optimizer: Any, order: dict[int, int]) -> dict[str, Any]:
    """As in tf.keras: all variables in its order, the learning rate, lists of what is kept for each weight."""
    from unikeras.saving.optimizer_state import is_of_before_2_11

    if is_of_before_2_11(optimizer):  # the others are its slots
        rate = getattr(optimizer, "_learning_rate", None)
        return {"iter": optimizer._iterations} | (
            {"learning_rate": rate} if isinstance(rate, Variable) else {}
        )
    inner = getattr(optimizer, "inner_optimizer", None)
    if inner is not None:
        return {"_optimizer": inner} | {
            v._name.rsplit("/", 1)[-1]: v
            for v in optimizer._variables
            if not any(v is w for w in inner._variables)
        }
    rate = getattr(optimizer, "_learning_rate", None)
    found: dict[str, Any] = {}
    weights = optimizer._trainable_variables
    ranked = sorted(range(len(weights)), key=lambda place: order.get(id(weights[place]), place))
    moved = {
        id(kept): slots[place]
        for slots in optimizer._slots.values()
        for kept, place in zip(slots, ranked, strict=False)
        if place < len(slots)
    }
    ordered = [moved.get(id(v), v) for v in optimizer._variables if v is not rate]
    found["_variables"] = ordered
    found["_iterations"] = optimizer._iterations
    if isinstance(rate, Variable):
        found["_learning_rate"] = rate
    lists = _LISTS.get(type(optimizer).__name__, {})
    for slot, kept in optimizer._slots.items():
        if slot in lists and kept:
            found[lists[slot]] = [moved[id(v)] for v in kept]
    return found


def as_stored(value: Any) -> np.ndarray:
    """A value as an array; text as an array of `bytes`."""
    if isinstance(value, bytes):
        result = np.empty((), object)
        result[()] = value
        return result
    return np.asarray(value)
