"""Control flow over tensors: `scan`, `map`, `while_loop`, `cond` and their like (Keras 3's `keras.ops`).

Where a function is being compiled they become loops and branches of the compiled program; else they are Python's loops over
tensors, so a tape sees every operation. The functions they are given may read and assign variables.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from unikeras import engine
from unikeras.core import nest
from unikeras.core.custom_gradient import _Symbolic
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import NeedsValues
from unikeras.core.staged import stage_rows, stage_scan, stage_while
from unikeras.core.state import thread
from unikeras.core.symbolic import apply_symbolically, is_symbolic
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor, is_tensor
from unikeras.ops.array import concat, flip, reshape, stack, transpose, unstack
from unikeras.ops.elementwise import cast

__all__ = ["associative_scan", "cond", "fori_loop", "map", "scan", "switch", "vectorized_map", "while_loop"]


def is_staged() -> bool:
    """Whether loops become part of a compiled program, rather than run."""
    return thread.tracing and engine.current().compiles


def on_symbols(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let symbolic tensors among the arguments make a node of a functional model."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if any(is_symbolic(leaf) for leaf in nest.flatten((args, kwargs))):
            return apply_symbolically(_Symbolic(wrapped), args, kwargs)
        return function(*args, **kwargs)

    return wrapped


def _check_carry(name: str, before: Any, after: Any) -> None:
    """Refuse a body that changes what the loop carries.

    Raises:
        ValueError: another structure, shape or dtype.
    """
    try:
        nest.assert_same_structure(before, after, "the carry")
    except ValueError as error:
        raise ValueError(
            f"{name}: the body must return a carry of the structure it was given. {error}"
        ) from None
    for old, new in zip(nest.flatten(before), nest.flatten(after), strict=True):
        if old is None or new is None:
            same = old is new
        else:
            same = tuple(old.shape) == tuple(new.shape) and old.dtype == new.dtype
        if not same:
            shown = ["None" if a is None else f"{as_dtype(a.dtype).name}{list(a.shape)}" for a in (old, new)]
            raise ValueError(
                f"{name}: the body was given a carry of {shown[0]} and returned {shown[1]}; shapes and dtypes must stay. "
                "Start with a value of that shape and dtype, or use tf.cast in the body."
            )


@on_symbols
def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """`carry, y = f(carry, x)` over the leading axis of `xs` (mirrors `keras.ops.scan`).

    Args:
        f: takes the carry and one row of `xs`; returns the new carry, of the same structure, shapes and dtypes, and a structure
            of tensors (or `None`).
        init: the first carry, a structure of tensors.
        xs: a structure of tensors with leading axes of the same size, or `None`.
        length: the number of steps; needed if `xs` is `None`.
        reverse: whether to go from the last row to the first. The results stay in the order of the rows.
        unroll: how many steps a compiled loop does in one turn; `True`: all.

    Returns:
        The last carry, and the `y`s stacked along a new leading axis.

    Raises:
        ValueError: sizes that differ, no size at all, or a carry that changes its structure, shape or dtype.

    Example:
        >>> from unikeras import ops
        >>> carry, ys = ops.scan(lambda c, x: (c + x, c * x), 0, ops.constant([1, 2, 3]))
        >>> int(carry), ys.numpy().tolist()
        (6, [0, 2, 9])
    """
    init, xs = (nest.map_structure(_tensor, value) for value in (init, xs))
    sizes = {int(leaf.shape[0]) for leaf in nest.flatten(xs) if leaf is not None}
    sizes |= set() if length is None else {int(length)}
    if len(sizes) != 1:
        raise ValueError(
            f"scan: the leading axes of xs and `length` must be of one size, but they are {sorted(sizes)}."
            if sizes
            else "scan: without xs, `length` must be given."
        )
    (steps,) = sizes
    if is_staged():
        turns = max(steps, 1) if unroll is True else max(int(unroll), 1)
        return _staged_scan(f, init, xs, steps, bool(reverse), turns)
    found = []
    carry, leaves = init, [None if leaf is None else unstack(leaf, axis=0) for leaf in nest.flatten(xs)]
    for t in range(steps - 1, -1, -1) if reverse else range(steps):
        new, y = f(carry, nest.pack_as(xs, [None if leaf is None else leaf[t] for leaf in leaves]))
        new = nest.map_structure(_tensor, new)
        _check_carry("scan", carry, new)
        carry = new
        found.append(y)
    return carry, _stacked(found[::-1] if reverse else found)


def _tensor(leaf: Any) -> Any:
    return leaf if leaf is None or is_tensor(leaf) else convert_to_tensor(leaf)


def _stacked(rows: list[Any]) -> Any:
    if not rows:
        return None
    columns = zip(*(nest.flatten(row) for row in rows), strict=True)
    return nest.pack_as(rows[0], [None if column[0] is None else stack(list(column)) for column in columns])


def _staged_scan(
    f: Callable[[Any, Any], tuple[Any, Any]], init: Any, xs: Any, length: int, reverse: bool, unroll: int
) -> tuple[Any, Any]:
    start, rows = _Leaves(init), _Leaves(xs)

    def body(state: list[Tensor], row: list[Tensor]) -> tuple[list[Any], Any]:
        carry = start.pack(state)
        new, y = f(carry, rows.pack(row))
        new = nest.map_structure(_tensor, new)
        _check_carry("scan", carry, new)
        return _Leaves(new).tensors, nest.map_structure(_tensor, y)

    last, ys = stage_scan(body, start.tensors, rows.tensors, length, reverse, unroll)
    return start.pack(last), ys


class _Leaves:
    """The tensors of a structure that may hold `None`."""

    def __init__(self, structure: Any) -> None:
        self._structure = structure
        self._flat = nest.flatten(structure)
        self.tensors: list[Tensor] = [convert_to_tensor(leaf) for leaf in self._flat if leaf is not None]

    def pack(self, tensors: Sequence[Any]) -> Any:
        """The structure with other tensors."""
        rest = iter(tensors)
        return nest.pack_as(self._structure, [None if leaf is None else next(rest) for leaf in self._flat])


@on_symbols
def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """`f` of every row of `xs`, stacked (mirrors `keras.ops.map`).

    Args:
        f: takes one row of `xs`, returns a structure of tensors.
        xs: a structure of tensors with leading axes of the same size.

    Example:
        >>> from unikeras import ops
        >>> ops.map(lambda x: x * x, ops.constant([1, 2, 3])).numpy().tolist()
        [1, 4, 9]
    """
    return scan(lambda carry, x: (carry, f(x)), (), xs)[1]


@on_symbols
def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """`loop_vars = body(*loop_vars)` while `cond(*loop_vars)` (mirrors `keras.ops.while_loop`).

    Where it is compiled its gradient computes the steps again (see core/loop_gradient.py); that of `scan` and `fori_loop` keeps them.

    Args:
        cond: takes the loop variables, returns a boolean scalar.
        body: takes the loop variables, returns them anew, of the same structure, shapes and dtypes.
        loop_vars: a tensor, or a list or tuple of structures of tensors.
        maximum_iterations: the largest number of steps; any number if `None`.

    Returns:
        The last loop variables, in the form of `loop_vars`.

    Raises:
        ValueError: the body changes a structure, shape or dtype.

    Example:
        >>> from unikeras import ops
        >>> i, total = ops.while_loop(lambda i, t: i < 4, lambda i, t: (i + 1, t + i), (0, 0))
        >>> int(i), int(total)
        (4, 6)
    """
    single = not isinstance(loop_vars, (list, tuple))
    state: Any = tuple(nest.map_structure(_tensor, v) for v in ((loop_vars,) if single else loop_vars))

    def step(state: Any) -> tuple[Any, ...]:
        made = body(*state)
        made = tuple(made) if isinstance(made, (list, tuple)) and not (single and len(made) != 1) else (made,)
        made = tuple(nest.map_structure(_tensor, v) for v in made)
        _check_carry("while_loop", state, made)
        return made

    if is_staged():
        state = _staged_while(cond, step, state, maximum_iterations)
    else:
        count = 0
        while (maximum_iterations is None or count < maximum_iterations) and bool(cond(*state)):
            state = step(state)
            count += 1
    return state[0] if single else type(loop_vars)(state) if type(loop_vars) in (list, tuple) else state


def _staged_while(
    cond: Callable[..., Any], step: Callable[[Any], Any], state: Any, limit: int | None
) -> tuple[Any, ...]:
    leaves = _Leaves(state)

    def going(tensors: list[Tensor]) -> Any:
        return reshape(cast(cond(*leaves.pack(tensors)), "bool"), ())

    def turn(tensors: list[Tensor]) -> list[Any]:
        return list(_Leaves(step(leaves.pack(tensors))).tensors)

    return leaves.pack(stage_while(going, turn, leaves.tensors, limit))


@on_symbols
def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """`value = body_fun(i, value)` for i in [lower, upper) (mirrors `keras.ops.fori_loop`).

    With Python numbers for bounds gradients flow through it, also where it is compiled.

    Args:
        lower: the first i.
        upper: the end, which is not reached.
        body_fun: takes i (an int32 tensor) and the value; returns the value anew, of the same structure, shapes and dtypes.
        init_val: the first value, a structure of tensors.

    Example:
        >>> from unikeras import ops
        >>> int(ops.fori_loop(0, 4, lambda i, x: x + i, 0))
        6
    """
    if isinstance(lower, int) and isinstance(upper, int):
        from unikeras.ops.creation import range as arange

        if upper <= lower:
            return nest.map_structure(_tensor, init_val)
        numbers = arange(lower, upper, dtype="int32")
        return scan(lambda value, i: (body_fun(i, value), None), init_val, numbers)[0]
    start = convert_to_tensor(lower, dtype="int32")
    end = convert_to_tensor(upper, dtype="int32")
    return while_loop(lambda i, _: i < end, lambda i, v: (i + 1, body_fun(i, v)), (start, init_val))[1]


@on_symbols
def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """`true_fn()` if `pred` else `false_fn()` (mirrors `keras.ops.cond`).

    Args:
        pred: a boolean scalar.
        true_fn: a function without arguments that returns a structure of tensors.
        false_fn: likewise; where it is compiled, of the same structure, shapes and dtypes.

    Raises:
        ValueError: in compiled code the two return different structures.
        TypeError: in compiled code the two return different dtypes.

    Example:
        >>> from unikeras import ops
        >>> x = ops.constant(3.0)
        >>> float(ops.cond(x > 2.0, lambda: x * 2.0, lambda: x))
        6.0
    """
    if not is_staged() or not is_tensor(pred) or not engine.current().is_traced(as_array(pred)):
        return true_fn() if bool(pred) else false_fn()
    from unikeras.autograph.branches import choose, scalar

    try:
        return choose(scalar(pred), lambda: (true_fn(),), lambda: (false_fn(),), ("the result",))[0]
    except NeedsValues as error:
        raise NeedsValues(
            f"cond: in compiled code both functions must return the same structure, shapes and dtypes: {error}"
        ) from None


@on_symbols
def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """`branches[index](*operands)`, the index limited to those there are (mirrors `keras.ops.switch`).

    Args:
        index: an integer scalar.
        branches: functions of the operands.
        *operands: what they are called with.

    Raises:
        ValueError: there is no branch.

    Example:
        >>> from unikeras import ops
        >>> int(ops.switch(1, [lambda x: x, lambda x: 2 * x], ops.constant(5)))
        10
    """
    if not branches:
        raise ValueError("switch: there are no branches.")
    if len(branches) == 1:
        return branches[0](*operands)
    return cond(
        _tensor(index) <= 0,
        lambda: branches[0](*operands),
        lambda: switch(_tensor(index) - 1, branches[1:], *operands),
    )


@on_symbols
def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """`function` of every row, stacked; where it is compiled all rows at once (mirrors `keras.ops.vectorized_map`).

    Args:
        function: takes one row of `elements`, returns a structure of tensors. It may not assign variables.
        elements: a structure of tensors with leading axes of the same size.

    Example:
        >>> from unikeras import ops
        >>> ops.vectorized_map(lambda x: x * x, ops.constant([1, 2, 3])).numpy().tolist()
        [1, 4, 9]
    """
    if not is_staged():
        return map(function, elements)

    rows = _Leaves(nest.map_structure(_tensor, elements))
    return stage_rows(lambda row: nest.map_structure(_tensor, function(rows.pack(row))), rows.tensors)


@on_symbols
def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """All partial results of an associative function, in a number of steps that grows with the logarithm of the size.

    Mirrors `keras.ops.associative_scan`; the scheme is that of Blelloch, "Prefix sums and their applications" (1990).

    Args:
        f: associative; takes two structures like `elems`, of any size along the axis, and combines them elementwise.
        elems: a structure of tensors of the same size along the axis.
        reverse: whether to begin at the end.
        axis: the axis.

    Example:
        >>> from unikeras import ops
        >>> ops.associative_scan(lambda a, b: a + b, ops.constant([1, 2, 3, 4, 5])).numpy().tolist()
        [1, 3, 6, 10, 15]
    """
    leaves = [_tensor(leaf) for leaf in nest.flatten(elems)]
    sizes = {int(leaf.shape[axis]) for leaf in leaves}
    if len(sizes) != 1:
        raise ValueError(
            f"associative_scan: all tensors must have the same size along axis {axis}, not {sorted(sizes)}."
        )
    orders = [_axis_first(leaf.ndim, axis) for leaf in leaves]
    rows = [transpose(leaf, order) for leaf, order in zip(leaves, orders, strict=True)]

    def combine(a: list[Any], b: list[Any]) -> list[Any]:
        def whole(parts: list[Any]) -> Any:
            return nest.pack_as(
                elems, [transpose(p, _inverse(o)) for p, o in zip(parts, orders, strict=True)]
            )

        made = f(whole(a), whole(b))
        return [transpose(_tensor(m), o) for m, o in zip(nest.flatten(made), orders, strict=True)]

    if reverse:
        rows = [flip(r, axis=0) for r in rows]
        found = _prefixes(lambda a, b: combine(a, b), rows)
        found = [flip(r, axis=0) for r in found]
    else:
        found = _prefixes(combine, rows)
    return nest.pack_as(elems, [transpose(r, _inverse(o)) for r, o in zip(found, orders, strict=True)])


def _axis_first(rank: int, axis: int) -> tuple[int, ...]:
    axis %= rank
    return (axis, *(i for i in range(rank) if i != axis))


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(order.index(i) for i in range(len(order)))


def _prefixes(combine: Callable[[list[Any], list[Any]], list[Any]], rows: list[Any]) -> list[Any]:
    size = int(rows[0].shape[0])
    if size < 2:
        return rows
    pairs = combine([r[: size - 1 : 2] for r in rows], [r[1::2] for r in rows])
    odd = _prefixes(combine, pairs)  # the results at 1, 3, 5 ...
    if size > 2:
        before = [o[: (size - 1) // 2] for o in odd]
        even = combine(before, [r[2::2] for r in rows])  # those at 2, 4, 6 ...
        even = [concat([r[:1], e]) for r, e in zip(rows, even, strict=True)]
    else:
        even = [r[:1] for r in rows]
    return [_interleaved(e, o) for e, o in zip(even, odd, strict=True)]


def _interleaved(even: Any, odd: Any) -> Any:
    size = int(odd.shape[0])
    both = reshape(stack([even[:size], odd], axis=1), (2 * size, *odd.shape[1:]))
    return both if int(even.shape[0]) == size else concat([both, even[size:]])
