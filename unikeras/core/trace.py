"""One trace of a `tf.function`: the program for one signature, and how it is run and recorded on tapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import engine
from unikeras.core.callbacks import run_with_callbacks
from unikeras.core.errors import RunsFromPython
from unikeras.core.gradient import CutScope
from unikeras.core.program import Program, specs_of
from unikeras.core.staged import expand
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable

__all__ = ["Fed", "OpByOp", "Traced"]


class Traced:
    """A function for one signature: which variables it uses and the compiled program.

    Calling it under a tape records it as one op.

    Args:
        name: the function's.
        call: takes a list of arrays, returns a structure of tensors and anything else.
        example: arrays of the signature.
    """

    static: tuple[str, ...] = ()
    shape_only = False
    data_dependent_shape = False
    no_gradient = False
    once = False

    def __init__(self, name: str, call: Callable[[list[Any]], Any], example: list[Any]) -> None:
        self.__name__ = name
        F = engine.current()
        self._program = Program(F, call, [], specs_of(example), CutScope)
        self.variables = self._program.variables
        self._compiled = F.compile(self._pure)
        self._constants = self._program.constants
        self._outside: dict[tuple[int, ...], _Closed] = {}

    def _pure(self, *arrays: Any, constants: Any = None, quiet: bool = False) -> tuple[list[Any], list[Any]]:
        count = len(self.variables)
        outputs, state = self._program(arrays[:count], arrays[count:], constants, quiet)
        return outputs, [state[i] for i in self._program.written]

    def apply(self, F: Any, arrays: Any, attributes: tuple[Any, ...]) -> tuple[Any, ...]:
        """The results alone, for differentiation; what it prints was printed when it was called."""
        return tuple(self._pure(*arrays, quiet=True)[0])

    def __call__(self, inputs: list[Any]) -> Any:
        """Run on arrays (`inputs` are tensors or arrays), update the variables, return the results."""
        arrays = [v._read() for v in self.variables]
        arrays += [
            a._array if isinstance(a, Tensor) else a._read() if isinstance(a, Variable) else a for a in inputs
        ]
        if self._program.calls_back:
            outputs, state = run_with_callbacks(self._compiled, arrays)
        else:
            outputs, state = self._compiled(*arrays)
        if thread.tapes:
            wrapped = [Tensor(o) for o in outputs]
            self._record(inputs, arrays, tuple(wrapped))
        else:
            wrapped = outputs
        for index, array in zip(self._program.written, state, strict=True):
            self.variables[index]._write(array)
        return self._program.pack(wrapped)

    def _record(self, inputs: list[Any], arrays: list[Any], outputs: tuple[Tensor, ...]) -> None:
        """Let the tapes note the call; tensors from outside of the function that they watch are inputs of it too."""
        op: Any = self
        objects = (*self.variables, *inputs)
        if self._constants:
            watched = _watched({id(c): i for i, c in enumerate(self._constants)})
            if watched:
                places = tuple(sorted(watched))
                op = self._outside.setdefault(places, _Closed(self, places))
                objects = (*objects, *(watched[p] for p in places))
                arrays = [*arrays, *(self._constants[p] for p in places)]
        for tape in thread.tapes:
            tape.record(op, (), objects, arrays, outputs)


def _watched(places: dict[int, int]) -> dict[int, Any]:
    """Of arrays (place by id), those that are the value of a tensor on a tape: place -> tensor."""
    found: dict[int, Any] = {}
    for tape in thread.tapes:
        for watched in tape._watched.values():
            if isinstance(watched, Tensor) and id(watched._array) in places:
                found[places[id(watched._array)]] = watched
        for entry in tape._entries:
            for tensor in entry.outputs:
                if id(tensor._array) in places:
                    found[places[id(tensor._array)]] = tensor
    return found


class _Closed(Traced):
    """A trace, of which some constants are inputs: tensors that the function found outside."""

    def __init__(self, traced: Traced, places: tuple[int, ...]) -> None:
        self.__name__ = traced.__name__
        self._traced = traced
        self._places = places

    def apply(self, F: Any, arrays: Any, attributes: tuple[Any, ...]) -> tuple[Any, ...]:
        """The results alone, for differentiation."""
        count = len(arrays) - len(self._places)
        constants = list(self._traced._constants)
        for place, array in zip(self._places, arrays[count:], strict=True):
            constants[place] = array
        return tuple(self._traced._pure(*arrays[:count], constants=constants, quiet=True)[0])


class Fed:
    """Traces of a function that takes elements of data sets: it is given them.

    Args:
        call: the call that it was traced for.
        elements: what it was given: iterators, in the order in which it asks them, with their elements.
        traced: the trace.
    """

    def __init__(self, call: Any, elements: list[tuple[Any, Any]], traced: Traced) -> None:
        self._iterators = [(call.place_of(i), i) for i, _ in elements]
        self._traces: dict[Any, Traced] = {_shapes(_tensors_in(elements)): traced}

    def take(self, call: Any) -> list[tuple[Any, Any]]:
        """The elements for a call, each with its iterator.

        Raises:
            OutOfRangeError: there are no more.
        """
        iterators = [i if place is None else call.leaf(place) for place, i in self._iterators]
        return [(i, i.get_next()) for i in iterators]

    def run(self, call: Any, elements: list[tuple[Any, Any]], trace: Callable[[], Traced]) -> Any:
        """The result for these elements; `trace` makes a trace for elements of other shapes."""
        leaves = _tensors_in(elements)
        key = _shapes(leaves)
        traced = self._traces.get(key)
        if traced is None:
            traced = self._traces[key] = trace()
        return traced([*call.dynamic, *leaves])


def _tensors_in(elements: list[tuple[Any, Any]]) -> list[Any]:
    return [leaf for _, element in elements for leaf in expand(element)[0]]


def _shapes(leaves: list[Any]) -> Any:
    return tuple((tuple(leaf.shape), leaf.dtype) for leaf in leaves)


class OpByOp:
    """Stands for a trace that cannot be: for this signature the function runs op by op.

    Args:
        reason: what needed values, or used a tensor outside of the branch or loop that it belongs to.
    """

    def __init__(self, reason: Exception) -> None:
        self.reason = str(reason)
        self.in_turns = isinstance(reason, RunsFromPython)
