"""Weights files: HDF5, laid out as Keras 3 does ('layers/dense/vars/0', 'optimizer/vars/3')."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from unikeras.core.strict import report
from unikeras.core.variable import Variable
from unikeras.layers.layer import Layer
from unikeras.saving.errors import ModelFileError
from unikeras.saving.hdf5 import is_group, member, open_hdf5, read, unreadable, write
from unikeras.saving.optimizer_state import Places, places, restore
from unikeras.saving.walk import saveables

__all__ = ["read_weights", "refuse_or_warn", "write_weights"]

# What a layer's own way of loading may take from a file: a multiple of its variables' size, at least this many bytes.
_FREE = 64 << 20
_MOST_MEMBERS = 1_000_000
# Groups that other versions write beside the variables that unikeras has.
_EXTRA_GROUPS = ("seed_generator", "_seed_generator", "seed_generators")


def write_weights(model: Any, target: Any) -> None:
    """Write the variables of the model's layers and optimizer.

    Args:
        model: the model.
        target: a path, or a file opened for reading and writing.
    """
    import h5py

    with h5py.File(target, "w") as file:
        for path, thing in saveables(model):
            group = file.create_group(f"{path}/vars" if path else "vars")
            group.attrs["name"] = getattr(thing, "name", "")
            store: dict[str, Any] = {}
            thing.save_own_variables(store)
            for key, value in store.items():
                write(group, str(key), value)


@dataclass
class _Load:
    """Values for one layer or optimizer, checked but not yet read."""

    path: str
    thing: Any
    group: Any

    @property
    def title(self) -> str:
        return (
            f"{getattr(self.thing, 'name', type(self.thing).__name__)!r} ({self.path or 'the model itself'})"
        )


def read_weights(model: Any, source: Any, name: str, skip_mismatch: bool = False) -> None:
    """Set the model's variables to the values of a file. Everything is checked before anything is set.

    Args:
        model: a built model.
        source: a path or an open file.
        name: what messages call the file.
        skip_mismatch: warn about what does not fit, and load the rest.

    Raises:
        ModelFileError: a broken file; layers without values in the file, values without a layer, other shapes.
    """
    with open_hdf5(source, name) as file:
        try:
            _load_all(model, file, name, skip_mismatch)
        except (OSError, RuntimeError, KeyError) as error:
            raise ModelFileError(f"{name} is broken: {error}. Save it again.") from error


def _load_all(model: Any, file: Any, name: str, skip_mismatch: bool) -> None:
    problems: list[str] = []
    loads: list[_Load] = []
    states: list[tuple[_Load, Places]] = []
    used: set[str] = set()
    in_file = _variables_in(file)
    old_root = "_layer_checkpoint_dependencies" in file  # what tf.keras 2.12 called 'layers'
    for path, thing in saveables(model):
        key = f"{path}/vars" if path else "vars"
        if old_root:
            key = key.replace("layers/", "_layer_checkpoint_dependencies/")
        if key not in in_file:
            key = _private(key, in_file)
        group = member(file, key)
        used.add(key)
        load = _Load(path, thing, group)
        if not isinstance(thing, Layer):
            if key in in_file and _has_own_way(thing):
                loads.append(load)
            elif key in in_file:
                state = _state(thing, group, model)
                if isinstance(state, str):
                    report(
                        f"{name}: the state of the optimizer {thing.name!r} was not loaded: {state}. It starts afresh."
                    )
                else:
                    states.append((load, state))
            continue
        problem = _check(thing, group)
        if problem is not None:
            problems.append(f"{load.title}: {problem}")
        elif group is not None:
            loads.append(load)
    for key, count in in_file.items():
        if key not in used and not _may_be_left(key):
            problems.append(
                f"{key.removesuffix('/vars')!r} in the file: {count} variables that belong to no layer of the model"
            )
    if problems:
        refuse_or_warn(problems, name, model, skip_mismatch)
    values = [(load, _values(load, name)) for load in loads]
    held = [
        (load, [(variable, read(load.group[str(index)], name)) for variable, index in chosen])
        for load, chosen in states
    ]
    for load, found in values:
        if found is None:
            load.thing.load_own_variables(_Store(load, name))
        else:
            for variable, value in found:
                variable.assign(value)
            if isinstance(load.thing, Layer):
                load.thing._reset_lora()
    for load, pairs in held:
        restore(load.thing, pairs)


def refuse_or_warn(problems: list[str], name: str, model: Any, skip_mismatch: bool) -> None:
    """Say what does not fit: an error, or a warning if that was asked for.

    Raises:
        ModelFileError: unless `skip_mismatch`.
    """
    shown = "".join(f"\n  - {line}" for line in problems[:20]) + (
        f"\n  ... and {len(problems) - 20} more" if len(problems) > 20 else ""
    )
    if not skip_mismatch:
        raise ModelFileError(
            f"{name} does not fit the model {model.name!r}; nothing was loaded:{shown}\n"
            "Build the same model as the one that was saved (and call it on data once, if it is not built), or pass "
            "skip_mismatch=True to load only what fits."
        )
    warnings.warn(f"{name}: not loaded:{shown}", stacklevel=5)


def _variables_in(file: Any) -> dict[str, int]:
    """The groups called 'vars' that hold something, and how many variables."""
    found: dict[str, int] = {}
    seen = 0

    def walk(group: Any, path: str, depth: int) -> None:
        nonlocal seen
        if depth > 200:
            raise ModelFileError("the groups are nested more than 200 deep")
        for key in group:
            seen += 1
            if seen > _MOST_MEMBERS:
                raise ModelFileError(f"the groups have more than {_MOST_MEMBERS:,} members")
            inner = f"{path}/{key}" if path else key
            child = member(group, key)
            if is_group(child):
                if key == "vars":
                    if len(child):
                        found[inner] = len(child)
                else:
                    walk(child, inner, depth + 1)

    walk(file, "", 0)
    return found


def _private(key: str, in_file: dict[str, int]) -> str:
    """The same path with attributes that another version names with an underscore ('_key_dense'), or without."""
    public = [part.lstrip("_") for part in key.split("/")]
    return next(
        (other for other in in_file if [part.lstrip("_") for part in other.split("/")] == public), key
    )


def _may_be_left(key: str) -> bool:
    """Whether variables in a file need no place in the model: seeds, metrics' sums, an optimizer that is not there."""
    parts = key.split("/")
    return parts[0] in ("metrics", "optimizer") or any(part in _EXTRA_GROUPS for part in parts)


def _has_own_way(thing: Any) -> bool:
    """Whether a layer or optimizer stores its variables in a way of its own."""
    from unikeras.optimizers import Optimizer

    base = Layer if isinstance(thing, Layer) else Optimizer
    return type(thing).load_own_variables is not base.load_own_variables


def _state(optimizer: Any, group: Any, model: Any) -> Places | str:
    """Which arrays are which variables of the optimizer, or what does not fit."""
    if not optimizer.built and model.built:
        optimizer.build(model.trainable_variables)
    shapes = []
    for index in range(len(group)):
        problem = unreadable(member(group, str(index)))
        if problem is not None:
            return f"variable {index}: {problem}"
        shapes.append(tuple(group[str(index)].shape))
    return places(optimizer, shapes)


def _check(thing: Layer, group: Any) -> str | None:
    """What does not fit, or `None`."""
    if _has_own_way(thing):
        return None
    own = thing._stored_weights()
    count = 0 if group is None else len(group)
    if group is not None and not is_group(group):
        return "the file has no group there"
    if count != len(own):
        if not own and not thing.built:
            return f"the layer is not built yet, but the file has {count} variables for it"
        if group is None:
            return f"the file has nothing for its {len(own)} variables"
        return f"the layer has {len(own)} variables, but the file has {count}"
    for index, variable in enumerate(own):
        dataset = member(group, str(index))
        problem = unreadable(dataset)
        if problem is not None:
            return f"variable {index} ({variable.name}): {problem}"
        if tuple(dataset.shape) != tuple(variable.shape):
            return f"variable {index} ({variable.name}) has shape {tuple(variable.shape)}, but the file has {tuple(dataset.shape)}"
    return None


def _values(load: _Load, name: str) -> list[tuple[Variable, np.ndarray]] | None:
    if _has_own_way(load.thing):
        return None
    own = load.thing._stored_weights()
    return [(variable, read(load.group[str(index)], name)) for index, variable in enumerate(own)]


class _Store:
    """What a layer with its own `load_own_variables` reads from: its group's arrays by key, of bounded size."""

    def __init__(self, load: _Load, name: str) -> None:
        self._load = load
        self._name = name
        own = (
            sum(int(np.prod(v.shape)) * v.dtype.size for v in load.thing.weights)
            if isinstance(load.thing, Layer)
            else 0
        )
        self._limit = max(_FREE, 4 * own)

    def keys(self) -> list[str]:
        return list(self._load.group)

    def __len__(self) -> int:
        return len(self._load.group)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return str(key) in self._load.group

    def __getitem__(self, key: str) -> np.ndarray:
        dataset = member(self._load.group, str(key))
        if dataset is None:
            raise KeyError(key)
        problem = unreadable(dataset)
        if problem is None and dataset.size * dataset.dtype.itemsize > self._limit:
            problem = f"an array of shape {dataset.shape} is larger than the layer can need"
        if problem is not None:
            raise ModelFileError(f"{self._name}: {self._load.title}, variable {key!r}: {problem}")
        return read(dataset, self._name)
