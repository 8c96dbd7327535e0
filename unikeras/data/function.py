"""A user's function in a pipeline: called as TensorFlow calls it, run in the way that is fast for it.

Numbers in, numbers out: traced once for each shape, and then run without its Python (see `traced.py`). What cannot be traced
(functions of strings, files, ragged tensors, data sets; `tf.py_function`) runs as plain Python for every element, on NumPy.
"""

from __future__ import annotations

import threading
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.composite import CompositeTensor
from unikeras.core.errors import EngineError, NeedsCall, OperatorNotAllowedInGraphError, UnimplementedError
from unikeras.core.nest import flatten, map_structure
from unikeras.core.operators import Operators
from unikeras.core.spec import TensorSpec
from unikeras.core.state import thread
from unikeras.core.symbolic import SymbolicTensor, infer
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.data.draws import Draws, ElementScope, fresh_seed
from unikeras.data.structure import Structure, as_element, host_leaf, spec_of_leaf
from unikeras.data.traced import NotTraceable, Traced

__all__ = ["UserFunction"]

_MOST_SHAPES = 8  # traced; elements of further shapes run as plain Python
# What tells that a function needs its arguments' values, rather than that it is wrong.
_NEEDS_VALUES = (
    NotTraceable,
    OperatorNotAllowedInGraphError,
    UnimplementedError,
    NotImplementedError,
    EngineError,
)
_lock = threading.RLock()


class UserFunction:
    """A function of an element.

    Args:
        function: the user's.
        spec: the specs of its arguments, or `None` if they are not known before an element is there.
        one: whether it has one argument, rather than one for each part of a tuple.

    Attributes:
        spec: the specs of its result; `None` if they are not known before it has run.
        structure: the structure of its result, known once it has run.
        traced: whether it is traced.
    """

    def __init__(self, function: Callable[..., Any], spec: Any, one: bool = False) -> None:
        if not callable(function):
            raise ValueError(f"A function of an element is needed, not {function!r}.")
        self.function = function
        self._one = one
        self.seed: int | None = None  # of its random numbers
        self.spec: Any = None
        self.structure: Structure | None = None
        self.inputs: Structure | None = None
        self.traced = False
        self._by_shape: dict[Any, Traced] = {}
        self._converted: Callable[..., Any] | None = None
        self._untold: Any = None  # the specs of arguments, if those of the result are told when asked for
        if spec is None:
            return
        if not isinstance(thread.scope, ElementScope):
            self.prepare(spec)
        else:
            self._prepare_inside(spec)

    def _prepare_inside(self, spec: Any) -> None:
        """Prepare a function that is made anew for every element of an outer data set: tracing each would take too long."""
        key = _identity(self.function, spec, self._one)
        if key is None:  # it uses the outer element
            self.inputs, self._untold = Structure(spec), spec
            return
        with _lock:
            found = _inner.get(key)
            if found is None:
                self.prepare(spec)
                _inner[key] = found = self
                while len(_inner) > _MOST_INNER:
                    _inner.pop(next(iter(_inner)))
        for name in ("inputs", "spec", "structure", "traced", "_by_shape", "_converted"):
            setattr(self, name, getattr(found, name))

    def told_spec(self) -> Any:
        """The specs of its result, told from made-up values if need be; `None` if they are not known before it has run."""
        untold, self._untold = self._untold, None
        if untold is not None and all(_is_numeric(s) for s in flatten(untold)):
            self._try(Structure(untold), flatten(untold), None)
        return self.spec

    # Tracing.

    def prepare(self, spec: Any) -> None:
        """Trace the function for elements of these specs, if it can be."""
        with _lock:
            if self.inputs is not None:
                return
            inputs = Structure(spec)
            specs = flatten(spec)
            if all(_is_numeric(s) for s in specs):
                try:
                    if any(s.shape.rank is None for s in specs):
                        self._infer_ranks(spec)
                    elif all(s.shape.is_fully_defined() for s in specs):
                        self._trace([(tuple(s.shape), s.dtype.name) for s in specs], inputs)
                    else:
                        self.spec = self._infer(spec)
                    self.traced = True
                except NeedsCall:  # what it calls must not be called with made-up values
                    pass
                except _NEEDS_VALUES:
                    self._try(inputs, specs, None)
                except Exception as error:
                    self._try(inputs, specs, error)
            self.inputs = inputs

    def _call(self, args: Any) -> Any:
        function = self._converted
        if function is None:
            function = self._converted = _autographed(self.function)
        return function(*args) if type(args) is tuple and not self._one else function(args)

    def _traced_leaves(self, args: Any) -> list[Any]:
        """The result's leaves while the function is traced: tensors, and constant strings."""
        result = _as_result(self._call(args), _traced_leaf)
        self.structure = Structure(result)
        return self.structure.flatten(result)

    def _trace(self, specs: list[Any], inputs: Structure) -> Traced:
        traced = Traced(lambda tensors: self._traced_leaves(inputs.pack(tensors)), specs)
        key = tuple(shape for shape, _ in specs)
        if self.spec is None:
            assert self.structure is not None
            made = [TensorSpec(shape, dtype) for shape, dtype in traced.specs]
            self.spec = self.structure.pack(made)
        if traced.calls_back:  # it prints or checks: at once, and not when an engine gets to it
            raise NotTraceable
        self._by_shape[key] = traced
        return traced

    def _infer_ranks(self, spec: Any) -> None:
        """The specs of the result where even ranks are not known: what those for a few ranks have in common."""
        found: list[Any] = []
        refused: Exception | None = None
        for rank in range(4):
            try:
                made = self._infer(map_structure(lambda s, r=rank: _of_rank(s, r), spec))
            except _NEEDS_VALUES:
                raise
            except Exception as error:
                refused = refused or error
            else:
                assert self.structure is not None
                found.append(self.structure.flatten(made))
        if not found:
            raise refused or NotTraceable()
        assert self.structure is not None
        if len({len(leaves) for leaves in found}) == 1:
            columns = zip(*found, strict=True)
            self.spec = self.structure.pack(
                [first.most_specific_common_supertype(rest) or _loose(first) for first, *rest in columns]
            )

    def _infer(self, spec: Any) -> Any:
        """The specs of the result where some dimensions are not known."""
        symbols = map_structure(lambda s: SymbolicTensor(s.shape, s.dtype), spec)
        made = infer(lambda args: tuple(self._traced_leaves(args)), (symbols,), {})
        assert self.structure is not None
        return self.structure.pack([TensorSpec(s.shape, s.dtype) for s in made])

    def _try(self, inputs: Structure, specs: list[Any], error: Exception | None) -> None:
        """Call the function with made-up values: the specs of its result, or the error that it is wrong with any."""
        if self.spec is not None:
            return
        found = []
        for size, fill in ((2, 0), (3, 1)):
            leaves = [
                np.full([size if d is None else d for d in (s.shape or ())], fill, s.dtype.np_dtype)
                for s in specs
            ]
            try:
                found.append(self.run(leaves, Draws(0, ()), 0, inputs))
            except Exception:
                if error is None:
                    return
                raise error from None
        assert self.structure is not None
        if len(found[0]) == len(found[1]):
            self.spec = self.structure.pack([_common(a, b) for a, b in zip(*found, strict=True)])

    # Running.

    def draws(self, run: tuple[int, ...]) -> Draws:
        """Where it draws random numbers from in one iteration over the data."""
        if self.seed is None:
            drawing = not self.traced or not self._by_shape or any(t.draws for t in self._by_shape.values())
            self.seed = fresh_seed() if drawing else 0
        return Draws(self.seed, run)

    @property
    def on_host(self) -> bool:
        """Whether a call is a few operations of NumPy."""
        return bool(self._by_shape) and all(traced.on_host for traced in self._by_shape.values())

    @property
    def pure(self) -> bool:
        """Whether a call changes nothing."""
        return self.traced and bool(self._by_shape) and not any(t.writes for t in self._by_shape.values())

    def __call__(
        self, leaves: list[Any], draws: Draws, number: int, structure: Callable[[], Structure]
    ) -> list[Any]:
        """The result's leaves for one element.

        Args:
            leaves: the element's.
            draws: where random numbers come from.
            number: the element's.
            structure: gives the structure of the arguments, asked for if the function was not prepared.
        """
        if self.inputs is None:
            self._prepare_from(leaves, structure())
        if self.traced:
            traced = self._for(leaves)
            if traced is not None:
                return traced(leaves, draws, number)
        return self.run(leaves, draws, number, self.inputs)

    def _prepare_from(self, leaves: list[Any], structure: Structure) -> None:
        """Trace for elements like this one, of any size."""
        if all(isinstance(leaf, np.ndarray) for leaf in leaves):
            self.prepare(structure.pack([_loose(spec_of_leaf(leaf)) for leaf in leaves]))
        with _lock:
            if self.inputs is None:
                self.inputs = structure

    def _for(self, leaves: list[Any]) -> Traced | None:
        key = tuple(leaf.shape for leaf in leaves)
        traced = self._by_shape.get(key)
        if traced is None:
            with _lock:
                traced = self._by_shape.get(key)
                if traced is None and len(self._by_shape) < _MOST_SHAPES:
                    specs = [(leaf.shape, spec_of_leaf(leaf).dtype.name) for leaf in leaves]
                    assert self.inputs is not None
                    try:
                        traced = self._trace(specs, self.inputs)
                    except (
                        Exception
                    ):  # with these shapes it cannot be traced: the error, if it is one, shows when it runs
                        return None
        return traced

    def traced_for(self, block: list[np.ndarray]) -> Traced | None:
        """What runs it on a block of elements, if it can be run so."""
        if not self.traced or not all(isinstance(leaf, np.ndarray) for leaf in block):
            return None
        traced = self._for([leaf[0] for leaf in block])
        return None if traced is None or traced.writes else traced

    def run(self, leaves: list[Any], draws: Draws, number: int, inputs: Structure | None) -> list[Any]:
        """The result's leaves for one element, by running the function's Python on NumPy."""
        assert inputs is not None
        saved = thread.engine, thread.function, thread.tapes, thread.scope
        scope = ElementScope(draws, number)
        thread.engine, thread.function, thread.tapes, thread.scope = engine.reference(), True, (), scope
        try:
            args = inputs.pack([Tensor(leaf) if isinstance(leaf, np.ndarray) else leaf for leaf in leaves])
            function = self.function
            result = function(*args) if type(args) is tuple and not self._one else function(args)
            result = _as_result(result, host_leaf)
        finally:
            thread.engine, thread.function, thread.tapes, thread.scope = saved
        scope.keep()
        if self.structure is None:
            self.structure = Structure(result)
        return self.structure.flatten(result)


_MOST_INNER = 256
_inner: dict[
    Any, UserFunction
] = {}  # functions that were made inside of others, by what tells that they do the same


def _identity(function: Any, spec: Any, one: bool) -> Any:
    """What is the same for functions that do the same; `None` for one that uses tensors from outside."""
    if not isinstance(function, types.FunctionType):
        return (function, repr(spec), one)
    used = [cell.cell_contents for cell in function.__closure__ or ()] + list(function.__defaults__ or ())
    if any(isinstance(value, (Tensor, CompositeTensor, np.ndarray)) for value in used):
        return None
    return (function.__code__, tuple(map(_Same, used)), repr(spec), one)


class _Same:
    """An object as a key: equal to itself alone, and kept alive."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


def _is_numeric(spec: Any) -> bool:
    return type(spec) is TensorSpec and spec.dtype.name != "string"


def _of_rank(spec: Any, rank: int) -> Any:
    """A spec of unknown rank with this one."""
    return TensorSpec([None] * rank, spec.dtype) if spec.shape.rank is None else spec


def _loose(spec: Any) -> Any:
    """A spec with every dimension unknown: what can be said of elements when one is there."""
    if isinstance(spec, TensorSpec) and spec.shape.rank is not None:
        return TensorSpec([None] * len(spec.shape), spec.dtype)
    return spec


def _common(a: Any, b: Any) -> Any:
    """The spec of two leaves that came of made-up values."""
    first, second = spec_of_leaf(a), spec_of_leaf(b)
    return first.most_specific_common_supertype([second]) or _loose(first)


def _as_result(result: Any, leaf: Callable[[Any], Any]) -> Any:
    """What a function returns as an element: a list of tensors is a tuple."""
    if isinstance(result, list):
        result = tuple(result)
    return as_element(result, leaf)


def _traced_leaf(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value._array if value._array.dtype == object else value
    if value is None or isinstance(value, CompositeTensor) or hasattr(value, "_make_iterator"):
        raise NotTraceable
    if isinstance(value, Operators):
        return value.read_value()  # type: ignore[attr-defined]
    return _traced_leaf(convert_to_tensor(value))


def _autographed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The form of a function in which `if`, `while` and `for` over tensors are traced."""
    try:
        from unikeras.core.autograph import convert
    except ImportError:
        return function
    return convert(function)
