"""tf.keras's backend functions (`K.*`) about functions, graphs, loops and sequences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from unikeras.core import nest
from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tensor import convert_to_tensor
from unikeras.core.variable import Variable
from unikeras.ops import arithmetic, array, backend_style, ctc, elementwise, keras_style, random, reduce
from unikeras.ops.control_flow import cond

__all__ = [
    "ctc_batch_cost", "ctc_decode", "foldl", "foldr", "function", "is_float_dtype", "is_int_dtype", "is_sparse", "learning_phase_scope",
    "manual_variable_initialization", "map_fn",
    "normalize_batch_in_training", "placeholder", "random_binomial", "random_normal_variable", "random_uniform_variable", "switch",
    "to_dense",
]  # fmt: skip


def placeholder(
    shape: Any = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: bool = False,
    name: str | None = None,
    ragged: bool = False,
) -> Any:
    """A symbolic tensor, for `K.function` and models (mirrors `K.placeholder`).

    Raises:
        ValueError: neither `shape` nor `ndim`, or a sparse or ragged one is asked for.

    Example:
        >>> from unikeras.keras import backend as K
        >>> K.placeholder((None, 2)).shape
        TensorShape([None, 2])
    """
    from unikeras.layers import Input

    if sparse or ragged:
        raise ValueError("placeholder: sparse and ragged tensors are not available.")
    if shape is None and ndim is None:
        raise ValueError("placeholder: give shape or ndim.")
    dimensions = tuple(shape) if shape is not None else (None,) * int(ndim or 0)
    return Input(batch_shape=dimensions, dtype=dtype or floatx(), name=name)


def function(
    inputs: Any, outputs: Any, updates: Any = None, name: str | None = None, **kwargs: Any
) -> Callable[[Any], Any]:
    """A function of arrays that gives the values of symbolic tensors (mirrors `K.function`).

    Args:
        inputs: symbolic tensors; `K.learning_phase()` may be among them: its value is then `training` of the layers.
        outputs: symbolic tensors made of them.
        updates: accepted if there are none; assign to variables instead.
        name: accepted.
        **kwargs: none is taken.

    Returns:
        A function of a list of arrays that returns NumPy arrays in the structure of `outputs`.

    Raises:
        ValueError: updates or other arguments are given, or the outputs depend on something else.

    Example:
        >>> from unikeras.keras import backend as K
        >>> x = K.placeholder((None, 2))
        >>> K.function([x], [x * 2.0])([[[1.0, 2.0]]])[0].tolist()
        [[2.0, 4.0]]
    """
    from unikeras.models.model import Model

    if updates or kwargs:
        raise ValueError(
            f"function: updates and session arguments are not available, got {updates or sorted(kwargs)!r}."
        )
    given = nest.flatten(inputs)
    symbols = [t for t in given if is_symbolic(t)]
    wanted = nest.flatten(outputs)
    model = Model(symbols, wanted)

    def run(values: Any) -> Any:
        flat = (
            nest.flatten(values)
            if len(given) == 1 and not isinstance(values, (list, tuple))
            else list(values)
        )
        if len(flat) != len(given):
            raise ValueError(f"function: expected {len(given)} inputs, got {len(flat)}.")
        arrays = [convert_to_tensor(v) for v, t in zip(flat, given, strict=True) if is_symbolic(t)]
        phase = [v for v, t in zip(flat, given, strict=True) if not is_symbolic(t)]
        results = model(arrays, training=bool(phase[0]) if phase else None)
        found = [np.asarray(r) for r in (results if isinstance(results, (list, tuple)) else [results])]
        return nest.pack_as(outputs, found)

    return run


@contextmanager
def learning_phase_scope(value: int) -> Iterator[None]:
    """Inside it, `K.learning_phase()` is this value (mirrors `K.learning_phase_scope`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> with K.learning_phase_scope(1):
        ...     K.learning_phase()
        1
    """
    before = backend_style._phase.get("value")
    backend_style.set_learning_phase(value)
    try:
        yield
    finally:
        if before is None:
            backend_style._phase.pop("value", None)
        else:
            backend_style._phase["value"] = before


def manual_variable_initialization(value: bool) -> None:
    """Accepted, without effect, as in TensorFlow 2: variables have their values when they are made (mirrors K's of that name).

    Args:
        value: whether a program of TensorFlow 1 initialised variables itself.

    Raises:
        TypeError: not a bool.

    Example:
        >>> from unikeras.keras import backend as K
        >>> K.manual_variable_initialization(True)
    """
    if not isinstance(value, (bool, int)):
        raise TypeError(f"manual_variable_initialization: expected a bool, got {value!r}.")


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """The one if the condition holds, else the other (mirrors `K.switch`).

    Args:
        condition: a bool or number; a tensor chooses for each element, broadcast as in NumPy.
        then_expression: a tensor, or a function of no arguments that returns one.
        else_expression: the same kind.

    Example:
        >>> from unikeras.keras import backend as K
        >>> K.switch([True, False], K.constant([1.0, 2.0]), K.constant([3.0, 4.0])).numpy().tolist()
        [1.0, 4.0]
    """
    condition = elementwise.cast(convert_to_tensor(condition), "bool")
    if len(condition.shape) == 0:
        branches = [
            e if callable(e) else lambda e=e: convert_to_tensor(e) for e in (then_expression, else_expression)
        ]
        return cond(condition, *branches)
    then, other = (convert_to_tensor(e() if callable(e) else e) for e in (then_expression, else_expression))
    return arithmetic.where(condition, then, other)


def map_fn(fn: Callable[[Any], Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """fn of every row, stacked (mirrors `K.map_fn`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> K.map_fn(lambda row: row * 2.0, K.constant([1.0, 2.0])).numpy().tolist()
        [2.0, 4.0]
    """
    made = keras_style.stack([fn(row) for row in array.unstack(convert_to_tensor(elems))])
    return made if dtype is None else elementwise.cast(made, dtype)


def _fold(fn: Any, rows: list[Any], initializer: Any) -> Any:
    state = rows.pop(0) if initializer is None else convert_to_tensor(initializer)
    for row in rows:
        state = fn(state, row)
    return state


def foldl(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """fn(fn(first, second), third) ... of the rows (mirrors `K.foldl`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> float(K.foldl(lambda total, x: total + x, K.constant([1.0, 2.0, 3.0])))
        6.0
    """
    return _fold(fn, list(array.unstack(convert_to_tensor(elems))), initializer)


def foldr(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """As `foldl`, from the last row to the first (mirrors `K.foldr`)."""
    return _fold(fn, list(array.unstack(convert_to_tensor(elems)))[::-1], initializer)


def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Any, epsilon: float = 1e-3
) -> Any:
    """x normalised by its own moments, with those (mirrors `K.normalize_batch_in_training`).

    Returns:
        (normalised x, mean, variance).
    """
    x = convert_to_tensor(x)
    axes = tuple(int(a) % len(x.shape) for a in reduction_axes)
    mean, variance = reduce.moments(x, axes=axes)
    shape = [1 if i in axes else d for i, d in enumerate(x.shape)]
    wide = [v if v is None else array.reshape(v, shape) for v in (mean, variance, beta, gamma)]
    from unikeras.ops import nn

    return nn.batch_normalization(x, *wide, variance_epsilon=epsilon), mean, variance


def ctc_batch_cost(y_true: Any, y_pred: Any, input_length: Any, label_length: Any) -> Any:
    """The CTC loss of probabilities whose last class is the blank, [batch, 1] (mirrors `K.ctc_batch_cost`).

    Args:
        y_true: class numbers [batch, length].
        y_pred: probabilities [batch, time, classes].
        input_length: how many time steps count, [batch, 1].
        label_length: how many class numbers count, [batch, 1].
    """
    y_pred = convert_to_tensor(y_pred)
    lengths = [array.reshape(convert_to_tensor(v), (-1,)) for v in (label_length, input_length)]
    losses = ctc.ctc_loss(
        y_true,
        elementwise.log(y_pred + backend_style.default_epsilon()),
        *lengths,
        mask_index=int(y_pred.shape[-1]) - 1,
    )
    return array.expand_dims(losses, axis=-1)


def ctc_decode(
    y_pred: Any, input_length: Any, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Any], Any]:
    """The labels of probabilities whose last class is the blank (mirrors `K.ctc_decode`).

    Args:
        y_pred: probabilities [batch, time, classes].
        input_length: how many time steps count, [batch].
        greedy: the best class of every step; else beam search.
        beam_width: prefixes kept by the beam search.
        top_paths: sequences that it returns.

    Returns:
        A list of int64 tensors [batch, time], filled up with -1, and the scores.
    """
    y_pred = convert_to_tensor(y_pred)
    logits = elementwise.log(y_pred + backend_style.default_epsilon())
    strategy = "greedy" if greedy else "beam_search"
    labels, scores = ctc.ctc_decode(
        logits, input_length, strategy, beam_width, top_paths, mask_index=int(y_pred.shape[-1]) - 1
    )
    return [elementwise.cast(path, "int64") for path in array.unstack(labels)], scores


def is_sparse(tensor: Any) -> bool:
    """False: there are no sparse tensors (mirrors `K.is_sparse`)."""
    return False


def to_dense(tensor: Any) -> Any:
    """The tensor itself: there are no sparse ones (mirrors `K.to_dense`)."""
    return tensor


def random_binomial(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """1 with probability p, else 0 (mirrors `K.random_binomial`)."""
    return random.bernoulli(p, shape, dtype, seed)


def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: Any = None, name: str | None = None, seed: Any = None
) -> Variable:
    """A variable of normally distributed numbers (mirrors `K.random_normal_variable`)."""
    return backend_style.variable(random.normal(shape, mean, scale, dtype, seed), dtype, name)


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None, seed: Any = None
) -> Variable:
    """A variable of numbers uniform in [low, high) (mirrors `K.random_uniform_variable`)."""
    return backend_style.variable(random.uniform(shape, low, high, dtype, seed), dtype, name)


def is_float_dtype(dtype: Any) -> bool:
    """Whether a dtype is of floats (mirrors `keras.backend.is_float_dtype`).

    Example:
        >>> is_float_dtype("bfloat16"), is_float_dtype("int32")
        (True, False)
    """
    return as_dtype(dtype).is_floating


def is_int_dtype(dtype: Any) -> bool:
    """Whether a dtype is of integers (mirrors `keras.backend.is_int_dtype`).

    Example:
        >>> is_int_dtype("uint8"), is_int_dtype("float32")
        (True, False)
    """
    return as_dtype(dtype).is_integer
