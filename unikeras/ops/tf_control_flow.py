"""Control flow as TensorFlow calls it: `tf.cond`, `tf.case`, `tf.switch_case`, `tf.while_loop`, and functions over rows.

In a function being traced they are parts of the program, and the functions that they are given are converted by AutoGraph.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

from unikeras.autograph.branches import choose, scalar
from unikeras.autograph.loops import staged_while
from unikeras.autograph.names import is_staged, is_traced
from unikeras.core import composite, nest
from unikeras.core.autograph import convert
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError, OutOfRangeError
from unikeras.core.spec import TypeSpec
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.ops import control_flow
from unikeras.ops.array import concat, flip, stack
from unikeras.ops.creation import zeros

__all__ = ["case", "cond", "foldl", "foldr", "map_fn", "scan", "switch_case", "vectorized_map", "while_loop"]


def _callable(function: Any, name: str) -> Callable[..., Any]:
    if not callable(function):
        raise TypeError(f"{name!r} must be callable.")
    return convert(function) if is_staged() else function


@control_flow.on_symbols
def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """`true_fn()` if `pred`, else `false_fn()` (mirrors `tf.cond`).

    Args:
        pred: a boolean scalar.
        true_fn: a function without arguments that returns a structure of tensors.
        false_fn: likewise; in a compiled function of the same structure and dtypes.
        name: ignored.

    Raises:
        TypeError: one of them is no function, or (in a compiled function) the dtypes differ.
        ValueError: in a compiled function the structures differ.

    Example:
        >>> import unikeras as tf
        >>> x = tf.constant(3.0)
        >>> float(tf.cond(x > 2.0, lambda: x * 2.0, lambda: x))
        6.0
    """
    true_fn, false_fn = _callable(true_fn, "true_fn"), _callable(false_fn, "false_fn")
    if not is_traced(pred):
        return true_fn() if pred else false_fn()
    return choose(scalar(pred), lambda: (true_fn(),), lambda: (false_fn(),), ("the result",))[0]


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str | None = None,
) -> Any:
    """The result of the first function whose condition holds (mirrors `tf.case`).

    Args:
        pred_fn_pairs: pairs of a boolean scalar and a function without arguments.
        default: what is called if none holds.
        exclusive: accepted.
        strict: accepted.
        name: ignored.

    Raises:
        InvalidArgumentError: no condition holds, and there is no `default`.

    Example:
        >>> import unikeras as tf
        >>> x = tf.constant(3)
        >>> int(tf.case([(x > 5, lambda: 1), (x > 2, lambda: 2)], default=lambda: 0))
        2
    """
    pairs = list(pred_fn_pairs)
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise TypeError("case: pred_fn_pairs must be pairs of a condition and a function.")
        if not callable(pair[1]):
            raise TypeError(f"case: {pair[1]!r} is not callable.")
    if not pairs:
        raise ValueError("case: there are no pairs.")
    (condition, function), *rest = pairs
    if rest:
        return cond(condition, function, lambda: case(rest, default))
    if default is not None:
        return cond(condition, function, default)
    from unikeras.core.checks import Assert

    Assert(condition, ["tf.case: none of the conditions holds, and there is no default"])
    return function()


def switch_case(
    branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, name: str | None = None
) -> Any:
    """The result of the function of an index (mirrors `tf.switch_case`).

    Args:
        branch_index: an integer scalar.
        branch_fns: functions without arguments: a list, or pairs or a dict of index and function.
        default: what is called for other indices; the function of the largest index if `None`.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> int(tf.switch_case(tf.constant(1), [lambda: 10, lambda: 11]))
        11
    """
    table = dict(branch_fns.items() if isinstance(branch_fns, dict) else _indexed(branch_fns))
    if not table:
        raise ValueError("switch_case: there are no branches.")
    for function in table.values():
        if not callable(function):
            raise TypeError(f"switch_case: {function!r} is not callable.")
    indices = sorted(table)
    last = table[indices[-1]] if default is None else default

    def choice(left: list[int]) -> Any:
        if not left:
            return _callable(last, "default")()
        return cond(branch_index == left[0], table[left[0]], lambda: choice(left[1:]))

    return choice(indices)


def _indexed(functions: Sequence[Any]) -> Any:
    return functions if functions and isinstance(functions[0], (list, tuple)) else enumerate(functions)


@control_flow.on_symbols
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """`loop_vars = body(*loop_vars)` while `cond(*loop_vars)` (mirrors `tf.while_loop`).

    Gradients flow through it, also where it is compiled.

    Args:
        cond: takes the loop variables, returns a boolean scalar.
        body: takes the loop variables, returns them anew, in the same structure.
        loop_vars: a list or tuple of structures of tensors.
        shape_invariants: shapes that may change are compiled in no way: such a loop runs op by op.
        parallel_iterations: accepted.
        back_prop: accepted; use `tf.stop_gradient`.
        swap_memory: accepted.
        maximum_iterations: the largest number of steps.
        name: ignored.

    Raises:
        ValueError: there are no loop variables, or the body returns another structure or (in a compiled function) another shape.
        TypeError: in a compiled function, a dtype that changes; `cond` or `body` is no function.

    Example:
        >>> import unikeras as tf
        >>> i, total = tf.while_loop(lambda i, t: i < 4, lambda i, t: (i + 1, t + i), (0, 0))
        >>> int(i), int(total)
        (4, 6)
    """
    cond, body = _callable(cond, "cond"), _callable(body, "body")
    if not nest.is_nested(loop_vars) or isinstance(loop_vars, dict):
        loop_vars = [loop_vars]
    if not loop_vars:
        raise ValueError("'loop_vars' must be provided: there are none.")
    state = [nest.map_structure(_as_tensor, value) for value in loop_vars]

    def turn() -> None:
        made = body(*state)
        made = list(made) if isinstance(made, (list, tuple)) else [made]
        if len(state) == 1 and len(made) != 1 and nest.is_nested(state[0]):
            made = [made]
        if len(made) != len(state):
            raise ValueError(
                f"while_loop: the two structures don't have the same number of elements: body was given {len(state)} loop variables, and "
                f"returned {len(made)}."
            )
        for old, new in zip(state, made, strict=True):
            nest.assert_same_structure(old, new, "the loop variables")
        state[:] = [nest.map_structure(_as_tensor, value) for value in made]

    def set_state(values: tuple[Any, ...]) -> None:
        state[:] = values

    if is_staged():
        names = tuple(f"loop variable {i}" for i in range(len(state)))
        options = {"shape_invariants": shape_invariants, "maximum_iterations": maximum_iterations}
        staged_while(lambda: cond(*state), turn, lambda: tuple(state), set_state, names, options)
    else:
        count = 0
        while (maximum_iterations is None or count < int(maximum_iterations)) and cond(*state):
            turn()
            count += 1
    return nest.pack_as(loop_vars, nest.flatten(state)) if isinstance(loop_vars, (list, tuple)) else state


def _as_tensor(leaf: Any) -> Any:
    return leaf if leaf is None or hasattr(leaf, "_type_spec") else convert_to_tensor(leaf)


# Functions over rows.


def _rows(what: str, elems: Any) -> tuple[list[Any], int]:
    """The leaves of `elems`, and how many rows they have.

    Raises:
        ValueError: a scalar, no leaf, or leaves of different sizes.
    """
    leaves = [
        leaf if composite.is_composite(leaf) else convert_to_tensor(leaf) for leaf in nest.flatten(elems)
    ]
    if not leaves:
        raise ValueError(f"{what}: elems must hold at least one tensor.")
    if any(len(leaf.shape) == 0 for leaf in leaves):
        raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
    sizes = {int(leaf.shape[0]) for leaf in leaves}
    if len(sizes) > 1:
        raise InvalidArgumentError(
            f"{what}: the tensors of elems have {sorted(sizes)} rows; they must have the same number."
        )
    return leaves, sizes.pop()


def _row(leaves: list[Any], elems: Any, i: int) -> Any:
    return nest.pack_as(elems, [leaf[i] for leaf in leaves])


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """`fn` of every row of `elems`, stacked (mirrors `tf.map_fn`).

    Args:
        fn: takes a row (in the structure of `elems`), returns a structure of tensors.
        elems: a tensor or a structure of tensors of the same number of rows; ragged tensors too.
        dtype: the older name of `fn_output_signature`.
        parallel_iterations: accepted.
        back_prop: accepted; use `tf.stop_gradient`.
        swap_memory: accepted.
        infer_shape: accepted.
        name: ignored.
        fn_output_signature: dtypes or specs (`tf.TensorSpec`, `tf.RaggedTensorSpec`) in the structure of what `fn` returns; needed
            where that differs from `elems`.

    Raises:
        ValueError: a scalar among `elems`, or another structure than the signature's.
        InvalidArgumentError: `fn` returns another dtype.

    Example:
        >>> import unikeras as tf
        >>> tf.map_fn(lambda x: x * x, tf.constant([1, 2, 3])).numpy().tolist()
        [1, 4, 9]
    """
    fn = _callable(fn, "fn")
    leaves, count = _rows("map_fn", elems)
    signature = fn_output_signature if fn_output_signature is not None else dtype
    if signature is None:
        signature = nest.map_structure(lambda leaf: leaf.dtype, nest.pack_as(elems, leaves))
    wanted = nest.flatten(signature)

    def checked(made: Any) -> Any:
        nest.assert_same_structure(signature, made, "what fn returns")
        found = [_fits(leaf, spec) for leaf, spec in zip(nest.flatten(made), wanted, strict=True)]
        return nest.pack_as(made, found)

    plain = not any(map(composite.is_composite, leaves)) and not any(
        isinstance(spec, TypeSpec) and hasattr(spec, "ragged_rank") for spec in wanted
    )
    if is_staged() and plain and count:
        return control_flow.map(lambda row: checked(fn(row)), nest.pack_as(elems, leaves))
    rows = [checked(fn(_row(leaves, elems, i))) for i in range(count)]
    if not rows:
        return nest.map_structure(_nothing, signature)
    columns = zip(*(nest.flatten(row) for row in rows), strict=True)
    return nest.pack_as(rows[0], [_joined(list(c), spec) for c, spec in zip(columns, wanted, strict=True)])


def _fits(leaf: Any, spec: Any) -> Any:
    wanted = as_dtype(spec.dtype if isinstance(spec, TypeSpec) else spec)  # type: ignore[attr-defined]
    if not composite.is_composite(leaf):
        leaf = convert_to_tensor(leaf, None if hasattr(leaf, "dtype") else wanted)
    if leaf.dtype != wanted:
        raise InvalidArgumentError(
            f"map_fn: fn returned a tensor of dtype {leaf.dtype.name}, expected {wanted.name}; say so with fn_output_signature."
        )
    return leaf


def _nothing(spec: Any) -> Tensor:
    shape = getattr(spec, "shape", None)
    known = [] if shape is None or shape.rank is None else [0 if d is None else d for d in shape]
    return zeros((0, *known), getattr(spec, "dtype", spec))


def _joined(rows: list[Any], spec: Any) -> Any:
    if isinstance(spec, TypeSpec) and hasattr(spec, "ragged_rank"):
        from unikeras import ragged

        return ragged.stack(rows)
    return stack(rows, axis=0)


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All values of `a = fn(a, row)` over the rows of `elems`, stacked (mirrors `tf.scan`).

    Args:
        fn: takes the last value and a row, returns the next value in the structure of the last.
        elems: a tensor or a structure of tensors of the same number of rows.
        initializer: the first value; the first row, which is the first result too, if `None`.
        parallel_iterations: accepted.
        back_prop: accepted; use `tf.stop_gradient`.
        swap_memory: accepted.
        infer_shape: accepted.
        reverse: whether to go from the last row to the first. The results stay in the order of the rows.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.scan(lambda a, x: a + x, tf.constant([1, 2, 3])).numpy().tolist()
        [1, 3, 6]
    """
    return _folded("scan", fn, elems, initializer, reverse)[1]


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last value of `a = fn(a, row)` from the first row to the last (mirrors `tf.foldl`).

    Args:
        fn: takes the last value and a row, returns the next value.
        elems: a tensor or a structure of tensors of the same number of rows.
        initializer: the first value; the first row if `None`.
        parallel_iterations: accepted.
        back_prop: accepted.
        swap_memory: accepted.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> int(tf.foldl(lambda a, x: a - x, tf.constant([1, 2, 3])))
        -4
    """
    return _folded("foldl", fn, elems, initializer, False)[0]


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last value of `a = fn(a, row)` from the last row to the first (mirrors `tf.foldr`); see `foldl`.

    Example:
        >>> import unikeras as tf
        >>> int(tf.foldr(lambda a, x: a - x, tf.constant([1, 2, 3])))
        0
    """
    return _folded("foldr", fn, elems, initializer, True)[0]


def _folded(what: str, fn: Any, elems: Any, initializer: Any, reverse: bool) -> tuple[Any, Any]:
    """The last value, and all of them."""
    fn = _callable(fn, "fn")
    leaves, count = _rows(what, elems)
    rows = nest.pack_as(elems, [flip(leaf, axis=0) if reverse else leaf for leaf in leaves])
    first = None
    if initializer is None:
        if not count:
            raise OutOfRangeError(f"{what}: there is no first row to start with; give an initializer.")
        first = nest.map_structure(lambda leaf: leaf[0], rows)
        initializer, rows = first, nest.map_structure(lambda leaf: leaf[1:], rows)

    def step(value: Any, row: Any) -> tuple[Any, Any]:
        new = nest.map_structure(convert_to_tensor, fn(value, row))
        return new, new if what == "scan" else None

    last, every = control_flow.scan(step, nest.map_structure(convert_to_tensor, initializer), rows)
    if what != "scan":
        return last, None
    if first is not None:
        if every is None or count == 1:
            every = nest.map_structure(lambda leaf: stack([leaf], axis=0), first)
        else:
            every = nest.map_structure(lambda a, b: concat([stack([a], axis=0), b], axis=0), first, every)
    return last, nest.map_structure(lambda leaf: flip(leaf, axis=0), every) if reverse else every


_vectorized: Any = weakref.WeakKeyDictionary()


def vectorized_map(
    fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """`fn` of every row of `elems`, all at once, stacked (mirrors `tf.vectorized_map`).

    Args:
        fn: takes a row, returns a structure of tensors; it may not assign variables.
        elems: a tensor or a structure of tensors of the same number of rows.
        fallback_to_while_loop: accepted; what cannot be done at once is done row by row.
        warn: accepted.

    Example:
        >>> import unikeras as tf
        >>> tf.vectorized_map(lambda x: tf.reduce_sum(x), tf.ones([3, 2])).numpy().tolist()
        [2.0, 2.0, 2.0]
    """
    leaves, count = _rows("vectorized_map", elems)
    elems = nest.pack_as(elems, leaves)
    if is_staged() or not count:
        return control_flow.vectorized_map(_callable(fn, "fn"), elems)
    from unikeras.core.function import Function

    compiled = _vectorized.get(fn)
    if compiled is None:
        held = weakref.ref(fn)  # the table, too, forgets a function with its last reference
        compiled = _vectorized[fn] = Function(lambda rows: control_flow.vectorized_map(held(), rows))
    return compiled(elems)
