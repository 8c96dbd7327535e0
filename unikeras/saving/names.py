"""Which module Keras has a class in, and which class of unikeras a file's names mean."""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from typing import Any

from unikeras.saving.errors import ModelFileError
from unikeras.saving.registry import get_registered_object, registered_name

__all__ = ["class_names", "find_class", "find_function", "fitting_config"]

# Where unikeras has public classes, and where Keras has them. The order is that of the search for names without a module.
_PACKAGES = {
    "unikeras.layers": "keras.layers",
    "unikeras.models": "keras",
    "unikeras.initializers": "keras.initializers",
    "unikeras.regularizers": "keras.regularizers",
    "unikeras.constraints": "keras.constraints",
    "unikeras.optimizers.schedules": "keras.optimizers.schedules",
    "unikeras.optimizers.legacy": "keras.optimizers.legacy",
    "unikeras.optimizers": "keras.optimizers",
    "unikeras.losses": "keras.losses",
    "unikeras.metrics": "keras.metrics",
    "unikeras.core.random": "keras.random",
    "unikeras.layers.policy": "keras",
    "unikeras.utils.feature_space": "keras.utils",
    "unikeras.distillation": "keras.distillation",
}
_FUNCTIONS = ("unikeras.activations", "unikeras.losses", "unikeras.metrics", "unikeras.ops")

# Names of other versions of Keras for the same thing.
_RENAMED = {
    "TFDConcat": "Concatenate",
    "Policy": "DTypePolicy",
    "FloatDTypePolicy": "DTypePolicy",
    "Model": "Functional",
    "L1L2Regularizer": "L1L2",
}

# Settings of newer Keras versions that ask for nothing at these values; unikeras's classes need not take them.
_NOTHING = {"renorm_momentum", "quantization_config", "lora_alpha", "quantization_mode"}


@cache
def _classes(package: str) -> dict[str, type]:
    module = importlib.import_module(package)  # one of the constants above
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and not name.startswith("_") and value.__module__.startswith("unikeras.")
    }


def _is_own(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == "unikeras"


def class_names(cls: type) -> dict[str, Any]:
    """'module', 'class_name' and 'registered_name' of a class, as Keras 3 writes them.

    Example:
        >>> from unikeras import keras
        >>> class_names(keras.layers.Dense)
        {'module': 'keras.layers', 'class_name': 'Dense', 'registered_name': None}
    """
    registered = registered_name(cls)
    if registered is None and _is_own(cls) and "keras_names" in cls.__dict__:
        return dict(cls.__dict__["keras_names"])
    if registered is None and _is_own(cls):
        if cls.__name__ == "Functional":  # not public in Keras
            return {
                "module": "keras.src.models.functional",
                "class_name": "Functional",
                "registered_name": "Functional",
            }
        for package, public in _PACKAGES.items():
            if cls.__module__.startswith(package):
                if package == "unikeras.layers" and cls.__module__ == "unikeras.layers.policy":
                    public = "keras"
                name = cls.__dict__.get("_public_name", cls.__name__)
                return {"module": public, "class_name": name, "registered_name": None}
    module = None if registered is not None or cls.__module__ in ("__main__", "builtins") else cls.__module__
    return {"module": module, "class_name": cls.__name__, "registered_name": registered or cls.__name__}


def _packages_for(module: str | None) -> list[str]:
    """The packages that a module's name in a file can mean: 'keras.src.layers.core.dense' means the layers."""
    parts = (module or "").split(".")
    if parts[-1] == "feature_space":
        return ["unikeras.utils.feature_space"]
    if "schedules" in parts or "learning_rate_schedule" in parts:
        return ["unikeras.optimizers.schedules"]
    if "optimizers" in parts and "legacy" in parts:
        return ["unikeras.optimizers.legacy"]
    for part in parts:
        for package in _PACKAGES:
            if package.rpartition(".")[2] == part and package != "unikeras.core.random":
                return [package, *(["unikeras.models"] if part == "layers" else [])]
    return [package for package in _PACKAGES if package != "unikeras.optimizers.legacy"]


def find_class(class_name: str, module: str | None = None, registered: str | None = None) -> type:
    """The class that a file means: a user's by its registered name, else one of unikeras's own.

    Nothing is imported by a name in a file.

    Args:
        class_name: 'Dense'.
        module: 'keras.layers', 'keras.src.layers.core.dense', `None` ...
        registered: 'mine>Block'.

    Raises:
        ModelFileError: there is none.

    Example:
        >>> find_class("Dense", "keras.src.layers.core.dense").__name__
        'Dense'
    """
    for name in (registered, class_name):
        found = get_registered_object(name) if name else None
        if found is not None:
            return found
    for prefix in ("Custom>", "Addons>", "Vision>"):
        class_name = class_name.removeprefix(prefix)
    own = module is None or module.partition(".")[0] in (
        "keras",
        "tf_keras",
        "tensorflow",
        "unikeras",
        "builtins",
    )
    if own:
        for package in _packages_for(module):
            table = _classes(package)
            for name in (class_name, _RENAMED.get(class_name)):
                if name in table:
                    return table[name]
    from unikeras.utils.identify import close_matches

    where = f"{module}.{class_name}" if module else class_name
    if own and module is not None:
        known = [name for package in _packages_for(module) for name in _classes(package)]
        raise ModelFileError(
            f"unikeras has no {where}. {close_matches(class_name, known)} See docs/compatibility.md for what is there."
        )
    raise ModelFileError(
        f"Unknown class {where!r} (registered name {registered!r}). If it is your own, pass it as custom_objects="
        f"{{{class_name!r}: {class_name}}}, or decorate it with @keras.saving.register_keras_serializable() before loading; "
        "files never make unikeras import a module."
    )


def find_function(name: str) -> Any:
    """The function that a file means: a user's, else an activation, a loss, a metric, an op or one of strings.

    Raises:
        ModelFileError: there is none.

    Example:
        >>> find_function("relu")([-1.0, 2.0]).numpy().tolist()
        [0.0, 2.0]
    """
    from unikeras.saving.registry import lookup_custom

    found = lookup_custom(name)
    if found is not None:
        return found
    known: list[str] = []
    for package in _FUNCTIONS:
        module = importlib.import_module(package)
        public = [n for n in getattr(module, "__all__", []) if not isinstance(getattr(module, n), type)]
        if name in public:
            return getattr(module, name)
        known += public
    strings = importlib.import_module("unikeras.strings")  # by the names they were defined with: string_lower
    for public_name in strings.__all__:
        if getattr(strings, public_name).__name__ == name:
            return getattr(strings, public_name)
    from unikeras.utils.identify import close_matches

    raise ModelFileError(
        f"Unknown function {name!r}. {close_matches(name, known)} If it is your own, pass it in custom_objects, or decorate it "
        "with @keras.saving.register_keras_serializable() before loading."
    )


@cache
def _accepted(cls: type) -> frozenset[str] | None:
    """The keywords a constructor takes, also through `**kwargs`; `None` if that cannot be told."""
    names: set[str] = {
        "input_shape",
        "batch_input_shape",
        "batch_shape",
        "input_dim",
        "batch_size",
        "weights",
    }
    for base in cls.__mro__:
        if "__init__" not in base.__dict__:
            continue
        if not _is_own(base):
            return None
        parameters = inspect.signature(base.__init__).parameters.values()  # type: ignore[misc]
        names.update(p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            return frozenset(names)
    return frozenset(names)


def fitting_config(cls: type, config: dict[str, Any]) -> dict[str, Any]:
    """A config without the settings of other Keras versions that `cls` does not have and that ask for nothing.

    Only `None`, `False` and settings that say nothing when another is off go: what would change the result stays, and
    the constructor refuses it.

    Example:
        >>> from unikeras import keras
        >>> fitting_config(keras.layers.Dense, {"units": 2, "quantization_config": None})
        {'units': 2}
    """
    cleaned = {key: _fitting_inside(value) for key, value in config.items()}
    names = _accepted(cls) if _is_own(cls) else None
    if names is None:
        return cleaned
    return {k: v for k, v in cleaned.items() if k in names or not (v is None or v is False or k in _NOTHING)}


def _fitting_inside(value: Any) -> Any:
    """The same for the objects inside a config."""
    if isinstance(value, list):
        return [_fitting_inside(v) for v in value]
    if not isinstance(value, dict):
        return value
    name, config = value.get("class_name"), value.get("config")
    if isinstance(name, str) and isinstance(config, dict) and not name.startswith("__"):
        module = value.get("module")
        for package in _packages_for(module) if module else []:
            if name in _classes(package):
                return {**value, "config": fitting_config(_classes(package)[name], config)}
    return {k: _fitting_inside(v) for k, v in value.items()}
