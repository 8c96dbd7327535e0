"""`function`: compiles a Python function of tensors; variables it reads and writes are found by tracing it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.operators import Operators
from unikeras.core.program import Program, specs_of
from unikeras.core.state import thread
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable

__all__ = ["Function", "Traced", "function", "functions_run_eagerly", "run_functions_eagerly"]

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

    def __init__(self, name: str, call: Callable[[list[Any]], Any], example: list[Any]) -> None:
        self.__name__ = name
        F = engine.current()
        self._program = Program(F, call, [], specs_of(example))
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


class Function:
    """What `tf.function` returns."""

    def __init__(
        self,
        python_function: Callable[..., Any],
        input_signature: Any = None,
        *,
        retrace_on_shape: bool = True,
    ) -> None:
        functools.update_wrapper(self, python_function)
        self.python_function = python_function
        self.input_signature = input_signature
        self._traces: dict[Any, Traced] = {}
        self._methods: Any = None

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = f"_function_{self.__name__}_{id(self)}"
        bound = instance.__dict__.get(name)
        if bound is None:
            bound = Function(self.python_function.__get__(instance, owner), self.input_signature)
            object.__setattr__(instance, name, bound)
        return bound

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        F = engine.current()
        if _eagerly or thread.tracing or not F.compiles:
            return self.python_function(*args, **kwargs)
        leaves = nest.flatten((args, kwargs))
        if any(is_symbolic(leaf) for leaf in leaves):
            return self.python_function(*args, **kwargs)
        dynamic: list[Any] = []
        key: list[Any] = []
        for i, leaf in enumerate(leaves):
            if type(leaf) is Tensor or isinstance(leaf, Tensor):
                if leaf._array.__class__ is np.ndarray and leaf._array.dtype == object:
                    key.append(leaf._array.tobytes())
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
        full = (_structure_key(args), _structure_key(kwargs), tuple(key))
        traced = self._traces.get(full)
        if traced is None:
            traced = self._traces[full] = self._trace(args, kwargs, leaves, dynamic)
        return traced(dynamic)

    def _trace(self, args: Any, kwargs: Any, leaves: list[Any], dynamic: list[Any]) -> Traced:
        is_dynamic = [isinstance(leaf, Tensor) and any(leaf is d for d in dynamic) for leaf in leaves]

        def call(arrays: list[Any]) -> Any:
            given = iter(arrays)
            flat = [Tensor(next(given)) if d else leaf for d, leaf in zip(is_dynamic, leaves, strict=True)]
            new_args, new_kwargs = nest.pack_as((args, kwargs), flat)
            return self.python_function(*new_args, **new_kwargs)

        return Traced(getattr(self, "__name__", "function"), call, [d._array for d in dynamic])

    def experimental_get_tracing_count(self) -> int:
        """How often the function was traced (once per signature)."""
        return len(self._traces)


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
    Variables are read and assigned as in plain Python. `if`, `while` and `for` over tensors need AutoGraph, which is
    not available yet: they raise `OperatorNotAllowedInGraphError`.

    Args:
        func: the function; without it, a decorator is returned.
        input_signature: accepted; shapes are specialised on anyway.
        autograph: accepted.
        jit_compile: accepted; everything is compiled.
        reduce_retracing: accepted.
        experimental_relax_shapes: accepted.
        **options: further options of TensorFlow's, accepted.

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
        return lambda f: Function(f, input_signature)
    return Function(func, input_signature)
