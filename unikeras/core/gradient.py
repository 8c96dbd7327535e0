"""The value of a function and its gradient with respect to variables, for training steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import engine
from unikeras.core import nest
from unikeras.core.state import StateScope, thread
from unikeras.core.tape import GradientTape
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable

__all__ = ["CutScope", "Overlay", "value_and_gradient"]


class CutScope(StateScope):
    """A scope through whose assignments no gradient flows: TensorFlow's rule.

    A variable that is read after `v.assign(f(x))` has the new value, but its gradient is that of the variable,
    as if it had been an input, and never x's.
    """

    def write(self, variable: Any, array: Any) -> None:
        """Let `variable` read as `array` from now on."""
        before = self._values.get(id(variable))
        if before is not None and variable.dtype.is_floating:
            array = _reads_as(engine.current(), before, array)
        super().write(variable, array)


def _reads_as(F: Any, variable: Any, array: Any) -> Any:
    """`array`, whose gradient is that of `variable`."""
    (result,) = F.custom_gradient(lambda v, a: ((a,), lambda g: (g, F.zeros_like(a))))(variable, array)
    return result


class Overlay(CutScope):
    """Some variables stand for the arrays being differentiated; all others are read from outside."""

    def missing(self, variable: Any) -> Any:
        if self._outer is not None:
            return self._outer.read(variable)
        variable._shared = True  # what is computed may hold the array
        return variable._value


def value_and_gradient(
    function: Callable[[], tuple[Any, Any]], variables: list[Variable]
) -> tuple[Any, Any, list[Tensor]]:
    """For `function() -> (scalar tensor, rest)`: both, and the scalar's gradients with respect to `variables`.

    What the function assigns to variables is assigned. While a step is being traced the function runs once, under the
    engine's own differentiation; in eager mode on an engine that compiles it runs under a tape, so that every value is there.
    """
    F = engine.current()
    if F.compiles and not thread.tracing:
        with GradientTape() as tape:
            loss, rest = function()
        gradients = tape.gradient(loss, variables, unconnected_gradients="zero")
        return loss, rest, list(gradients)

    structure: Any = None
    written: list[Variable] = []

    def pure(primals: list[Any]) -> tuple[Any, Any]:
        nonlocal structure
        with Overlay(list(zip(variables, primals, strict=True))) as scope:
            loss, structure = function()
            arrays = [leaf._array if isinstance(leaf, Tensor) else None for leaf in nest.flatten(structure)]
            written[:] = list(scope.written.values())
            return as_array(loss), ([a for a in arrays if a is not None], [scope.value(v) for v in written])

    loss, (arrays, state), gradients = F.value_and_grad(pure, [v._read() for v in variables])
    for variable, array in zip(written, state, strict=True):
        variable._write(array)
    found = iter(arrays)
    leaves = [
        _like(leaf, next(found)) if isinstance(leaf, Tensor) else leaf for leaf in nest.flatten(structure)
    ]
    return Tensor(loss), nest.pack_as(structure, leaves), [Tensor(g) for g in gradients]


def _like(leaf: Tensor, array: Any) -> Tensor:
    """A tensor of `array`; the mask of a differentiated tensor would belong to a trace that is over."""
    return Tensor(array)
