"""`StackedRNNCells`: several cells as one."""

from __future__ import annotations

import inspect
from typing import Any

from unikeras import ops
from unikeras.core import nest
from unikeras.layers.layer import Layer
from unikeras.layers.recurrent.cell import DropoutCell
from unikeras.layers.recurrent.inner import inner_config, inner_from_config
from unikeras.layers.recurrent.states import as_list, initial_states

__all__ = ["StackedRNNCells"]


class StackedRNNCells(Layer):
    """Cells one on the other: each takes the output of the one before (mirrors `keras.layers.StackedRNNCells`).

    Args:
        cells: the cells, the first one the first to see the inputs.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a cell without `call` or `state_size`.

    Example:
        >>> import unikeras as tf
        >>> cell = tf.keras.layers.StackedRNNCells([tf.keras.layers.LSTMCell(2), tf.keras.layers.GRUCell(3)])
        >>> cell.state_size, cell.output_size
        ([[2, 2], 3], 3)
        >>> tf.keras.layers.RNN(cell)(tf.ones([4, 5, 6])).shape
        TensorShape([4, 3])
    """

    def __init__(self, cells: Any, **kwargs: Any) -> None:
        kwargs.pop("reverse_state_order", None)
        super().__init__(**kwargs)
        for cell in cells:
            if not callable(getattr(cell, "call", None)) or not hasattr(cell, "state_size"):
                raise ValueError(
                    f"StackedRNNCells: all cells must have `call` and `state_size`, but one is {cell!r}."
                )
        self.cells = list(cells)

    @property
    def state_size(self) -> list[Any]:
        """The sizes of every cell's states."""
        return [
            cell.state_size if hasattr(cell.state_size, "rank") else _plain(cell.state_size)
            for cell in self.cells
        ]

    @property
    def output_size(self) -> Any:
        """The size of the last cell's output."""
        return _output_size(self.cells[-1])

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> list[Any]:
        """What every cell begins with."""
        if batch_size is None:
            batch_size = inputs.shape[0] if hasattr(inputs, "shape") else inputs
        found = []
        for cell in self.cells:
            states = as_list(initial_states(cell, inputs, batch_size, dtype or self.compute_dtype))
            found.append(states if isinstance(_plain(cell.state_size), list) else states[0])
        return found

    def build(self, input_shape: Any) -> None:
        shape = tuple(input_shape)
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                cell.build(shape)
                cell.built = True
            size = _output_size(cell)
            shape = (shape[0], *((size,) if isinstance(size, int) else tuple(size)))

    def call(self, inputs: Any, states: Any, training: bool = False, **kwargs: Any) -> tuple[Any, list[Any]]:  # type: ignore[override]
        new = []
        for cell, state in zip(self.cells, states, strict=True):
            given: dict[str, Any] = (
                {"training": training} if isinstance(cell, Layer) and type(cell)._signature.training else {}
            )
            if "constants" in kwargs and "constants" in inspect.signature(cell.call).parameters:
                given["constants"] = kwargs["constants"]
            inputs, after = cell(inputs, as_list(state), **given)
            after = as_list(after)
            new.append(after if isinstance(state, (list, tuple)) else after[0])
        return inputs, new

    def draw_masks(self, step_input: Any, states: Any) -> None:
        """Draw the dropout masks of all cells."""
        for cell, state in zip(self.cells, states, strict=True):
            first = nest.flatten(state)[0]
            if isinstance(cell, DropoutCell):
                cell.draw_masks(step_input, first)
            size = _output_size(cell)
            dims = (size,) if isinstance(size, int) else tuple(size)
            step_input = ops.zeros((first.shape[0], *dims), dtype=first.dtype)

    def forget_masks(self) -> None:
        """Forget the dropout masks of all cells."""
        for cell in self.cells:
            if isinstance(cell, DropoutCell):
                cell.forget_masks()

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "cells": [inner_config(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A layer from `get_config()`'s result.

        Args:
            config: the config.
            custom_objects: name -> class or function, for those of your own that are not registered.
        """
        cells = [inner_from_config(c, custom_objects) for c in config["cells"]]
        return cls(cells, **{k: v for k, v in config.items() if k != "cells"})


def _plain(size: Any) -> Any:
    """A state's size, a tuple of them as a list."""
    return list(size) if isinstance(size, (list, tuple)) and not hasattr(size, "rank") else size


def _output_size(cell: Any) -> Any:
    size = getattr(cell, "output_size", None)
    return as_list(cell.state_size)[0] if size is None else size
