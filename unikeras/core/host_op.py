"""`@host_op`: makes a public operation of a NumPy formula that runs on the host, whatever the engine: strings are never anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError, NeedsValues
from unikeras.core.op import Op
from unikeras.core.operators import Operators
from unikeras.core.state import thread
from unikeras.core.strict import user_line
from unikeras.core.symbolic import SymbolicTensor, apply_symbolically
from unikeras.core.tensor import Tensor, as_array, default_numpy

__all__ = ["HostOp", "counts_between", "host_op", "host_value", "host_values", "tensor_of"]


class HostOp(Op):
    """An operation on the host, defined once; made by `@host_op`.

    A model runs calls of it ahead of the compiled step, as it runs layers that work on the host. In a function that is being compiled it
    runs on what is known there: constants, and strings, which are never traced.
    """

    host_only = True

    def __init__(
        self,
        function: Callable[..., Any],
        aliases: dict[str, str] | None = None,
        *,
        strings: tuple[str, ...] = ("input",),
        elementwise: bool = True,
        numbers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(function, aliases, no_gradient=True)
        self._strings = strings
        self._numbers = numbers or {}
        self._elementwise = elementwise

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any], strict: bool) -> Any:
        args, attributes = self._bind(args, kwargs)
        named = dict(zip(self.static, attributes, strict=True))
        for arg in args:
            if isinstance(arg, SymbolicTensor):
                return apply_symbolically(self, args, named)
            if isinstance(arg, CompositeTensor):
                return self._of_composites(args, named, strict)
        arrays = [self._array(i, arg) for i, arg in enumerate(args)]
        result = self.body(np, *arrays, **named)
        return tuple(map(tensor_of, result)) if isinstance(result, tuple) else tensor_of(result)

    def _array(self, place: int, value: Any) -> Any:
        if value is None and self.array_defaults:
            return None
        name = self.array_names[0 if self.variadic else place] if self.array_names else ""
        if self.variadic or name in self._strings:
            return host_value(value, self.__name__, "string")
        return host_value(value, self.__name__, self._numbers.get(name))

    def _of_composites(self, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
        from unikeras.composites.ragged_broadcast import elementwise
        from unikeras.composites.ragged_tensor import RaggedTensor

        if self._elementwise and all(
            isinstance(a, RaggedTensor) for a in args if isinstance(a, CompositeTensor)
        ):
            return elementwise(self, args, attributes, False)
        kind = next(type(a).__name__ for a in args if isinstance(a, CompositeTensor))
        raise ValueError(f"{self.__name__}: not available for a {kind}.")


def host_op(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Make a `HostOp` of `function(np, *arrays, *, attributes)`.

    Args:
        function: the formula, of NumPy arrays (strings as objects of bytes) and attributes.
        **options: `strings`: the parameters that must be strings ("input" by default; those of a variadic op all must be);
            `numbers`: the dtypes of others; `elementwise`: whether a ragged tensor may come, whose flat values the formula then gets;
            `aliases`: other spellings of parameters.

    Example:
        >>> @host_op
        ... def first_byte(np, input):
        ...     return np.array([text[:1] for text in input.ravel()] + [None], object)[:-1].reshape(input.shape)
        >>> first_byte(["ab", "c"]).numpy().tolist()
        [b'a', b'c']
    """
    if function is None:
        return lambda f: HostOp(f, **options)
    return HostOp(function, **options)


def host_value(value: Any, where: str, dtype: str | None = None) -> np.ndarray:
    """A tensor, or anything that can be one, on the host.

    Args:
        value: the value.
        where: who asks, for messages.
        dtype: the dtype that it must have; any if `None`.

    Raises:
        NeedsValues: it is a tensor of numbers of a function that is being compiled.
        TypeError: it is no tensor, and not of that dtype.
        InvalidArgumentError: it is a tensor of another dtype.
    """
    tensor = isinstance(value, Operators)
    if isinstance(value, CompositeTensor):
        raise ValueError(f"{where}: not available for a {type(value).__name__} here.")
    if value is None:
        raise ValueError(f"{where}: None given where a tensor is needed.")
    if tensor:
        array = as_array(value)
        if array.dtype != object and engine.current().is_traced(array):
            if not thread.symbolic:
                raise NeedsValues(
                    f"{user_line()}: {where} works on the host, but it was given a tensor of a function that is being compiled, whose value "
                    "is not known yet. A tf.function runs op by op then. In fit: compute it outside; put it into a functional model, in front "
                    "of the layers that are compiled; or compile(run_eagerly=True)."
                )
            array = np.zeros(tuple(array.shape), as_dtype(array.dtype).np_dtype)
        host: np.ndarray = np.asarray(array if array.dtype == object else Tensor(array))
    else:
        host = default_numpy(value)
        if dtype == "string" and not host.size and host.dtype != object and isinstance(value, (list, tuple)):
            host = host.astype(object)
    is_string = host.dtype == object
    if dtype is None or as_dtype("string" if is_string else host.dtype).name == dtype:
        return host
    found = "string" if is_string else as_dtype(host.dtype).name
    if tensor:
        raise InvalidArgumentError(f"{where}: expected a tensor of dtype {dtype}, got one of {found}.")
    if is_string or dtype == "string":
        raise TypeError(f"{where}: cannot convert {value!r} to a tensor of dtype {dtype}.")
    return host.astype(as_dtype(dtype).np_dtype)


def tensor_of(value: Any) -> Tensor:
    """A NumPy array or `bytes` as a tensor."""
    array = np.asarray(value, object if isinstance(value, bytes) else None)
    return Tensor(array if array.dtype == object else as_array(array))


def host_values(values: list[Any], shape: tuple[int, ...]) -> np.ndarray:
    """A list of `bytes` as an array of objects of a shape."""
    return np.fromiter(values, object, len(values)).reshape(shape)


def counts_between(marks: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """How many marks are true between each bound and the next.

    Args:
        marks: bool [places].
        bounds: int [parts + 1], not decreasing.

    Example:
        >>> counts_between(np.array([True, False, True, True]), np.array([0, 2, 2, 4])).tolist()
        [1, 0, 2]
    """
    return np.diff(np.searchsorted(np.flatnonzero(marks), bounds))
