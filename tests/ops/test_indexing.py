"""x[key] against NumPy, for any keys that both have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unikeras import engine, ops
from unikeras.core.symbolic import SymbolicTensor
from unikeras.core.tape import GradientTape

X = np.arange(4 * 3 * 5, dtype=np.float32).reshape(4, 3, 5)


def one(dimension):
    bound = st.none() | st.integers(-dimension - 2, dimension + 2)
    step = st.sampled_from([None, 1, 2, 3, -1, -2])
    return st.builds(slice, bound, bound, step) | st.integers(-dimension, dimension - 1) | st.just(np.newaxis)


@st.composite
def keys(draw):
    key, axis = [], 0
    for _ in range(draw(st.integers(0, 5))):
        if axis == X.ndim:
            break
        item = draw(one(X.shape[axis]))
        key.append(item)
        axis += item is not np.newaxis
    if draw(st.booleans()):
        # an ellipsis skips axes, so what follows it must fit any dimension of X
        tail = draw(
            st.lists(st.slices(3) | st.integers(-3, 2) | st.just(np.newaxis), max_size=max(0, X.ndim - axis))
        )
        key += [Ellipsis, *tail]
    return tuple(key)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(keys())
def test_basic_keys(key):
    expected = X[key]
    found = ops.constant(X)[key]
    assert found.shape == expected.shape
    assert np.array_equal(found.numpy(), expected)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(keys())
def test_symbolic_keys(key):
    assert tuple(SymbolicTensor(X.shape)[key].shape) == X[key].shape


@pytest.mark.parametrize(
    "key",
    [
        np.array([2, 0, 2]),
        [1, 3],
        np.array([[0, 1], [3, -1]]),
        (slice(None), np.array([2, 0])),
        (Ellipsis, np.array([4, 0])),
        (np.array([0, 1]), np.array([2, 0])),
        X[:, 0, 0] > 10,
        X > 30,
    ],
)
def test_tensor_keys(key):
    wrapped = (
        tuple(ops.constant(k) if isinstance(k, np.ndarray) else k for k in key)
        if isinstance(key, tuple)
        else key
    )
    assert np.array_equal(ops.constant(X)[wrapped].numpy(), X[key])
    if isinstance(key, np.ndarray):
        assert np.array_equal(ops.constant(X)[ops.constant(key)].numpy(), X[key])


def test_an_index_out_of_range_is_an_error():
    with pytest.raises((ValueError, IndexError), match="out of bounds"):
        ops.constant(X)[4]
    with pytest.raises((ValueError, IndexError), match="out of bounds"):
        ops.constant(X)[:, -4]


def test_a_key_of_another_kind_is_an_error():
    with pytest.raises(TypeError, match="valid indices"):
        ops.constant(X)["a"]


@pytest.mark.skipif(not engine.current().gradients, reason="this engine has no gradients")
@pytest.mark.parametrize("key", [(slice(None, None, -2), 1), ([1, 1, 0],), (Ellipsis, slice(1, 3), None)])
def test_gradient(key):
    x = ops.constant(X)
    with GradientTape() as tape:
        tape.watch(x)
        y = x[key]
    expected = np.zeros_like(X)
    np.add.at(expected, key, 1.0 if None not in [k for k in key if k is None] else 0.0)
    if None in [k for k in key if k is None]:
        expected[tuple(k for k in key if k is not None)] = 1.0
    assert np.array_equal(tape.gradient(y, x).numpy(), expected)


shapes = st.lists(st.sampled_from([1, 2, 3]), max_size=3).map(tuple)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    shapes, shapes, st.sampled_from(["add", "subtract", "multiply", "maximum", "less"]), st.integers(0, 99)
)
def test_broadcasting(a, b, name, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=a).astype(np.float32), rng.normal(size=b).astype(np.float32)
    try:
        expected = getattr(np, name)(x, y)
    except ValueError:
        with pytest.raises(ValueError, match=name):
            getattr(ops, name)(ops.constant(x), ops.constant(y))
        return
    found = getattr(ops, name)(ops.constant(x), ops.constant(y)).numpy()
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-6)
