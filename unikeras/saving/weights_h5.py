"""Weights files: HDF5, laid out as Keras 3 does ('layers/dense/vars/0', 'optimizer/vars/3')."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from unikeras.core.variable import Variable
from unikeras.layers.layer import Layer
from unikeras.saving.errors import ModelFileError
from unikeras.saving.walk import saveables

__all__ = ["read_weights", "write_weights"]

# What a layer's own way of loading may take from a file: a multiple of its variables' size, at least this many bytes.
_FREE = 64 << 20
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
                _write(group, str(key), value)


def _write(group: Any, key: str, value: Any) -> None:
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":  # HDF5 has no such type
        dataset = group.create_dataset(key, data=array.view("V2"))
        dataset.attrs["dtype"] = "bfloat16"
        return
    group.create_dataset(key, data=array)


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
    with _open(source, name) as file:
        try:
            _load_all(model, file, name, skip_mismatch)
        except (OSError, RuntimeError, KeyError) as error:
            raise ModelFileError(f"{name} is broken: {error}. Save it again.") from error


@contextlib.contextmanager
def _open(source: Any, name: str) -> Iterator[Any]:
    import h5py

    try:
        file = h5py.File(source, "r")
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelFileError(f"{name} is not a readable HDF5 file: {error}") from error
    with file:
        yield file


def _load_all(model: Any, file: Any, name: str, skip_mismatch: bool) -> None:
    problems: list[str] = []
    loads: list[_Load] = []
    used: set[str] = set()
    in_file = _variables_in(file)
    for path, thing in saveables(model):
        key = f"{path}/vars" if path else "vars"
        group = _member(file, key)
        used.add(key)
        problem = _check(thing, path, group, file)
        load = _Load(path, thing, group)
        if problem is None:
            if group is not None and (isinstance(thing, Layer) or key in in_file):
                loads.append(load)
        else:
            problems.append(f"{load.title}: {problem}")
    for key, count in in_file.items():
        if key not in used and not _may_be_left(key, model):
            problems.append(
                f"{key.removesuffix('/vars')!r} in the file: {count} variables that belong to no layer of the model"
            )
    if problems:
        shown = "".join(f"\n  - {line}" for line in problems[:20]) + (
            f"\n  ... and {len(problems) - 20} more" if len(problems) > 20 else ""
        )
        if not skip_mismatch:
            raise ModelFileError(
                f"{name} does not fit the model {model.name!r}; nothing was loaded:{shown}\n"
                "Build the same model as the one that was saved (and call it on data once, if it is not built), or pass "
                "skip_mismatch=True to load only what fits."
            )
        warnings.warn(f"{name}: not loaded:{shown}", stacklevel=4)
    values = [(load, _values(load, name)) for load in loads]
    for load, found in values:
        if found is None:
            load.thing.load_own_variables(_Store(load, name))
        else:
            for variable, value in found:
                variable.assign(value)


def _variables_in(file: Any) -> dict[str, int]:
    """The groups called 'vars' that hold something, and how many variables."""
    found: dict[str, int] = {}

    def walk(group: Any, path: str, depth: int) -> None:
        import h5py

        if depth > 200:
            raise ModelFileError("the groups are nested more than 200 deep")
        for key in group:
            inner = f"{path}/{key}" if path else key
            child = _member(group, key)
            if isinstance(child, h5py.Group):
                if key == "vars":
                    if len(child):
                        found[inner] = len(child)
                else:
                    walk(child, inner, depth + 1)

    walk(file, "", 0)
    return found


def _may_be_left(key: str, model: Any) -> bool:
    """Whether variables in a file need no place in the model: seeds, and the optimizer of a model that has none."""
    parts = key.split("/")
    if any(part in _EXTRA_GROUPS for part in parts):
        return True
    return parts[0] == "optimizer" and getattr(model, "optimizer", None) is None


def _member(group: Any, path: str) -> Any:
    """The group or dataset at a path, or `None`; links that lead elsewhere are refused.

    Raises:
        ModelFileError: a link to another place or file.
    """
    import h5py

    for key in path.split("/"):
        if not isinstance(group, h5py.Group):
            return None
        link = group.get(key, getlink=True)
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise ModelFileError(
                f"the member {path!r} is a link to another place or file, which is not followed"
            )
        group = group.get(key)
    return group


def _own_variables(thing: Any) -> list[Variable] | None:
    """The variables that a thing loads in the usual way, in the file's order; `None` if it has a way of its own."""
    if isinstance(thing, Layer):
        return thing._own_weights() if type(thing).load_own_variables is Layer.load_own_variables else None
    from unikeras.optimizers import Optimizer

    return list(thing._variables) if type(thing).load_own_variables is Optimizer.load_own_variables else None


def _check(thing: Any, path: str, group: Any, file: Any) -> str | None:
    """What does not fit, or `None`."""
    import h5py

    own = _own_variables(thing)
    if own is None:
        return None
    count = 0 if group is None else len(group)
    if group is not None and not isinstance(group, h5py.Group):
        return "the file has no group there"
    if not isinstance(thing, Layer):
        if (
            count < len(own) and count <= 2
        ):  # saved before its first step: there is nothing to restore but these
            own = own[:count]
        elif count != len(own):
            return f"the optimizer has {len(own)} variables, but the file has {count}"
    elif count != len(own):
        if not own and not thing.built:
            return f"the layer is not built yet, but the file has {count} variables for it"
        if group is None:
            return f"the file has nothing for its {len(own)} variables"
        return f"the layer has {len(own)} variables, but the file has {count}"
    for index, variable in enumerate(own):
        dataset = _member(group, str(index))
        problem = _unreadable(dataset)
        if problem is not None:
            return f"variable {index} ({variable.name}): {problem}"
        if tuple(dataset.shape) != tuple(variable.shape):
            return f"variable {index} ({variable.name}) has shape {tuple(variable.shape)}, but the file has {tuple(dataset.shape)}"
    return None


def _unreadable(dataset: Any) -> str | None:
    import h5py

    if not isinstance(dataset, h5py.Dataset):
        return "the file has no array there"
    if dataset.external or dataset.is_virtual:
        return "the array's data is in another file, which is not opened"
    dtype = dataset.dtype
    if dtype.kind not in "fiub" and not (dtype.kind == "V" and dtype.itemsize == 2 and dtype.names is None):
        return f"the file has values of type {dtype}, which are no numbers"
    if dataset.shape is None:
        return "the file has an empty array there"
    return None


def _read(dataset: Any, what: str) -> np.ndarray:
    try:
        array = dataset[()]
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelFileError(f"{what}: the array {dataset.name} cannot be read: {error}") from error
    array = np.asarray(array)
    if array.dtype.kind == "V":
        import ml_dtypes

        return array.view(ml_dtypes.bfloat16)
    return array


def _values(load: _Load, name: str) -> list[tuple[Variable, np.ndarray]] | None:
    own = _own_variables(load.thing)
    if own is None:
        return None
    return [
        (variable, _read(load.group[str(index)], name))
        for index, variable in enumerate(own[: len(load.group)])
    ]


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
        dataset = _member(self._load.group, str(key))
        if dataset is None:
            raise KeyError(key)
        problem = _unreadable(dataset)
        if problem is None and dataset.size * dataset.dtype.itemsize > self._limit:
            problem = f"an array of shape {dataset.shape} is larger than the layer can need"
        if problem is not None:
            raise ModelFileError(f"{self._name}: {self._load.title}, variable {key!r}: {problem}")
        return _read(dataset, self._name)
