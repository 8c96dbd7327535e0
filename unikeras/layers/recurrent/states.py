"""States of cells: their sizes, zeros of these sizes, and how users write them."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core import nest
from unikeras.core.shape import TensorShape
from unikeras.core.tensor import is_tensor

__all__ = ["as_list", "initial_states", "split_inputs", "zeros_of"]


def as_list(states: Any) -> list[Any]:
    """The states of a cell as a list: a single one is a list of one."""
    return (
        list(states)
        if isinstance(states, (list, tuple)) and not isinstance(states, TensorShape)
        else [states]
    )


def zeros_of(state_size: Any, batch_size: Any, dtype: Any) -> Any:
    """Zeros of the given sizes (ints and shapes in any structure) for every row of a batch."""

    def zeros(size: Any) -> Any:
        dims = (int(size),) if isinstance(size, (int, np.integer)) else tuple(size)
        return ops.zeros((batch_size, *dims), dtype=dtype or "float32")

    return nest.map_structure(zeros, state_size)


def initial_states(cell: Any, inputs: Any, batch_size: Any, dtype: Any) -> Any:
    """What a cell begins with: what its `get_initial_state` (of either Keras's signature) returns, else zeros."""
    make = getattr(cell, "get_initial_state", None)
    if make is None:
        return zeros_of(cell.state_size, batch_size, dtype)
    parameters = inspect.signature(make).parameters
    given = {"inputs": inputs, "batch_size": batch_size, "dtype": dtype}
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return make(**given)
    return make(**{k: v for k, v in given.items() if k in parameters})


def split_inputs(inputs: Any, initial_state: Any, constants: Any, count: int) -> tuple[Any, Any, Any]:
    """tf.keras 2's `layer([x, state, ..., constant, ...])` as (x, states, constants).

    Args:
        inputs: what the layer was called with; a list is the sequences, the states, and the last `count` constants.
        initial_state: the states, if they were given by name.
        constants: the constants, if they were given by name.
        count: the number of constants.

    Raises:
        ValueError: states or constants are given twice.
    """
    if isinstance(inputs, list) and inputs and is_array(inputs[0]):
        if initial_state is not None or constants is not None:
            raise ValueError(
                "A recurrent layer takes its states and constants in the list of its inputs or by name, not both."
            )
        rest = inputs[1:]
        if count:
            rest, constants = rest[:-count], rest[-count:]
        return inputs[0], rest or None, constants
    return inputs, None if initial_state is None else as_list(initial_state), constants


def is_array(value: Any) -> bool:
    """Whether a list that begins with this is a list of arrays, not one array written as lists."""
    return is_tensor(value) or isinstance(value, np.ndarray)
