"""Objects as plain dictionaries and back, in the form Keras 3 writes (mirrors `keras.saving.serialize_keras_object`)."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from unikeras.core.dtypes import DType
from unikeras.core.op import Op
from unikeras.core.shape import TensorShape
from unikeras.core.symbolic import SymbolicTensor
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable
from unikeras.saving import lambdas
from unikeras.saving.errors import ModelFileError
from unikeras.saving.names import class_names, find_class, find_function, fitting_config
from unikeras.saving.registry import custom_object_scope, get_registered_object, registered_name
from unikeras.saving.safe_mode import in_safe_mode, safe_mode_scope

__all__ = ["deserialize_keras_object", "serialize_keras_object", "serialize_policy"]


def serialize_keras_object(obj: Any) -> Any:
    """An object as numbers, strings, lists and dictionaries.

    Args:
        obj: a plain value, a list, tuple or dict of such objects, a NumPy array, a tensor, a dtype, a shape, a slice, a
            function, a class, or anything with `get_config`.

    Returns:
        Plain values as they are; objects as {"module", "class_name", "config", "registered_name"}.

    Raises:
        TypeError: an object without `get_config`.

    Example:
        >>> from unikeras import keras
        >>> keras.saving.serialize_keras_object(keras.regularizers.L2(0.5))
        {'module': 'keras.regularizers', 'class_name': 'L2', 'config': {'l2': 0.5}, 'registered_name': None}
        >>> keras.saving.serialize_keras_object(slice(1, 3))
        {'class_name': '__slice__', 'config': {'start': 1, 'stop': 3, 'step': None}}
    """
    if obj is None or isinstance(obj, (bool, int, float, str)):
        return obj
    for types_, special in _SPECIAL:
        if isinstance(obj, types_):
            return special(obj)
    if obj is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(obj, type):
        return {
            "module": "builtins",
            "class_name": "__class__",
            "config": {k: v for k, v in class_names(obj).items() if v is not None},
        }
    if isinstance(obj, Mapping):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    if isinstance(obj, (list, tuple)):
        values = [serialize_keras_object(value) for value in obj]
        return values if isinstance(obj, list) else tuple(values)
    if hasattr(obj, "get_config"):
        return _serialize_object(obj)
    if isinstance(obj, (types.FunctionType, types.BuiltinFunctionType, types.MethodType, Op)) or hasattr(
        obj, "__wrapped__"
    ):
        return _serialize_function(obj)
    raise TypeError(
        f"Cannot serialize {obj!r} (type {type(obj).__name__}): to be saved, a class needs a get_config() method that "
        "returns the arguments of its constructor."
    )


def _serialize_object(obj: Any) -> dict[str, Any]:
    names = class_names(type(obj))
    result = {
        "module": names["module"],
        "class_name": names["class_name"],
        "config": _plain_config(obj),
        "registered_name": names["registered_name"],
    }
    from unikeras.layers.layer import Layer

    if isinstance(obj, Layer):
        build = _build_config(obj)
        if build is not None:
            result["build_config"] = serialize_keras_object(build)
    if hasattr(obj, "get_compile_config"):
        result["compile_config"] = serialize_keras_object(obj.get_compile_config() or {})
    return result


def _plain_config(obj: Any) -> Any:
    try:
        config = obj.get_config()
    except NotImplementedError as error:
        raise NotImplementedError(
            f"Cannot save {type(obj).__name__} {getattr(obj, 'name', '')!r}: {error}"
        ) from error
    return serialize_keras_object(config)


def _build_config(layer: Any) -> Any:
    """What rebuilds the layer's variables before they are loaded."""
    from unikeras.models.model import Functional, Model

    own = layer.get_build_config()
    if isinstance(layer, Model):
        if isinstance(layer, Functional) and layer._graph is not None:
            return {"input_shape": None}  # its config has everything
        shape = layer.__dict__.get("_called_shape")
        if layer._graph is not None and len(layer._graph.flat_inputs) == 1:
            shape = layer._graph.flat_inputs[0].shape
        if own is None and layer.built and shape is not None:
            own = {"input_shape": shape}
    return own


def _serialize_function(function: Callable[..., Any]) -> Any:
    name = registered_name(function) or getattr(function, "__name__", "<lambda>")
    if name == "<lambda>":
        return lambdas.dump(function)
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}


def serialize_policy(policy: Any) -> dict[str, Any]:
    """A dtype policy as layers' configs have it.

    Example:
        >>> from unikeras import keras
        >>> serialize_policy(keras.DTypePolicy("float32"))["config"]
        {'name': 'float32'}
    """
    from unikeras.layers.policy import DTypePolicyMap

    several = isinstance(policy, DTypePolicyMap)
    config = policy.get_config()
    if several:
        if policy._default is not None:
            config["default_policy"] = serialize_policy(policy._default)
        config["policy_map"] = {path: serialize_policy(one) for path, one in config["policy_map"].items()}
    return {
        "module": "keras.dtype_policies" if several else "keras",
        "class_name": type(policy).__name__,
        "config": config,
        "registered_name": None,
    }


def _array(name: str) -> Callable[[Any], Any]:
    def dump(value: Any) -> dict[str, Any]:
        array = np.asarray(value)
        if array.dtype.kind not in "fiub" and array.dtype.name != "bfloat16":
            raise TypeError(f"Cannot serialize an array of dtype {array.dtype}: only numbers and booleans.")
        return {"class_name": name, "config": {"value": array.tolist(), "dtype": array.dtype.name}}

    return dump


def _refuse_variable(value: Any) -> Any:
    raise TypeError(
        f"Cannot serialize the variable {value.name!r}: variables belong into the weights, not into a config."
    )


_SPECIAL: list[tuple[Any, Callable[[Any], Any]]] = [
    (np.generic, lambda v: v.item()),
    (np.ndarray, _array("__numpy__")),
    (Tensor, _array("__tensor__")),
    (Variable, _refuse_variable),
    (TensorShape, lambda v: list(v)),
    ((DType, np.dtype), lambda v: v.name),
    (bytes, lambda v: {"class_name": "__bytes__", "config": {"value": v.decode("latin-1")}}),
    (
        slice,
        lambda v: {
            "class_name": "__slice__",
            "config": {k: serialize_keras_object(getattr(v, k)) for k in ("start", "stop", "step")},
        },
    ),
    (
        SymbolicTensor,
        lambda v: {
            "class_name": "__keras_tensor__",
            "config": {"shape": tuple(v.shape), "dtype": v.dtype.name, "keras_history": None},
        },
    ),
]


def deserialize_keras_object(
    config: Any, custom_objects: dict[str, Any] | None = None, safe_mode: bool | None = None, **kwargs: Any
) -> Any:
    """The object that `serialize_keras_object` made `config` of; configs of Keras 2 and 3 are read too.

    Args:
        config: plain values, or a dictionary with 'class_name' and 'config'.
        custom_objects: your classes and functions by name.
        safe_mode: whether marshalled lambdas are refused; `None` means yes, unless `enable_unsafe_deserialization` was called.
        **kwargs: `module_objects`, `printable_module_name` of tf.keras 2.

    Raises:
        ModelFileError: an unknown class or function, or a config that is broken.
        UnsafeError: a lambda in safe mode.

    Example:
        >>> from unikeras import keras
        >>> layer = keras.layers.Dense(3, name="d")
        >>> keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer)).units
        3
    """
    module_objects = kwargs.pop("module_objects", None)
    kwargs.pop("printable_module_name", None)
    if kwargs:
        raise TypeError(f"deserialize_keras_object: unknown arguments {sorted(kwargs)}.")
    scopes = [scope for scope in (module_objects, custom_objects) if scope]
    with custom_object_scope(*scopes), safe_mode_scope(safe_mode):
        if isinstance(config, str) and scopes:
            return get_registered_object(config) or config
        try:
            return _read(config)
        except RecursionError:
            raise ModelFileError("A config is nested too deeply to be read.") from None


def _read(config: Any) -> Any:
    if isinstance(config, list):
        return [_read(value) for value in config]
    if isinstance(config, tuple):
        return tuple(_read(value) for value in config)
    if not isinstance(config, dict):
        return config
    name = config.get("class_name")
    if name == "TensorShape" and "items" in config:  # Keras 2
        return TensorShape(config["items"])
    if "class_name" not in config or "config" not in config:
        return {key: _read(value) for key, value in config.items()}
    inner = config["config"]
    if not isinstance(name, str):
        raise ModelFileError(f"A config's class_name must be a string, not {name!r}.")
    if name in _READERS:
        try:
            return _READERS[name](inner)
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ModelFileError(
                f"The config of {name} is broken: {type(error).__name__}: {error}."
            ) from error
    if name == "__lambda__":
        if in_safe_mode():
            raise lambdas.refusal()
        return lambdas.load(inner)
    if name == "function":
        if not isinstance(inner, str):
            raise ModelFileError(f"A function's config must be its name, not {inner!r}.")
        registered = config.get("registered_name")
        found = (
            get_registered_object(registered)
            if isinstance(registered, str) and registered != "function"
            else None
        )
        return found if found is not None else find_function(inner)
    return _read_object(config, name, inner)


def _read_object(config: dict[str, Any], name: str, inner: Any) -> Any:
    module, registered = config.get("module"), config.get("registered_name")
    if not all(v is None or isinstance(v, str) for v in (module, registered)):
        raise ModelFileError(f"The module and registered_name of {name!r} must be strings.")
    found: Any = find_class(name, module, registered)
    if not isinstance(found, type):
        if isinstance(found, types.FunctionType):
            return found
        raise ModelFileError(f"{name!r} names {found!r}, which is no class.")
    if isinstance(inner, str) and registered is None and not hasattr(found, "from_config"):
        return found
    if not hasattr(found, "from_config"):
        raise ModelFileError(
            f"Class {found.__name__} has no from_config() method, so it cannot be made from a config."
        )
    if inner is None:
        inner = {}
    if isinstance(inner, dict):
        inner = fitting_config(found, lambdas.of_keras2(inner) if "function_type" in inner else inner)
    instance = found.from_config(inner)
    build = config.get("build_config")
    if build and not getattr(instance, "built", True) and hasattr(instance, "build_from_config"):
        instance.build_from_config(_read(build))
    compiled = config.get("compile_config")
    if compiled and hasattr(instance, "compile_from_config"):
        instance.compile_from_config(compiled)
    return instance


def _read_array(inner: dict[str, Any]) -> np.ndarray:
    dtype = inner["dtype"]
    if dtype == "bfloat16":
        import ml_dtypes

        return np.asarray(inner["value"], dtype=ml_dtypes.bfloat16)
    if np.dtype(dtype).kind not in "fiub":
        raise ModelFileError(f"An array of dtype {dtype!r} in a config: only numbers and booleans are read.")
    try:
        return np.asarray(inner["value"], dtype=dtype)
    except (ValueError, TypeError) as error:
        raise ModelFileError(f"An array in a config is broken: {error}.") from error


def _refuse(inner: Any) -> Any:
    raise NotImplementedError(
        "Type specifications in configs are not available yet; see docs/compatibility.md."
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "__numpy__": _read_array,
    "__tensor__": lambda inner: Tensor(_as_engine(_read_array(inner))),
    "__tuple__": lambda inner: tuple(
        _read(v) for v in (inner["value"] if isinstance(inner, dict) else inner)
    ),
    "__bytes__": lambda inner: inner["value"].encode("latin-1"),
    "__ellipsis__": lambda inner: Ellipsis,
    "__slice__": lambda inner: slice(*(_read(inner[k]) for k in ("start", "stop", "step"))),
    "__keras_tensor__": lambda inner: SymbolicTensor(inner["shape"], inner["dtype"]),
    "__class__": lambda inner: find_class(
        inner["class_name"], inner.get("module"), inner.get("registered_name")
    ),
    "__typespec__": _refuse,
}


def _as_engine(array: np.ndarray) -> Any:
    from unikeras.core.tensor import as_array

    return as_array(array)
