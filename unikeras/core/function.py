"""`function`: compiles a Python function of tensors; variables it reads and writes are found by tracing it."""

from __future__ import annotations

import copy
import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.autograph import convert
from unikeras.core.errors import NeedsValues
from unikeras.core.gradient import CutScope
from unikeras.core.operators import Operators
from unikeras.core.program import Program, specs_of
from unikeras.core.spec import TensorSpec
from unikeras.core.state import thread
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor
from unikeras.core.variable import Variable, next_number

__all__ = [
    "ConcreteFunction",
    "Function",
    "Traced",
    "function",
    "functions_run_eagerly",
    "run_functions_eagerly",
]

_eagerly = False


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Let `tf.function`s run as plain Python, for debugging (mirrors `tf.config.run_functions_eagerly`)."""
    global _eagerly
    _eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether `tf.function`s run as plain Python."""
    return _eagerly


class Traced:
    """A function for one signature: which variables it uses and the compiled program.

    Calling it under a tape records it as one op.
    """

    static: tuple[str, ...] = ()
    shape_only = False
    data_dependent_shape = False
    no_gradient = False
    once = False

    def __init__(self, name: str, call: Callable[[list[Any]], Any], example: list[Any]) -> None:
        self.__name__ = name
        F = engine.current()
        self._program = Program(F, call, [], specs_of(example), CutScope)
        self.variables = self._program.variables
        self._compiled = F.compile(self._pure)

    def _pure(self, *arrays: Any) -> tuple[list[Any], list[Any]]:
        count = len(self.variables)
        outputs, state = self._program(arrays[:count], arrays[count:])
        return outputs, [state[i] for i in self._program.written]

    def apply(self, F: Any, arrays: Any, attributes: tuple[Any, ...]) -> tuple[Any, ...]:
        """The results alone, for differentiation."""
        return tuple(self._pure(*arrays)[0])

    def __call__(self, inputs: list[Any]) -> Any:
        """Run on arrays (`inputs` are tensors or arrays), update the variables, return the results."""
        arrays = [v._read() for v in self.variables]
        arrays += [
            a._array if isinstance(a, Tensor) else a._read() if isinstance(a, Variable) else a for a in inputs
        ]
        outputs, state = self._compiled(*arrays)
        if thread.tapes:
            wrapped = [Tensor(o) for o in outputs]
            for tape in thread.tapes:
                tape.record(self, (), (*self.variables, *inputs), arrays, tuple(wrapped))
        else:
            wrapped = outputs
        for index, array in zip(self._program.written, state, strict=True):
            self.variables[index]._write(array)
        return self._program.pack(wrapped)


class OpByOp:
    """Stands for a trace that cannot be: for this signature the function runs op by op.

    Args:
        reason: what needed values, or used a tensor outside of the branch or loop that it belongs to.
    """

    def __init__(self, reason: Exception) -> None:
        self.reason = str(reason)


class Function:
    """What `tf.function` returns."""

    __name__: str

    def __init__(
        self, python_function: Callable[..., Any], input_signature: Any = None, autograph: bool = True
    ) -> None:
        functools.update_wrapper(self, python_function)
        self._autograph = autograph
        self.python_function = python_function
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self._traces: dict[Any, Traced] = {}
        self._lock = threading.RLock()  # two threads must not trace the same signature at once

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = f"_function_{self.__name__}_{id(self)}"
        bound = instance.__dict__.get(name)
        if bound is None:
            bound = Function(
                self.python_function.__get__(instance, owner), self.input_signature, self._autograph
            )
            object.__setattr__(instance, name, bound)
        return bound

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.input_signature is not None:
            args, kwargs = self._signed(args, kwargs)
        F = engine.current()
        if _eagerly or thread.symbolic:
            return self.python_function(*args, **kwargs)
        if thread.tracing or not F.compiles:
            return self._in_place(args, kwargs)
        leaves = nest.flatten((args, kwargs))
        if any(is_symbolic(leaf) for leaf in leaves):
            return self.python_function(*args, **kwargs)
        dynamic: list[Any] = []
        key: list[Any] = []
        for i, leaf in enumerate(leaves):
            if type(leaf) is Tensor or isinstance(leaf, Tensor):
                if leaf._array.__class__ is np.ndarray and leaf._array.dtype == object:
                    key.append(tuple(leaf._array.ravel()))
                    continue
                dynamic.append(leaf)
                key.append((leaf._array.shape, leaf._array.dtype))
            elif isinstance(leaf, np.ndarray):
                leaves[i] = tensor = Tensor(as_array(leaf))
                dynamic.append(tensor)
                key.append((leaf.shape, leaf.dtype))
            elif isinstance(leaf, Operators) or not _hashable(leaf):
                key.append(id(leaf))
            else:
                key.append((type(leaf), leaf))
        full = (_structure_key(args), _structure_key(kwargs), tuple(key), thread.autocast)
        traced = self._traces.get(full)
        if traced is None:
            with self._lock:
                traced = self._traces.get(full)
                if traced is None:
                    try:
                        traced = self._trace(args, kwargs, leaves, dynamic)
                    except (NeedsValues, *F.leaks) as error:
                        traced = OpByOp(error)
                    self._traces[full] = traced
        if isinstance(traced, OpByOp):
            return self._in_place(args, kwargs)
        return traced(dynamic)

    def _in_place(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run as a part of the function being traced, or as it is where nothing compiles."""
        outer = thread.function
        thread.function = True
        try:
            return _results(self._staged_function(*args, **kwargs))
        finally:
            thread.function = outer

    @property
    def _staged_function(self) -> Callable[..., Any]:
        """What is traced: the function's AutoGraph form."""
        if self._autograph and thread.tracing and engine.current().compiles:
            return convert(self.python_function)
        return self.python_function

    def _trace(self, args: Any, kwargs: Any, leaves: list[Any], dynamic: list[Any]) -> Traced:
        is_dynamic = [isinstance(leaf, Tensor) and any(leaf is d for d in dynamic) for leaf in leaves]

        def call(arrays: list[Any]) -> Any:
            given = iter(arrays)
            flat = [Tensor(next(given)) if d else leaf for d, leaf in zip(is_dynamic, leaves, strict=True)]
            new_args, new_kwargs = nest.pack_as((args, kwargs), flat)
            return _results(self._staged_function(*new_args, **new_kwargs))

        mark = next_number()
        traced = Traced(getattr(self, "__name__", "function"), call, [d._array for d in dynamic])
        if self._traces and (new := [v for v in traced.variables if v.number > mark]):
            raise ValueError(
                f"tf.function-decorated function {self.__name__!r} tried to create variables on a call that is not its "
                f"first: {', '.join(repr(v.name) for v in new)}. Create them outside of it, or once on the first call."
            )
        return traced

    def _signed(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments by position, as tensors that fit `input_signature`."""
        if kwargs:
            try:
                bound = inspect.signature(self.python_function).bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{self.__name__}: {error}.") from None
            args, kwargs = bound.args, bound.kwargs
        assert self.input_signature is not None
        if kwargs or len(args) > len(self.input_signature):
            raise TypeError(
                f"{self.__name__}: input_signature has {len(self.input_signature)} arguments, but "
                f"{len(args) + len(kwargs)} were given."
            )
        return tuple(map(self._fit, self.input_signature, args)), {}

    def _fit(self, spec: Any, value: Any) -> Any:
        """`value` in the structure of `spec`, with tensors where that has a `TensorSpec`."""
        if isinstance(spec, dict) and isinstance(value, dict) and spec.keys() == value.keys():
            return {key: self._fit(spec[key], value[key]) for key in spec}
        if nest.is_nested(spec):
            if not isinstance(value, type(spec)) or isinstance(value, dict) or len(value) != len(spec):
                raise TypeError(
                    f"{self.__name__}: an argument does not fit input_signature {spec}: {value!r}."
                )
            return nest.pack_as(spec, [self._fit(s, v) for s, v in zip(spec, value, strict=True)])
        if not isinstance(spec, TensorSpec):
            return value
        try:
            tensor = value if is_symbolic(value) else convert_to_tensor(value, spec.dtype)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{self.__name__}: an argument does not fit {spec}: {error}") from None
        if not spec.shape.is_compatible_with(tensor.shape):
            raise TypeError(f"{self.__name__}: expected {spec}, got a tensor of shape {tensor.shape}.")
        return tensor

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """This function for one signature.

        Args:
            *args: what it will be called with; a `tf.TensorSpec` stands for a tensor.
            **kwargs: the same by keyword.

        Example:
            >>> import unikeras as tf
            >>> @tf.function
            ... def double(x):
            ...     return 2.0 * x
            >>> f = double.get_concrete_function(tf.TensorSpec([2], tf.float32))
            >>> f(tf.constant([1.0, 2.0])).numpy().tolist()
            [2.0, 4.0]
        """
        if not args and not kwargs and self.input_signature is not None:
            args = self.input_signature
        return ConcreteFunction(self, args, kwargs)

    def experimental_get_tracing_count(self) -> int:
        """How often the function was traced (once per signature)."""
        return len(self._traces)

    def __deepcopy__(self, memo: Any) -> Function:
        return Function(copy.deepcopy(self.python_function, memo), self.input_signature, self._autograph)


class ConcreteFunction:
    """A `tf.function` for one signature (mirrors what `get_concrete_function` returns).

    Args:
        function: the function.
        args: its arguments; `TensorSpec`s and tensors are what a call gives, everything else is fixed.
        kwargs: the same by keyword.
    """

    def __init__(self, function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._function = function
        self.structured_input_signature = nest.map_structure(_spec_of, (args, kwargs))

    @property
    def name(self) -> str:
        """The function's name."""
        return self._function.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call with the tensors of the signature, in its order (by keyword those that it has by keyword).

        Raises:
            TypeError: other arguments than the signature's.
        """
        fixed_args, fixed_kwargs = self.structured_input_signature
        unknown = set(kwargs) - set(fixed_kwargs)
        wanted = [s for s in nest.flatten(fixed_args) if isinstance(s, TensorSpec)]
        if unknown or len(args) != len(wanted):
            raise TypeError(
                f"{self.name}: expected {len(wanted)} tensors by position and {sorted(fixed_kwargs)} by keyword, got "
                f"{len(args)} and {sorted(kwargs)}."
            )
        tensors = iter(args)
        filled = [
            self._function._fit(s, next(tensors)) if isinstance(s, TensorSpec) else s
            for s in nest.flatten(fixed_args)
        ]
        named = {key: self._function._fit(s, kwargs.get(key, s)) for key, s in fixed_kwargs.items()}
        return self._function(*nest.pack_as(fixed_args, filled), **named)


def _spec_of(leaf: Any) -> Any:
    if isinstance(leaf, (Tensor, np.ndarray)):
        return TensorSpec.from_tensor(leaf)
    return leaf


def _results(result: Any) -> Any:
    """What a function returns, as TensorFlow gives it: values of variables, and numbers as tensors."""
    if isinstance(result, Tensor):
        return result
    return nest.map_structure(_result, result)


def _result(leaf: Any) -> Any:
    if isinstance(leaf, Variable):
        return leaf.read_value()
    return convert_to_tensor(leaf) if isinstance(leaf, (bool, int, float, complex)) else leaf


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _structure_key(value: Any) -> Any:
    if not nest.is_nested(value):
        return None
    if isinstance(value, dict):
        return tuple((k, _structure_key(value[k])) for k in sorted(value, key=str))
    return (type(value), *map(_structure_key, value))


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_relax_shapes: bool | None = None,
    **options: Any,
) -> Any:
    """Compile a function of tensors (mirrors `tf.function`).

    It is traced once for each structure, shape and dtype of its arguments and each value of its Python arguments.
    Variables are read and assigned as in plain Python, and may be created on the first call. `if`, `while` and `for`
    over tensors need AutoGraph, which is not available yet: they raise `OperatorNotAllowedInGraphError`.

    Args:
        func: the function; without it, a decorator is returned.
        input_signature: `tf.TensorSpec`s in the structure of the arguments: what is given is converted to their dtypes
            and must fit their shapes. Shapes are specialised on all the same.
        autograph: accepted.
        jit_compile: accepted; everything is compiled.
        reduce_retracing: accepted.
        experimental_relax_shapes: accepted.
        **options: further options of TensorFlow's, accepted.

    Raises:
        TypeError: a call's arguments do not fit `input_signature`.
        ValueError: a call creates variables that is not the first.

    Example:
        >>> import unikeras as tf
        >>> v = tf.Variable(1.0)
        >>> @tf.function
        ... def add(x):
        ...     v.assign_add(x)
        ...     return v * 2.0
        >>> float(add(tf.constant(2.0)))
        6.0
    """
    if func is None:
        return lambda f: Function(f, input_signature, autograph)
    return Function(func, input_signature, autograph)
