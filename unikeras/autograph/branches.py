"""`if` statements and expressions whose condition may be a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.autograph.logic import Negated
from unikeras.autograph.names import Undefined, UndefinedReturnValue, is_traced
from unikeras.core import nest
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import NeedsValues
from unikeras.core.operators import Operators
from unikeras.core.staged import Block, Undetermined, expand, stage_cond
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor
from unikeras.ops.tensor_array import TensorArray

__all__ = ["choose", "if_exp", "if_stmt", "is_internal", "scalar"]

State = tuple[Any, ...]


def if_stmt(
    condition: Any,
    body: Callable[[], None],
    orelse: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: tuple[str, ...],
    outputs: int,
) -> None:
    """`if condition: body() else: orelse()`.

    Args:
        condition: anything with a truth value; a traced tensor makes the statement a part of the program.
        body: what runs if it holds.
        orelse: what runs if not.
        get_state: the values of the names that the statement may change.
        set_state: gives them values.
        names: those names.
        outputs: how many of them, the first ones, are used after the statement.
    """
    if not is_traced(condition):
        body() if condition else orelse()
        return
    before = get_state()

    def branch(function: Callable[[], None], holds: bool) -> Callable[[], State]:
        def run() -> State:
            set_state(tuple(_known(value, condition, holds) for value in before))
            function()
            after = get_state()
            return after[:outputs]

        return run

    made = choose(scalar(condition), branch(body, True), branch(orelse, False), names[:outputs])
    set_state((*made, *before[outputs:]))


def _known(value: Any, condition: Any, holds: bool) -> Any:
    """A name's value in a branch: that of a name that the condition is about is known there."""
    if value is condition:
        return holds
    if isinstance(condition, Negated) and value is condition.of:
        return not holds
    return value


def if_exp(condition: Any, body: Callable[[], Any], orelse: Callable[[], Any], text: str) -> Any:
    """`body() if condition else orelse()`."""
    if not is_traced(condition):
        return body() if condition else orelse()
    return choose(scalar(condition), lambda: (body(),), lambda: (orelse(),), (text,))[0]


def scalar(condition: Any) -> Any:
    """A condition as a boolean scalar.

    Raises:
        ValueError: it has more than one element.
    """
    tensor = convert_to_tensor(condition)
    if tensor._array.size != 1:
        raise ValueError(
            f"A condition must be one truth value, not a tensor of shape {tuple(tensor.shape)}. Use tf.reduce_any() or tf.reduce_all()."
        )
    return tensor if not tensor.shape else ops.reshape(tensor, ())


def choose(
    condition: Tensor, true: Callable[[], State], false: Callable[[], State], names: tuple[str, ...]
) -> State:
    """The state that one of two branches leads to.

    Args:
        condition: a traced boolean scalar.
        true: returns the values of `names`.
        false: likewise.
        names: for messages.

    Raises:
        ValueError: a name has a value in one branch only, or another structure.
        TypeError: it has another dtype.
        NeedsValues: it has another shape, or is no tensor.
    """

    def merge(first: Block, second: Block) -> tuple[list[tuple[Any, Any]], Any]:
        values = [block.pack(block.leaves) for block in (first, second)]
        pairs: list[tuple[Any, Any]] = []
        structure = []
        for name, a, b in zip(names, *values, strict=True):
            found = _merge(name, a, b)
            structure.append(
                (a if isinstance(b, Undefined) or len(found) > len(expand(b)[0]) else b, len(found))
            )
            pairs += found
        packs = [expand(value)[1] for value, _ in structure]
        counts = [count for _, count in structure]

        def pack(leaves: Any) -> State:
            rest = iter(leaves)
            return tuple(p([next(rest) for _ in range(n)]) for p, n in zip(packs, counts, strict=True))

        return pairs, pack

    leaves, pack = stage_cond(condition, true, false, merge)
    return pack(leaves)


def _merge(name: str, a: Any, b: Any) -> list[tuple[Any, Any]]:
    """What both branches have of one name, leaf by leaf."""
    left, right = expand(a)[0], expand(b)[0]
    for value, other, missing in ((a, right, "main"), (b, left, "else")):
        if isinstance(value, Undefined):
            rest = b if value is a else a
            if isinstance(rest, Undefined):
                return [(value, value)]
            if isinstance(value, UndefinedReturnValue) or is_internal(name):
                return [
                    ((Undetermined, x) if value is a else (x, Undetermined))
                    if isinstance(x, Tensor)
                    else (x, x)
                    for x in other
                ]
            raise ValueError(f"{name!r} must also be initialized in the {missing} branch.")
    if a is not b and (a is None) != (b is None):
        where = "main" if a is None else "else"
        raise ValueError(
            f"{_called(name)} is None at the end of the {where} branch, and a tensor at the end of the other."
        )
    try:
        nest.assert_same_structure(a, b, _called(name))
    except ValueError as error:
        raise ValueError(f"The two branches must have the same structure. {error}") from None
    if isinstance(a, TensorArray) and isinstance(b, TensorArray) and len(left) != len(right):
        return [(left[0], Undetermined) if left else (Undetermined, right[0])]
    if len(left) != len(right):
        raise NeedsValues(f"{_called(name)} is another kind of value in each branch")
    return [_pair(name, x, y) for x, y in zip(left, right, strict=True)]


def is_internal(name: str) -> bool:
    """Whether the rewriting made this name, for `return`, `break` or `continue`."""
    return name.split("_")[0] in ("do", "retval", "break", "continue") and name.rstrip("_0123456789") in (
        "do_return", "retval", "break", "continue",
    )  # fmt: skip


def _called(name: str) -> str:
    return "the returned value" if name.startswith("retval_") else repr(name)


def _pair(name: str, x: Any, y: Any) -> tuple[Any, Any]:
    if x is y:
        return x, x
    plain = (bool, int, float, complex, str, bytes, type(None))
    if type(x) is type(y) and isinstance(x, plain) and x == y:
        return x, x
    if x is Undetermined or y is Undetermined:
        return x, y
    made = []
    for leaf in (x, y):
        if isinstance(leaf, (Operators, bool, int, float, complex, np.ndarray, np.generic)):
            tensor = convert_to_tensor(leaf)
            array = as_array(tensor)
            made.append(
                tensor
                if isinstance(leaf, Tensor)
                else np.asarray(array)
                if not isinstance(leaf, Operators)
                else tensor
            )
        else:
            raise NeedsValues(
                f"{_called(name)} is {type(x).__name__} in one branch and {type(y).__name__} in the other; only tensors "
                "can depend on the condition of a compiled function"
            )
    specs = [(tuple(m.shape), as_dtype(m.dtype)) for m in made]
    if specs[0][1] != specs[1][1]:
        raise TypeError(
            f"{_called(name)} has dtype {specs[0][1].name} in the main branch, but dtype {specs[1][1].name} in the else branch."
        )
    if specs[0][0] != specs[1][0]:
        raise NeedsValues(
            f"{_called(name)} has shape {specs[0][0]} in the main branch, but shape {specs[1][0]} in the else branch"
        )
    return made[0], made[1]
