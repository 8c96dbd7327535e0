"""Keras 3's operations in functional models: the entries of `x * 2.0` or `keras.ops.reshape(x, ...)`, read and written."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable
from typing import Any

from unikeras.core.module import to_snake_case
from unikeras.saving.errors import ModelFileError
from unikeras.saving.registry import get_registered_object

__all__ = ["as_keras", "is_operation", "operation"]

# What a file may not name: functions that take functions, or give no tensor.
_NOT_OPERATIONS = {
    "associative_scan", "cond", "convert_to_numpy", "convert_to_tensor", "custom_gradient", "dtype", "fori_loop", "is_tensor",
    "deserialize", "get", "map", "missing", "ndim", "serialize", "scan", "shape", "switch", "vectorized_map", "while_loop",
}  # fmt: skip
_NAMES = {"true_divide": "divide"}
_SETTINGS = {"newshape": "shape", "a_min": "x_min", "a_max": "x_max"}
_NOTHING = {"sparse": False}


def is_operation(data: dict[str, Any]) -> bool:
    """Whether an entry of a functional config is an operation. HDF5 files give no module: there the settings tell 'Add' from 'Add'."""
    from unikeras import layers

    module, config, name = data.get("module"), data.get("config"), data.get("class_name")
    if isinstance(module, str):
        return module.startswith("keras.") and "ops" in module.split(".")
    calls = data.get("inbound_nodes")
    if not isinstance(config, dict) or not isinstance(name, str) or not (isinstance(calls, list) and calls):
        return False
    if not (isinstance(calls[0], dict) and "args" in calls[0]) or get_registered_object(name) is not None:
        return False
    if name in layers.__all__:
        return not {"trainable", "dtype", "layers"} & set(config) and _find(to_snake_case(name)) is not None
    return name not in ("Functional", "Model", "Sequential") and (
        name == "GetItem" or _find(_function_name(name)) is not None
    )


def operation(data: dict[str, Any]) -> Callable[..., Any]:
    """The function that an operation's entry stands for, its settings bound.

    Args:
        data: with 'class_name' and 'config'.

    Raises:
        ModelFileError: unikeras has no such operation.

    Example:
        >>> operation({"class_name": "Sum", "config": {"name": "sum", "axis": -1}})([[1.0, 2.0]]).numpy().tolist()
        [3.0]
    """
    name = to_snake_case(str(data["class_name"]))
    if name == "get_item":
        return _getitem
    found = _find(_function_name(str(data["class_name"])))
    if found is None:
        raise ModelFileError(
            f"The model calls Keras's operation {data['class_name']!r}, which unikeras does not have; see docs/compatibility.md."
        )
    settings = {
        _SETTINGS.get(key, key): value
        for key, value in (data.get("config") or {}).items()
        if key != "name" and value is not None and not (key in _NOTHING and value == _NOTHING[key])
    }
    if name == "reshape" and isinstance(settings.get("shape"), list):
        settings["shape"] = [-1 if size is None else size for size in settings["shape"]]
    if name == "einsum":
        return functools.partial(found, settings.pop("subscripts"))
    if name == "tile":
        return functools.partial(_tile, found, settings.pop("repeats", settings.pop("multiples", None)))
    return functools.partial(found, **settings) if settings else found


def _tile(function: Callable[..., Any], repeats: Any, x: Any) -> Any:
    return function(x, repeats)


def _function_name(class_name: str) -> str:
    name = to_snake_case(class_name)
    return _NAMES.get(name, name)


def _find(name: str) -> Any:
    if name in _NOT_OPERATIONS or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return None
    for space in (
        "unikeras.keras.ops",
        "unikeras.keras.ops.image",
        "unikeras.keras.ops.linalg",
        "unikeras.activations",
    ):
        try:
            module = importlib.import_module(space)  # one of these constants
        except ImportError:
            continue
        if name in getattr(module, "__all__", ()):
            found = getattr(module, name)
            if callable(found) and not isinstance(found, type):
                return found
    return None


def _getitem(x: Any, key: Any) -> Any:
    return x[tuple(key) if isinstance(key, list) else key]


# Writing. Class, module, the attributes' names in Keras's config.

_SAME: dict[str, str] = {"axis": "axis", "keepdims": "keepdims"}
_WRITTEN: dict[str, tuple[str, str, dict[str, str]]] = {
    **{
        name: (kind, "numpy", {})
        for name, kind in {
            "absolute": "Absolute", "add": "Add", "arccos": "Arccos", "arcsin": "Arcsin", "arctan": "Arctan", "arctan2": "Arctan2",
            "ceil": "Ceil", "cos": "Cos", "cosh": "Cosh", "divide": "TrueDivide", "dot": "Dot", "equal": "Equal", "exp": "Exp",
            "expm1": "Expm1", "floor": "Floor", "floor_divide": "FloorDivide", "greater": "Greater", "greater_equal": "GreaterEqual",
            "isfinite": "Isfinite", "isinf": "Isinf", "isnan": "Isnan", "less": "Less", "less_equal": "LessEqual", "log": "Log",
            "log10": "Log10", "log1p": "Log1p", "log2": "Log2", "logical_and": "LogicalAnd", "logical_not": "LogicalNot",
            "logical_or": "LogicalOr", "matmul": "Matmul", "maximum": "Maximum", "minimum": "Minimum", "mod": "Mod",
            "multiply": "Multiply", "negative": "Negative", "not_equal": "NotEqual", "power": "Power", "reciprocal": "Reciprocal",
            "select": "Where", "sign": "Sign", "sin": "Sin", "sinh": "Sinh", "sqrt": "Sqrt", "square": "Square",
            "subtract": "Subtract", "tan": "Tan", "tanh": "Tanh",
        }.items()
    },
    **{name: (kind, "nn", {}) for name, kind in {
        "relu": "Relu", "relu6": "Relu6", "selu": "Selu", "sigmoid": "Sigmoid", "silu": "Silu", "softplus": "Softplus",
        "softsign": "Softsign", "log_sigmoid": "LogSigmoid",
    }.items()},
    **{name: (kind, "math", {}) for name, kind in {"erf": "Erf", "rsqrt": "Rsqrt"}.items()},
    **{name: (kind, "numpy", _SAME) for name, kind in {
        "all": "All", "any": "Any", "argmax": "Argmax", "argmin": "Argmin", "max": "Max", "mean": "Mean", "mean_same_dtype": "Mean",
        "min": "Min", "prod": "Prod", "std": "Std", "sum": "Sum", "variance": "Var",
    }.items()},
    "logsumexp": ("Logsumexp", "math", _SAME),
    "reshape": ("Reshape", "numpy", {"shape": "newshape"}),
    "transpose": ("Transpose", "numpy", {"axes": "axes"}),
    "expand_dims": ("ExpandDims", "numpy", {"axis": "axis"}),
    "squeeze": ("Squeeze", "numpy", {"axis": "axis"}),
    "swapaxes": ("Swapaxes", "numpy", {"axis1": "axis1", "axis2": "axis2"}),
    "flip": ("Flip", "numpy", {"axis": "axis"}),
    "repeat": ("Repeat", "numpy", {"repeats": "repeats", "axis": "axis"}),
    "tile": ("Tile", "numpy", {"multiples": "repeats"}),
    "cast": ("Cast", "core", {"dtype": "dtype"}),
    "softmax": ("Softmax", "nn", {"axis": "axis"}),
    "log_softmax": ("LogSoftmax", "nn", {"axis": "axis"}),
    "gelu": ("Gelu", "nn", {"approximate": "approximate"}),
    "leaky_relu": ("LeakyRelu", "nn", {"negative_slope": "negative_slope"}),
    "elu": ("Elu", "nn", {"alpha": "alpha"}),
    "_normalize": ("Normalize", "nn", {"axis": "axis", "order": "order", "epsilon": "epsilon"}),
    "top_k": ("TopK", "math", {"k": "k", "sorted": "sorted"}),
    "gather": ("Take", "numpy", {"axis": "axis"}),
    "split": ("Split", "numpy", {"num_or_size_splits": "indices_or_sections", "axis": "axis"}),
    "_einsum": ("Einsum", "numpy", {"equation": "subscripts"}),
    "_concat": ("Concatenate", "numpy", {"axis": "axis"}),
    "_concatenate": ("Concatenate", "numpy", {"axis": "axis"}),
    "_stack": ("Stack", "numpy", {"axis": "axis"}),
    "one_hot": ("OneHot", "nn", {"depth": "num_classes", "axis": "axis", "dtype": "dtype"}),
}  # fmt: skip
# Attributes at these values ask for what Keras's operation does anyway.
_USUAL: dict[str, Any] = {
    "conjugate": False, "transpose_a": False, "transpose_b": False, "adjoint_a": False, "adjoint_b": False, "batch_dims": 0, "num": None,
    "on_value": 1.0, "off_value": 0.0, "output_type": "int32",
}  # fmt: skip
_LISTS = ("_concat", "_concatenate", "_stack")


def as_keras(op: Any, node: Any, name: str) -> tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]] | None:
    """The entry of a call of an op as Keras 3 writes it, and the call's arguments; `None` if Keras has no such operation.

    Args:
        op: what was called.
        node: its call.
        name: the entry's name.
    """
    op = getattr(op, "_op", op)
    kind, args, attributes = op.__name__, tuple(node.args), dict(node.kwargs)
    if kind == "_index":
        key = _key(attributes["pattern"])
        return None if key is None else (_entry("GetItem", "numpy", {"name": name}), (args[0], key), {})
    if kind == "clip" and all(isinstance(v, (int, float)) for v in args[1:]):
        return _entry("Clip", "numpy", {"name": name, "x_min": args[1], "x_max": args[2]}), args[:1], {}
    if kind == "pad" and attributes["mode"] == "constant":
        config = {"name": name, "pad_width": attributes["paddings"], "mode": "constant"}
        return _entry("Pad", "numpy", config), args, {"constant_values": attributes["constant_values"]}
    if kind not in _WRITTEN:
        return None
    title, module, renamed = _WRITTEN[kind]
    config = {"name": name}
    usual = {**dict(zip(getattr(op, "static", ()), getattr(op, "defaults", ()), strict=True)), **_USUAL}
    for key, value in attributes.items():
        if key in renamed:
            config[renamed[key]] = value
        elif key not in usual or usual[key] != value:
            return None
    if kind == "split" and not isinstance(attributes["num_or_size_splits"], int):
        return None  # sizes, where Keras has places
    if kind in ("reshape", "tile") and any(v is not None and not isinstance(v, int) for v in _flat(config)):
        return None
    return _entry(title, module, config), ([*args],) if kind in _LISTS else args, {}


def _flat(config: dict[str, Any]) -> list[Any]:
    return [v for value in config.values() if isinstance(value, (list, tuple)) for v in value]


def _entry(title: str, module: str, config: dict[str, Any]) -> dict[str, Any]:
    return {
        "module": f"keras.src.ops.{module}",
        "class_name": title,
        "config": config,
        "registered_name": title,
    }


def _key(pattern: Any) -> Any:
    result: list[Any] = []
    for kind, value in pattern:
        if kind == "tensor":
            return None
        result.append(slice(*value) if kind == "slice" else {"int": value, "rest": ..., "new": None}[kind])
    return tuple(result)
