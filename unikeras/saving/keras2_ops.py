"""TensorFlow's functions in functional models of tf.keras 2.4 and later: `TFOpLambda` and `SlicingOpLambda` entries."""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

from unikeras.core.op import Op
from unikeras.saving.errors import ModelFileError

__all__ = ["CLASSES", "arguments", "as_tensorflow", "find", "path_of"]

CLASSES = ("TFOpLambda", "SlicingOpLambda")

# The namespaces that a file may name functions of; ops are found in them by their public names.
_NAMESPACES = {
    "": "unikeras",
    "math": "unikeras.math",
    "nn": "unikeras.nn",
    "linalg": "unikeras.linalg",
    "image": "unikeras.image",
}
# Functions that are no ops but do nothing else than call ops.
_PLAIN = {
    "clip_by_value", "concat", "einsum", "expand_dims", "gather", "image.resize", "linalg.matmul", "linalg.matvec", "math.add_n",
    "math.reduce_mean", "nn.gelu", "nn.moments", "nn.normalize_moments", "ones_like", "pad", "rank", "repeat", "reverse",
    "split", "squeeze", "stack", "tensordot", "tile", "transpose", "unstack", "where", "zeros_like", "shape", "size", "one_hot",
    "nn.conv2d", "nn.max_pool", "nn.avg_pool", "nn.bias_add", "range", "boolean_mask", "reshape", "cast", "identity",
    "linalg.norm", "norm", "nn.l2_normalize", "math.l2_normalize", "math.top_k", "nn.top_k", "cumsum", "slice",
}  # fmt: skip
# What operators and other versions are called.
_RENAMED = {
    "__operators__.add": "math.add",
    "compat.v1.floor_div": "math.floordiv",
    "compat.v1.div": "math.divide",
    "math.reduce_any": "reduce_any",
    "nn.silu": "nn.swish",
    "math.rint": "math.round",
}
# Arguments of compat.v1 functions that are None or spelled otherwise.
_ARGUMENTS = {
    "keep_dims": "keepdims",
    "reduction_indices": "axis",
    "squeeze_dims": "axis",
    "dim": "axis",
    "conjugate": None,
    "validate_indices": None,
    "out_type": None,
    "batch_dims": "batch_dims",
}


@cache
def find(path: str) -> Any:
    """The function that a file calls 'math.multiply'.

    Raises:
        ModelFileError: no function of that name, or none that a file may name.

    Example:
        >>> find("math.multiply")([1.0, 2.0], [3.0, 4.0]).numpy().tolist()
        [3.0, 8.0]
    """
    name = _RENAMED.get(path, path).removeprefix("compat.v1.").removeprefix("keras.backend.")
    name = _RENAMED.get(name, name)
    space, _, last = name.rpartition(".")
    found = None
    if space in _NAMESPACES and re.fullmatch(r"[a-z][a-z0-9_]*", last):
        try:
            found = getattr(importlib.import_module(_NAMESPACES[space]), last, None)
        except ImportError:
            found = None
    if found is not None and (
        isinstance(found, Op) or isinstance(getattr(found, "_op", None), Op) or name in _PLAIN
    ):
        return found
    raise ModelFileError(
        f"The model calls TensorFlow's function tf.{path}, which unikeras cannot read from a file; see docs/compatibility.md."
    )


def arguments(path: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments of a call, in the present spelling; those that say nothing are left out."""
    result: dict[str, Any] = {}
    for key, value in kwargs.items():
        if key == "name" or (value is None and key not in ("perm",)):
            continue
        if "compat.v1" in path:
            renamed = _ARGUMENTS.get(key, key)
            if renamed is None:
                continue
            key = renamed
        result[key] = _dtype(value)
    if path == "compat.v1.transpose" and result.get("perm", 0) is None:
        del result["perm"]
    if path == "compat.v1.gather" and not result.get("batch_dims", 1):
        del result["batch_dims"]
    if path == "compat.v1.pad" and isinstance(result.get("mode"), str):
        result["mode"] = result["mode"].upper()
    return result


def _dtype(value: Any) -> Any:
    """'<dtype: 'int32'>', as some versions write a dtype, as 'int32'."""
    if isinstance(value, str):
        found = re.fullmatch(r"<dtype: '(\w+)'>", value)
        return found[1] if found else value
    return value


@cache
def _paths() -> dict[int, str]:
    """The path of every function, by the identity of the op."""
    found: dict[int, str] = {}
    for space in ("math", "nn", "linalg", "", "image"):
        try:
            module = importlib.import_module(_NAMESPACES[space])
        except ImportError:
            continue
        for name in getattr(module, "__all__", None) or dir(module):
            value = getattr(module, name, None)
            value = getattr(value, "_op", value)
            if isinstance(value, Op):
                found.setdefault(id(value), f"{space}.{name}".strip("."))
    return found


def path_of(op: Any) -> str | None:
    """TensorFlow's name of an op, or `None` if it has none.

    Example:
        >>> from unikeras import ops
        >>> path_of(ops.multiply)
        'math.multiply'
    """
    return _paths().get(id(getattr(op, "_op", op)))


# Writing.

# Ops that have another name or other arguments in TensorFlow: the function's path, the arrays' names after the first, the attributes'.
_IN_TENSORFLOW: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "add": ("__operators__.add", ("y",), {}),
    "select": ("where", ("x", "y"), {}),
    "clip": ("clip_by_value", ("clip_value_min", "clip_value_max"), {}),
    "power": ("math.pow", ("y",), {}),
    "divide": ("math.truediv", ("y",), {}),
    "floor_divide": ("math.floordiv", ("y",), {}),
    "mod": ("math.floormod", ("y",), {}),
    "mean": ("math.reduce_mean", (), {"axis": "axis", "keepdims": "keepdims"}),
    "mean_same_dtype": ("math.reduce_mean", (), {"axis": "axis", "keepdims": "keepdims"}),
    "transpose": ("transpose", (), {"axes": "perm"}),
    "matmul": ("linalg.matmul", ("b",), {"transpose_a": "transpose_a", "transpose_b": "transpose_b"}),
    "reshape": ("reshape", (), {"shape": "shape"}),
    "cast": ("cast", (), {"dtype": "dtype"}),
    "expand_dims": ("expand_dims", (), {"axis": "axis"}),
    "squeeze": ("squeeze", (), {"axis": "axis"}),
    "split": ("split", (), {"num_or_size_splits": "num_or_size_splits", "axis": "axis"}),
    "shape": ("compat.v1.shape", (), {}),
    "one_hot": ("one_hot", (), {"depth": "depth", "axis": "axis"}),
    "softmax": ("nn.softmax", (), {"axis": "axis"}),
    "leaky_relu": ("nn.leaky_relu", (), {"negative_slope": "alpha", "alpha": "alpha"}),
    "gather": ("gather", ("indices",), {"axis": "axis", "batch_dims": "batch_dims"}),
    "gelu": ("nn.gelu", (), {"approximate": "approximate"}),
    "tile": ("tile", (), {"multiples": "multiples", "repeats": "multiples"}),
    "relu": ("nn.relu", (), {}),
}
_LISTS = {"_concat": ("concat", "axis"), "_stack": ("stack", "axis")}


def as_tensorflow(op: Any, node: Any) -> tuple[str, Any, dict[str, Any]]:
    """TensorFlow's function for a call of an op, its first argument and the other arguments by name.

    Args:
        op: what was called.
        node: its call.

    Raises:
        NotImplementedError: TensorFlow has no such function, or it does not take a setting.
    """
    op = getattr(op, "_op", op)
    name = op.__name__
    if name == "_index":
        return "__operators__.getitem", node.args[0], {"slice_spec": _spec(node)}
    if name in _LISTS:
        function, key = _LISTS[name]
        return function, list(node.args), {key: node.kwargs[key]}
    defaults = dict(zip(op.static, op.defaults, strict=True)) if isinstance(op, Op) else {}
    known: tuple[str | None, Any, Any] = _IN_TENSORFLOW.get(name, (path_of(op), None, None))
    path, array_names, attributes = known
    if path is None:
        raise NotImplementedError(
            f"The model calls {op!r} on symbolic tensors, which tf.keras 2 has no function for, so it cannot be saved as HDF5. Save it "
            "as '.keras'."
        )
    arrays = (
        array_names
        if array_names is not None
        else tuple({"x1": "x", "x2": "y"}.get(n, n) for n in op.array_names[1:])
    )
    kwargs = {k: v for k, v in zip(arrays, node.args[1:], strict=False) if v is not None}
    for key, value in node.kwargs.items():
        target = key if attributes is None else attributes.get(key)
        if target is None and value == defaults.get(key):
            continue
        if target is None:
            raise NotImplementedError(
                f"The model calls {op!r} with {key}={value!r}, which tf.keras 2's tf.{path} does not take, so it cannot be saved as HDF5."
            )
        if value is not None or key in ("axes",):
            kwargs[target] = value
    return path, node.args[0], kwargs


def _spec(node: Any) -> list[Any]:
    """What was between the brackets of `x[...]`; an ellipsis as slices, since tf.keras does not read its own."""
    pattern = node.kwargs["pattern"]
    used = sum(kind in ("slice", "int") for kind, _ in pattern)
    result: list[Any] = []
    for kind, value in pattern:
        if kind == "tensor":
            raise NotImplementedError(
                "Indexing a symbolic tensor with a tensor cannot be saved as HDF5; save the model as '.keras'."
            )
        if kind == "rest":
            result += (len(node.args[0].shape) - used) * [slice(None)]
        else:
            result.append(
                {"slice": slice(*value) if kind == "slice" else None, "int": value, "new": None}[kind]
            )
    return result
