"""`@op`: makes a public operation of a formula over an engine's namespace. See docs/architecture.md."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import dtypes, operators
from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import (
    EngineError,
    InvalidArgumentError,
    OperatorNotAllowedInGraphError,
    OpError,
    UnimplementedError,
)
from unikeras.core.operators import Operators
from unikeras.core.shape import TensorShape
from unikeras.core.state import thread
from unikeras.core.symbolic import SymbolicTensor, apply_symbolically, without_sizes
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable

__all__ = ["Op", "op"]

# What engines raise for arrays that an op cannot take.
_REFUSALS = (TypeError, ValueError, RuntimeError, IndexError, NotImplementedError, AttributeError)
# The ops that make sense of strings: those that move elements, compare and join them.
_OF_STRINGS = frozenset(
    (
        "add", "boolean_mask", "broadcast_to", "concat", "equal", "expand_dims", "fill", "flip", "gather",
        "gather_nd", "identity", "index", "index_by_mask", "not_equal", "pad", "permuted", "rank", "repeat", "reshape",
        "roll", "select", "shape", "size", "slice", "split", "squeeze", "stack", "tensor_scatter_nd_update", "tile",
        "transpose", "unstack", "where", "zeros_like",
    )
)  # fmt: skip
_PLACES = frozenset(
    ("indices", "index", "segment_ids", "box_indices", "lengths")
)  # arguments that are never of another one's dtype
_PENDING = object()  # an argument whose dtype depends on the others'


class Op:
    """An operation defined once; call it with tensors, variables, arrays or numbers. Made by `@op`."""

    __name__: str

    once = False  # whether this object stands for a single call

    def __init__(
        self,
        function: Callable[..., Any],
        aliases: dict[str, str] | None = None,
        *,
        data_dependent_shape: bool = False,
        shape_only: bool = False,
        no_gradient: bool = False,
        validate: Callable[..., None] | None = None,
    ) -> None:
        functools.update_wrapper(self, function)
        self.validate = validate
        self.data_dependent_shape = data_dependent_shape
        self.shape_only = shape_only
        self.no_gradient = no_gradient
        parameters = list(inspect.signature(function).parameters.values())[1:]
        self.body = function
        self.aliases = aliases or {}
        self.variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        self.array_names = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
        self.array_defaults = {
            p.name: p.default
            for p in parameters
            if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is not p.empty
        }
        self.static = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        self.defaults = tuple(p.default for p in parameters if p.kind is p.KEYWORD_ONLY)
        self._complete = inspect.Parameter.empty not in self.defaults
        self._arity = -1 if self.variadic or not self._complete else len(self.array_names)
        public = [
            p.replace(kind=p.POSITIONAL_OR_KEYWORD) if p.kind is p.KEYWORD_ONLY and not self.variadic else p
            for p in parameters
        ]
        public.append(inspect.Parameter("name", inspect.Parameter.KEYWORD_ONLY, default=None))
        try:
            self.__signature__ = inspect.Signature(public)
        except ValueError:  # a required attribute after an optional array
            self.__signature__ = inspect.Signature([*parameters, public[-1]])
        self.strict = _Strict(self)

    def apply(self, F: Any, arrays: Any, attributes: tuple[Any, ...]) -> Any:
        """The body on raw arrays."""
        return self.body(F, *arrays, **dict(zip(self.static, attributes, strict=True)))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(args, kwargs, False)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any], strict: bool) -> Any:
        if kwargs or len(args) != self._arity:
            args, attributes = self._bind(args, kwargs)
        else:
            attributes = self.defaults
        arrays = []
        pending = False
        if thread.autocast is not None:
            args = tuple(_autocast(arg) if isinstance(arg, Variable) else arg for arg in args)
        for arg in args:
            if type(arg) is Tensor:
                arrays.append(arg._array)
            elif arg is None:
                arrays.append(None)
            elif isinstance(arg, Variable):
                arrays.append(arg._read())
            elif isinstance(arg, SymbolicTensor):
                return apply_symbolically(self, args, dict(zip(self.static, attributes, strict=True)))
            else:
                arrays.append(_PENDING)
                pending = True
        for attribute in attributes:
            if type(attribute) in _MAYBE_SYMBOLIC and _has_symbolic(attribute):
                return apply_symbolically(self, args, dict(zip(self.static, attributes, strict=True)))
        F = engine.current()
        if pending:
            for arg in args:
                if isinstance(arg, CompositeTensor):
                    return arg._apply_op(self, args, dict(zip(self.static, attributes, strict=True)), strict)
            arrays = self._convert(F, args, arrays, strict)
        if any(type(a) is np.ndarray and a.dtype == object for a in arrays):
            return self._of_strings(F, arrays, attributes)
        if thread.engine is not None:  # arrays from outside may be another engine's
            arrays = [a if a is None or F.owns(a) else as_array(Tensor(a)) for a in arrays]
        if strict and len(arrays) > 1:
            self._same_dtype(arrays)
        if self.validate is not None and not thread.tracing:
            self.validate(F, arrays, dict(zip(self.static, attributes, strict=True)))
        try:
            result = F.run(self, arrays, attributes)
        except _REFUSALS as error:
            if isinstance(error, (OpError, EngineError, OperatorNotAllowedInGraphError, *F.leaks)):
                raise
            if isinstance(error, AttributeError):
                raise
            raise self._error(error, arrays, attributes) from None
        if isinstance(result, (tuple, list)):
            outputs: Any = tuple(Tensor(r) for r in result)
        else:
            outputs = Tensor(result)
        for tape in thread.tapes:
            tape.record(self, attributes, args, arrays, outputs)
        return outputs

    def _of_strings(self, F: Any, arrays: list[Any], attributes: tuple[Any, ...]) -> Any:
        """The result for tensors of strings, which lie on the host whatever the engine: NumPy's."""
        host = engine.reference()
        try:
            name = self.__name__.strip("_")
            if name == "cast" and attributes[0] == "string":
                return Tensor(arrays[0])
            if name not in _OF_STRINGS:
                kind = UnimplementedError if name == "cast" else InvalidArgumentError
                raise kind(f"{self.__name__}: not available for tensors of strings.")
            given = [a if a is None or isinstance(a, np.ndarray) else F.to_numpy(a) for a in arrays]
            result = host.run(self, given, attributes)
        except _REFUSALS as error:
            if isinstance(error, (OpError, AttributeError)):
                raise
            raise UnimplementedError(f"{self.__name__}: not available for tensors of strings.") from None

        def tensor(value: Any) -> Tensor:
            value = np.asarray(value, object if isinstance(value, bytes) else None)
            return Tensor(value if value.dtype == object else F.from_numpy(value))

        return tuple(map(tensor, result)) if isinstance(result, (tuple, list)) else tensor(result)

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        values: dict[str, Any] = {}
        for key, value in kwargs.items():
            if key in self.static or key in self.array_names:
                values[key] = value
            elif self.aliases.get(key):
                values[self.aliases[key]] = value
            elif key != "name":
                raise TypeError(
                    f"{self.__name__}() got an unexpected keyword argument {key!r}; it takes {self.__signature__}."
                )
        if self.variadic:
            arrays = args
        else:
            names = self.array_names + self.static
            if len(args) > len(names) + 1:
                raise TypeError(
                    f"{self.__name__}() takes at most {len(names)} arguments ({len(args)} given): {self.__signature__}."
                )
            for name, value in zip(names, args, strict=False):
                if name in values:
                    raise TypeError(f"{self.__name__}() got multiple values for argument {name!r}.")
                values[name] = value
            try:
                arrays = tuple(values[n] if n in values else self.array_defaults[n] for n in self.array_names)
            except KeyError as missing:
                raise TypeError(
                    f"{self.__name__}() is missing the argument {missing}: {self.__signature__}."
                ) from None
        attributes = []
        for name, default in zip(self.static, self.defaults, strict=True):
            value = values.get(name, default)
            if value is inspect.Parameter.empty:
                raise TypeError(f"{self.__name__}() is missing the argument {name!r}: {self.__signature__}.")
            attributes.append(value if type(value) in _PLAIN else _freeze(value))
        return arrays, tuple(attributes)

    def _convert(self, F: Any, args: tuple[Any, ...], arrays: list[Any], strict: bool) -> list[Any]:
        """Python and NumPy values as arrays: numbers take the dtype of the tensors beside them."""
        beside = next((a for a in arrays if a is not None and a is not _PENDING), None)
        if beside is None:
            beside = next((a for a in args if hasattr(a, "dtype") and hasattr(a, "shape")), None)
        converted = []
        names = self.array_names if len(self.array_names) == len(args) else ("",) * len(args)
        for name, arg, array in zip(names, args, arrays, strict=True):
            if array is not _PENDING:
                converted.append(array)
                continue
            dtype = None
            if beside is not None and arg is not beside and len(args) > 1:
                wanted = as_dtype(beside.dtype)
                if wanted.name == "string" or name in _PLACES or (not strict and _is_text(arg)):
                    pass  # numbers beside strings are indices or sizes
                elif strict and (isinstance(arg, (np.ndarray, np.generic)) or not F.owns(arg)):
                    dtype = wanted
                elif not hasattr(arg, "dtype"):
                    fraction = isinstance(arg, (float, list, tuple)) and default_kind(arg) == "f"
                    if fraction and not (wanted.is_floating or wanted.is_complex):
                        dtype = as_dtype(dtypes.floatx())
                    elif not (wanted.is_bool and not isinstance(arg, bool)):
                        dtype = wanted
            try:
                if dtype is not None and type(arg) in _SCALARS:
                    converted.append(_scalar(F, type(arg), str(arg), dtype))  # type: ignore[arg-type]
                else:
                    converted.append(as_array(arg, dtype))
            except TypeError as error:
                if not strict:
                    raise
                raise InvalidArgumentError(f"{self.__name__}: {error}") from None
        return converted

    def _same_dtype(self, arrays: list[Any]) -> None:
        first = None
        for array in arrays:
            if array is None:
                continue
            if first is None:
                first = array.dtype
            elif array.dtype != first:
                raise InvalidArgumentError(
                    f"{self.__name__}: the dtypes of the tensors differ: {as_dtype(first).name} and "
                    f"{as_dtype(array.dtype).name}. TensorFlow's operations do not promote; use tf.cast on one of them."
                )

    def _error(
        self, error: Exception, arrays: list[Any], attributes: tuple[Any, ...]
    ) -> InvalidArgumentError:
        given = ", ".join("None" if a is None else f"{as_dtype(a.dtype).name}{list(a.shape)}" for a in arrays)
        settings = "".join(
            f", {k}={v!r}" for k, v in zip(self.static, attributes, strict=True) if v is not None
        )
        reason = str(error).split("\n")[0]
        message = f"{self.__name__}({given}{settings}): {reason}"
        return InvalidArgumentError(without_sizes(message) if thread.symbolic else message)

    def __repr__(self) -> str:
        return f"<op {self.__name__}>"

    def __deepcopy__(self, memo: Any) -> Op:
        return self

    def __reduce__(self) -> str:
        return self.__name__

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)


class _Strict:
    """The TensorFlow spelling of an op: the dtypes of its tensors must agree."""

    def __init__(self, op: Op) -> None:
        self._op = op
        functools.update_wrapper(self, op)
        self.__signature__ = op.__signature__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._op._call(args, kwargs, True)

    def __repr__(self) -> str:
        return repr(self._op)

    def __deepcopy__(self, memo: Any) -> _Strict:
        return self


def _autocast(variable: Variable) -> Any:
    """What an op in the call of a layer of mixed precision gets of a variable: a tensor of the dtype it computes in."""
    dtype = thread.autocast
    if not variable._is_cast or variable._dtype is dtype:
        return variable
    thread.autocast = None
    try:
        return operators.ops.cast(variable, dtype)
    finally:
        thread.autocast = dtype


_SCALARS = frozenset((int, float, bool))


@functools.lru_cache(maxsize=4096)
def _scalar(F: Any, kind: type, text: str, dtype: Any) -> Any:
    """A Python number as an array; made once, since a number is given again and again."""
    return as_array(text == "True" if kind is bool else kind(text), dtype)


_PLAIN = (int, str, bool, float, type(None))
_MAYBE_SYMBOLIC = (tuple, SymbolicTensor)


def _has_symbolic(value: Any) -> bool:
    return isinstance(value, SymbolicTensor) or (
        isinstance(value, tuple) and any(_has_symbolic(v) for v in value)
    )


def _freeze(value: Any) -> Any:
    """An attribute as something hashable: lists as tuples, concrete tensors as numbers, dtypes by name."""
    if isinstance(value, (list, tuple)):
        if isinstance(value, TensorShape):
            return tuple(value)
        return tuple(_freeze(v) for v in value)
    if isinstance(value, SymbolicTensor):
        return value
    if isinstance(value, Operators):
        value = np.asarray(value._concrete("an attribute of an op") if isinstance(value, Tensor) else value)
    if isinstance(value, np.ndarray):
        return _freeze(value.tolist())
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dtypes.DType):
        return value.name
    if isinstance(value, type) or type(value).__name__ == "dtype":
        return as_dtype(value).name
    if isinstance(value, slice):
        return slice(_freeze(value.start), _freeze(value.stop), _freeze(value.step))
    return value


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, bytes, list, tuple)) and default_kind(value) in "SU"


def default_kind(value: Any) -> str:
    """'f' if a Python number or list holds a fraction, else the kind of its NumPy dtype."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return (
        as_dtype(value.dtype).np_dtype.kind  # type: ignore[attr-defined]
        if isinstance(value, Operators)
        else np.asarray(value).dtype.kind
    )


def op(
    function: Callable[..., Any] | None = None,
    *,
    aliases: dict[str, str] | None = None,
    data_dependent_shape: bool = False,
    shape_only: bool = False,
    no_gradient: bool = False,
    validate: Callable[..., None] | None = None,
) -> Any:
    """Make an `Op` of `function(F, *arrays, *, attributes)`.

    Args:
        function: the formula over the engine's namespace `F`.
        aliases: other spellings of its parameters, for example ``{"input_tensor": "x"}``.
        data_dependent_shape: whether the result's shape depends on the elements, so that it cannot be compiled.
        shape_only: whether the result depends on the arrays' shapes alone, so that it is known while tracing.
        no_gradient: whether no gradient flows through it, so that what depends on it alone is unconnected.
        validate: function of (F, arrays, attributes) that refuses values that cannot be used; called where there are values.
    """
    flags: dict[str, Any] = {
        "validate": validate,
        "data_dependent_shape": data_dependent_shape,
        "shape_only": shape_only,
        "no_gradient": no_gradient,
    }
    if function is None:
        return lambda f: Op(f, aliases, **flags)
    return Op(function, aliases, **flags)
