"""Which values of a file are which variables of an optimizer: Keras 3's order, tf.keras 2's, and that of its old optimizers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras.core.variable import Variable

__all__ = ["old_state", "places", "restore"]

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
    if product is not None and not any(variable is product for variable, _ in pairs):
        steps = np.arange(1, min(int(np.asarray(optimizer._iterations)), _LONG) + 1)
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
        slot = _slot(optimizer, parts[-1]) or (_slot(optimizer, parts[1]) if len(parts) > 2 else None)
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
    for order in (own, old, [v for v in old if v is not product], [steps, *kinds], kinds):
        if [tuple(v.shape) for v in order] == given:
            return [(v, i) for i, v in enumerate(order)]
    trained = [tuple(v.shape) for v in optimizer._trainable_variables]
    if not kinds and given == [(), *trained]:  # momenta that are not used
        return [(steps, 0)]
    if len(given) == 1 + len(kinds) + len(trained) and given[1 + len(kinds) :] == len(trained) * [(1,)]:
        return _by_position(optimizer, given[: 1 + len(kinds)])  # Keras 2.3's Adam without amsgrad
    return None


def old_state(optimizer: Any) -> list[tuple[str, np.ndarray]]:
    """The optimizer's values as tf.keras 2 keeps them: names and arrays, in its order."""
    own = {id(v): f"{slot}" for slot, kept in _kept(optimizer).items() for v in kept}
    of = {
        id(v): variable.path
        for kept in _kept(optimizer).values()
        for v, variable in zip(kept, optimizer._trainable_variables, strict=False)
    }
    title = type(optimizer).__name__
    short = {
        new: old
        for old, new in reversed(_SLOTS.items())
        if old not in ("rms", "mg", "accum_grad", "accum_var")
    }
    if title == "RMSprop":
        short = {}
    result: list[tuple[str, np.ndarray]] = []
    for variable in optimizer._variables:
        if variable is _rate(optimizer) or variable is getattr(optimizer, "_product", None):
            continue
        if variable is optimizer._iterations:
            result.append(("iteration:0", np.array(variable)))
            continue
        slot = own.get(id(variable), "variable")
        if slot in ("row", "column") and variable.dtype.name == "int32":
            continue
        result.append(
            (f"{title}/{short.get(slot, slot)}/{of.get(id(variable), variable.name)}:0", np.array(variable))
        )
    if title == "SGD" and not _kept(optimizer):
        result += [
            (f"SGD/m/{v.path}:0", np.zeros(tuple(v.shape), v.dtype.name))
            for v in optimizer._trainable_variables
        ]
    return result
