"""Inferred shapes and dtypes of graphs with unknown dimensions, against what comes out with data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import unikeras as tf
from unikeras import ops
from unikeras.core.errors import OperatorNotAllowedInGraphError
from unikeras.core.state import thread
from unikeras.core.symbolic import SymbolicTensor

# Every step takes and gives a tensor of the shape [batch, ...] or of any other.
STEPS = {
    "relu": lambda x: ops.relu(x),
    "add one": lambda x: x + 1.0,
    "add itself": lambda x: x + x,
    "scale by the batch": lambda x: x * tf.cast(tf.shape(x)[0], tf.float32),
    "flatten": lambda x: tf.reshape(x, [tf.shape(x)[0], -1]),
    "flatten all": lambda x: tf.reshape(x, [-1]),
    "new axis": lambda x: x[..., tf.newaxis],
    "reverse": lambda x: x[::-1],
    "every second": lambda x: x[::2],
    "but the first": lambda x: x[1:],
    "transpose": lambda x: tf.transpose(x),
    "sum of rows": lambda x: tf.reduce_sum(x, axis=-1, keepdims=True),
    "mean of columns": lambda x: tf.reduce_mean(x, axis=0, keepdims=True),
    "joined": lambda x: tf.concat([x, x], axis=0),
    "joined at the end": lambda x: tf.concat([x, x * 2.0], axis=-1),
    "stacked": lambda x: tf.stack([x, x], axis=1) if len(x.shape) < 4 else x,
    "tiled": lambda x: tf.tile(x, [2] + [1] * (len(x.shape) - 1)),
    "softmax": lambda x: ops.softmax(x),
    "positive": lambda x: tf.cast(x > 0.0, tf.float32),
    "largest": lambda x: tf.cast(tf.argmax(x, axis=-1), tf.float32)[..., tf.newaxis],
    "outer product": lambda x: tf.matmul(x, x, transpose_b=True) if len(x.shape) > 1 else x,
    "where": lambda x: tf.where(x > 0.0, x, tf.zeros_like(x)),
    "ones of that shape": lambda x: tf.ones(tf.shape(x)),
}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=4),
    st.lists(st.sampled_from([None, 1, 2, 3, 5]), min_size=1, max_size=3),
    st.sampled_from([2, 3, 4]),
)
def test_inferred_shapes(steps, shape, size):
    symbol, value = SymbolicTensor(shape), tf.ones([size if d is None else d for d in shape])
    for step in steps:
        symbol, value = STEPS[step](symbol), STEPS[step](value)
        assert symbol.dtype == value.dtype, steps
        assert symbol.shape.rank == value.shape.rank, steps
        for inferred, given_dimension in zip(symbol.shape, value.shape, strict=True):
            assert inferred in (None, given_dimension), (steps, symbol.shape, value.shape)
    if None not in shape:
        assert tuple(symbol.shape) == tuple(value.shape)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("relu", (None, 3)), ("new axis", (None, 3, 1)), ("transpose", (3, None)), ("joined", (None, 3)),
        ("joined at the end", (None, 6)), ("flatten all", (None,)), ("sum of rows", (None, 1)),
        ("mean of columns", (1, 3)), ("outer product", (None, None)), ("stacked", (None, 2, 3)),
    ],
)  # fmt: skip
def test_known_shapes(step, expected):
    assert tuple(STEPS[step](SymbolicTensor((None, 3))).shape) == expected


def test_a_mistake_is_found_when_the_graph_is_built():
    with pytest.raises(ValueError, match="matmul"):
        tf.matmul(SymbolicTensor((None, 3)), tf.ones([4, 2]))
    assert (thread.scope, thread.tracing, thread.symbolic, thread.engine) == (None, False, False, None)


@pytest.mark.parametrize("use", [bool, int, float, np.asarray, np.exp, list, lambda x: 1 if x > 0 else 2])
def test_there_is_no_value(use):
    x = SymbolicTensor((None, 3))
    with pytest.raises(OperatorNotAllowedInGraphError):
        use(x)


def test_variables_keep_their_values():
    v = tf.Variable([1.0, 2.0, 3.0])
    y = SymbolicTensor((None, 3)) * v
    assert tuple(y.shape) == (None, 3)
    assert v.numpy().tolist() == [1.0, 2.0, 3.0]


def test_a_custom_gradient_in_a_graph():
    @tf.custom_gradient
    def halved(x):
        return x * 1.0, lambda upstream: upstream * 0.5

    assert tuple(halved(SymbolicTensor((None, 3))).shape) == (None, 3)
