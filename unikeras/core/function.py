"""`function`: compiles a Python function of tensors; variables it reads and writes are found by tracing it."""

from __future__ import annotations

import copy
import functools
import inspect
import logging
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.autograph import convert
from unikeras.core.concrete_function import ConcreteFunction
from unikeras.core.errors import NeedsValues
from unikeras.core.feeds import Feeds, NeedsNext, feeding
from unikeras.core.function_gradients import NeedsRecord, recorded
from unikeras.core.operators import Operators
from unikeras.core.signature import MOST_STRINGS, Call, by_position, fit_all
from unikeras.core.staged import expand, is_dynamic
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.core.trace import Fed, OpByOp, Traced
from unikeras.core.variable import Variable, next_number

__all__ = ["Function", "function", "functions_run_eagerly", "run_functions_eagerly"]

_eagerly = False
_DEEPEST = 100  # calls of a function inside of its own trace
_MANY_TRACES = 5  # of so many, and of most calls, there is a warning, and another one
_TRACES_OF_STRINGS = 4  # for so many values; others run op by op
_retraced: dict[Any, list[int]] = {}  # code -> calls, traces


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Let `tf.function`s run as plain Python, for debugging (mirrors `tf.config.run_functions_eagerly`)."""
    global _eagerly
    _eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether `tf.function`s run as plain Python."""
    return _eagerly


class Function:
    """What `tf.function` returns."""

    __name__: str

    def __init__(
        self,
        python_function: Callable[..., Any],
        input_signature: Any = None,
        autograph: bool = True,
        reduce_retracing: bool = False,
    ) -> None:
        functools.update_wrapper(self, python_function)
        self.__name__ = getattr(python_function, "__name__", None) or _name_of(python_function)
        self.python_function = python_function
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self._autograph = autograph
        self._reduce_retracing = reduce_retracing
        self._checked = True  # whether it may return tensors only
        self._turns: dict[Any, Any] = {}  # the compiled turns of loops that run from Python
        self._recorded = False  # whether it asks for gradients without a tape
        self._traces: dict[Any, Traced | Fed | OpByOp] = {}
        self._kept: list[Any] = []  # arguments that keys have by identity
        self._of_strings = 0  # calls with strings that there was no trace for
        self._lock = threading.RLock()  # two threads must not trace the same signature at once
        self._depth = threading.local()
        self._positional, self._defaults = _defaults(python_function)
        code = getattr(inspect.unwrap(python_function), "__code__", python_function)
        self._counts = _retraced.setdefault(code, [0, 0, 0]) if _is_hashable(code) else [0, 0, 0]
        if self.input_signature is not None:
            _check_signature(python_function, self.input_signature, self.__name__)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = f"_function_{self.__name__}_{id(self)}"
        bound = getattr(instance, "__dict__", {}).get(name)
        if bound is None:
            bound = self._with(self.python_function.__get__(instance, owner))
            object.__setattr__(instance, name, bound)
        return bound

    def _with(self, python_function: Callable[..., Any]) -> Function:
        return Function(python_function, self.input_signature, self._autograph, self._reduce_retracing)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._defaults and len(args) < self._positional and not kwargs and self.input_signature is None:
            missing = self._positional - len(args)
            if missing <= len(self._defaults):
                args += self._defaults[len(self._defaults) - missing :]
        if kwargs or self.input_signature is not None:
            args, kwargs = by_position(self.python_function, args, kwargs, self.__name__)
            if self.input_signature is not None:
                args = fit_all(self.input_signature, args[: len(self.input_signature)], self.__name__)
        if _eagerly or thread.symbolic:
            return self.python_function(*args, **kwargs)
        F = engine.current()
        if thread.tracing or not F.compiles:
            return self._in_place(args, kwargs)
        call = Call(args, kwargs)
        if call.symbolic:
            return self.python_function(*args, **kwargs)
        if call.strings > MOST_STRINGS:
            return self._in_place(args, kwargs)
        outer = thread.call
        full = (call.key, thread.autocast, None if outer is None else outer.training)
        self._counts[0] += 1
        traced = self._traces.get(full)
        if traced is None and call.strings:
            self._of_strings += 1
            if self._of_strings > _TRACES_OF_STRINGS:  # a trace for every string there is would be too many
                return self._in_place(args, kwargs)
        elements: Any = None
        if traced is None:
            with self._lock:
                traced = self._traces.get(full)
                if traced is None:
                    traced, elements = self._trace(call)
                    self._traces[full] = traced
                    self._kept.append((args, kwargs))
                    self._count_trace()
        if isinstance(traced, Traced):
            return traced(call.dynamic)
        if isinstance(traced, OpByOp):
            with feeding(Feeds(elements, False) if elements else None):
                return self._in_place(args, kwargs, traced.in_turns)
        taken = elements or traced.take(call)
        return traced.run(call, taken, lambda: self._trace_with(call, taken))

    def _in_place(self, args: tuple[Any, ...], kwargs: dict[str, Any], in_turns: bool = False) -> Any:
        """Run as a part of the function being traced, or as it is where nothing is compiled."""
        depth = getattr(self._depth, "value", 0)
        if depth > _DEEPEST:
            raise RecursionError(
                f"tf.function-decorated function {self.__name__!r} calls itself without end while it is traced: a recursion "
                "that ends by the value of a tensor cannot be compiled. Use a loop, or end it by a Python value."
            )
        outer, turns = thread.function, thread.turns
        thread.function = True
        thread.turns = self._turns if in_turns else None
        self._depth.value = depth + 1
        try:
            return self._run(args, kwargs)
        except NeedsRecord:
            if outer or thread.tracing:  # the outermost function records
                raise
            self._recorded = True
            return self._run(args, kwargs)
        finally:
            thread.function, thread.turns = outer, turns
            self._depth.value = depth

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with recorded() if self._recorded else nullcontext():
            result = self._traced_function(*args, **kwargs)
            return _results(result, self) if self._checked else result

    @property
    def _traced_function(self) -> Callable[..., Any]:
        """What is traced: the function's AutoGraph form."""
        staged = thread.tracing and engine.current().compiles
        return self._converted if staged or thread.turns is not None else self.python_function

    @property
    def _converted(self) -> Callable[..., Any]:
        return convert(self.python_function) if self._autograph else self.python_function

    def _trace(self, call: Call) -> tuple[Traced | Fed | OpByOp, list[tuple[Any, Any]]]:
        """What runs calls of this signature, and the elements of data sets that were taken to learn that."""
        elements: list[tuple[Any, Any]] = []
        while True:
            try:
                traced = self._trace_with(call, elements)
            except NeedsNext as asked:
                elements.append((asked.iterator, asked.iterator.get_next()))
            except (NeedsValues, *engine.current().leaks) as error:  # type: ignore[misc]
                return OpByOp(error), elements
            else:
                return Fed(call, elements, traced) if elements else traced, elements

    def _trace_with(self, call: Call, elements: list[tuple[Any, Any]]) -> Traced:
        """The program for a call, given elements of data sets."""
        count = len(call.dynamic)
        parts = [(iterator, *expand(element)) for iterator, element in elements]
        leaves = [leaf for _, own, _ in parts for leaf in own]
        if not all(map(is_dynamic, leaves)):
            raise NeedsValues("an element of a data set holds strings")

        def body(arrays: list[Any]) -> Any:
            args, kwargs = call.with_tensors([Tensor(a) for a in arrays[:count]])
            rest = iter([Tensor(a) for a in arrays[count:]])
            given = [(iterator, pack([next(rest) for _ in own])) for iterator, own, pack in parts]
            with feeding(Feeds(given, True)):
                return self._run(args, kwargs)

        mark = next_number()
        example = [leaf._array for leaf in (*call.dynamic, *leaves)]
        try:
            traced = Traced(self.__name__, body, example)
        except NeedsRecord:
            self._recorded = True
            traced = Traced(self.__name__, body, example)
        if self._traces and (new := [v for v in traced.variables if v.number > mark]):
            raise ValueError(
                f"tf.function-decorated function {self.__name__!r} tried to create variables on a call that is not its "
                f"first: {', '.join(repr(v.name) for v in new)}. Create them outside of it, or once on the first call."
            )
        return traced

    def _count_trace(self) -> None:
        counts = self._counts
        counts[1] += 1
        calls, traces, warned = counts
        if traces >= _MANY_TRACES and traces > 2 * calls / 3 and warned < 2:
            counts[2] += 1
            logging.getLogger("tensorflow").warning(
                "WARNING:tensorflow:%d out of the last %d calls to %r triggered tf.function retracing. Every trace compiles the function "
                "anew. Make the tf.function once, outside of loops; give it tensors rather than Python numbers; pad inputs to a few shapes.",
                traces,
                calls,
                self.python_function,
            )

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
        args, kwargs = by_position(self.python_function, args, kwargs, self.__name__)
        return ConcreteFunction(self, args, kwargs)

    def _list_all_concrete_functions(self) -> list[ConcreteFunction]:
        if self.input_signature is not None:
            return [ConcreteFunction(self, self.input_signature, {})] if self._kept else []
        return [ConcreteFunction(self, args, kwargs) for args, kwargs in self._kept]

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The signatures that it was traced for, as text."""
        return "\n\n".join(f.pretty_printed_signature(verbose) for f in self._list_all_concrete_functions())

    def experimental_get_tracing_count(self) -> int:
        """How often the function was traced: once per signature (sizes left open by `input_signature` are no further ones)."""
        return min(1, len(self._traces)) if self.input_signature is not None else len(self._traces)

    def experimental_get_compiler_ir(self, *args: Any, **kwargs: Any) -> Any:
        """Raises: the engine's code is not available in TensorFlow's form."""
        raise NotImplementedError("tf.function.experimental_get_compiler_ir is not available.")

    def __deepcopy__(self, memo: Any) -> Function:
        return self._with(copy.deepcopy(self.python_function, memo))

    def __repr__(self) -> str:
        return f"<tf.function {self.__name__}>"


def _name_of(function: Any) -> str:
    return (
        _name_of(function.func)
        if isinstance(function, functools.partial)
        else getattr(function, "__name__", type(function).__name__)
    )


def _defaults(function: Callable[..., Any]) -> tuple[int, tuple[Any, ...]]:
    """How many arguments may be given by position, and the defaults of the last of them."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0, ()
    named = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(named), tuple(p.default for p in named if p.default is not p.empty)


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _check_signature(function: Callable[..., Any], signature: tuple[Any, ...], name: str) -> None:
    """Refuse a signature of more arguments than the function has."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return
    most = sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
    if len(signature) > most:
        raise TypeError(
            f"{name}: input_signature has {len(signature)} arguments, but the function takes {most}."
        )


def _results(result: Any, function: Function) -> Any:
    """What a function returns, as TensorFlow gives it: values of variables, numbers and strings as tensors.

    Raises:
        TypeError: something that is no tensor.
    """
    if type(result) is Tensor:
        return result
    return nest.map_structure(lambda leaf: _result(leaf, function), result)


def _result(leaf: Any, function: Function) -> Any:
    if leaf is None or isinstance(leaf, Tensor):
        return leaf
    if isinstance(leaf, Variable):
        return leaf.read_value()
    if isinstance(leaf, (bool, int, float, complex, str, bytes, np.ndarray, np.generic)):
        return convert_to_tensor(leaf)
    if isinstance(leaf, Operators) or hasattr(leaf, "_type_spec") or hasattr(leaf, "element_spec"):
        return leaf
    raise TypeError(
        f"tf.function {function.__name__!r} must return tensors, structures of tensors or None, but returned {type(leaf).__name__}: {leaf!r}."
    )


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
    Variables are read and assigned as in plain Python, and may be created on the first call. `if`, `while`, `for`, `and`, `or`,
    `not` and `assert` over tensors become parts of the program (AutoGraph), also in the functions that it calls. What needs the values
    of tensors, such as a shape that depends on them, cannot be compiled: for such arguments it runs op by op.

    Args:
        func: the function; without it, a decorator is returned.
        input_signature: `tf.TensorSpec`s in the structure of the arguments: what is given is converted to their dtypes
            and must fit their shapes. Shapes are specialised on all the same.
        autograph: whether Python's control flow may depend on tensors.
        jit_compile: accepted; everything is compiled.
        reduce_retracing: accepted.
        experimental_relax_shapes: accepted.
        **options: further options of TensorFlow's, accepted.

    Raises:
        TypeError: a call's arguments do not fit `input_signature`, or what it returns is no tensor.
        ValueError: a call creates variables that is not the first.

    Example:
        >>> import unikeras as tf
        >>> v = tf.Variable(1.0)
        >>> @tf.function
        ... def add(x):
        ...     if x > 0.0:
        ...         v.assign_add(x)
        ...     return v * 2.0
        >>> float(add(tf.constant(2.0))), float(add(tf.constant(-1.0)))
        (6.0, 6.0)
    """
    relax = bool(reduce_retracing or experimental_relax_shapes)
    if func is None:
        return lambda f: Function(f, input_signature, autograph, relax)
    return Function(func, input_signature, autograph, relax)
