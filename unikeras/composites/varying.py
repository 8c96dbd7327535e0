"""Computing what has other shapes at each call."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.composite import CompositeTensor
from unikeras.core.operators import Operators
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor, as_array

__all__ = ["varying"]

_MOST = 1 << 18  # elements; beyond them compiling is worth its time
F = TypeVar("F", bound=Callable[..., Any])


def varying(function: F) -> F:
    """A function of tensors, ragged and sparse tensors that is computed by the reference engine where nothing is recorded or traced.

    The number of values of a ragged or sparse tensor is another one in each batch, and an engine that compiles would compile
    every op anew for each: a hundred times as long as to compute it.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if (
            thread.tapes
            or thread.tracing
            or thread.engine is not None
            or not engine.current().compiles
            or not _small((args, kwargs))
        ):
            return function(*args, **kwargs)
        host_args, host_kwargs = nest.map_structure(lambda v: _moved(v, _to_host), (args, kwargs))
        thread.engine = engine.reference()
        try:
            result = function(*host_args, **host_kwargs)
        finally:
            thread.engine = None
        return nest.map_structure(lambda v: _moved(v, _to_engine), result)

    return call  # type: ignore[return-value]


def _small(arguments: Any) -> bool:
    """Whether there are tensors, all with values and few, and neither variables nor symbolic tensors."""
    total = 0
    for leaf in nest.flatten(arguments):
        if type(leaf) is Tensor:
            total += int(np.prod(leaf._array.shape))
        elif isinstance(leaf, CompositeTensor):
            total += int(np.prod(leaf._entries.shape))
        elif isinstance(leaf, Operators):
            return False
    return total <= _MOST


def _moved(value: Any, move: Callable[[Tensor], Tensor]) -> Any:
    if type(value) is Tensor:
        return move(value)
    return value._moved(move) if isinstance(value, CompositeTensor) else value


def _to_host(tensor: Tensor) -> Tensor:
    return Tensor(np.asarray(tensor))


def _to_engine(tensor: Tensor) -> Tensor:
    return Tensor(as_array(tensor))
