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
from unikeras.core.function import find_variables, trace_state
from unikeras.core.state import tracing
from unikeras.core.tensor import Tensor, as_array
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
        example: arrays of a batch, for their shapes and dtypes.
        known: variables it is known to touch.
        results: what a loop of steps returns, computed once after it from the state; `None`: the last step's result.
    """

    def __init__(self, body: Body, structure: Any, example: list[Any], known: list[Variable], results: Callable[[], Any] | None = None) -> None:
        F = engine.current()
        self._F = F
        self._structure = structure
        self._body = body
        self._results = results
        self._out: Any = None
        specs = [(tuple(a.shape), Tensor(a).dtype.name) for a in example]
        self.variables, written = find_variables(F, self._call, known, specs)
        self.writes = bool(written)
        self._step = F.compile(self._pure, donate=(0,) if self.writes else ())
        self._loop = F.compile(self._many, donate=(0,) if self.writes else (), static=(5,))
        # A step that holds a convolution is dispatched one by one where loops make it slow.
        self.loops = not F.slow_in_loops(lambda state, leaves: self._pure(state, leaves), self._specs(), _structs(F, specs))

    def _specs(self) -> list[Any]:
        return _structs(self._F, [(tuple(v.shape), v.dtype.name) for v in self.variables])

    def _call(self, arrays: list[Any]) -> Any:
        return self._body(_pack(self._structure, [Tensor(a) for a in arrays]))

    def _flat(self, result: Any) -> list[Any]:
        leaves = nest.flatten(result)
        self._out = result if not nest.is_nested(result) else nest.map_structure(lambda leaf: None, result)
        with tracing(self._F):
            return [as_array(leaf) for leaf in leaves]

    def _pure(self, state: list[Any], leaves: list[Any]) -> tuple[list[Any], list[Any]]:
        result, new, _ = trace_state(self._F, self._call, self.variables, [*state, *leaves])
        return new, self._flat(result)

    def _many(self, state: list[Any], data: list[Any], order: Any, start: Any, stop: Any, batch_size: int) -> tuple[list[Any], list[Any]]:
        F = self._F

        def one(i: Any, carry: Any) -> Any:
            state, _ = carry
            if order is None:
                rows = [F.slice_rows(leaf, i * batch_size, batch_size) for leaf in data]
            else:
                index = F.slice_rows(order, i * batch_size, batch_size)
                rows = [F.take(leaf, index, axis=0) for leaf in data]
            new, result = self._pure(state, rows)
            return new, ([] if self._results is not None else result)

        empty: list[Any] = []
        if self._results is None:
            specs = [((batch_size, *leaf.shape[1:]), Tensor(leaf).dtype.name) for leaf in data]
            shapes = F.abstract(lambda *arrays: self._pure(list(arrays[: len(state)]), list(arrays[len(state) :]))[1], [(tuple(s.shape), Tensor(s).dtype.name) for s in state] + specs)
            empty = [F.zeros(s.shape, dtype=s.dtype) for s in shapes]
        state, result = F.fori_loop(start, stop, one, (state, empty))
        if self._results is not None:
            values, _, _ = trace_state(F, lambda _: self._results(), self.variables, state)  # type: ignore[misc]
            result = self._flat(values)
        return state, result

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

    def _wrap(self, result: list[Any]) -> Any:
        if not nest.is_nested(self._out):
            return Tensor(result[0])
        return nest.pack_as(self._out, [Tensor(r) for r in result])

    def __call__(self, leaves: list[Any]) -> Any:
        """Run on one batch (the engine's arrays)."""
        if not self.writes:
            return self._wrap(self._step(self._gather(), leaves)[1])
        with interrupts_held():
            state, result = self._step(self._gather(), leaves)
            self._scatter(state)
        return self._wrap(result)

    def host_result(self, leaves: list[Any]) -> Any:
        """The result as NumPy arrays, for a step that writes no variable; `leaves` may be NumPy arrays."""
        result = self._step([v._value for v in self.variables], leaves)[1]
        if not nest.is_nested(self._out):
            return np.array(result[0])
        return nest.pack_as(self._out, [np.array(r) for r in result])

    def run(self, data: list[Any], order: Any, start: int, count: int, batch_size: int) -> Any:
        """Run on batches [start, start + count) of `data`, in one compiled loop."""
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
            state, result = self._loop(self._gather(), data, order, begin, end, batch_size)
            if self.writes:
                self._F.wait(result)
                self._scatter(state)
        return self._wrap(result)


def _pack(structure: Any, leaves: list[Any]) -> Any:
    given = iter(leaves)
    return nest.pack_as(structure, [None if leaf is None else next(given) for leaf in nest.flatten(structure)])


def _structs(F: Any, specs: list[tuple[tuple[int, ...], str]]) -> list[Any]:
    return F.abstract(lambda *arrays: list(arrays), specs) if specs else []
