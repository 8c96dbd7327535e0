"""`for` and `while` statements that may depend on tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import engine, ops
from unikeras.autograph.branches import if_stmt, is_internal, scalar
from unikeras.autograph.names import Undefined, is_staged, is_traced
from unikeras.autograph.ranges import TracedRange
from unikeras.autograph.turns import compiled_turn
from unikeras.core import nest
from unikeras.core.checks import Assert
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import NeedsValues, RunsFromPython
from unikeras.core.operators import Operators
from unikeras.core.staged import Block, expand, stage_scan, stage_while
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.ops.tensor_array import TensorArray

__all__ = ["for_stmt", "staged_while", "while_stmt"]

State = tuple[Any, ...]


def while_stmt(
    test: Callable[[], Any],
    body: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """`while test(): body()`.

    Args:
        test: whether to go on; a tensor in a function being traced makes the loop a part of the program.
        body: one turn.
        get_state: the values of the names that the loop changes.
        set_state: gives them values.
        names: those names.
        options: what `tf.autograph.experimental.set_loop_options` says.
    """
    if is_staged():
        going = Block(lambda _: test()).leaves[0]  # seen, not run: it is part of the loop
        if isinstance(going, Operators):
            staged_while(test, body, get_state, set_state, names, options)
            return
    while True:
        going = test()
        if is_traced(going):  # by what the turns so far made
            staged_while(test, body, get_state, set_state, names, options)
            return
        if not going:
            return
        turn = compiled_turn(body) if isinstance(going, Operators) else None
        if turn is None:
            body()
        else:
            turn(body, get_state, set_state, names, ())


def for_stmt(
    iterated: Any,
    extra_test: Callable[[], Any] | None,
    body: Callable[[Any], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """`for target in iterated: body(target)`, as long as `extra_test()` holds; for the rest see `while_stmt`."""
    if is_staged():
        if isinstance(iterated, TracedRange):
            steps = iterated.steps()
            _counted(steps, iterated.at, extra_test, body, get_state, set_state, names, options)
            return
        if isinstance(iterated, Operators) and iterated.dtype != "string":  # type: ignore[attr-defined]  # strings: Python's loop
            rows = convert_to_tensor(iterated)
            if not rows.shape:
                raise TypeError("A scalar tensor cannot be iterated over.")
            length = int(rows.shape[0])
            if not length:
                return
            if extra_test is None and not options.get("maximum_iterations"):
                _staged_for(rows, length, body, get_state, set_state, names, options)
            else:
                _counted(
                    convert_to_tensor(length),
                    lambda i: rows[i],
                    extra_test,
                    body,
                    get_state,
                    set_state,
                    names,
                    options,
                )
            return
        if hasattr(type(iterated), "element_spec"):
            raise RunsFromPython("a loop over a data set runs from Python")
    turn = None
    if isinstance(iterated, Operators) or hasattr(type(iterated), "element_spec"):
        turn = compiled_turn(body)
    for target in iterated:
        if extra_test is not None:
            going = extra_test()
            if is_traced(going):
                # A break that depends on a tensor, in a loop that Python unrolls.
                if_stmt(going, _once(body, target), _nothing, get_state, set_state, names, len(names))
                continue
            if not going:
                break
        if turn is None:
            body(target)
        else:
            turn(body, get_state, set_state, names, (target,))


def _once(body: Callable[[Any], None], target: Any) -> Callable[[], None]:
    return lambda: body(target)


def _nothing() -> None:
    return None


class _State:
    """The values of the names that a loop changes, as tensors and what packs them."""

    def __init__(self, names: tuple[str, ...], values: State, options: dict[str, Any]) -> None:
        self.names = names
        self.values = list(values)
        self.unset: list[str] = []  # names that the first turn must set
        self._free = bool(options.get("shape_invariants"))

    def leaves(self) -> list[Tensor]:
        """The arrays of the state; what is no tensor and cannot be one stays what it is."""
        self._packs = []
        found: list[Tensor] = []
        for value in self.values:
            leaves, pack = expand(value)
            tensors = [convert_to_tensor(leaf) if _is_number(leaf) else None for leaf in leaves]
            self._packs.append((pack, leaves, tensors))
            found += [t for t in tensors if t is not None]
        return found

    def pack(self, tensors: list[Tensor]) -> State:
        """The values of the names, from the tensors."""
        rest = iter(tensors)
        return tuple(
            pack([leaf if t is None else next(rest) for leaf, t in zip(leaves, own, strict=True)])
            for pack, leaves, own in self._packs
        )

    def after(self, values: State) -> list[Any]:
        """The leaves after one turn.

        Raises:
            _Again: a name that had no value has one now; its place is taken by zeros, and the loop is traced again.
            ValueError, TypeError: another structure or dtype.
            NeedsValues: what cannot be part of a program.
        """
        found: list[Any] = []
        for place, (name, value, (_, leaves, own)) in enumerate(
            zip(self.names, values, self._packs, strict=True)
        ):
            before = self.values[place]
            if _learnt(before, value):
                self.values[place] = value._type_spec._from_components(
                    [_zeros(leaf) for leaf in value._type_spec._to_components(value)]
                )
                raise _Again
            new, pack = expand(value)
            if before is None or isinstance(before, Undefined):
                if value is before or ((before is None) == (value is None) and isinstance(value, Undefined)):
                    continue
                self.values[place] = pack([_zeros(leaf) for leaf in new])
                if before is not None and not is_internal(name):
                    self.unset.append(name)
                raise _Again
            try:
                nest.assert_same_structure(before, value, repr(name))
            except ValueError as error:
                raise ValueError(f"{name!r} must keep its structure in the loop. {error}") from None
            for old, tensor, leaf in zip(leaves, own, new, strict=True):
                if tensor is not None:
                    self._check(name, tensor, leaf)
                    found.append(leaf)
                elif leaf is not old and not _equal(leaf, old):
                    raise NeedsValues(f"{name!r} is no tensor, and the loop changes it")
        return found

    def demand(self, going: Callable[[], Any]) -> None:
        """Require a first turn, when the program runs, if names that are used later have no value before it."""
        if self.unset:
            Assert(going(), [f"the loop must iterate at least once to initialize {', '.join(self.unset)}"])

    def _check(self, name: str, tensor: Tensor, leaf: Any) -> None:
        if not _is_number(leaf):
            raise NeedsValues(
                f"{name!r} is a tensor before the loop, and {type(leaf).__name__} after one turn"
            )
        new = convert_to_tensor(leaf)
        if new.dtype != tensor.dtype:
            raise TypeError(
                f"{name!r} has dtype {tensor.dtype.name} before the loop, but dtype {as_dtype(new.dtype).name} after one iteration. "
                "Start with a value of that dtype, or use tf.cast."
            )
        if tuple(new.shape) != tuple(tensor.shape):
            if self._free:
                raise NeedsValues(f"the shape of {name!r} changes in the loop")
            raise ValueError(
                f"{name!r} has shape {tuple(tensor.shape)} before the loop, but shape {tuple(new.shape)} after one iteration. "
                "Use tf.autograph.experimental.set_loop_options to set shape invariants."
            )


class _Again(Exception):
    """The loop's state has learnt something; trace it again."""


def _learnt(before: Any, after: Any) -> bool:
    """Whether a `tf.TensorArray` without elements knows now what its elements are like."""
    return (
        isinstance(before, TensorArray)
        and isinstance(after, TensorArray)
        and not before._type_spec._to_components(before)
        and bool(after._type_spec._to_components(after))
    )


def _zeros(leaf: Any) -> Any:
    """What stands for a leaf that has no value yet."""
    if not _is_number(leaf):
        return leaf
    new = convert_to_tensor(leaf)
    F = engine.current()
    return Tensor(F.from_numpy(np.zeros(tuple(new.shape), as_dtype(new.dtype).np_dtype)))


def _is_number(leaf: Any) -> bool:
    return isinstance(leaf, (Operators, bool, int, float, complex, np.ndarray, np.generic))


def _equal(a: Any, b: Any) -> bool:
    return type(a) is type(b) and isinstance(a, (str, bytes)) and a == b


def _looped(
    names: tuple[str, ...],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    options: dict[str, Any],
    run: Callable[[_State, Callable[[list[Tensor], Callable[[], None]], list[Any]]], list[Tensor]],
) -> None:
    """`run(state, turn)`, again as long as the state learns; then the names have what it returns."""
    before = get_state()
    state = _State(names, before, options)

    def turn(tensors: list[Tensor], body: Callable[[], None]) -> list[Any]:
        set_state(state.pack(tensors))
        body()
        return state.after(get_state())

    while True:
        try:
            made = run(state, turn)
        except _Again:
            continue
        finally:
            set_state(before)
        set_state(state.pack(made))
        return


def staged_while(
    test: Callable[[], Any],
    body: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """The `while` loop as part of the program; see `while_stmt`."""

    def run(state: _State, turn: Any) -> list[Tensor]:
        def going(tensors: list[Tensor]) -> Any:
            set_state(state.pack(tensors))
            return scalar(test())

        leaves = state.leaves()
        state.demand(lambda: going(leaves))
        return stage_while(going, lambda tensors: turn(tensors, body), leaves, _limit(options))

    _looped(names, get_state, set_state, options, run)


def _limit(options: dict[str, Any]) -> int | None:
    limit = options.get("maximum_iterations")
    return None if limit is None else int(limit)


def _staged_for(
    rows: Tensor,
    length: int,
    body: Callable[[Any], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """Over the rows of a tensor: all of them, so that the steps are known."""

    def run(state: _State, turn: Any) -> list[Tensor]:
        def step(tensors: list[Tensor], row: list[Tensor]) -> tuple[list[Any], Any]:
            return turn(tensors, lambda: body(row[0])), ()

        return stage_scan(step, state.leaves(), [rows], length)[0]

    _looped(names, get_state, set_state, options, run)


def _counted(
    steps: Tensor,
    at: Callable[[Any], Tensor],
    extra_test: Callable[[], Any] | None,
    body: Callable[[Any], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """A number of steps that is known only when the program runs, or that may be cut short."""

    def run(state: _State, turn: Any) -> list[Tensor]:
        def going(tensors: list[Tensor]) -> Any:
            more = tensors[0] < steps
            if extra_test is None:
                return more
            set_state(state.pack(tensors[1:]))
            return ops.logical_and(more, scalar(extra_test()))

        def step(tensors: list[Tensor]) -> list[Any]:
            index = tensors[0]
            return [index + 1, *turn(tensors[1:], lambda: body(at(index)))]

        leaves = [convert_to_tensor(0), *state.leaves()]
        state.demand(lambda: going(leaves))
        return stage_while(going, step, leaves, _limit(options))[1:]

    _looped(names, get_state, set_state, options, run)
