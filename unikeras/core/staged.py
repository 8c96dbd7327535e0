"""Branches and loops of a function being traced: each part is traced once by itself, then put together by the engine.

A `Block` is such a part. What it takes from outside, tensors and variables, becomes inputs of the whole, so that tapes see one
call and gradients flow to everything that is used inside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.composite import CompositeTensor
from unikeras.core.errors import NeedsValues
from unikeras.core.feeds import feeding
from unikeras.core.gradient import Overlay
from unikeras.core.loop_gradient import while_with_gradient
from unikeras.core.state import thread
from unikeras.core.tape import no_tapes
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable

__all__ = [
    "Block",
    "Undetermined",
    "expand",
    "spec_of_parts",
    "stage_cond",
    "stage_rows",
    "stage_scan",
    "stage_while",
]


def spec_of_parts(value: Any) -> Any:
    """The spec of a value that consists of tensors (ragged, sparse, a `tf.TensorArray`); `None` of any other."""
    if isinstance(value, CompositeTensor) or getattr(value, "_of_tensors", False):
        return value._type_spec
    return None


def expand(value: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """The leaves of a structure, those of composite tensors too, and the function that puts such leaves together again."""
    items = nest.flatten(value)
    leaves: list[Any] = []
    parts: list[Any] = []
    for item in items:
        spec = spec_of_parts(item)
        if spec is None:
            leaves.append(item)
            parts.append(None)
        else:
            components = list(spec._to_components(item))
            leaves += components
            parts.append((spec, len(components)))

    def pack(values: Sequence[Any]) -> Any:
        rest = iter(values)
        made = [
            next(rest) if part is None else part[0]._from_components([next(rest) for _ in range(part[1])])
            for part in parts
        ]
        return nest.pack_as(value, made)

    return leaves, pack


def is_dynamic(leaf: Any) -> bool:
    """Whether a leaf is an array of the program (a tensor, and not one of strings)."""
    return isinstance(leaf, Tensor) and not (
        isinstance(leaf._array, np.ndarray) and leaf._array.dtype == object
    )


class Block:
    """`function(tensors)` traced by itself, variables that it assigns among its results.

    Args:
        function: takes a list of tensors, returns a structure.
        arrays: what the tensors are like.
        variables: variables whose values are inputs too, after the arrays; others are taken from outside.

    Attributes:
        leaves: those of the result; tensors stand for the arrays, in order, that `pure` returns first.
        pack: puts such leaves together.
        written: the variables assigned that are not among `variables`.
        captured: the arrays taken from outside.
        pure: (arrays, variables' arrays, captured) -> arrays of the result, of `variables`, of `written`.
    """

    def __init__(
        self,
        function: Callable[[list[Tensor]], Any],
        arrays: Sequence[Any] = (),
        variables: Sequence[Variable] = (),
    ) -> None:
        F = engine.current()
        self.written: list[Variable] = []
        layer = None if thread.call is None else thread.call.layer
        losses = 0 if layer is None else len(layer._loss_layers)

        def run(*given: Any) -> list[Any]:
            with feeding(None):
                return inside(*given)

        def inside(*given: Any) -> list[Any]:
            known = list(zip(variables, given[len(arrays) :], strict=True))
            with no_tapes(), Overlay(known) as scope:
                result = function([Tensor(a) for a in given[: len(arrays)]])
                self.leaves, self.pack = expand(result)
                ids = {id(v) for v in variables}
                self.written = [v for v in scope.written.values() if id(v) not in ids]
                made = [as_array(leaf) for leaf in self.leaves if is_dynamic(leaf)]
                return made + [scope.value(v) for v in (*variables, *self.written)]

        with no_tapes(), Overlay() as seen:
            # Shapes may be found by another engine than the one whose arrays these are.
            given = [
                a if F.owns(a) else as_array(Tensor(a)) for a in (*arrays, *(v._read() for v in variables))
            ]
            self.pure, self.captured = F.closed(run, *given)
        self.read = list(seen.unknown.values())
        if layer is not None and len(layer._loss_layers) != losses:
            raise NotImplementedError(
                "add_loss (or an activity regularizer) inside a compiled branch or loop is not available: the loss of a step cannot leave "
                "it. Return what it is computed from, and add the loss outside."
            )
        self.count = sum(map(is_dynamic, self.leaves))


class _Staged:
    """A branch or loop as one call on the tapes that record."""

    static: tuple[str, ...] = ()
    shape_only = data_dependent_shape = no_gradient = False
    once = True

    def __init__(self, name: str, pure: Callable[..., list[Any]]) -> None:
        self.__name__ = name
        self._pure = pure

    def apply(self, F: Any, arrays: Any, attributes: tuple[Any, ...]) -> tuple[Any, ...]:
        """The results from raw arrays; what it prints was printed when it was called."""
        return tuple(self._pure(*arrays, quiet=True))


def _emit(
    name: str,
    pure: Callable[..., list[Any]],
    arrays: Sequence[Any],
    objects: dict[int, Any],
    read: list[Variable],
) -> list[Tensor]:
    """`pure(*arrays)` as tensors, recorded; `objects` are known origins of arrays, by id."""
    outputs = [Tensor(a) for a in pure(*arrays)]
    if thread.tapes:
        origins = {**_origins(read), **objects}
        inputs = tuple(origins[id(a)] if id(a) in origins else Tensor(a) for a in arrays)
        for tape in thread.tapes:
            tape.record(_Staged(name, pure), (), inputs, list(arrays), tuple(outputs))
    return outputs


def _origins(variables: list[Variable]) -> dict[int, Any]:
    """Array -> the variable or recorded tensor that it is the value of."""
    found: dict[int, Any] = {}
    for tape in thread.tapes:
        for watched in tape._watched.values():
            found[id(watched._read() if isinstance(watched, Variable) else watched._array)] = watched
        for entry in tape._entries:
            found.update((id(tensor._array), tensor) for tensor in entry.outputs)
    found.update((id(v._read()), v) for v in variables)
    return found


class Undetermined:
    """Stands, among the results of a branch, for a value that will not be used: zeros of what the other branch has."""


def stage_cond(
    predicate: Tensor,
    true: Callable[[], Any],
    false: Callable[[], Any],
    merge: Callable[[Any, Any], tuple[list[tuple[Any, Any]], Callable[[Sequence[Any]], Any]]],
) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """`true()` if `predicate` else `false()`, as part of the program.

    Args:
        predicate: a boolean scalar.
        true: what returns a structure.
        false: likewise.
        merge: from the two blocks: for every leaf of the result a pair, what the one and the other has: a tensor of
            its block, a NumPy array, or `Undetermined`; equal objects that are not tensors stay what they are.

    Returns:
        The leaves of the result.
    """
    F = engine.current()
    first, second = Block(lambda _: true()), Block(lambda _: false())
    pairs, pack = merge(first, second)
    written = list({id(v): v for v in (*first.written, *second.written)}.values())
    outer = [v._read() for v in written]
    places = [
        {id(leaf): i for i, leaf in enumerate(filter(is_dynamic, block.leaves))} for block in (first, second)
    ]
    dynamic = [pair for pair in pairs if any(map(is_dynamic, pair)) or pair[0] is not pair[1]]
    split = len(first.captured)
    spec = [_spec_of(*pair) for pair in dynamic]

    def branch(
        which: int, block: Block, captured: Sequence[Any], held: Sequence[Any], quiet: bool
    ) -> Callable[[], Any]:
        def inside() -> list[Any]:
            made = block.pure(*captured, quiet=quiet)
            found = []
            for pair, (shape, dtype) in zip(dynamic, spec, strict=True):
                leaf = pair[which]
                if leaf is Undetermined:
                    found.append(F.zeros(shape, dtype=dtype))
                elif is_dynamic(leaf):
                    found.append(made[places[which][id(leaf)]])
                else:
                    found.append(F.from_numpy(leaf))
            after = {id(v): a for v, a in zip(block.written, made[block.count :], strict=True)}
            return found + [after.get(id(v), a) for v, a in zip(written, held, strict=True)]

        return inside

    def pure(chosen: Any, *rest: Any, quiet: bool = False) -> list[Any]:
        captured, held = rest[: len(rest) - len(written)], rest[len(rest) - len(written) :]
        chosen = F.reshape(F.astype(chosen, F.dtype("bool")), ())
        return F.cond(
            chosen,
            branch(0, first, captured[:split], held, quiet),
            branch(1, second, captured[split:], held, quiet),
        )

    arrays = [predicate._array, *first.captured, *second.captured, *outer]
    outputs = _emit(
        "cond", pure, arrays, {id(predicate._array): predicate}, [*first.read, *second.read, *written]
    )
    for variable, tensor in zip(written, outputs[len(dynamic) :], strict=True):
        variable._write(tensor._array)
    made = iter(outputs)
    keep = {id(pair) for pair in dynamic}
    return [next(made) if id(pair) in keep else pair[0] for pair in pairs], pack


def _spec_of(a: Any, b: Any) -> tuple[tuple[int, ...], Any]:
    leaf = b if a is Undetermined else a
    array = leaf._array if is_dynamic(leaf) else leaf
    return tuple(array.shape), array.dtype


class _Loop:
    """The state of a loop: its arrays and the variables it assigns."""

    def __init__(self, leaves: Sequence[Tensor]) -> None:
        self.leaves = list(leaves)
        self.variables: list[Variable] = []

    @property
    def arrays(self) -> list[Any]:
        return [leaf._array for leaf in self.leaves]

    def learn(self, *blocks: Block) -> bool:
        """Carry what the blocks assign; whether there was anything new."""
        known = {id(v) for v in self.variables}
        new = {id(v): v for block in blocks for v in block.written if id(v) not in known}
        self.variables += new.values()
        return bool(new)

    def finish(self, outputs: list[Tensor]) -> list[Tensor]:
        """Assign the variables; the tensors of the state."""
        for variable, tensor in zip(self.variables, outputs[len(self.leaves) :], strict=False):
            variable._write(tensor._array)
        return outputs[: len(self.leaves)]

    def objects(self) -> dict[int, Any]:
        return {id(leaf._array): leaf for leaf in self.leaves}


def stage_while(
    test: Callable[[list[Tensor]], Any],
    body: Callable[[list[Tensor]], list[Any]],
    leaves: Sequence[Tensor],
    limit: int | None = None,
) -> list[Tensor]:
    """`leaves = body(leaves)` while `test(leaves)`, as part of the program; gradients flow through it.

    Args:
        test: returns a boolean scalar.
        body: returns as many leaves as it is given.
        leaves: tensors.
        limit: the largest number of steps.
    """
    F = engine.current()
    loop = _Loop(leaves)
    while True:
        condition = Block(lambda given: test(given), loop.arrays, loop.variables)
        step = Block(lambda given: body(given), loop.arrays, loop.variables)
        if not loop.learn(condition, step):
            break
    if condition.written or not condition.count:
        raise NeedsValues("the condition of a loop must be a tensor, and assign no variables.")
    size, split = len(loop.leaves) + len(loop.variables), len(condition.captured)
    arrays = [*loop.arrays, *(v._read() for v in loop.variables), *condition.captured, *step.captured]
    places = _places(step)

    def going(state: Sequence[Any], captured: Sequence[Any], quiet: bool = False) -> Any:
        found = condition.pure(*state, *captured[:split], quiet=quiet)[0]
        return F.reshape(F.astype(found, F.dtype("bool")), ())

    def turn(state: Sequence[Any], captured: Sequence[Any], quiet: bool = False) -> list[Any]:
        made = step.pure(*state, *captured[split:], quiet=quiet)
        return [_at(F, made, place, old) for place, old in zip(places, state, strict=False)] + made[
            step.count :
        ]

    def pure(*every: Any, quiet: bool = False) -> list[Any]:
        test, one = (partial(going, quiet=True), partial(turn, quiet=True)) if quiet else (going, turn)
        return while_with_gradient(F, test, one, list(every[:size]), list(every[size:]), limit)

    objects = loop.objects()
    return loop.finish(
        _emit("while_loop", pure, arrays, objects, [*condition.read, *step.read, *loop.variables])
    )


def _places(step: Block) -> list[Any]:
    """For each leaf of a body's result: which of its arrays, or the constant it is."""
    count = iter(range(len(step.leaves)))
    return [next(count) if is_dynamic(leaf) else np.asarray(leaf) for leaf in step.leaves]


def _at(F: Any, made: Sequence[Any], place: Any, old: Any) -> Any:
    return made[place] if isinstance(place, int) else F.astype(F.from_numpy(place), old.dtype)


def stage_scan(
    body: Callable[[list[Tensor], list[Tensor]], tuple[list[Any], Any]],
    leaves: Sequence[Tensor],
    rows: Sequence[Tensor],
    length: int,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[list[Tensor], Any]:
    """`leaves, y = body(leaves, row)` over the leading axes of `rows`, as part of the program: the last leaves, and the ys stacked.

    Args:
        body: returns as many leaves as it is given, and a structure.
        leaves: tensors.
        rows: tensors with a leading axis of `length`.
        length: the number of steps.
        reverse: whether to go from the last row to the first.
        unroll: how many steps are done in one turn.
    """
    F = engine.current()
    leaves, rows = (
        [t if F.owns(t._array) else Tensor(as_array(t)) for t in tensors] for tensors in (leaves, rows)
    )
    loop = _Loop(leaves)
    count = len(loop.leaves)
    sample = [
        row._array[0] if length else F.zeros(row._array.shape[1:], dtype=row._array.dtype) for row in rows
    ]

    def one(given: list[Tensor]) -> list[Any]:
        # The rows come first, so that the state and the variables are next to each other.
        new, y = body(given[len(rows) :], given[: len(rows)])
        return [*new, y]

    while True:
        step = Block(one, [*sample, *loop.arrays], loop.variables)
        if not loop.learn(step):
            break
    places = _places(step)
    ys = [p for p in places[count:] if isinstance(p, int)]
    size = count + len(loop.variables)
    arrays = [
        *loop.arrays,
        *(v._read() for v in loop.variables),
        *(row._array for row in rows),
        *step.captured,
    ]

    def pure(*every: Any, quiet: bool = False) -> list[Any]:
        state, captured = list(every[:size]), every[size + len(rows) :]

        def turn(state: list[Any], row: list[Any]) -> tuple[list[Any], list[Any]]:
            made = step.pure(*row, *state, *captured, quiet=quiet)
            new = [_at(F, made, place, old) for place, old in zip(places[:count], state, strict=False)]
            return new + list(made[step.count :]), [made[i] for i in ys]

        last, found = F.scan(turn, state, list(every[size : size + len(rows)]), length, reverse, unroll)
        return [*last, *found]

    objects = {**loop.objects(), **{id(row._array): row for row in rows}}
    outputs = _emit("scan", pure, arrays, objects, [*step.read, *loop.variables])
    made = iter(outputs[size:])
    extra = [
        next(made) if isinstance(place, int) else leaf
        for place, leaf in zip(places[count:], step.leaves[count:], strict=True)
    ]
    return loop.finish(outputs[:size]), step.pack([*step.leaves[:count], *extra])[count]


def stage_rows(function: Callable[[list[Tensor]], Any], rows: Sequence[Tensor]) -> Any:
    """`function(row)` of all rows of the tensors at once, stacked; it may assign no variables."""
    F = engine.current()
    block = Block(function, [row._array[0] for row in rows])
    if block.written:
        raise NeedsValues("a vectorized function assigns variables")
    count = len(rows)

    def pure(*every: Any, quiet: bool = False) -> list[Any]:
        captured = every[count:]
        return list(F.vmap(lambda *row: block.pure(*row, *captured, quiet=quiet))(*every[:count]))

    arrays = [*(row._array for row in rows), *block.captured]
    made = iter(_emit("vectorized_map", pure, arrays, {id(row._array): row for row in rows}, block.read))
    return block.pack([next(made) if is_dynamic(leaf) else leaf for leaf in block.leaves])
