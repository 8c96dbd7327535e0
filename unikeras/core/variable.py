"""`Variable`: a mutable tensor."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import operators
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.operators import Operators
from unikeras.core.shape import TensorShape, as_shape
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor, _text, as_array

__all__ = ["Variable", "init_scope", "next_number"]

_numbers = itertools.count()


def next_number() -> int:
    """A number larger than that of every variable made so far, and smaller than that of all to come."""
    return next(_numbers)


class init_scope(ExitStack):
    """Inside it values are concrete even while a function is being traced (mirrors `tf.init_scope`)."""

    def __enter__(self) -> init_scope:
        super().__enter__()
        saved = thread.scope, thread.tapes, thread.engine, thread.tracing, thread.symbolic, thread.autocast
        if thread.tracing:
            self.enter_context(engine.current().concrete())
        thread.scope, thread.tapes, thread.engine, thread.tracing, thread.symbolic = (
            None,
            (),
            None,
            False,
            False,
        )
        thread.autocast = None
        self.callback(self._restore, saved)
        return self

    @staticmethod
    def _restore(saved: tuple[Any, ...]) -> None:
        (
            thread.scope,
            thread.tapes,
            thread.engine,
            thread.tracing,
            thread.symbolic,
            thread.autocast,
        ) = saved


class _Value(Tensor):
    """A variable's value: a tensor for Keras 3 (`v.value`), callable for TensorFlow (`v.value()`)."""

    __slots__ = ()

    def __call__(self) -> Tensor:
        return self


class Variable(Operators):
    """A tensor that can be assigned to (mirrors `tf.Variable` and `keras.Variable`).

    Args:
        initial_value: a value, or a function without arguments (or of shape and dtype: a Keras initializer) that gives it.
        trainable: whether optimizers may change it and tapes watch it.
        validate_shape: accepted as TensorFlow does.
        name: its name.
        dtype: its type; that of the initial value if `None`.
        shape: its shape; needed when `initial_value` is an initializer.

    Raises:
        InvalidArgumentError: a value of another shape is assigned.

    Example:
        >>> import unikeras as tf
        >>> v = tf.Variable([1.0, 2.0], name="v")
        >>> v.assign_add([1.0, 1.0]).numpy().tolist()
        [2.0, 3.0]
        >>> v
        <tf.Variable 'v:0' shape=(2,) dtype=float32, numpy=array([2., 3.], dtype=float32)>
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
        *,
        initializer: Any = None,
        autocast: bool = True,
        regularizer: Callable[[Any], Any] | None = None,
        path: str | None = None,
    ) -> None:
        initial_value = initializer if initial_value is None else initial_value
        if initial_value is None:
            raise ValueError("A Variable needs an initial value.")
        self._name = name or "Variable"
        self.path = path or self._name
        self.trainable = True if trainable is None else bool(trainable)
        self.constraint = constraint
        self.regularizer = regularizer
        self.autocast = autocast
        self.aggregation = aggregation
        self.synchronization = synchronization
        with init_scope():
            if callable(initial_value) and not isinstance(initial_value, Operators):
                initial_value = (
                    initial_value()
                    if shape is None
                    else initial_value(tuple(as_shape(shape)), dtype=dtype or "float32")
                )
            elif isinstance(initial_value, Tensor) and engine.current().is_traced(initial_value._array):
                raise ValueError(
                    f"The initial value of the variable {self._name!r} depends on a tensor of the function being traced. "
                    "Create variables from concrete values, or with an initializer."
                )
            self._value = as_array(initial_value, dtype)
        self.number = next_number()  # tells which of two variables was made first
        self._shared = True
        self._shape = TensorShape(self._value.shape)
        self._dtype = as_dtype(self._value.dtype)
        if shape is not None and not as_shape(shape).is_compatible_with(self._shape):
            raise ValueError(
                f"The initial value of {self._name!r} has shape {self._shape}, not {as_shape(shape)}."
            )

    # Reading.

    def _read(self) -> Any:
        scope = thread.scope
        if scope is not None:
            return scope.read(self)
        self._shared = True  # somebody else may hold the array now, so it must not be donated
        return self._value

    @property
    def shape(self) -> TensorShape:
        """The dimensions."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The elements' type; inside the call of a layer of mixed precision, that in which they are read."""
        return thread.autocast if thread.autocast is not None and self._is_cast else self._dtype

    @property
    def _is_cast(self) -> bool:
        """Whether layers of mixed precision read it in the dtype that they compute in."""
        return self.autocast and self._dtype.is_floating

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._shape)

    @property
    def name(self) -> str:
        """The name, with TensorFlow's ':0'."""
        return f"{self._name}:0"

    @property
    def device(self) -> str:
        """The device's name as TensorFlow spells it."""
        return self.read_value().device

    @property
    def value(self) -> _Value:
        """The present value, a tensor; `v.value()` gives it too."""
        if thread.tapes or (thread.autocast is not None and self._is_cast):
            read = operators.ops.identity(self)
            result = _Value(read._array)
            for tape in thread.tapes:
                tape.alias(read, result)
            return result
        return _Value(self._read())

    def read_value(self) -> Tensor:
        """The present value as a tensor."""
        return operators.ops.identity(self)

    def numpy(self) -> Any:
        """The present value as a NumPy array."""
        return Tensor(self._read()).numpy()

    def get_shape(self) -> TensorShape:
        """Same as `shape`."""
        return self._shape

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return Tensor(self._read()).__array__(dtype, copy)

    def __bool__(self) -> bool:
        return bool(Tensor(self._read()))

    def __int__(self) -> int:
        return int(Tensor(self._read()))

    def __float__(self) -> float:
        return float(Tensor(self._read()))

    def __index__(self) -> int:
        return Tensor(self._read()).__index__()

    def __len__(self) -> int:
        return len(Tensor(self._read()))

    def __iter__(self) -> Any:
        if not self._shape:
            raise TypeError("Cannot iterate over a scalar variable.")
        return iter([self[i] for i in range(self._shape[0])])

    def __format__(self, spec: str) -> str:
        return format(Tensor(self._read()), spec)

    # Writing.

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Set the value; its shape must be the variable's.

        Args:
            value: a tensor or what converts to one.
            use_locking: accepted as TensorFlow does.
            name: ignored.
            read_value: accepted as TensorFlow does.

        Raises:
            InvalidArgumentError: `value` has another shape.
            ValueError: `value` is a tensor of fractions, the variable holds integers.
        """
        if isinstance(value, Operators) and not (self._dtype.is_floating or self._dtype.is_complex):
            given = as_dtype(value.dtype)  # type: ignore[attr-defined]
            if given.is_floating or given.is_complex:
                raise ValueError(
                    f"Cannot assign a tensor of dtype {given.name} to the variable {self.name!r} of dtype "
                    f"{self._dtype.name}: it would lose its fractions. Use tf.cast."
                )
        array = as_array(value, self._dtype)
        if tuple(array.shape) != tuple(self._shape):
            raise InvalidArgumentError(
                f"Cannot assign a value of shape {tuple(array.shape)} to the variable {self.name!r} of shape {tuple(self._shape)}."
            )
        self._write(array)
        return self

    def _write(self, array: Any) -> None:
        scope = thread.scope
        if scope is not None:
            scope.write(self, array)
        else:
            self._value = array
            self._shared = True

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Add `delta` to the value."""
        return self.assign(operators.ops.add.strict(Tensor(self._read()), self._fitting(delta)))

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Subtract `delta` from the value."""
        return self.assign(operators.ops.subtract.strict(Tensor(self._read()), self._fitting(delta)))

    def _fitting(self, delta: Any) -> Any:
        """What is added to the value: in mixed precision a half is widened."""
        half = thread.autocast is not None and isinstance(delta, Tensor) and delta.dtype is thread.autocast
        return operators.ops.cast(delta, self._dtype) if half else delta

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Put `updates` at `indices`, each index a vector into the leading dimensions."""
        return self.assign(operators.ops.tensor_scatter_nd_update(Tensor(self._read()), indices, updates))

    def __repr__(self) -> str:
        F = engine.current()
        array = self._read()
        text = "<traced>" if F.is_traced(array) else _text(np.asarray(Tensor(array)), repr)
        return (
            f"<tf.Variable '{self.name}' shape={tuple(self._shape)} dtype={self._dtype.name}, numpy={text}>"
        )

    def __deepcopy__(self, memo: Any) -> Variable:
        self._shared = True  # both hold the array from now on
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.number = next_number()
        memo[id(self)] = copy
        return copy

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_value": np.asarray(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._value = as_array(state["_value"])
        self._shared = True
        self.number = next_number()
