"""Lambdas in configs: their byte code, which only files that the user trusts may bring."""

from __future__ import annotations

import base64
import binascii
import builtins
import dis
import marshal
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from unikeras.saving.errors import ModelFileError, UnsafeError

__all__ = ["dump", "load", "of_keras2", "refusal"]


def dump(function: Callable[..., Any]) -> dict[str, Any]:
    """A lambda as its marshalled byte code, in Keras 3's form; warns, because reading it back needs trust.

    Raises:
        TypeError: not a Python function.
    """
    code = getattr(function, "__code__", None)
    if code is None:
        raise TypeError(f"Cannot serialize {function!r}: it has no name to find it by and no Python code.")
    warnings.warn(
        "A lambda is being saved, as Python byte code. Loading it needs safe_mode=False and the same Python version. Use a "
        "named function with @keras.saving.register_keras_serializable() instead.",
        stacklevel=2,
    )
    closure = getattr(function, "__closure__", None)
    defaults = getattr(function, "__defaults__", None)
    return {
        "class_name": "__lambda__",
        "config": {
            "code": base64.encodebytes(marshal.dumps(code)).decode("ascii"),
            "defaults": list(defaults) if defaults else None,
            "closure": [cell.cell_contents for cell in closure] if closure else None,
        },
    }


def refusal() -> UnsafeError:
    """The error for a lambda in safe mode."""
    return UnsafeError(
        "The file holds a lambda: Python byte code, which could do anything on this machine. If you trust the file's maker, "
        "load it with safe_mode=False (or call keras.config.enable_unsafe_deserialization()); compile=False leaves out lambdas "
        "among losses and metrics."
    )


def load(config: Any) -> Callable[..., Any]:
    """The function of what `dump` (or Keras) wrote. Its code is not run here, but will be when the function is called.

    Raises:
        ModelFileError: not readable, for example because another Python version wrote it.
    """
    try:
        if isinstance(config, dict) and "code" in config:
            code, defaults, closure = config["code"], config.get("defaults"), config.get("closure")
        else:
            code, defaults, closure = config["value"] if isinstance(config, dict) else config
        made = marshal.loads(base64.b64decode(code))
        if not isinstance(made, types.CodeType):
            raise ModelFileError(f"A lambda in a config holds {type(made).__name__}, not code.")
        if not _is_of_this_python(made):
            raise ValueError("instructions that this Python does not have")
        cells = tuple(types.CellType(value) for value in closure) if closure else None
        return types.FunctionType(made, _globals(), "<lambda>", tuple(defaults) if defaults else None, cells)
    except (KeyError, ValueError, TypeError, EOFError, MemoryError, OverflowError, binascii.Error) as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(
            f"A lambda in a config cannot be read ({type(error).__name__}: {error}). Byte code can only be read by the Python "
            "version that wrote it; save the model again with a named, registered function."
        ) from error


def _is_of_this_python(code: types.CodeType) -> bool:
    """Whether byte code can be of this version: it has only instructions that are known, and begins as functions do."""
    found = [instruction.opname for instruction in dis.get_instructions(code)]
    if any(name.startswith("<") for name in found) or not found:
        return False
    return sys.version_info < (3, 11) or "RESUME" in found[:8]


def of_keras2(config: dict[str, Any]) -> dict[str, Any]:
    """The settings of a `Lambda` layer of tf.keras 2 as Keras 3 has them.

    Args:
        config: with 'function' (a name, or [code, defaults, closure]) and 'function_type'.

    Example:
        >>> of_keras2({"name": "l", "function": "relu", "function_type": "function", "module": "m"})["function"]["config"]
        'relu'
    """
    result = {key: value for key, value in config.items() if key not in _OF_KERAS_2}
    for key in ("function", "output_shape", "mask"):
        kind, value = config.get(f"{key}_type"), config.get(key)
        if kind == "lambda" and isinstance(value, (list, tuple)) and len(value) == 3:
            result[key] = {
                "class_name": "__lambda__",
                "config": dict(zip(("code", "defaults", "closure"), value, strict=True)),
            }
        elif kind == "function" and isinstance(value, str):
            result[key] = {
                "class_name": "function",
                "config": value,
                "module": "builtins",
                "registered_name": "function",
            }
        elif key != "function" and value is None:
            result.pop(key, None)
    return result


_OF_KERAS_2 = {
    f"{key}{suffix}" for key in ("function", "output_shape", "mask") for suffix in ("_type", "_module")
} | {"module"}  # fmt: skip


def _globals() -> dict[str, Any]:
    """The names a lambda can use: Python's own, and what programs usually call unikeras and NumPy."""
    import numpy

    import unikeras
    from unikeras import ops

    keras = getattr(unikeras, "keras", None)
    return {"__builtins__": builtins, "np": numpy, "numpy": numpy, "tf": unikeras, "keras": keras, "ops": ops}
