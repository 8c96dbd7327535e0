"""`RNN`: goes over sequences with a cell."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core import nest
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.function import function
from unikeras.core.state import thread
from unikeras.core.tensor import is_tensor
from unikeras.core.variable import Variable, init_scope
from unikeras.layers.layer import Layer
from unikeras.layers.recurrent.cell import DropoutCell
from unikeras.layers.recurrent.inner import inner_config, inner_from_config
from unikeras.layers.recurrent.stacked_rnn_cells import StackedRNNCells
from unikeras.layers.recurrent.states import as_list, initial_states, split_inputs

__all__ = ["RNN"]


class RNN(Layer):
    """A cell that goes over sequences step by step (mirrors `keras.layers.RNN`).

    A cell is a layer with `state_size` (an int or a shape, or a list of them, which may be nested), perhaps `output_size` and
    `get_initial_state`, and `call(inputs, states)`, which returns the output of a step and the new states.

    Args:
        cell: the cell, or a list of cells (then each takes the output of the one before).
        return_sequences: whether the outputs of all steps are returned, not just the last.
        return_state: whether the last states are returned too.
        go_backwards: whether to begin at the last step; the outputs are in the order of the steps done.
        stateful: whether a batch begins with the states that the one before ended with; needs a fixed batch size.
        unroll: whether the loop is written out step by step.
        zero_output_for_mask: whether the output of a masked step is zero, not that of the step before.
        time_major: whether inputs, masks and outputs are [T, B, ...]; tf.keras 2's.
        **kwargs: as for `Layer`; `input_length` is accepted.

    Raises:
        ValueError: a cell without `call` or `state_size`; `stateful` without a fixed batch size; `unroll` without a fixed length.

    Example:
        >>> import unikeras as tf
        >>> class Sum(tf.keras.layers.Layer):
        ...     state_size = 2
        ...     def call(self, inputs, states):
        ...         total = states[0] + inputs
        ...         return total, [total]
        >>> tf.keras.layers.RNN(Sum())(tf.ones([1, 3, 2])).numpy().tolist()
        [[3.0, 3.0]]
    """

    _untracked = Layer._untracked | {"_states"}

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        time_major: bool = False,
        **kwargs: Any,
    ) -> None:
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        if not callable(getattr(cell, "call", None)):
            raise ValueError(f"RNN: the cell must have a call method, but this one has none: {cell!r}.")
        if not hasattr(cell, "state_size"):
            raise ValueError(
                f"RNN: the cell must have an attribute `state_size` (an int, or a list of them), but this one has none: {cell!r}."
            )
        length = kwargs.pop("input_length", None)
        width = kwargs.pop("input_dim", None)
        if width is not None:
            kwargs["input_shape"] = (length, width)
        self._num_constants = kwargs.pop("num_constants", None) or 0
        super().__init__(**kwargs)
        self.cell = cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.time_major = time_major
        self.supports_masking = True
        self._states: Any = None

    # States.

    @property
    def state_size(self) -> Any:
        """The size or sizes of the cell's states."""
        return self.cell.state_size

    @property
    def _state_dtype(self) -> str:
        return self.cell.compute_dtype if isinstance(self.cell, DropoutCell) else self.compute_dtype

    @property
    def states(self) -> Any:
        """The states as variables, if the layer is stateful and built; else `None` for each."""
        return [None] * len(as_list(self.cell.state_size)) if self._states is None else self._states

    def get_initial_state(self, batch_size: Any = None, inputs: Any = None) -> list[Any]:
        """What a batch begins with: zeros, if the cell says nothing else.

        Args:
            batch_size: the number of rows, or (tf.keras 2) the inputs.
            inputs: the inputs; tf.keras 2's.
        """
        if is_tensor(batch_size) and len(batch_size.shape):
            inputs, batch_size = batch_size, None
        if batch_size is None:
            batch_size = inputs.shape[1 if self.time_major else 0]
        return as_list(initial_states(self.cell, inputs, batch_size, self._state_dtype))

    def reset_states(self, states: Any = None) -> None:
        """Let the next batch begin anew.

        Args:
            states: what it begins with, an array or a list of them; zeros if `None`.

        Raises:
            AttributeError: the layer is not stateful.
            ValueError: it is not built, or another number of states, or one of another shape.
        """
        if not self.stateful:
            raise AttributeError(f"Layer {self.name!r} must be stateful to reset its states.")
        if self._states is None:
            if states is None:
                return  # it begins with zeros anyway
            raise ValueError(
                f"Layer {self.name!r} has no states yet: call it on data, or build it, before giving it some."
            )
        variables = nest.flatten(self._states)
        if states is None:
            values = [np.zeros(v.shape, v.dtype.as_numpy_dtype) for v in variables]
        else:
            values = [np.asarray(s) for s in nest.flatten(as_list(states))]
        if len(values) != len(variables) or any(
            tuple(v.shape) != tuple(a.shape) for v, a in zip(variables, values, strict=False)
        ):
            raise ValueError(
                f"Layer {self.name!r} has states of shapes {[tuple(v.shape) for v in variables]}, but those given "
                f"have {[a.shape for a in values]}."
            )
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)

    def reset_state(self) -> None:
        """Keras 3's name of `reset_states`."""
        self.reset_states()

    def _make_states(self, batch_size: int | None) -> None:
        if batch_size is None:
            raise ValueError(
                f"Layer {self.name!r} is stateful, so it must know the batch size: give the first layer "
                "`batch_input_shape=(batch_size, ...)`, or use keras.Input(batch_shape=(batch_size, ...))."
            )
        with init_scope():
            made = nest.map_structure(np.asarray, self.get_initial_state(batch_size))
            self._states = nest.map_structure(
                lambda a: Variable(a, trainable=False, name=f"{self.name}/rnn_state", dtype=a.dtype), made
            )

    # Building and calling.

    def build(self, input_shape: Any) -> None:
        def step(shape: Any) -> Any:
            return (shape[1 if self.time_major else 0], *shape[2:])

        nested = isinstance(input_shape, (list, tuple, dict)) and not hasattr(input_shape, "rank")
        if nested and isinstance(
            input_shape, list
        ):  # tf.keras 2: the sequences' shape, and those of the states
            input_shape, nested = input_shape[0], False
        first = nest.flatten(input_shape)[0] if nested else input_shape
        if isinstance(self.cell, Layer) and not self.cell.built:
            shape = nest.map_structure(step, input_shape) if nested else step(input_shape)
            self.cell.build(shape)
            self.cell.built = True
        if self.stateful and self._states is None:
            self._make_states(first[1 if self.time_major else 0])

    def __call__(
        self, sequences: Any = None, initial_state: Any = None, constants: Any = None, **kwargs: Any
    ) -> Any:
        if sequences is None:
            sequences = kwargs.pop("inputs", None)
        sequences, initial_state, constants = split_inputs(
            sequences, initial_state, constants, self._num_constants
        )
        if initial_state is not None:
            kwargs["initial_state"] = initial_state
        if constants is not None:
            kwargs["constants"] = as_list(constants)
            self._num_constants = len(kwargs["constants"])
        return super().__call__(sequences, **kwargs)

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
        constants: Any = None,
    ) -> Any:
        """Go over the sequences."""
        first = nest.flatten(sequences)[0]
        if self.unroll and thread.symbolic and self._length_unknown():
            raise ValueError(f"Layer {self.name!r}: unrolling needs a fixed number of steps.")
        if nest.is_nested(mask):
            mask = nest.flatten(mask)[0]
        sequences = nest.map_structure(
            lambda x: x if x.dtype.is_floating else ops.cast(x, self.compute_dtype), sequences
        )
        states = self._begin(initial_state, first)
        last, every, states = self.inner_loop(sequences, states, mask, bool(training), constants)
        if self.stateful:
            for variable, value in zip(nest.flatten(self._states), nest.flatten(states), strict=True):
                variable.assign(ops.cast(value, variable.dtype))
        output = every if self.return_sequences else last
        return [output, *states] if self.return_state else output

    def _length_unknown(self) -> bool:
        shape: Any = self.__dict__.get("_build_shape")
        return hasattr(shape, "rank") and shape[0 if self.time_major else 1] is None

    def _begin(self, given: Any, first: Any) -> list[Any]:
        """The states to begin with."""
        if given is not None:
            sizes = as_list(self.cell.state_size)
            if len(given) != len(sizes):
                raise ValueError(
                    f"Layer {self.name!r} has {len(sizes)} state(s), but initial_state has {len(given)}."
                )
            return [nest.map_structure(lambda s: ops.cast(s, self._state_dtype), s) for s in given]
        if not self.stateful:
            return self.get_initial_state(inputs=first)
        batch = first.shape[1 if self.time_major else 0]
        size = nest.flatten(self._states)[0].shape[0]
        if batch != size:
            raise InvalidArgumentError(
                f"Layer {self.name!r} is stateful for batches of {size}, but a batch of {batch} came."
            )
        return nest.map_structure(lambda v: ops.cast(v, self._state_dtype), self._states)

    def inner_loop(
        self,
        sequences: Any,
        initial_state: list[Any],
        mask: Any,
        training: bool = False,
        constants: Any = None,
    ) -> tuple[Any, Any, list[Any]]:
        """The last output, all outputs, and the last states. All outputs are right only with `return_sequences`."""
        if _is_known(self.cell) and constants is None:
            return self._loop(sequences, initial_state, mask, training)
        return self._go(sequences, initial_state, mask, training, constants)

    @function
    def _loop(self, sequences: Any, initial_state: list[Any], mask: Any, training: bool) -> Any:
        """`_go`, compiled also in eager code: for cells that depend on their arguments and variables alone."""
        return self._go(sequences, initial_state, mask, training, None)

    def _go(self, sequences: Any, initial_state: list[Any], mask: Any, training: bool, constants: Any) -> Any:
        def step(inputs: Any, states: list[Any]) -> Any:
            if constants:
                states, given = states[: -len(constants)], {"constants": states[-len(constants) :]}
            else:
                given = {}
            return self.cell(inputs, states, **given, **training_flag)

        training_flag = {"training": training} if _takes_training(self.cell) else {}
        first = nest.map_structure(lambda x: x[0] if self.time_major else x[:, 0], sequences)
        if training:
            _draw_masks(self.cell, first, initial_state)
        try:
            return ops.rnn(
                step, sequences, initial_state, go_backwards=self.go_backwards, mask=mask, constants=constants,
                unroll=self.unroll, time_major=self.time_major, zero_output_for_mask=self.zero_output_for_mask,
                return_all_outputs=self.return_sequences,
            )  # fmt: skip
        finally:
            _forget_masks(self.cell)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        mask = nest.flatten(previous_mask)[0]
        output = mask if self.return_sequences else None
        return [output, *[None] * len(as_list(self.cell.state_size))] if self.return_state else output

    def get_config(self) -> dict[str, Any]:
        return {**self._own_config(), "cell": inner_config(self.cell)}

    def _own_config(self) -> dict[str, Any]:
        """What is configured beside the cell."""
        config = {
            **super().get_config(),
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "go_backwards": self.go_backwards,
            "stateful": self.stateful,
            "unroll": self.unroll,
            "zero_output_for_mask": self.zero_output_for_mask,
        }
        if self.time_major:
            config["time_major"] = True
        if self._num_constants:
            config["num_constants"] = self._num_constants
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A layer from `get_config()`'s result.

        Args:
            config: the config.
            custom_objects: name -> class or function, for those of your own that are not registered.
        """
        if "cell" not in config:
            return cls(**config)
        cell = inner_from_config(config["cell"], custom_objects)
        return cls(cell, **{k: v for k, v in config.items() if k != "cell"})


def _is_known(cell: Any) -> bool:
    """Whether a cell is one of ours as it is: its steps depend on nothing from outside."""
    if isinstance(cell, StackedRNNCells):
        return type(cell) is StackedRNNCells and all(_is_known(c) for c in cell.cells)
    return isinstance(cell, DropoutCell) and type(cell).__module__.startswith("unikeras.")


def _takes_training(cell: Any) -> bool:
    return isinstance(cell, Layer) and type(cell)._signature.training


def _draw_masks(cell: Any, first: Any, states: Any) -> None:
    """Draw the dropout masks of a cell and the cells in it, for one pass over sequences."""
    if isinstance(cell, StackedRNNCells):
        cell.draw_masks(first, states)
    elif isinstance(cell, DropoutCell):
        cell.draw_masks(first, as_list(states)[0])


def _forget_masks(cell: Any) -> None:
    if isinstance(cell, StackedRNNCells | DropoutCell):
        cell.forget_masks()
