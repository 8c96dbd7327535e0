"""What an engine must provide.

An engine object is also the namespace `F` that op bodies receive: names of the Array API standard come from `xp`, the
engine's array namespace, and the primitives below from the engine itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unikeras.engine.contract_conv import ConvEngine
from unikeras.engine.contract_native import NativeEngine
from unikeras.engine.contract_numeric import NumericEngine
from unikeras.engine.contract_recurrent import RecurrentEngine

__all__ = ["Array", "Engine"]

Array = Any


class Engine(ConvEngine, RecurrentEngine, NumericEngine, NativeEngine, ABC):
    """Executes array code; see the module's docstring.

    Attributes:
        name: what `KERAS_BACKEND` calls it.
        gradients: whether it differentiates.
        compiles: whether `compile` makes a function faster than calling it, so that loops are worth putting inside.
        leaks: the exceptions that say that a traced array was used after its trace had ended.
    """

    name: str
    gradients: bool = True
    compiles: bool = False
    leaks: tuple[type[Exception], ...] = ()
    xp: Any

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "xp":
            raise AttributeError(name)
        value = getattr(self.xp, name)
        self.__dict__[name] = value
        return value

    # Arrays.

    @abstractmethod
    def dtype(self, name: str) -> Any:
        """The engine's dtype object for a name such as 'float32'."""

    @abstractmethod
    def from_numpy(self, value: np.ndarray) -> Array:
        """A NumPy array (of any supported dtype) as an array of this engine, never sharing memory."""

    @abstractmethod
    def to_numpy(self, array: Array) -> np.ndarray:
        """An array of this engine as a NumPy array."""

    @abstractmethod
    def owns(self, value: Any) -> bool:
        """Whether `value` is an array (real or traced) of this engine."""

    def is_traced(self, array: Array) -> bool:
        """Whether `array` stands for a value that is not known yet."""
        return False

    def devices(self) -> list[str]:
        """Names of the devices, such as 'CPU:0', the one in use first."""
        return ["CPU:0"]

    def cache_dir(self) -> Path | None:
        """Where compiled programs are kept between runs."""
        return None

    # Running.

    @abstractmethod
    def run(self, op: Any, arrays: Sequence[Array], attributes: tuple[Any, ...]) -> Any:
        """Evaluate an op's body."""

    def compile(
        self, function: Callable[..., Any], *, donate: tuple[int, ...] = (), static: tuple[int, ...] = ()
    ) -> Callable[..., Any]:
        """`function` made fast; arguments in `donate` are consumed."""
        return function

    def adopt(self, kind: type, arrays_of: Callable[[Any], Any], made_of: Callable[[Any], Any]) -> None:
        """Let the engine's own transformations look into objects of a class, where it has such.

        Args:
            kind: the class.
            arrays_of: an object's arrays, a list.
            made_of: what stands for an object of these arrays.
        """

    def compile_ahead(self, function: Any, *args: Any) -> Any:
        """Begin to compile a function that `compile` returned, in the background; the result is a future.

        Arguments are (shape, dtype name)s in place of arrays, lists of them, or static values. `None` where there is nothing to do.
        """
        return None

    def trace(
        self, function: Callable[..., list[Array]], specs: Sequence[tuple[tuple[int, ...], str]]
    ) -> Any:
        """`function` of arrays of the given (shape, dtype name)s, traced: a callable that repeats its operations.

        It also has `specs`, those of its results, `constants`, the arrays that it found outside (a call may give others), and
        `slow_in_loops`; called with `quiet=True` it leaves out what calls back to Python. Only engines that compile have it.
        """
        raise NotImplementedError(f"the engine {self.name!r} does not trace")

    def concrete(self) -> Any:
        """A context in which constants are computed at once although a trace is under way."""
        from contextlib import nullcontext

        return nullcontext()

    def inference(self) -> Any:
        """A context in which nothing will be differentiated."""
        return self.concrete()

    # Gradients.

    @abstractmethod
    def stop_gradient(self, x: Array) -> Array:
        """`x`, through which no gradient flows."""

    @abstractmethod
    def vjp(
        self, function: Callable[..., Any], *primals: Array
    ) -> tuple[Any, Callable[[Any], tuple[Array, ...]]]:
        """`function(*primals)` and the function that pulls a cotangent of it back to the primals."""

    @abstractmethod
    def value_and_grad(
        self, function: Callable[[list[Array]], tuple[Array, Any]], primals: list[Array]
    ) -> tuple[Array, Any, list[Array]]:
        """For `function(primals) -> (scalar, rest)`: the scalar, the rest and the scalar's gradients."""

    @abstractmethod
    def jacobian(self, function: Callable[..., Array], *primals: Array) -> tuple[Array, ...]:
        """d function / d primals, each of shape `output.shape + primal.shape`."""

    @abstractmethod
    def vmap(self, function: Callable[..., Any], in_axes: Any = 0) -> Callable[..., Any]:
        """`function` over a leading axis."""

    @abstractmethod
    def custom_gradient(
        self,
        forward: Callable[..., tuple[Any, Callable[..., tuple[Array, ...]]]],
        pullback: Callable[..., tuple[Array, ...]] | None = None,
    ) -> Callable[..., Any]:
        """A function from `forward(*arrays) -> (result, pullback)` whose gradient is the pullback.

        It may run `forward` again to get at the pullback, unless `pullback(arrays, *cotangents)` is given beside it.
        """

    def checkpoint(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, whose inner values are computed again for its gradient instead of being kept."""
        return function

    # Control flow.

    def cond(
        self, predicate: Array, true: Callable[..., Any], false: Callable[..., Any], *operands: Any
    ) -> Any:
        """`true(*operands)` if `predicate` else `false(*operands)`."""
        return true(*operands) if bool(predicate) else false(*operands)

    def while_loop(self, condition: Callable[[Any], Array], body: Callable[[Any], Any], state: Any) -> Any:
        """`body` applied to `state` while `condition(state)` holds."""
        while bool(condition(state)):
            state = body(state)
        return state

    def fori_loop(self, start: Any, stop: Any, body: Callable[[Any, Any], Any], state: Any) -> Any:
        """`body(i, state)` for i in [start, stop)."""
        for i in range(int(start), int(stop)):
            state = body(i, state)
        return state

    # Primitives the Array API does not name.

    def copy(self, x: Array) -> Array:
        """An array of the same values that shares no memory with `x`."""
        return self.xp.asarray(x, copy=True)

    def slice_rows(self, x: Array, start: Any, count: int) -> Array:
        """Rows [start, start + count) of the first axis; `start` may be traced."""
        return x[start : start + count]

    def wait(self, arrays: Any) -> None:
        """Return when the arrays are computed; at once, where they are computed when they are made."""
        return None

    def call_back(self, function: Callable[..., None], arrays: Sequence[Array]) -> None:
        """Call `function(*arrays)` with NumPy arrays: at once, or when the program that is being traced runs, in its order."""
        function(*map(self.to_numpy, arrays))

    def wait_for_callbacks(self) -> None:
        """Return when the functions that programs call have been called."""
        return None

    @abstractmethod
    def random_bits(self, key: Array, shape: tuple[int, ...]) -> Array:
        """Threefry-2x32 bits of a key of two 32-bit words: integers in [0, 2**32), the same on every engine."""

    @abstractmethod
    def erf(self, x: Array) -> Array:
        """The error function."""

    @abstractmethod
    def erfinv(self, x: Array) -> Array:
        """The inverse of the error function."""

    @abstractmethod
    def lgamma(self, x: Array) -> Array:
        """log |gamma(x)|."""

    @abstractmethod
    def sigmoid(self, x: Array) -> Array:
        """1 / (1 + exp(-x)), without overflow."""

    @abstractmethod
    def logsumexp(self, x: Array, *, axis: Any = None, keepdims: bool = False) -> Array:
        """log(sum(exp(x))), without overflow."""

    @abstractmethod
    def einsum(self, equation: str, *operands: Array) -> Array:
        """Einstein summation."""

    @abstractmethod
    def scatter(self, x: Array, index: Any, updates: Array, *, add: bool = False) -> Array:
        """`x` with `updates` put (or added) at `x[index]`."""

    @abstractmethod
    def top_k(self, x: Array, k: int) -> tuple[Array, Array]:
        """The `k` largest entries of the last axis in order, and their indices (the first of equals)."""

    @abstractmethod
    def svd(self, x: Array) -> tuple[Array, Array, Array]:
        """The reduced singular value decomposition (u, s, v^T)."""
