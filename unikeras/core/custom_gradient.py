"""`custom_gradient`: a function of tensors that says itself what its gradient is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from unikeras import engine
from unikeras.core import nest
from unikeras.core.gradient import Overlay
from unikeras.core.state import thread, tracing
from unikeras.core.symbolic import apply_symbolically, is_symbolic
from unikeras.core.tape import no_tapes
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor
from unikeras.core.variable import Variable

__all__ = ["custom_gradient"]


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of tensors define its gradient (mirrors `tf.custom_gradient`).

    Args:
        f: called with tensors (keyword arguments are handed on as they are); returns `(y, grad_fn)`: `y` a tensor or a
            structure of them, and `grad_fn(*dy)`, called with the gradient of every tensor of `y`, that returns one
            gradient for each argument (`None`: zero). If `f` reads trainable variables, `grad_fn` takes them as
            `variables=` and returns `(gradients of arguments, gradients of variables)`.
            Both may be called several times for one call, and must give the same then.

    Returns:
        A function of the same arguments that returns `y`.

    Raises:
        ValueError: `f` does not return a pair, or `grad_fn` another number of gradients or other shapes.
        TypeError: `f` reads trainable variables that `grad_fn` has no argument for.

    Example:
        >>> import unikeras as tf
        >>> @tf.custom_gradient
        ... def reversed_gradient(x):
        ...     return tf.identity(x), lambda dy: -dy
        >>> x = tf.constant([1.0, 2.0])
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = reversed_gradient(x) * 3.0
        >>> tape.gradient(y, x).numpy().tolist()
        [-3.0, -3.0]
    """

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        if any(is_symbolic(leaf) for leaf in nest.flatten((args, kwargs))):
            return apply_symbolically(_Symbolic(decorated), args, kwargs)
        return _Call(f, args, kwargs).run()

    return decorated


class _Symbolic:
    """The decorated function as a node of a graph."""

    shape_only = False

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__name__ = function.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)


class _Call:
    """One call: an op over the arguments and the variables that the function reads."""

    static: tuple[str, ...] = ()
    shape_only = False
    data_dependent_shape = False
    no_gradient = False
    once = True

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.__name__ = getattr(f, "__name__", "custom_gradient")
        self._f = f
        self._kwargs = kwargs
        self._structure = args
        self._sources = [
            leaf if isinstance(leaf, Variable) else convert_to_tensor(leaf) for leaf in nest.flatten(args)
        ]
        self._variables: list[Variable] = []
        self._constants: list[Variable] = []  # variables that are not trainable

    def run(self) -> Any:
        """The result, recorded on the tapes."""
        F = engine.current()
        arrays = [as_array(s) for s in self._sources]
        # As it is, to learn which variables it uses; where the engine differentiates by itself it must see the
        # pullback, so there it runs again.
        with no_tapes(), Overlay() as scope:
            y, pull = self._evaluate([Tensor(a) for a in arrays])
            made = [as_array(leaf) for leaf in nest.flatten(y)]
        given = {id(s) for s in self._sources}
        used = [v for v in scope.unknown.values() if id(v) not in given]
        self._variables = [v for v in used if v.trainable]
        self._constants = [v for v in used if not v.trainable]
        if self._variables and not _takes_variables(pull):
            raise TypeError(
                f"custom_gradient: {self.__name__} reads the variables {[v.name for v in self._variables]}, so its grad_fn "
                "must accept the keyword argument 'variables' and return (gradients of arguments, gradients of variables)."
            )
        inputs = (*self._sources, *self._variables, *self._constants)
        arrays += [v._read() for v in inputs[len(arrays) :]]
        if thread.tracing or (F.gradients and not F.compiles):
            made = list(self.apply(F, arrays, ()))
        for variable in scope.written.values():
            variable._write(scope.value(variable))
        outputs = tuple(Tensor(a) for a in made)
        for tape in thread.tapes:
            tape.record(self, (), inputs, arrays, outputs)
        return nest.pack_as(y, outputs)

    def apply(self, F: Any, arrays: Any, attributes: tuple[Any, ...]) -> tuple[Any, ...]:
        """The result from raw arrays, as something the engine differentiates by the pullback."""
        return tuple(F.custom_gradient(functools.partial(self._forward, F))(*arrays))

    def _forward(self, F: Any, *arrays: Any) -> tuple[tuple[Any, ...], Callable[..., Any]]:
        count = len(self._sources)
        known = list(zip([*self._variables, *self._constants], arrays[count:], strict=True))

        def inline() -> Any:
            return tracing(F) if F.compiles else no_tapes()

        with inline(), Overlay(known):
            y, pull = self._evaluate([Tensor(a) for a in arrays[:count]])
            made = tuple(as_array(leaf) for leaf in nest.flatten(y))

        def pullback(*cotangents: Any) -> tuple[Any, ...]:
            with inline(), Overlay(known):
                return self._pull(pull, arrays, [Tensor(c) for c in cotangents])

        return made, pullback

    def _evaluate(self, sources: Sequence[Tensor]) -> tuple[Any, Callable[..., Any]]:
        result = self._f(*nest.pack_as(self._structure, sources), **self._kwargs)
        if not isinstance(result, tuple) or len(result) != 2 or not callable(result[1]):
            raise ValueError(f"custom_gradient: {self.__name__} must return (result, grad_fn).")
        return result

    def _pull(
        self, pull: Callable[..., Any], arrays: Sequence[Any], upstream: list[Tensor]
    ) -> tuple[Any, ...]:
        F = engine.current()
        if self._variables:
            gradients, of_variables = pull(*upstream, variables=list(self._variables))
        else:
            gradients, of_variables = pull(*upstream), []
        found: list[Any] = []
        for what, given, wanted in (
            ("gradients", gradients, len(self._sources)),
            ("gradients of variables", of_variables, len(self._variables)),
        ):
            flat = nest.flatten(given)
            if len(flat) != wanted:
                raise ValueError(
                    f"custom_gradient function expected to return {wanted} {what}, but returned {len(flat)} instead."
                )
            found += flat
        found += [None] * len(self._constants)
        result = []
        for i, (gradient, array) in enumerate(zip(found, arrays, strict=True)):
            if gradient is None:
                result.append(F.zeros_like(array))
                continue
            made = as_array(gradient)
            if tuple(made.shape) != tuple(array.shape):
                raise ValueError(
                    f"custom_gradient: grad_fn of {self.__name__} returned a gradient of shape {tuple(made.shape)} for "
                    f"argument {i}, which has shape {tuple(array.shape)}."
                )
            result.append(F.astype(made, array.dtype))
        return tuple(result)


def _takes_variables(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters
    return "variables" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
