"""`call_native`: a function over the engine's own arrays as one operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unikeras import engine
from unikeras.core.state import thread
from unikeras.core.tape import no_tapes
from unikeras.core.tensor import Tensor, as_array

__all__ = ["call_native"]


def call_native(function: Callable[..., Sequence[Any]], inputs: Sequence[Any]) -> tuple[Tensor, ...]:
    """The tensors that a function of the engine's arrays gives; gradients flow through it.

    Args:
        function: takes an array for each input and returns a sequence of arrays. It has no side effects.
        inputs: tensors and variables.
    """
    F = engine.current()
    arrays = [as_array(value) for value in inputs]
    call = _Native(function)
    with no_tapes():
        outputs = tuple(Tensor(made) for made in call.apply(F, arrays, ()))
    for tape in thread.tapes:
        tape.record(call, (), tuple(inputs), arrays, outputs)
    return outputs


class _Native:
    """One call, as tapes record it."""

    static: tuple[str, ...] = ()
    shape_only = False
    data_dependent_shape = False
    no_gradient = False
    once = True

    def __init__(self, function: Callable[..., Sequence[Any]]) -> None:
        self._function = function
        self.__name__ = getattr(function, "__name__", "native")

    def apply(self, F: Any, arrays: Sequence[Any], attributes: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(self._function(*arrays))
