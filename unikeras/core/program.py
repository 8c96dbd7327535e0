"""`Program`: a Python function of arrays that reads and assigns variables, as a pure function of arrays, traced once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unikeras.core import composite, nest
from unikeras.core.state import StateScope, thread, tracing
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable, next_number

__all__ = ["Program", "Spec", "specs_of"]

Spec = tuple[tuple[int, ...], str]


def specs_of(arrays: Sequence[Any]) -> list[Spec]:
    """(shape, dtype name) of each array."""
    return [(tuple(a.shape), Tensor(a).dtype.name) for a in arrays]


class Program:
    """`body(arrays)` traced without computing, again and again until it meets no variable that was not an input.

    Args:
        F: the engine that traces; one that compiles.
        body: a function of a list of arrays; what it returns is a structure of tensors and anything else.
        variables: those it is known to touch.
        specs: shapes and dtypes of the arrays.
        scope: what variables are read from and written to meanwhile.

    Raises:
        ValueError: the body makes new variables whenever it is called.

    Attributes:
        variables: all it touches, those given first.
        written: the places in `variables` of those it assigns.
        calls_back: whether it calls Python functions when it runs (see core/callbacks.py).
    """

    def __init__(
        self,
        F: Any,
        body: Callable[[list[Any]], Any],
        variables: Sequence[Variable],
        specs: Sequence[Spec],
        scope: type[StateScope] = StateScope,
    ) -> None:
        self.variables = list(variables)
        self._scope = scope
        first = True
        while True:
            mark = next_number()
            unknown = self._trace(F, body, list(specs))
            if not unknown:
                return
            if not first and (new := [v for v in unknown if v.number > mark]):
                raise ValueError(
                    "tf.function only supports singleton tf.Variables created on the first call, but this function "
                    f"makes {', '.join(repr(v.name) for v in new)} at every call. Create variables outside of the "
                    "function, or once: `if self.v is None: self.v = tf.Variable(...)`."
                )
            self.variables += unknown
            first = False

    def _trace(self, F: Any, body: Callable[[list[Any]], Any], specs: list[Spec]) -> list[Variable]:
        count = len(self.variables)
        scope = self._scope()

        def pure(*arrays: Any) -> list[Any]:
            nonlocal scope
            known = list(zip(self.variables, arrays[:count], strict=True))
            with self._scope(known) as scope, tracing(F):
                result = body(list(arrays[count:]))
                leaves = composite.flatten(result, expand_composites=True)
                self._dynamic = [_is_dynamic(leaf) for leaf in leaves]
                static = [
                    None if dynamic else leaf for dynamic, leaf in zip(self._dynamic, leaves, strict=True)
                ]
                self._static, self._like = static, nest.map_structure(_like, result)
                self._composite = any(leaf is not None for leaf in nest.flatten(self._like))
                outputs = [
                    as_array(leaf) for leaf, dynamic in zip(leaves, self._dynamic, strict=True) if dynamic
                ]
                self.results = len(outputs)
                return outputs + [scope.value(v) for v in self.variables]

        outer, thread.calls_back = thread.calls_back, False
        try:
            self._run = F.trace(pure, [(tuple(v.shape), v._dtype.name) for v in self.variables] + specs)
            self.calls_back = thread.calls_back
        finally:
            thread.calls_back = outer
        self.written = [i for i, v in enumerate(self.variables) if id(v) in scope.written]
        return list(scope.unknown.values())

    @property
    def slow_in_loops(self) -> bool:
        """Whether the engine runs it far slower inside a loop than by itself."""
        return self._run.slow_in_loops

    @property
    def result_specs(self) -> list[Spec]:
        """Shapes and dtypes of the arrays it returns."""
        return self._run.specs[: self.results]

    @property
    def constants(self) -> list[Any]:
        """The arrays that it found outside."""
        return self._run.constants

    def __call__(
        self,
        state: Sequence[Any],
        arrays: Sequence[Any],
        constants: Sequence[Any] | None = None,
        quiet: bool = False,
    ) -> tuple[list[Any], list[Any]]:
        """The arrays of the result, and the variables' new ones; to be called inside a compiled function.

        With `constants`, others in place of those that it found outside; `quiet`: without calling Python.
        """
        made = self._run(*state, *arrays, constants=constants, quiet=quiet)
        return made[: self.results], made[self.results :]

    def pack(self, arrays: Sequence[Any]) -> Any:
        """The result of the body, from its arrays (or tensors of them)."""
        given = (a if isinstance(a, Tensor) else Tensor(a) for a in arrays)
        leaves = [next(given) if d else leaf for d, leaf in zip(self._dynamic, self._static, strict=True)]
        if self._like is None:
            return leaves[0]
        if self._composite:
            return composite.pack_sequence_as(self._like, leaves, expand_composites=True)
        return nest.pack_as(self._like, leaves)


def _like(leaf: Any) -> Any:
    """What stands for a leaf of a result: the spec of a ragged or sparse tensor."""
    return leaf._type_spec if isinstance(leaf, composite.CompositeTensor) else None


def _is_dynamic(leaf: Any) -> bool:
    array = leaf._array if isinstance(leaf, Tensor) else leaf
    return isinstance(leaf, (Tensor, np.ndarray)) and not (
        isinstance(array, np.ndarray) and array.dtype == object
    )
