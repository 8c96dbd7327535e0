"""One step of training, evaluation or prediction: compiled as a pure function, or run as it is.

`CompiledStep` also runs many steps in one call: a loop over batches of arrays that lie on the device.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.program import Program, Spec, specs_of
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable

__all__ = ["CompiledStep", "EagerStep", "interrupts_held"]

Body = Callable[[Any], Any]


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back: between consuming the state and having the new one there must be no way out."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[Any] = []
    try:
        previous = signal.signal(signal.SIGINT, lambda *args: came.append(args))
    except ValueError:  # not the main interpreter
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
        if came and callable(previous):
            previous(*came[0])


class EagerStep:
    """A step run as plain Python: on engines that do not compile, and with `run_eagerly=True`.

    Args:
        body: function of a batch (in the structure of the data) -> logs or outputs.
        structure: the structure of a batch.
        differentiates: whether gradients are taken in it.
    """

    def __init__(self, body: Body, structure: Any, differentiates: bool) -> None:
        self._body = body
        self._structure = structure
        self._differentiates = differentiates
        self.loops = False

    def __call__(self, leaves: list[Any]) -> Any:
        """Run on a batch (the engine's arrays)."""
        batch = _pack(self._structure, [Tensor(leaf) for leaf in leaves])
        if self._differentiates:
            return self._body(batch)
        with engine.current().inference():
            return self._body(batch)

    def run(self, data: list[Any], order: Any, start: int, count: int, batch_size: int) -> Any:
        """Run on batches [start, start + count) of `data`."""
        logs = None
        F = engine.current()
        for i in range(start, start + count):
            if order is None:
                rows = [F.slice_rows(leaf, i * batch_size, batch_size) for leaf in data]
            else:
                index = F.slice_rows(order, i * batch_size, batch_size)
                rows = [F.take(leaf, index, axis=0) for leaf in data]
            logs = self(rows)
        return logs


class CompiledStep:
    """A step compiled as `(state, batch) -> (state, result)`; the state is that of every variable it touches.

    Args:
        body: function of a batch (in the structure of the data) -> a structure of tensors.
        structure: the structure of a batch.
        specs: shapes and dtypes of a batch's arrays.
        known: variables it is known to touch.
        results: what a loop of steps returns, computed once after it from the state; `None`: the last step's result.
    """

    def __init__(
        self,
        body: Body,
        structure: Any,
        specs: list[Spec],
        known: list[Variable],
        results: Callable[[], Any] | None = None,
    ) -> None:
        F = self._F = engine.current()

        def step(arrays: list[Any]) -> Any:
            return body(_pack(structure, [Tensor(a) for a in arrays]))

        self._specs = specs
        self._ahead: Any = None
        self._program = Program(F, step, known, specs)
        self._results = None
        if results is not None:
            self._results = Program(F, lambda _: results(), self._program.variables, [])
            if len(self._results.variables) > len(
                self._program.variables
            ):  # the results read more than a step does
                self._program = Program(F, step, self._results.variables, specs)
        self.variables = self._program.variables
        self.writes = bool(self._program.written)
        self._step = F.compile(self._once, donate=(0,) if self.writes else ())
        self._loop = F.compile(self._many, donate=(0,) if self.writes else (), static=(5,))
        # A step that holds a convolution is dispatched one by one where loops make it slow.
        self.loops = not self._program.slow_in_loops

    def _once(self, state: list[Any], leaves: list[Any]) -> tuple[list[Any], list[Any]]:
        result, new = self._program(state, leaves)
        return result, (new if self.writes else [])

    def _many(
        self, state: list[Any], data: list[Any], order: Any, start: Any, stop: Any, batch_size: int
    ) -> tuple[list[Any], list[Any]]:
        F = self._F

        def one(i: Any, carry: Any) -> Any:
            state, _ = carry
            if order is None:
                rows = [F.slice_rows(leaf, i * batch_size, batch_size) for leaf in data]
            else:
                index = F.slice_rows(order, i * batch_size, batch_size)
                rows = [F.take(leaf, index, axis=0) for leaf in data]
            result, new = self._program(state, rows)
            return new, (result if self._results is None else [])

        empty = (
            []
            if self._results is not None
            else [F.zeros(shape, dtype=F.dtype(dtype)) for shape, dtype in self._program.result_specs]
        )
        state, result = F.fori_loop(start, stop, one, (state, empty))
        if self._results is not None:
            result, _ = self._results(state[: len(self._results.variables)], [])
        return result, state

    def _gather(self) -> list[Any]:
        """The variables' arrays; what is donated is ours alone, and once."""
        if not self.writes:
            return [v._value for v in self.variables]
        arrays = []
        seen: set[int] = set()
        for variable in self.variables:
            array = variable._value
            if variable._shared or id(array) in seen:
                array = self._F.copy(array)
            seen.add(id(array))
            arrays.append(array)
        return arrays

    def _scatter(self, state: list[Any]) -> None:
        for variable, array in zip(self.variables, state, strict=True):
            variable._value = array
            variable._shared = False

    def __call__(self, leaves: list[Any]) -> Any:
        """Run on one batch (the engine's arrays)."""
        self._await()
        if not self.writes:
            return self._program.pack(self._step(self._gather(), leaves)[0])
        with interrupts_held():
            result, state = self._step(self._gather(), leaves)
            self._scatter(state)
        return self._program.pack(result)

    def compile_ahead(self, data: list[Spec] | None, shuffled: bool = False, batch_size: int = 0) -> None:
        """Begin to compile what `run` (with data of these specs) or, without data, a single step will call; once."""
        if self._ahead is not None or (data is not None and not self.loops):
            return
        F = self._F
        state = specs_of([v._value for v in self.variables])
        if data is None:
            self._ahead = F.compile_ahead(self._step, state, self._specs)
        else:
            order = ((data[0][0][0],), "int32") if shuffled else None
            number: Spec = ((), "int32")
            self._ahead = F.compile_ahead(self._loop, state, data, order, number, number, batch_size)

    def _await(self) -> None:
        """Let a compilation that was begun come to its end; what it failed with shows when the step is called."""
        if self._ahead is not None and not self._ahead.done():
            self._ahead.exception()

    def host_result(self, leaves: list[Any]) -> Any:
        """The result as NumPy arrays, for a step that writes no variable; `leaves` may be NumPy arrays."""
        result = self._step([v._value for v in self.variables], leaves)[0]
        return nest.map_structure(np.array, self._program.pack(result))

    def run(self, data: list[Any], order: Any, start: int, count: int, batch_size: int) -> Any:
        """Run on batches [start, start + count) of `data`, in one compiled loop."""
        self._await()
        begin, end = np.int32(start), np.int32(start + count)
        if not self.loops:
            result = None
            for i in range(start, start + count):
                if order is None:
                    rows = [leaf[i * batch_size : (i + 1) * batch_size] for leaf in data]
                else:
                    index = order[i * batch_size : (i + 1) * batch_size]
                    rows = [self._F.take(leaf, index, axis=0) for leaf in data]
                result = self(rows)
            return result
        with interrupts_held():
            result, state = self._loop(self._gather(), data, order, begin, end, batch_size)
            if self.writes:
                self._F.wait(result)
                self._scatter(state)
        made = self._program if self._results is None else self._results
        return made.pack(result)


def _pack(structure: Any, leaves: list[Any]) -> Any:
    given = iter(leaves)
    return nest.pack_as(
        structure, [None if leaf is None else next(given) for leaf in nest.flatten(structure)]
    )
