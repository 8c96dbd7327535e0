"""`Tensor`: an immutable array of the engine in use, with TensorFlow's printing and NumPy's interoperability."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import dtypes
from unikeras.core.autograph import unconverted
from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import NeedsValues, OperatorNotAllowedInGraphError
from unikeras.core.operators import Operators
from unikeras.core.shape import TensorShape
from unikeras.core.strict import user_line

__all__ = ["RowMask", "Tensor", "as_array", "convert_to_tensor", "default_numpy", "is_tensor"]


class Tensor(Operators):
    """An array with a shape and a dtype (mirrors `tf.Tensor`). Made by ops, `tf.constant` and `tf.convert_to_tensor`.

    Inside `fit` or `tf.function` its value may not be known yet; then `numpy()` and `if tensor:` raise.

    Example:
        >>> import unikeras as tf
        >>> x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        >>> x.shape, x.dtype
        (TensorShape([2, 2]), tf.float32)
        >>> (x @ x).numpy().tolist()
        [[7.0, 10.0], [15.0, 22.0]]
    """

    __slots__ = ("__weakref__", "_array", "_keras_mask", "_metric")

    _keras_mask: Any  # set by layers that mask
    _metric: Any  # set by metrics that were called

    def __init__(self, array: Any) -> None:
        self._array = array

    @property
    def shape(self) -> TensorShape:
        """The dimensions."""
        return TensorShape(self._array.shape)

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return as_dtype(self._array.dtype)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._array.shape)

    @property
    def device(self) -> str:
        """The device's name as TensorFlow spells it."""
        return f"/job:localhost/replica:0/task:0/device:{engine.current().devices()[0].split(' ')[0]}"

    @property
    def name(self) -> str:
        """Eager tensors have no names; raises `AttributeError` as TensorFlow does."""
        raise AttributeError("Tensor.name is undefined when eager execution is enabled.")

    def get_shape(self) -> TensorShape:
        """Same as `shape`."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Check that the shape is compatible with `shape`."""
        self.shape.assert_is_compatible_with(shape)

    def numpy(self) -> Any:
        """The value as a NumPy array (a NumPy scalar for a tensor without dimensions); a copy, safe to change.

        Raises:
            AttributeError: the tensor belongs to a function being traced and has no value yet.
        """
        host = _to_numpy(self)
        if host.ndim == 0:
            return host[()]
        return np.array(host)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        host = _to_numpy(self)
        if dtype is not None and host.dtype != dtype:
            return host.astype(dtype)
        return np.array(host) if copy or not host.flags.writeable else host

    def tolist(self) -> Any:
        """The value as nested Python lists."""
        return _to_numpy(self).tolist()

    def item(self) -> Any:
        """The value of a tensor with one element as a Python number."""
        return _to_numpy(self).item()

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The value; as in TF 1 within a session, here always available."""
        return self.numpy()

    def _concrete(self, use: str) -> np.ndarray:
        if engine.current().is_traced(self._array):
            kind = NeedsValues if use == "an attribute of an op" else OperatorNotAllowedInGraphError
            raise kind(
                f"{user_line()}: using a tensor as {use} is not possible while the function is being traced (in "
                f"tf.function, fit, or a model's call): its value is not known yet.{unconverted()} Use `if`, `while` and `for` in a "
                "function that AutoGraph converts, tf.where, or run eagerly (tf.config.run_functions_eagerly(True), "
                "compile(run_eagerly=True))."
            )
        return _to_numpy(self)

    def __bool__(self) -> bool:
        value = self._concrete("a Python bool")
        if value.size != 1:
            raise ValueError(
                "The truth value of an array with more than one element is ambiguous. Use tf.reduce_any() or tf.reduce_all()."
            )
        return bool(value.reshape(()))

    def __int__(self) -> int:
        return int(self._concrete("a Python int"))

    def __float__(self) -> float:
        return float(self._concrete("a Python float"))

    def __complex__(self) -> complex:
        return complex(self._concrete("a Python complex"))

    def __index__(self) -> int:
        value = self._concrete("an index")
        if value.dtype.kind not in "iu" or value.ndim:
            raise TypeError(
                f"Only a scalar integer tensor can be an index, not shape {value.shape}, dtype {value.dtype}."
            )
        return int(value)

    def __len__(self) -> int:
        if not self._array.shape:
            raise TypeError("Scalar tensor has no `len()`")
        return self._array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self._array.shape:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return iter([self[i] for i in range(self._array.shape[0])])

    def __format__(self, spec: str) -> str:
        if not self._array.shape and spec:
            return format(self.numpy(), spec)
        return format(str(self), spec) if spec else str(self)

    def __str__(self) -> str:
        value = "<traced>" if engine.current().is_traced(self._array) else _text(_to_numpy(self), str)
        return f"tf.Tensor({value}, shape={self.shape}, dtype={self.dtype.name})"

    def __repr__(self) -> str:
        if engine.current().is_traced(self._array):
            return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, traced>"
        return (
            f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={_text(_to_numpy(self), repr)}>"
        )

    def __copy__(self) -> Tensor:
        return self

    def __deepcopy__(self, memo: Any) -> Tensor:
        return self

    def __reduce__(self) -> Any:
        return _unpickle, (_to_numpy(self),)


class RowMask(Tensor):
    """The mask of a tensor that was ragged: which places are in its rows. Layers that cannot take it into account refuse it."""

    __slots__ = ()


def _unpickle(value: np.ndarray) -> Tensor:
    return Tensor(as_array(value))


def _text(value: np.ndarray, kind: Any) -> str:
    if not value.ndim:  # TensorFlow's repr is that of a Python number, with all digits
        return str(value[()]) if kind is str else repr(value.item())
    text = kind(value)
    return f"\n{text}" if "\n" in text else text


def _to_numpy(tensor: Tensor) -> np.ndarray:
    array = tensor._array
    if isinstance(array, np.ndarray):
        return array
    current = engine.current()
    if current.is_traced(array):
        raise AttributeError(
            "This tensor has no value yet: it belongs to a function being traced (tf.function, fit, or building a model), "
            "so .numpy() is not available. Use ops on it, or run eagerly (compile(run_eagerly=True))."
        )
    if not current.owns(array):  # made by another engine (a trace for shapes runs on its own)
        return np.asarray(array)
    return current.to_numpy(array)


def is_tensor(value: Any) -> bool:
    """Whether `value` is a tensor of any kind: `Tensor`, `Variable` or `SymbolicTensor` (mirrors `tf.is_tensor`).

    Example:
        >>> import unikeras as tf
        >>> tf.is_tensor(tf.ones(2)), tf.is_tensor([1, 1])
        (True, False)
    """
    return isinstance(value, (Operators, CompositeTensor))


def default_numpy(value: Any, narrow: bool = True) -> np.ndarray:
    """A Python number, list, NumPy or pandas object as NumPy, with TensorFlow's default types.

    Python floats become `floatx()`, Python ints int32 (int64 where they need it), unless not `narrow`; what has a dtype keeps it.
    """
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
    elif hasattr(value, "to_numpy"):  # pandas, polars
        array = np.asarray(value.to_numpy())
    else:
        first = value
        while isinstance(first, (list, tuple)) and first:
            first = first[0]
        try:
            # NumPy's own arrays of strings would give every string the room of the longest.
            array = np.asarray(value, object if isinstance(first, (str, bytes)) else None)
        except ValueError as error:
            raise ValueError(f"Cannot convert a ragged or mixed structure to a tensor: {error}") from None
        if narrow and isinstance(first, (int, float)) and not isinstance(first, np.generic):
            if array.dtype == np.float64:
                array = array.astype(as_dtype(dtypes.floatx()).np_dtype)
            elif array.dtype == np.int64 and (array.size == 0 or np.abs(array).max() < 2**31):
                array = array.astype(np.int32)
        elif array.size == 0 and array.dtype == np.float64 and isinstance(value, (list, tuple)):
            array = array.astype(np.float32)
    return as_bytes(array) if array.dtype.kind in "SUO" else array


def as_bytes(array: np.ndarray) -> np.ndarray:
    """Strings as TensorFlow keeps them: an array of `bytes`, UTF-8; what is no string stays as it is."""
    if array.dtype.kind == "S":
        return array.astype(object)
    flat = array.ravel().tolist()
    kinds = set(map(type, flat))
    if kinds == {str}:  # nearly always: one of the two
        flat = list(map(str.encode, flat))
    elif kinds != {bytes}:
        flat = [v.encode() if isinstance(v, str) else v for v in flat]
    return np.fromiter(flat, object, len(flat)).reshape(array.shape)


def as_array(value: Any, dtype: Any = None) -> Any:
    """Anything tensor-like as an array of the engine in use, of `dtype` if given.

    Raises:
        TypeError: a symbolic tensor has no array; a fraction or complex number cannot become an integer.
        ValueError: a ragged list.
    """
    current = engine.current()
    if isinstance(value, Tensor):
        array = value._array
        if not current.owns(array):
            array = current.from_numpy(_to_numpy(value)) if array.dtype != object else array
    elif isinstance(value, (Operators, CompositeTensor)):
        array = value._read()  # type: ignore[union-attr]
    elif current.owns(value) and not (isinstance(value, np.ndarray) and value.dtype.kind in "SUO"):
        array = (
            np.array(value) if isinstance(value, np.ndarray) else value
        )  # the caller may change its array later
    else:
        if isinstance(value, (list, tuple)) and any(isinstance(v, Operators) for v in _leaves(value)):
            return as_array(_stack(value), dtype)
        host = default_numpy(value, narrow=dtype is None)  # a dtype that is asked for gets all digits
        if dtype is not None:
            wanted = as_dtype(dtype)
            if (
                host.dtype.kind in "fc"
                and host.size
                and wanted.is_integer
                and not isinstance(value, (np.ndarray, np.generic))
            ):
                raise TypeError(f"Cannot convert {value!r} to a tensor of dtype {wanted.name}.")
            if wanted.name == "string" and host.dtype.kind != "O" and host.size:
                raise TypeError(f"Cannot convert {_short(value)} to a tensor of dtype string.")
            if host.dtype.kind == "O" and wanted.name != "string":
                kind = TypeError if host.size and isinstance(host.ravel()[0], (str, bytes)) else ValueError
                raise kind(f"Cannot convert {_short(value)} to a tensor of dtype {wanted.name}.")
            if host.dtype.kind != "O":
                host = host.astype(wanted.np_dtype)
        if host.dtype.kind == "O":
            if not set(map(type, host.ravel().tolist())) <= {bytes, np.bytes_}:
                raise ValueError(f"Cannot convert {_short(value)} (type {type(value).__name__}) to a tensor.")
            return host  # strings stay on the host
        return current.from_numpy(host)
    if dtype is not None:
        wanted = as_dtype(dtype)
        if as_dtype(array.dtype) is not wanted:
            array = current.astype(array, current.dtype(wanted.name))
    return array


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 80 else text[:77] + "..."


def _leaves(value: Any) -> Iterator[Any]:
    for item in value:
        if isinstance(item, (list, tuple)):
            yield from _leaves(item)
        else:
            yield item


def _stack(value: Any) -> Any:
    from unikeras.core import operators

    return operators.ops.stack([_stack(v) if isinstance(v, (list, tuple)) else v for v in value])


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Any:
    """`value` as a tensor (mirrors `tf.convert_to_tensor`).

    Args:
        value: a number, list, NumPy array, pandas object, tensor or variable.
        dtype: the wanted type; a tensor of another type is an error, as in TensorFlow (use `tf.cast`).
        dtype_hint: a type to use where `value` has none.
        name: ignored.

    Returns:
        A `Tensor` (a symbolic tensor stays one).

    Raises:
        ValueError: `value` is a tensor of another dtype than `dtype`, or cannot be a tensor.

    Example:
        >>> import unikeras as tf
        >>> tf.convert_to_tensor([1, 2]).dtype
        tf.int32
    """
    if isinstance(value, CompositeTensor):
        value = Tensor(value._read())
    if isinstance(value, Operators):
        if dtype is not None and value.dtype != as_dtype(dtype):  # type: ignore[attr-defined]
            raise ValueError(
                f"Tensor conversion requested dtype {as_dtype(dtype).name} for Tensor with dtype "
                f"{as_dtype(value.dtype).name}: use tf.cast."  # type: ignore[attr-defined]
            )
        if isinstance(value, Tensor) or not hasattr(value, "_read"):
            return value
        return value.value()  # type: ignore[attr-defined]
    if dtype is None and dtype_hint is not None and not hasattr(value, "dtype"):
        dtype = dtype_hint
    if isinstance(value, (list, tuple)) and any(isinstance(v, Operators) for v in _leaves(value)):
        from unikeras.core import operators

        stacked = _stack(value)
        return stacked if dtype is None else operators.ops.cast(stacked, dtype)
    return Tensor(as_array(value, dtype))
