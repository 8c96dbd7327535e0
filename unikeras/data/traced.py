"""A user's function of tensors, traced for elements of one shape, and the three ways to run it.

- Small functions: the recorded ops one by one on NumPy, as they are: nothing is compiled and nothing moved to a device.
- Others: compiled.
- Many elements at once, where the data set asks for blocks: the recorded ops on blocks if all of them work element by element,
  else compiled with a mapped first dimension. Results do not depend on it (but for the last digits of what is compiled).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.dtypes import as_dtype
from unikeras.core.op import Op
from unikeras.core.program import Program
from unikeras.core.state import StateScope, thread
from unikeras.core.tensor import Tensor, _to_numpy
from unikeras.core.variable import Variable
from unikeras.data.draws import Draws, is_seed
from unikeras.data.elementwise import is_elementwise, on_blocks

__all__ = ["NotTraceable", "Traced"]

_SMALL = (
    1 << 15
)  # elements of all intermediate results up to which NumPy is faster than a call of a compiled function
_FEW = 40  # ops
_write_lock = threading.Lock()


class NotTraceable(Exception):
    """The function gives or uses what only exists when it runs."""


class _Recorder:
    """Notes the ops that a function calls, as a tape does: from slots of a list of arrays to further slots."""

    def __init__(self, F: Any, arrays: Sequence[Any]) -> None:
        self._F = F
        self._keep = list(arrays)  # so that ids stay theirs
        self.slots = {id(array): i for i, array in enumerate(arrays)}
        self.count = len(self.slots) if len(self.slots) == len(arrays) else len(arrays)
        self.steps: list[tuple[Op, tuple[Any, ...], list[Any], list[int]]] = []
        self.size = 0

    def record(self, op: Any, attributes: tuple[Any, ...], args: Any, arrays: Any, outputs: Any) -> None:
        """One call of an op."""
        made = [t._array for t in (outputs if isinstance(outputs, tuple) else (outputs,))]
        if not any(self._F.is_traced(array) for array in made):
            return
        inputs = [self.place(array) for array in arrays]
        known = type(op) is Op and None not in inputs
        places = []
        for array in made:
            self._keep.append(array)
            if known:
                self.slots[id(array)] = self.count
            else:
                self.slots.pop(id(array), None)
            places.append(self.count)
            self.count += 1
        if known:
            self.size += sum(math.prod(array.shape) for array in made)
            self.steps.append((op, attributes, inputs, places))

    def place(self, array: Any) -> Any:
        """The slot of an array, or a tuple of the constant that it is; `None` if it came about outside of ops."""
        if array is None:
            return (None,)
        slot = self.slots.get(id(array))
        if slot is not None:
            return slot
        if self._F.owns(array) and self._F.is_traced(array):
            return None
        return (np.asarray(array),)


class Traced:
    """A function for elements of one shape.

    Args:
        call: function of a list of tensors that gives the leaves of the result: tensors, or host arrays of strings, which are constant.
        specs: (shape, dtype name) of each input.

    Attributes:
        specs: (shape, dtype name) of each result.
        draws: whether it draws random numbers.
        calls_back: whether it calls Python functions when it runs: it prints, or checks values.
        writes: whether it assigns variables, so that it must be called for one element after the other.
    """

    def __init__(self, call: Callable[[list[Any]], list[Any]], specs: Sequence[Any]) -> None:
        F = self._F = engine.tracer()
        outputs: list[Any] = []
        recorder: _Recorder

        def body(arrays: list[Any]) -> list[Any]:
            nonlocal outputs, recorder
            recorder = _Recorder(F, arrays)
            outer = thread.tapes
            thread.tapes = (recorder,)
            try:
                outputs = call([Tensor(array) for array in arrays])
            finally:
                thread.tapes = outer
            return outputs

        self._program = Program(F, body, [], list(specs))
        self.calls_back = self._program.calls_back
        self.variables = self._program.variables
        self._seeds = [is_seed(v) for v in self.variables]
        self.draws = any(self._seeds)
        written = set(self._program.written)
        self._written = [i for i in written if not self._seeds[i]]
        self.writes = bool(self._written)
        self._static = [leaf if isinstance(leaf, np.ndarray) else None for leaf in outputs]
        dynamic = iter(self._program.result_specs)
        self.specs = [(leaf.shape, "string") if leaf is not None else next(dynamic) for leaf in self._static]
        self._plan(recorder, outputs)
        self._compiled: Callable[..., Any] | None = None
        self._mapped: Callable[..., Any] | None = None
        self._lock = threading.Lock()

    def _plan(self, recorder: _Recorder, outputs: list[Any]) -> None:
        """Keep of the record what the results need; decide how to run."""
        places = [recorder.place(t._array) for t in outputs if not isinstance(t, np.ndarray)]
        wanted = {p for p in places if isinstance(p, int)}
        steps = []
        for op, attributes, inputs, made in reversed(recorder.steps):
            if wanted.isdisjoint(made):
                continue
            wanted.update(i for i in inputs if isinstance(i, int))
            steps.append((op, attributes, inputs, made))
        steps.reverse()
        host = engine.reference()
        self._places = places
        self._slots = recorder.count
        self._recorded = None not in places and not self.variables
        self._steps = [
            (op, dict(zip(op.static, attributes, strict=True)), inputs, made)
            for op, attributes, inputs, made in steps
        ]
        self._host = host
        self.on_host = self._recorded and len(steps) <= _FEW and recorder.size <= _SMALL
        self.blockwise = self._recorded and all(
            is_elementwise(op, attributes) for op, attributes, _, _ in self._steps
        )

    def result_bytes(self) -> list[int]:
        """The size of each result."""
        return [
            math.prod(shape) * (8 if dtype == "string" else as_dtype(dtype).size)
            for shape, dtype in self.specs
        ]

    def __call__(self, arrays: list[np.ndarray], draws: Draws, number: int) -> list[np.ndarray]:
        """The result for one element.

        Args:
            arrays: its leaves.
            draws: where random numbers come from.
            number: the element's.
        """
        if self.on_host:
            return self._replay(arrays)
        if self._compiled is None:
            with self._lock:
                if self._compiled is None:
                    self._compiled = self._F.compile(self._pure)
        if not self.writes:
            return self._results(self._compiled(*self._state(draws, number), *arrays))
        with _write_lock:
            made = self._compiled(*self._state(draws, number), *arrays)
            count = len(made) - len(self._written)
            for index, array in zip(self._written, made[count:], strict=True):
                self.variables[index]._write(engine.current().from_numpy(np.asarray(array)))
            return self._results(made[:count])

    def block(self, arrays: list[np.ndarray], draws: Draws, numbers: np.ndarray) -> list[np.ndarray]:
        """The results for several elements, leaf by leaf with a first dimension for them."""
        if self.blockwise:
            return on_blocks(self._replay_steps, arrays, self._places, self._static)
        count = len(numbers)
        if self._mapped is None:
            axes = [0 if seed else None for seed in self._seeds] + [0] * len(arrays)
            with self._lock:
                self._mapped = self._F.compile(self._F.vmap(self._pure, in_axes=tuple(axes)))
        made = self._mapped(*self._state(draws, numbers), *arrays)
        found = iter(made)
        return [
            np.broadcast_to(leaf, (count, *leaf.shape)) if leaf is not None else np.asarray(next(found))
            for leaf in self._static
        ]

    def _pure(self, *arrays: Any) -> list[Any]:
        count = len(self.variables)
        outputs, state = self._program(arrays[:count], arrays[count:])
        return [*outputs, *(state[i] for i in self._written)]

    def _state(self, draws: Draws, number: Any) -> list[Any]:
        """What the variables read as: those that random numbers come from are a key of the element's."""
        return [
            draws.key(v, number) if seed else _value(v)
            for v, seed in zip(self.variables, self._seeds, strict=True)
        ]

    def _results(self, made: Any) -> list[np.ndarray]:
        found = iter(made)
        return [leaf if leaf is not None else np.asarray(next(found)) for leaf in self._static]

    def _replay(self, arrays: list[np.ndarray]) -> list[np.ndarray]:
        values = self._replay_steps(arrays)
        return self._results(values[p] if isinstance(p, int) else p[0] for p in self._places)

    def _replay_steps(
        self, arrays: list[np.ndarray], align: Callable[[list[Any], list[bool]], list[Any]] | None = None
    ) -> list[Any]:
        """All slots' arrays; `align` makes blocks of inputs (and whether each is one) broadcast as the elements do."""
        values: list[Any] = [None] * self._slots
        values[: len(arrays)] = arrays
        with np.errstate(all="ignore"):
            for op, attributes, inputs, made in self._steps:
                given = [values[i] if isinstance(i, int) else i[0] for i in inputs]
                if align is not None:
                    given = align(given, [isinstance(i, int) for i in inputs])
                result = op.body(self._host, *given, **attributes)
                if len(made) == 1 and not isinstance(result, (tuple, list)):
                    values[made[0]] = result
                else:
                    for place, part in zip(made, result, strict=True):
                        values[place] = part
        return values


def _value(variable: Variable) -> Any:
    scope: StateScope | None = thread.scope
    return _to_numpy(Tensor(variable._value if scope is None else variable._read()))
