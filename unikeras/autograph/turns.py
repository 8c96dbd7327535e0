"""Loops that run from Python, over data sets for example, each turn a compiled function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.autograph.names import Undefined
from unikeras.core import nest
from unikeras.core.state import thread
from unikeras.core.tensor import convert_to_tensor

__all__ = ["compiled_turn"]

State = tuple[Any, ...]


class _Turn:
    """The body of one loop in a function's source; what it finds around itself differs from call to call.

    Compiled once for each signature: of the names that it changes, of the element, and of the tensors among what it uses.
    """

    def __init__(self) -> None:
        from unikeras.core.function import Function

        self._body: Callable[..., None] = lambda: None
        self._get: Callable[[], State] = tuple
        self._set: Callable[[State], None] = lambda _: None
        self._cells: list[Any] = []
        self._function = Function(self._run, autograph=False)
        self._function._checked = False

    def _run(self, values: State, elements: tuple[Any, ...], around: list[Any]) -> State:
        before = self._get()
        kept = [cell.cell_contents for cell in self._cells]
        for cell, content in zip(self._cells, around, strict=True):
            cell.cell_contents = content
        try:
            self._set(values)
            self._body(*elements)
            return self._get()
        finally:
            self._set(before)
            for cell, content in zip(self._cells, kept, strict=True):
                cell.cell_contents = content

    def __call__(
        self,
        body: Callable[..., None],
        get_state: Callable[[], State],
        set_state: Callable[[State], None],
        names: tuple[str, ...],
        elements: tuple[Any, ...],
    ) -> None:
        """One turn."""
        self._body, self._get, self._set = body, get_state, set_state
        # Of what the body uses: the names that it changes are the state, the rest it is given, tensors as inputs.
        free = zip(body.__code__.co_freevars, body.__closure__ or (), strict=True)
        self._cells = [
            cell for name, cell in free if name not in names and name != "ag__" and _of_tensors(cell)
        ]
        values = tuple(_as_tensors(value) for value in get_state())
        set_state(self._function(values, elements, [cell.cell_contents for cell in self._cells]))


def _of_tensors(cell: Any) -> bool:
    """Whether something that a body uses may be another one in the next call."""
    try:
        content = cell.cell_contents
    except ValueError:  # empty
        return False
    return type(content).__name__ != "FunctionScope"


def _as_tensors(value: Any) -> Any:
    """A name's value as the loop keeps it: numbers are tensors, so that they do not make a new program each turn."""
    if isinstance(value, Undefined):
        return value
    return nest.map_structure(
        lambda leaf: convert_to_tensor(leaf) if isinstance(leaf, (bool, int, float)) else leaf, value
    )


def compiled_turn(body: Callable[..., None]) -> _Turn | None:
    """What runs a loop's body as a compiled function; `None` where loops are not run that way."""
    if thread.turns is None or thread.tracing:
        return None
    turn = thread.turns.get(body.__code__)
    if turn is None:
        turn = thread.turns[body.__code__] = _Turn()
    return turn
