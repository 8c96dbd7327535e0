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

__all__ = ["value_and_gradient"]


class _Overlay(StateScope):
    """Some variables stand for the arrays being differentiated; all others are read from outside."""

    def missing(self, variable: Any) -> Any:
        return self._outer.read(variable) if self._outer is not None else variable._value


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
        with _Overlay(list(zip(variables, primals, strict=True))) as scope:
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
