"""Whole models and weights in the HDF5 layout of Keras 1 and 2 ('model.h5'): attributes with configs, a group for each layer."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from typing import Any

import numpy as np

from unikeras.core.strict import report
from unikeras.core.variable import Variable
from unikeras.saving.errors import ModelFileError
from unikeras.saving.hdf5 import (
    attribute,
    is_group,
    member,
    names,
    open_hdf5,
    read,
    unreadable,
    write,
    write_names,
)
from unikeras.saving.keras_file import check_sizes, make_model
from unikeras.saving.optimizer_state import places, restore, state_for_keras2
from unikeras.saving.walk import saveables
from unikeras.saving.weights_h5 import refuse_or_warn

__all__ = [
    "is_legacy",
    "read_legacy_model",
    "read_legacy_weights",
    "write_legacy_model",
    "write_legacy_weights",
]

_VERSION = "2.15.0"  # of Keras, whose layout is written
_TOP = "top_level_model_weights"  # a model's own variables
_BROKEN = (OSError, RuntimeError, KeyError)


def is_legacy(source: Any) -> bool:
    """Whether an HDF5 file has the layout of Keras 2."""
    import h5py

    try:
        with h5py.File(source, "r") as file:
            return (
                any(key in file.attrs for key in ("layer_names", "layer_names0", "model_config"))
                or "model_weights" in file
            )
    except _BROKEN:
        return False
    finally:
        if hasattr(source, "seek"):
            source.seek(0)


def read_legacy_model(source: Any, name: str, compile: bool = True) -> Any:
    """The model of a file that `model.save('m.h5')` wrote, in Keras 1, 2 or 3.

    Args:
        source: a path or an open file.
        name: what messages call the file.
        compile: whether to compile it as it was, with the optimizer's state.

    Raises:
        ModelFileError: a broken file, or one that does not fit unikeras.
        UnsafeError: code in the file, in safe mode.
    """
    with open_hdf5(source, name) as file:
        try:
            config = _config(file, "model_config", name)
            if config is None:
                raise ModelFileError(
                    f"{name} holds weights, but no model: it was written by save_weights(). Make the model, then call its load_weights()."
                )
            check_sizes(config, file.id.get_filesize(), name, "model_config")
            model = make_model(config, name, "model_config")
            group = member(file, "model_weights")
            if not is_group(group):
                raise ModelFileError(f"{name} has no group 'model_weights'")
            found = _by_layer_name(model, group) or _in_order(model, group)
            _set(found, name, model, skip_mismatch=False)
            if compile:
                _compile(model, file, name)
        except _BROKEN as error:
            raise ModelFileError(f"{name} is broken: {error}. Save it again.") from error
    return model


def read_legacy_weights(
    model: Any, source: Any, name: str, skip_mismatch: bool = False, by_name: bool = False
) -> None:
    """Set a model's variables to the values of a file in the layout of Keras 2.

    Args:
        model: a built model.
        source: a path or an open file.
        name: what messages call the file.
        skip_mismatch: load what fits, and warn about the rest.
        by_name: match layers by their names, else by their order.

    Raises:
        ModelFileError: a broken file, or one that does not fit the model; nothing is loaded then.
    """
    with open_hdf5(source, name) as file:
        try:
            group = member(file, "model_weights") if "model_weights" in file else file
            if not is_group(group):
                raise ModelFileError(f"{name} has no group 'model_weights'")
            if not model.built and not model.weights:
                raise ModelFileError(
                    f"{name}: the model {model.name!r} is not built yet, so it has no variables to load into. Call it on data, or "
                    "build(input_shape), first."
                )
            _set(
                _named(model, group, name) if by_name else _in_order(model, group), name, model, skip_mismatch
            )
        except _BROKEN as error:
            raise ModelFileError(f"{name} is broken: {error}. Save it again.") from error


class _Found:
    """Values for variables, and what does not fit."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Variable, Any]] = []
        self.problems: list[str] = []

    def add(self, title: str, variables: list[Variable], arrays: list[Any]) -> None:
        if len(variables) != len(arrays):
            self.problems.append(
                f"{title}: the layer has {len(variables)} variables, but the file has {len(arrays)}"
            )
            return
        for number, (variable, array) in enumerate(zip(variables, arrays, strict=True)):
            problem = unreadable(array)
            if problem is None and tuple(array.shape) != tuple(variable.shape):
                problem = f"has shape {tuple(variable.shape)}, but the file has {tuple(array.shape)}"
            if problem is not None:
                self.problems.append(f"{title}: variable {number} ({variable.name}) {problem}")
                return
        self.pairs += zip(variables, arrays, strict=True)


def _set(found: _Found, name: str, model: Any, skip_mismatch: bool) -> None:
    if found.problems:
        refuse_or_warn(found.problems, name, model, skip_mismatch)
    values = [(variable, read(array, name)) for variable, array in found.pairs]
    for variable, value in values:
        variable.assign(value)


def variables_of(layer: Any) -> list[Variable]:
    """A layer's variables in the order of Keras 2's files: the trained ones first."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _own(model: Any) -> list[Variable]:
    return [v for v in model._own_weights() if v.trainable] + [
        v for v in model._own_weights() if not v.trainable
    ]


def _arrays(group: Any) -> list[Any]:
    return [member(group, key) for key in names(group, "weight_names")]


def _layers_in(group: Any) -> list[tuple[str, list[Any]]]:
    """The layers in a file that have weights, in order: name and arrays."""
    found = []
    for key in names(group, "layer_names"):
        inner = member(group, key)
        if not is_group(inner):
            raise ModelFileError(f"the layer {key!r} is in the list of layers, but has no group")
        arrays = _arrays(inner)
        if arrays:
            found.append((key, arrays))
    return found


def _top_level(model: Any, group: Any, found: _Found) -> None:
    inner = member(group, _TOP)
    arrays = _arrays(inner) if is_group(inner) else []
    own = _own(model)
    if arrays or own:
        found.add(f"{model.name!r} (the model itself)", own, arrays)


def _by_layer_name(model: Any, group: Any) -> _Found | None:
    """Every layer by its name, as a model made of the same file has them; `None` if the names are others."""
    stored = _layers_in(group)
    mine = {layer.name: layer for layer in model.layers if layer.weights}
    if len(dict(stored)) != len(stored) or set(dict(stored)) != set(mine):
        return None
    found = _Found()
    for key, arrays in stored:
        found.add(f"{key!r}", variables_of(mine[key]), arrays)
    _top_level(model, group, found)
    return found


def _in_order(model: Any, group: Any) -> _Found:
    """The layers that have weights, one after the other."""
    stored = _layers_in(group)
    mine = [layer for layer in model.layers if layer.weights]
    found = _Found()
    for layer, (key, arrays) in zip(mine, stored, strict=False):
        title = f"{layer.name!r}" if layer.name == key else f"{layer.name!r} (in the file {key!r})"
        found.add(title, variables_of(layer), arrays)
    if len(mine) != len(stored):
        found.problems.insert(
            0,
            f"the model has {len(mine)} layers with variables, but the file has {len(stored)}: {_listed([k for k, _ in stored])}",
        )
    found.problems += [f"{layer.name!r}: the file has nothing for it" for layer in mine[len(stored) :]]
    found.problems += [
        f"{key!r} in the file: the model has no layer for it" for key, _ in stored[len(mine) :]
    ]
    _top_level(model, group, found)
    return found


def _listed(names: list[str]) -> str:
    return ", ".join(names[:10]) + (" ..." if len(names) > 10 else "")


def _named(model: Any, group: Any, name: str) -> _Found:
    """The layers whose names are in the file; says which are not."""
    stored = dict(_layers_in(group))
    mine = [layer for layer in model.layers if layer.weights]
    found = _Found()
    for layer in mine:
        if layer.name in stored:
            found.add(f"{layer.name!r}", variables_of(layer), stored[layer.name])
    without = [layer.name for layer in mine if layer.name not in stored]
    unused = [key for key in stored if key not in {layer.name for layer in mine}]
    said = [f"the file has nothing for the layers {_listed(without)}"] if without else []
    said += [f"the model has no layers {_listed(unused)}"] if unused else []
    if len(without) == len(mine):
        report(
            f"{name}, by_name=True: nothing was loaded: {'; '.join(said)}. Layers are matched by their names."
        )
    elif said:
        warnings.warn(f"{name}, by_name=True: not everything was loaded: {'; '.join(said)}.", stacklevel=5)
    inner = member(group, _TOP)
    if is_group(inner) and _own(model):
        _top_level(model, group, found)
    return found


# Compiling.


def _config(file: Any, key: str, name: str) -> Any:
    text = attribute(file, key)
    if text is None:
        return None
    if not isinstance(text, str):
        raise ModelFileError(f"{name}: the attribute {key!r} is no text")
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{name}: the attribute {key!r} is broken: {error}") from error
    if not isinstance(config, dict):
        raise ModelFileError(f"{name}: the attribute {key!r} holds no object")
    return config


def _compile(model: Any, file: Any, name: str) -> None:
    from unikeras.saving.compiled import compile_from_training_config

    config = _config(file, "training_config", name)
    if config is None:
        warnings.warn(
            f"{name} has no compile settings: the model was not compiled when it was saved. Call compile() before training.",
            stacklevel=5,
        )
        return
    compile_from_training_config(model, config)
    optimizer = getattr(model, "optimizer", None)
    group = member(file, "optimizer_weights")
    if optimizer is None or not is_group(group):
        return
    titles = names(group, "weight_names")
    arrays = [member(group, title) for title in titles]
    problem = next((p for p in map(unreadable, arrays) if p is not None), None)
    found = problem or places(optimizer, [tuple(a.shape) for a in arrays], titles)
    if isinstance(found, str):
        report(
            f"{name}: the state of the optimizer {optimizer.name!r} was not loaded: {found}. It starts afresh."
        )
        return
    restore(optimizer, [(variable, read(arrays[index], name)) for variable, index in found])


# Writing.


def write_legacy_model(model: Any, target: Any, include_optimizer: bool = True) -> None:
    """Write a whole model in the layout and with the configs of tf.keras 2.

    Args:
        model: a Sequential or functional model.
        target: a path, or a file opened for reading and writing.
        include_optimizer: whether compile settings and the optimizer's state are written too.

    Raises:
        NotImplementedError: a subclassed model, which this format cannot hold, or a setting that tf.keras 2 does not have.
    """
    import h5py

    from unikeras.saving.keras2_write import model_config, training_config

    _refuse_assets(model)
    config = model_config(model)
    training = training_config(model) if include_optimizer else None
    if not model.built:
        warnings.warn(
            f"The model {model.name!r} is saved before it is built: it may have no weights yet. Call it on data first.",
            stacklevel=4,
        )
    with h5py.File(target, "w") as file:
        _about(file)
        _write_text(file, "model_config", json.dumps(config))
        _write_layers(model, file.create_group("model_weights"))
        optimizer = getattr(model, "optimizer", None)
        if training is not None:
            _write_text(file, "training_config", json.dumps(training))
            if optimizer is not None and optimizer.built:
                group = file.create_group("optimizer_weights")
                _write_arrays(group, state_for_keras2(optimizer))


def _refuse_assets(model: Any) -> None:
    """HDF5 files have no place for a vocabulary that was adapted; tf.keras refuses them too."""
    for _, thing in saveables(model):
        if not hasattr(thing, "save_assets") or thing.get_config().get("vocabulary") is not None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            thing.save_assets(folder)
            if os.listdir(folder):
                raise NotImplementedError(
                    f"The layer {thing.name!r} has an adapted vocabulary, for which the HDF5 format (.h5) has no place; save the model as '.keras'."
                )


def write_legacy_weights(model: Any, target: Any) -> None:
    """Write a model's weights in the layout of tf.keras 2.

    Args:
        model: a built model.
        target: a path, or a file opened for reading and writing.

    Raises:
        ValueError: the model has no variables yet.
    """
    import h5py

    if not model.built and not model.weights:
        raise ValueError(
            f"The weights of model {model.name!r} cannot be saved: it is not built yet. Call it on data, or build(input_shape), first."
        )
    with h5py.File(target, "w") as file:
        _write_layers(model, file)


def _about(group: Any) -> None:
    _write_text(group, "backend", "tensorflow")
    _write_text(group, "keras_version", _VERSION)


def _write_text(thing: Any, key: str, text: str) -> None:
    thing.attrs[key] = text.encode("utf-8")


def _write_layers(model: Any, group: Any) -> None:
    listed = [(layer.name, layer) for layer in _layers_of(model)]
    write_names(group, "layer_names", [key for key, _ in listed])
    _about(group)
    for key, layer in listed:
        _write_arrays(
            group.create_group(key), [(_stored_name(v, key), np.asarray(v)) for v in variables_of(layer)]
        )
    own = _own(model)
    _write_arrays(group.create_group(_TOP), [(_stored_name(v, model.name), np.asarray(v)) for v in own])


def _layers_of(model: Any) -> list[Any]:
    from unikeras.models.sequential import Sequential
    from unikeras.saving.functional import layers_with_entries

    return (
        list(model.layers)
        if model._graph is None or isinstance(model, Sequential)
        else layers_with_entries(model)
    )


def _stored_name(variable: Variable, layer: str) -> str:
    path = variable.path.strip("/") or variable.name.removesuffix(":0")
    return f"{path}:0"


def _write_arrays(group: Any, arrays: list[tuple[str, np.ndarray]]) -> None:
    taken: set[str] = set()
    titles = []
    for title, _ in arrays:
        unique, count = title, 0
        while unique in taken:
            count += 1
            unique = f"{title.removesuffix(':0')}_{count}:0"
        taken.add(unique)
        titles.append(unique)
    write_names(group, "weight_names", titles)
    for title, (_, array) in zip(titles, arrays, strict=True):
        write(group, title, array)


def ends_as_hdf5(path: str) -> bool:
    """Whether a path has an ending of HDF5 files.

    Example:
        >>> ends_as_hdf5("m.h5"), ends_as_hdf5("m.keras")
        (True, False)
    """
    return os.path.splitext(path)[1] in (".h5", ".hdf5", ".hdf", ".he5")
