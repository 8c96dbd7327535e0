"""Recurrences: `rnn` over any step function (`K.rnn`), and whole networks as single ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.core import nest
from unikeras.core.gradient import Overlay
from unikeras.core.op import op
from unikeras.core.tape import no_tapes
from unikeras.core.tensor import convert_to_tensor, is_tensor
from unikeras.ops.arithmetic import where
from unikeras.ops.array import expand_dims, flip, reshape, stack, transpose, unstack
from unikeras.ops.control_flow import scan
from unikeras.ops.creation import zeros_like
from unikeras.ops.elementwise import cast

__all__ = ["gru", "lstm", "rnn", "simple_rnn"]


def _time_first(F: Any, x: Any, mask: Any, time_major: bool) -> tuple[Any, Any]:
    if time_major:
        return x, mask
    return F.permute_dims(x, (1, 0, 2)), None if mask is None else F.permute_dims(mask, (1, 0))


def _output(
    F: Any, every: Any, last: Any, mask: Any, go_backwards: bool, time_major: bool, zero_output: bool, sequences: bool
) -> Any:  # fmt: skip
    """What the layer shows of the states after every step: masked steps repeat the last one that is not, or are zero."""
    if mask is not None:
        shown = mask
        if not zero_output:  # before the first step that is not masked there is nothing to repeat
            count = F.astype(mask, F.dtype("int32"))
            count = F.flip(count, axis=0) if go_backwards else count
            count = F.cumulative_sum(count, axis=0)
            shown = (F.flip(count, axis=0) if go_backwards else count) > 0
        if not sequences:
            return F.where(shown[0 if go_backwards else -1][:, None], last, F.zeros_like(last))
        every = F.where(shown[..., None], every, F.zeros_like(every))
    if not sequences:
        return last
    if go_backwards:
        every = F.flip(every, axis=0)
    return every if time_major else F.permute_dims(every, (1, 0, 2))


@op
def simple_rnn(
    F, x, h, kernel, recurrent_kernel, bias=None, mask=None, keep=None, *, go_backwards=False, time_major=False,
    zero_output=False, sequences=False,
):  # fmt: skip
    """h' = tanh(x W + h U + b) over whole sequences: (output, the last h).

    Arrays: x [B, T, D], h [B, H], kernel [D, H], recurrent_kernel [H, H], bias [H], mask [B, T] of booleans, and `keep` [B, H],
    by which h is multiplied in the recurrent product. With `sequences` the output is [B, T, H], in the order of the steps done, else the last one.

    Example:
        >>> from unikeras import ops
        >>> y, h = ops.simple_rnn([[[0.0], [0.0]]], [[0.5]], [[1.0]], [[0.0]])
        >>> y.numpy().tolist()
        [[0.0]]
    """
    x, mask = _time_first(F, x, mask, time_major)
    every, last = F.simple_rnn(x, h, kernel, recurrent_kernel, bias, mask, keep, go_backwards)
    return _output(F, every, last, mask, go_backwards, time_major, zero_output, sequences), last


@op
def lstm(
    F, x, h, c, kernel, recurrent_kernel, bias=None, mask=None, keep=None, *, go_backwards=False, time_major=False,
    zero_output=False, sequences=False,
):  # fmt: skip
    """Long short-term memory over whole sequences: (output, the last h, the last c). Arrays as for `simple_rnn`; kernel [D, 4 H].

    Example:
        >>> from unikeras import ops
        >>> y, h, c = ops.lstm([[[0.0], [0.0]]], [[0.0]], [[1.0]], [[1.0] * 4], [[1.0] * 4])
        >>> y.shape, c.shape
        (TensorShape([1, 1]), TensorShape([1, 1]))
    """
    x, mask = _time_first(F, x, mask, time_major)
    every, last, c = F.lstm(x, h, c, kernel, recurrent_kernel, bias, mask, keep, go_backwards)
    return _output(F, every, last, mask, go_backwards, time_major, zero_output, sequences), last, c


@op
def gru(
    F, x, h, kernel, recurrent_kernel, bias=None, recurrent_bias=None, mask=None, keep=None, *, go_backwards=False,
    time_major=False, zero_output=False, sequences=False,
):  # fmt: skip
    """Gated recurrent unit over whole sequences: (output, the last h). Arrays as for `simple_rnn`; kernel [D, 3 H].

    Example:
        >>> from unikeras import ops
        >>> y, h = ops.gru([[[0.0], [0.0]]], [[0.0]], [[1.0] * 3], [[1.0] * 3])
        >>> h.numpy().tolist()
        [[0.0]]
    """
    x, mask = _time_first(F, x, mask, time_major)
    every, last = F.gru(x, h, kernel, recurrent_kernel, bias, recurrent_bias, mask, keep, go_backwards)
    return _output(F, every, last, mask, go_backwards, time_major, zero_output, sequences), last


def rnn(
    step_function: Callable[[Any, Any], tuple[Any, Any]],
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: Any = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> tuple[Any, Any, Any]:
    """Go over the steps of sequences with a function and states (mirrors `K.rnn`).

    Args:
        step_function: called with the inputs of a step and a list of the states (and the constants behind them); returns the output
            of the step, a structure of tensors, and the new states.
        inputs: a tensor [B, T, ...], or a structure of them.
        initial_states: a list of the first states; each a tensor or a structure of them.
        go_backwards: whether to begin at the last step; the outputs are in the order of the steps done.
        mask: booleans [B, T]: a step that is false leaves the states as they are.
        constants: a list of tensors given to every step.
        unroll: whether a compiled loop is written out step by step.
        input_length: accepted as tf.keras does.
        time_major: whether inputs, mask and outputs have the steps first: [T, B, ...].
        zero_output_for_mask: whether the output of a masked step is zero, not that of the step before.
        return_all_outputs: whether the outputs of all steps are wanted.

    Returns:
        The last output, the outputs of all steps [B, T, ...] (only of the last, [B, 1, ...], without
        `return_all_outputs`), and the list of the last states.

    Raises:
        ValueError: inputs without two dimensions, or of different lengths.

    Example:
        >>> from unikeras.keras import backend as K
        >>> step = lambda x, states: (x + states[0], [x + states[0]])
        >>> last, every, states = K.rnn(step, K.constant([[[1.0], [2.0], [3.0]]]), [K.zeros((1, 1))])
        >>> every.numpy().tolist(), last.numpy().tolist()
        ([[[1.0], [3.0], [6.0]]], [[6.0]])
    """
    inputs = nest.map_structure(_tensor, inputs)
    for leaf in nest.flatten(inputs):
        if leaf.ndim < 2:
            raise ValueError(f"rnn: inputs must be [batch, time, ...], not of shape {tuple(leaf.shape)}.")
    if not time_major:
        inputs = nest.map_structure(_swap, inputs)
    steps = {int(leaf.shape[0]) for leaf in nest.flatten(inputs)}
    if len(steps) != 1:
        raise ValueError(f"rnn: the inputs have different lengths: {sorted(steps)}.")
    if mask is not None:
        mask = cast(_tensor(mask), "bool")
        if mask.ndim == 3 and mask.shape[-1] == 1:
            mask = mask[..., 0]
        mask = mask if time_major else transpose(mask, (1, 0))
    constants = list(constants or ())
    states = nest.map_structure(_tensor, list(initial_states))

    def step(states: list[Any], row: Any) -> tuple[Any, list[Any]]:
        output, new = step_function(row, [*states, *constants])
        new = list(new) if isinstance(new, (list, tuple)) else [new]
        return nest.map_structure(_tensor, output), nest.pack_as(
            states, [_tensor(s) for s in nest.flatten(new)]
        )

    if mask is None:

        def body(carry: Any, row: Any) -> Any:
            output, new = step(carry, row)
            return new, output

        states, every = _over(body, states, inputs, unroll, go_backwards)
    else:
        with no_tapes(), Overlay():  # to learn the output's shape; what it assigns is forgotten
            first, _ = step(states, nest.map_structure(lambda leaf: leaf[0], inputs))

        def masked(carry: Any, row: Any) -> Any:
            states, before = carry
            row, m = row
            output, new = step(states, row)
            new = nest.map_structure(lambda a, b: _choose(m, a, b), new, states)
            output = nest.map_structure(lambda a, b: _choose(m, a, b), output, before)
            return (new, before if zero_output_for_mask else output), output

        start = (states, nest.map_structure(zeros_like, first))
        (states, _), every = _over(masked, start, (inputs, mask), unroll, go_backwards)
    last = nest.map_structure(lambda y: y[0 if go_backwards else -1], every)
    if not return_all_outputs:
        axis = 0 if time_major else 1
        return last, nest.map_structure(lambda y: expand_dims(y, axis), last), states
    if go_backwards:
        every = nest.map_structure(lambda y: flip(y, axis=0), every)
    return last, every if time_major else nest.map_structure(_swap, every), states


def _over(body: Any, carry: Any, xs: Any, unroll: bool, reverse: bool) -> tuple[Any, Any]:
    """`scan`, or the same written out."""
    if not unroll:
        return scan(body, carry, xs, reverse=reverse)
    leaves = [unstack(leaf, axis=0) for leaf in nest.flatten(xs)]
    found = []
    steps = range(len(leaves[0]))
    for t in reversed(steps) if reverse else steps:
        carry, y = body(carry, nest.pack_as(xs, [leaf[t] for leaf in leaves]))
        found.append(nest.flatten(y))
        structure = y
    columns = zip(*(found[::-1] if reverse else found), strict=True)
    return carry, nest.pack_as(structure, [stack(list(column)) for column in columns])


def _tensor(leaf: Any) -> Any:
    return leaf if is_tensor(leaf) else convert_to_tensor(leaf)


def _swap(x: Any) -> Any:
    return transpose(x, (1, 0, *range(2, x.ndim)))


def _choose(mask: Any, new: Any, old: Any) -> Any:
    return where(reshape(mask, (-1, *(1,) * (new.ndim - 1))), new, old)
