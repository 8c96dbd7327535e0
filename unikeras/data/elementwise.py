"""Which recorded ops may be run on a block of elements as they are: those that broadcast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.op import Op

__all__ = ["is_elementwise", "on_blocks"]

# Ops of the ops package (by the name in their module) whose result at a place depends on the inputs at that place alone.
_BROADCAST = frozenset(
    (
        "absolute", "add", "cast", "clip", "cos", "divide", "equal", "exp", "floor", "floor_divide", "greater",
        "greater_equal", "identity", "less", "less_equal", "log", "log1p", "logical_and", "logical_not",
        "logical_or", "maximum", "minimum", "mod", "multiply", "negative", "not_equal", "power", "relu", "round",
        "rsqrt", "sigmoid", "sign", "sin", "sqrt", "square", "stop_gradient", "subtract", "tanh",
    )
)  # fmt: skip


def is_elementwise(op: Op, attributes: dict[str, Any]) -> bool:
    """Whether an op with these attributes does the same to blocks as to elements."""
    name = op.__name__.strip("_")
    return name in _BROADCAST or (name == "one_hot" and attributes.get("axis") == -1)


def on_blocks(
    run: Callable[..., list[Any]], arrays: list[np.ndarray], places: list[Any], static: list[Any]
) -> list[np.ndarray]:
    """The results of recorded ops for blocks of elements.

    Args:
        run: the ops: function of the inputs and of what is to be done with each op's.
        arrays: the blocks.
        places: for each result its slot, or a tuple of the constant that it is.
        static: for each leaf of the result the constant string that it is, or `None`.
    """
    count = len(arrays[0])

    def align(given: list[Any], blocked: list[bool]) -> list[Any]:
        """Put dimensions of one between that of the block and the elements', so that these broadcast as without blocks."""
        ranks = [np.ndim(a) - b for a, b in zip(given, blocked, strict=True) if a is not None]
        most = max(ranks)
        return [
            a.reshape(a.shape[0], *(1,) * (most - a.ndim + 1), *a.shape[1:])
            if b and a is not None and a.ndim - 1 < most
            else a
            for a, b in zip(given, blocked, strict=True)
        ]

    values = run(arrays, align)
    made = iter(
        [values[p] if isinstance(p, int) else np.broadcast_to(p[0], (count, *p[0].shape)) for p in places]
    )
    return [
        np.broadcast_to(leaf, (count, *leaf.shape)) if leaf is not None else next(made) for leaf in static
    ]
