"""Data types: `DType`, its named instances, and the table from engine dtypes to them."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

__all__ = ["DType", "as_dtype", "floatx", "register_native", "set_floatx"]


class DType:
    """The type of a tensor's elements (mirrors `tf.DType`); equal to its name and to NumPy's dtype.

    Example:
        >>> from unikeras.core.dtypes import as_dtype
        >>> as_dtype("float32")
        tf.float32
        >>> as_dtype("float32") == "float32", as_dtype(int).name
        (True, 'int32')
    """

    __slots__ = ("_numpy", "name")

    def __init__(self, name: str, numpy_dtype: Any) -> None:
        self.name = name
        self._numpy = np.dtype(numpy_dtype)

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy scalar type (`np.float32` ...)."""
        return self._numpy.type

    @property
    def np_dtype(self) -> np.dtype:
        """The `np.dtype`."""
        return self._numpy

    @property
    def base_dtype(self) -> DType:
        """The dtype itself (there are no reference types)."""
        return self

    @property
    def is_floating(self) -> bool:
        """Whether this is a real floating-point type."""
        return self.name in ("float16", "bfloat16", "float32", "float64")

    @property
    def is_complex(self) -> bool:
        """Whether this is a complex type."""
        return self._numpy.kind == "c"

    @property
    def is_integer(self) -> bool:
        """Whether this is a (signed or unsigned) integer type; bool is not."""
        return self._numpy.kind in "iu"

    @property
    def is_unsigned(self) -> bool:
        """Whether this is an unsigned integer type."""
        return self._numpy.kind == "u"

    @property
    def is_bool(self) -> bool:
        """Whether this is bool."""
        return self.name == "bool"

    @property
    def size(self) -> int:
        """Bytes an element takes."""
        return self._numpy.itemsize

    @property
    def _limits(self) -> Any:
        return ml_dtypes.finfo(self._numpy) if self.is_floating else np.iinfo(self._numpy)

    @property
    def min(self) -> Any:
        """The smallest value this type holds."""
        return False if self.is_bool else self._limits.min

    @property
    def max(self) -> Any:
        """The largest value this type holds."""
        return True if self.is_bool else self._limits.max

    def is_compatible_with(self, other: Any) -> bool:
        """Whether `other` names the same type."""
        return self == other

    def __eq__(self, other: Any) -> bool:
        if self is other:
            return True
        if other is None:
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: '{self.name}'>"

    def __reduce__(self) -> Any:
        return as_dtype, (self.name,)


_BY_NAME: dict[str, DType] = {
    name: DType(name, numpy_dtype)
    for name, numpy_dtype in {
        "float16": np.float16,
        "bfloat16": ml_dtypes.bfloat16,
        "float32": np.float32,
        "float64": np.float64,
        "int8": np.int8,
        "int16": np.int16,
        "int32": np.int32,
        "int64": np.int64,
        "uint8": np.uint8,
        "uint16": np.uint16,
        "uint32": np.uint32,
        "uint64": np.uint64,
        "bool": np.bool_,
        "complex64": np.complex64,
        "complex128": np.complex128,
        "string": np.object_,
    }.items()
}
_ALIASES = {"half": "float16", "float": "float32", "double": "float64", "int": "int32", "str": "string"}

# What an engine calls its dtypes (np.dtype, torch.dtype ...) -> DType. Engines add theirs when they load.
_NATIVE: dict[Any, DType] = {dtype.np_dtype: dtype for dtype in _BY_NAME.values()}
_NATIVE.update(
    {float: _BY_NAME["float32"], int: _BY_NAME["int32"], bool: _BY_NAME["bool"], str: _BY_NAME["string"]}
)


def register_native(native: Any, name: str) -> None:
    """Tell that an engine's dtype object `native` is the dtype called `name`."""
    _NATIVE[native] = _BY_NAME[name]


def as_dtype(value: Any) -> DType:
    """The `DType` that `value` names: a `DType`, a name, a NumPy or engine dtype, or a Python type.

    Raises:
        TypeError: `value` names no dtype.

    Example:
        >>> import numpy as np
        >>> as_dtype(np.float64), as_dtype("half")
        (tf.float64, tf.float16)
    """
    if type(value) is DType:
        return value
    if isinstance(value, str):
        found = _BY_NAME.get(value) or _BY_NAME.get(_ALIASES.get(value, ""))
        if found is not None:
            return found
    try:
        found = _NATIVE.get(value)
    except TypeError:
        found = None
    if found is not None:
        return found
    try:
        numpy_dtype = np.dtype(value)
    except TypeError:
        numpy_dtype = None
    if numpy_dtype is not None:
        found = _NATIVE.get(numpy_dtype)
        if found is None and numpy_dtype.kind in "SU":
            found = _BY_NAME["string"]
        if found is not None:
            return found
    raise TypeError(f"Cannot interpret {value!r} as a dtype; known names are {', '.join(_BY_NAME)}.")


_floatx = "float32"


def floatx() -> str:
    """The default floating-point type's name (mirrors `keras.config.floatx`).

    Example:
        >>> floatx()
        'float32'
    """
    return _floatx


def set_floatx(value: str) -> None:
    """Set the default floating-point type: 'float16', 'bfloat16', 'float32' or 'float64'.

    Raises:
        ValueError: `value` is not one of these.
    """
    global _floatx
    if value not in ("float16", "bfloat16", "float32", "float64"):
        raise ValueError(f"floatx must be float16, bfloat16, float32 or float64, not {value!r}.")
    _floatx = value
