"""`CompiledUpdate`: an optimizer's whole update of some variables as one call of a compiled function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import engine
from unikeras.core.program import Program, specs_of
from unikeras.core.variable import Variable

__all__ = ["CompiledUpdate"]


class CompiledUpdate:
    """Compiles `call(gradients)`, which assigns to variables, for arrays as gradients.

    The arrays in `slots` that nobody else holds are donated: their memory is used again for the new values,
    which spares the allocation of as much memory at every step.

    Args:
        call: the update, in terms of variables.
        example: the gradients of the first call.
        slots: the variables whose arrays may be donated.
    """

    def __init__(self, call: Callable[[list[Any]], Any], example: list[Any], slots: list[Variable]) -> None:
        F = self._engine = engine.current()
        program = Program(F, call, [], specs_of(example))
        ours = {id(v) for v in slots}
        written = set(program.written)
        donated = [i for i, v in enumerate(program.variables) if i in written and id(v) in ours]
        assigned = [i for i, v in enumerate(program.variables) if i in written and id(v) not in ours]
        read = [i for i in range(len(program.variables)) if i not in written]
        self._donated, self._assigned, self._read = (
            [program.variables[i] for i in places] for places in (donated, assigned, read)
        )
        order = [*donated, *assigned, *read]

        def update(donated: list[Any], others: list[Any], gradients: list[Any]) -> list[Any]:
            given = dict(zip(order, [*donated, *others], strict=True))
            _, state = program([given[i] for i in range(len(order))], gradients)
            return [state[i] for i in order[: len(self._donated) + len(self._assigned)]]

        self._kinds = [(g.shape, g.dtype) for g in example]
        self._compiled = F.compile(update, donate=(0,))

    def fits(self, gradients: list[Any]) -> bool:
        """Whether the arrays have the shapes and dtypes it was traced with."""
        return [(g.shape, g.dtype) for g in gradients] == self._kinds

    def __call__(self, gradients: list[Any]) -> None:
        """Run on arrays and set the variables."""
        donated = [self._engine.copy(v._value) if v._shared else v._value for v in self._donated]
        others = [v._value for v in self._assigned] + [v._value for v in self._read]
        made: list[list[Any]] = []
        try:
            # An interrupt (Ctrl-C) during the call is raised right after it. By then the donated arrays are
            # gone: `extend` has put the new ones in place before Python can raise, and they are kept.
            made.extend(map(self._compiled, (donated,), (others,), (gradients,)))
        finally:
            for arrays in made:
                for variable, array in zip(self._donated, arrays, strict=False):
                    variable._value = array
                    variable._shared = False
                for variable, array in zip(self._assigned, arrays[len(self._donated) :], strict=True):
                    variable._value = array
                    variable._shared = True
