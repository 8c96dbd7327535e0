"""Which values of a file are which variables of an optimizer: Keras 3's order, tf.keras 2's, and that of its old optimizers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras.core.variable import Variable

__all__ = ["is_of_before_2_11", "old_slot_names", "places", "restore", "state_for_keras2"]

# The names that tf.keras 2 has for what is kept for each weight, and Keras 3's.
_SLOTS = {
    "m": "momentum",
    "v": "velocity",
    "vhat": "velocity_hat",
    "u": "norm",
    "rms": "velocity",
    "mg": "average_gradient",
    "accum_grad": "accumulated_grad",
    "accum_var": "accumulated_delta_var",
    "r": "row",
    "c": "column",
}
_STEPS = ("iteration", "iterations", "iter")
_MOMENTA = ("momentum_cache", "m_schedule", "u_product")
_LONG = 100_000  # steps after which a product of momenta is 0

Places = list[tuple[Variable, int]]


def places(
    optimizer: Any, shapes: Sequence[tuple[int, ...]], names: Sequence[str] | None = None
) -> Places | str:
    """The variables that a file's values are for.

    Args:
        optimizer: built for the model's variables.
        shapes: the shapes of the file's values, in its order.
        names: their names, where the file has them.

    Returns:
        Pairs of a variable and the position of its value; or what does not fit, in words. Variables that the file's writer
        did not keep (its learning rate, which is in the settings) are not among the pairs.
    """
    inner = getattr(optimizer, "inner_optimizer", None)
    if (
        names and inner is not None and not any("dynamic_scale" in name for name in names)
    ):  # tf.keras stores only the inner one
        within = places(inner, shapes, names)
        return (
            within
            if isinstance(within, str)
            else [*within, *((optimizer._iterations, i) for v, i in within if v is inner._iterations)]
        )
    found = _by_name(optimizer, shapes, names) if names else None
    if found is None:
        found = _by_position(optimizer, shapes)
    if found is None:
        return f"the optimizer has {len(optimizer._variables)} variables, but the file has {len(shapes)}"
    for variable, index in found:
        if tuple(variable.shape) != tuple(shapes[index]):
            return f"its variable {variable.name!r} has shape {tuple(variable.shape)}, but the file has {tuple(shapes[index])}"
    return found


def restore(optimizer: Any, pairs: list[tuple[Variable, np.ndarray]]) -> None:
    """Set the optimizer's variables; what follows from the others is computed."""
    for variable, value in pairs:
        variable.assign(value)
    product = getattr(optimizer, "_product", None)
    if isinstance(product, Variable) and not any(variable is product for variable, _ in pairs):
        steps = np.arange(1, min(int(np.asarray(optimizer._iterations)), _LONG) + 1)
        steps = steps * getattr(optimizer, "_schedule_decay", 1.0)
        product.assign(np.float32(np.prod(optimizer.beta_1 * (1 - 0.5 * 0.96**steps))))


def _kept(optimizer: Any) -> dict[str, list[Variable]]:
    return optimizer._slots


def _by_name(optimizer: Any, shapes: Sequence[tuple[int, ...]], names: Sequence[str]) -> Places | None:
    """By tf.keras 2's names: 'Adam/dense/kernel/m:0' of its old optimizers, 'Adam/m/dense/kernel:0' of its new ones."""
    found: Places = []
    counts: dict[str, int] = {}
    for index, name in enumerate(names):
        parts = name.removesuffix(":0").split("/")
        if parts[-1] in _STEPS:
            found.append((optimizer._iterations, index))
            continue
        if parts[-1] == "learning_rate":
            rate = _rate(optimizer)
            found += [(rate, index)] if rate is not None else []
            continue
        if parts[-1] in _MOMENTA:
            if getattr(optimizer, "_product", None) is not None:
                found.append((optimizer._product, index))
            continue
        slot = next((s for s in (_slot(optimizer, part) for part in (parts[-1], *parts[1::-1])) if s), None)
        if slot is None:
            if _is_unused(optimizer, parts):
                continue
            return None
        place = counts.get(slot, 0)
        counts[slot] = place + 1
        targets = _targets(optimizer, slot, len(shapes[index]))
        if place >= len(targets):
            return None
        found.append((targets[place], index))
    complete = all(counts.get(slot, 0) == len(_targets(optimizer, slot, 1)) for slot in _kept(optimizer))
    return found if complete else None


def _targets(optimizer: Any, slot: str, dimensions: int) -> list[Variable]:
    kept = _kept(optimizer)[slot]
    if slot in ("row", "column"):  # which tf.keras keeps for matrices only
        return [v for v, of in zip(kept, optimizer._trainable_variables, strict=True) if len(of.shape) > 1]
    return kept


def _slot(optimizer: Any, name: str) -> str | None:
    kept = _kept(optimizer)
    if name in kept:
        return name
    if name == "v" and "norm" in kept:  # of the old Adamax
        return "norm"
    new = _SLOTS.get(name)
    return new if new in kept else None


def _is_unused(optimizer: Any, parts: list[str]) -> bool:
    """Whether a value is a momentum that tf.keras's SGD keeps although it has none."""
    return not getattr(optimizer, "momentum", True) and (
        "m" in (parts[-1], parts[1] if len(parts) > 1 else "") or parts[-1] == "momentum"
    )


def _rate(optimizer: Any) -> Variable | None:
    rate = getattr(optimizer, "_learning_rate", None)
    return rate if isinstance(rate, Variable) else None


def _by_position(optimizer: Any, shapes: Sequence[tuple[int, ...]]) -> Places | None:
    """By order: Keras 3's, tf.keras 2's (no learning rate), or that of Keras 2.3 (one kind of value after the other)."""
    given = [tuple(shape) for shape in shapes]
    own = list(optimizer._variables)
    if len(given) <= 2 and len(given) < len(own) and all(shape == () for shape in given):
        return list(zip(own, range(len(given)), strict=False))  # saved before its first step
    rate, product = _rate(optimizer), getattr(optimizer, "_product", None)
    old = [v for v in own if v is not rate]
    steps = optimizer._iterations
    kinds = [v for slot in _kept(optimizer).values() for v in slot]
    dense = [
        v for v in old if v is steps or v.dtype.name != "int32"
    ]  # tf.keras's Adafactor has nothing for vectors there
    for order in (own, old, dense, [v for v in old if v is not product], [steps, *kinds], kinds):
        if [tuple(v.shape) for v in order] == given:
            return [(v, i) for i, v in enumerate(order)]
    trained = [tuple(v.shape) for v in optimizer._trainable_variables]
    if not kinds and given == [(), *trained]:  # momenta that are not used
        return [(steps, 0)]
    if len(given) == 1 + len(kinds) + len(trained) and given[1 + len(kinds) :] == len(trained) * [(1,)]:
        return _by_position(optimizer, given[: 1 + len(kinds)])  # Keras 2.3's Adam without amsgrad
    return None


# Writing.

# What tf.keras 2 calls the slots, for its new optimizers and those of before 2.11.
_NEW_NAMES = {
    "momentum": "m",
    "velocity": "v",
    "velocity_hat": "vhat",
    "norm": "u",
    "row": "r",
    "column": "c",
}
_OLD_NAMES = {
    "momentum": "m", "velocity": "v", "velocity_hat": "vhat", "norm": "v", "average_gradient": "mg",
    "accumulated_grad": "accum_grad", "accumulated_delta_var": "accum_var",
}  # fmt: skip
_OTHER_NAMES: dict[tuple[str, bool], dict[str, str]] = {
    ("RMSprop", False): {"velocity": "velocity", "momentum": "momentum"},
    ("RMSprop", True): {"velocity": "rms", "momentum": "momentum"},
    ("SGD", True): {"momentum": "momentum"},
}


def is_of_before_2_11(optimizer: Any) -> bool:
    """Whether only tf.keras's old optimizers do what this one does: `decay`, or one of `keras.optimizers.legacy`."""
    return bool(optimizer.decay) or type(optimizer).__module__ == "unikeras.optimizers.legacy"


def _short_names(optimizer: Any, old: bool) -> dict[str, str]:
    return {**(_OLD_NAMES if old else _NEW_NAMES), **_OTHER_NAMES.get((type(optimizer).__name__, old), {})}


def old_slot_names(optimizer: Any) -> dict[str, str]:
    """What tf.keras's optimizers of before 2.11 call what is kept for each weight."""
    return _short_names(optimizer, True)


def state_for_keras2(optimizer: Any) -> list[tuple[str, np.ndarray]]:
    """The optimizer's values as tf.keras 2 keeps them: names and arrays, in its order.

    Args:
        optimizer: a built optimizer.
    """
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    old, title, slots = is_of_before_2_11(optimizer), type(optimizer).__name__, _kept(optimizer)
    short = _short_names(optimizer, old)
    where = {id(v): (slot, place) for slot, kept in slots.items() for place, v in enumerate(kept)}
    result = [(f"{title}/iter:0" if old else "iteration:0", np.array(optimizer._iterations))]
    product = getattr(optimizer, "_product", None)
    if old and isinstance(product, Variable):
        result.append((f"{title}/momentum_cache:0", np.array(product)))
    held = [v for v in optimizer._variables if id(v) in where and v.dtype.name != "int32"]
    if old and title != "Ftrl":
        held.sort(key=lambda v: list(slots).index(where[id(v)][0]))
    for variable in held:
        slot, place = where[id(variable)]
        path = optimizer._trainable_variables[place].path
        name = (
            f"{title}/{path}/{short.get(slot, slot)}:0"
            if old
            else f"{title}/{short.get(slot, slot)}/{path}:0"
        )
        result.append((name, np.array(variable)))
    if title == "SGD" and not old and not slots:  # tf.keras keeps momenta even if there is none
        result += [
            (f"SGD/m/{v.path}:0", np.zeros(tuple(v.shape), v.dtype.name))
            for v in optimizer._trainable_variables
        ]
    return result
