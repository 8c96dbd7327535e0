"""Tensors and variables as Python objects: operators, NumPy, slicing, copying, assigning."""

from __future__ import annotations

import copy
import operator
import pickle

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, ops
from unikeras.core.variable import Variable

BINARY = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
]  # fmt: skip
LOGICAL = [operator.and_, operator.or_, operator.xor]
X = np.array([[1.5, 2.0, 0.5], [3.0, 1.0, 2.5]], np.float32)
Y = np.array([0.5, 2.0, 1.5], np.float32)
I = np.array([7, -3, 4], np.int32)  # noqa: E741


@pytest.mark.parametrize("make", [tf.constant, tf.Variable], ids=["constant", "Variable"])
@pytest.mark.parametrize("op", BINARY)
def test_operators(op, make):
    for left, right in [
        (make(X), make(Y)),
        (make(X), Y.tolist()),
        (make(X), 2.0),
        (make(X), 2),
        (make(X), Y),
    ]:
        plain = right.numpy() if tf.is_tensor(right) else np.asarray(right, np.float32)
        result = op(left, right)
        np.testing.assert_allclose(result.numpy(), op(X, plain), rtol=1e-6)
        assert result.dtype in ("float32", "bool")


@pytest.mark.parametrize("make", [tf.constant, tf.Variable], ids=["constant", "Variable"])
@pytest.mark.parametrize("op", BINARY)
def test_reflected_operators(op, make):
    for left in (2.0, 3, [1.0, 2.0, 0.25], Y):
        result = op(left, make(X))
        assert isinstance(result, tf.Tensor)
        np.testing.assert_allclose(result.numpy(), op(np.asarray(left, np.float32), X), rtol=1e-6)


@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod])
def test_integers(op):
    assert op(tf.constant(I), 3).numpy().tolist() == op(I, 3).tolist()
    assert op(20, tf.constant(I)).numpy().tolist() == op(20, I).tolist()
    assert op(tf.constant(I), 3).dtype == "int32"


@pytest.mark.parametrize("op", LOGICAL)
def test_logic(op):
    a, b = np.array([True, True, False, False]), np.array([True, False, True, False])
    assert op(tf.constant(a), tf.constant(b)).numpy().tolist() == op(a, b).tolist()
    assert op(a.tolist(), tf.constant(b)).numpy().tolist() == op(a, b).tolist()
    assert op(tf.constant(I), tf.constant(I[::-1].copy())).numpy().tolist() == op(I, I[::-1]).tolist()


def test_unary_operators():
    x = tf.constant(I)
    assert (-x).numpy().tolist() == (-I).tolist()
    assert (+x).numpy().tolist() == I.tolist()
    assert abs(x).numpy().tolist() == abs(I).tolist()
    assert (~tf.constant([True, False])).numpy().tolist() == [False, True]


def test_matmul():
    assert (tf.constant(X) @ X.T).numpy().tolist() == (X @ X.T).tolist()
    assert (X @ tf.constant(X.T)).numpy().tolist() == (X @ X.T).tolist()


def test_inplace_operators_make_a_new_tensor():
    x = y = tf.constant([1.0])
    x += 1.0
    assert (float(x[0]), float(y[0])) == (2.0, 1.0)


@pytest.mark.parametrize("op", BINARY[:11])
def test_tensors_of_two_dtypes_are_an_error(op):
    with pytest.raises(tf.errors.InvalidArgumentError, match="float32"):
        op(tf.constant([1, 2]), tf.constant([1.0, 2.0]))


@pytest.mark.parametrize("value", [1.5, [1.5, 2.0]])
def test_a_fraction_beside_integers_is_an_error(value):
    with pytest.raises((TypeError, ValueError)):
        tf.constant([1, 2]) + value
    with pytest.raises((TypeError, ValueError)):
        value * tf.constant([1, 2])


def test_none():
    assert (tf.constant(1) == None) is False  # noqa: E711
    assert (tf.constant(1) != None) is True  # noqa: E711


# NumPy.


def test_numpy_is_a_copy():
    x = tf.constant([1.0, 2.0])
    x.numpy()[0] = 9.0
    np.array(x)[0] = 9.0
    assert x.numpy().tolist() == [1.0, 2.0]
    v = tf.Variable([1.0, 2.0])
    v.numpy()[0] = 9.0
    assert v.numpy().tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "make", [tf.constant, tf.Variable, tf.convert_to_tensor, lambda a: tf.constant(a) + 0.0]
)
@pytest.mark.parametrize("size", [2, 100_000])
def test_a_changed_array_does_not_change_the_tensor(make, size):
    for _ in range(20):  # sharing depends on where the array happens to lie, and copying on time
        array = np.ones(size, np.float32)
        tensor = make(array)
        array[:] = 7.0
        assert float(tensor[0]) == float(tensor[-1]) == 1.0


def test_numpy_functions_take_tensors():
    x = tf.constant(X)
    assert np.sum(x) == X.sum()
    assert np.mean(x, axis=0).tolist() == X.mean(0).tolist()
    assert np.concatenate([x, X]).shape == (4, 3)
    assert np.exp(x).dtype == np.float32
    assert np.asarray(x, np.float64).dtype == np.float64
    assert np.allclose(tf.Variable(X), X)
    assert np.stack([tf.constant(1.0), tf.constant(2.0)]).tolist() == [1.0, 2.0]
    assert float(np.float32(2.0) * tf.constant(3.0)) == 6.0
    assert [1, 2, 3][tf.constant(1)] == 2
    assert list(range(tf.constant(3))) == [0, 1, 2]


def test_scalars():
    assert type(tf.constant(1.5).numpy()) is np.float32
    assert (int(tf.constant(3.7)), float(tf.constant(3)), complex(tf.constant(2.0))) == (3, 3.0, 2 + 0j)
    assert tf.constant([[5]]).item() == 5
    assert tf.constant([[1, 2]]).tolist() == [[1, 2]]
    assert f"{tf.constant(1.234):.2f}" == "1.23"
    assert float(tf.Variable(2.0)) == 2.0
    with pytest.raises(TypeError):
        int(tf.constant([1, 2]))
    with pytest.raises(TypeError):
        [1, 2][tf.constant(1.0)]


# Slices (any basic key: tests/ops/test_indexing.py).


@pytest.mark.parametrize("make", [tf.constant, tf.Variable], ids=["constant", "Variable"])
@pytest.mark.parametrize(
    "key",
    [
        0, -1, slice(1, None), slice(None, None, -1), (0, 1), (Ellipsis, 0), (slice(None), None, slice(0, 2)),
        (None, Ellipsis), (slice(None), slice(2, 0, -1)), np.newaxis, (Ellipsis, None, 1), ([0, 1], [2, 0]),
    ],
)  # fmt: skip
def test_slices(key, make):
    assert np.array_equal(make(X)[key].numpy(), X[key])


def test_tensors_as_keys():
    x = tf.constant(X)
    assert np.array_equal(x[tf.constant(1)].numpy(), X[1])
    assert np.array_equal(x[tf.constant(0) : tf.constant(1)].numpy(), X[0:1])
    assert np.array_equal(x[tf.constant([1, 0, 1])].numpy(), X[[1, 0, 1]])
    assert np.array_equal(x[x > 1.0].numpy(), X[X > 1.0])
    assert np.array_equal(x[tf.constant([True, False])].numpy(), X[[True, False]])
    with pytest.raises(TypeError):
        x[0] = 1.0


def test_iteration_and_length():
    x = tf.constant(X)
    assert [row.numpy().tolist() for row in x] == X.tolist()
    a, b = x
    assert (len(x), a.shape) == (2, (3,))
    assert b.numpy().tolist() == X[1].tolist()
    assert [float(v) for v in tf.Variable(Y)] == Y.tolist()
    for wrong in (len, iter):
        with pytest.raises(TypeError):
            wrong(tf.constant(1.0))


def test_truth():
    assert tf.constant(3)
    assert not tf.constant(0.0)
    assert tf.constant([[True]])
    with pytest.raises(ValueError, match="ambiguous"):
        bool(tf.constant([1, 2]))


# Identity and copies.


def test_hash_and_ref():
    x, v = tf.constant(1.0), tf.Variable(1.0)
    for thing in (x, v):
        with pytest.raises(TypeError, match=r"unhashable.*ref\(\)"):
            hash(thing)
        assert thing.ref() == thing.ref()
        assert {thing.ref(): 1}[thing.ref()] == 1
        assert thing.ref().deref() is thing
    assert x.ref() != tf.constant(1.0).ref()


@pytest.mark.parametrize("dtype", ["float32", "int64", "bool", "float16", "bfloat16", "uint8", "complex64"])
def test_copies(dtype):
    x = tf.cast(tf.constant([0, 1, 1]), dtype)
    for other in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert other.dtype == dtype
        assert np.array_equal(other.numpy(), x.numpy())


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_copies_of_variables_are_variables_of_their_own(duplicate):
    v = tf.Variable([1.0, 2.0], name="v", trainable=False)
    w = duplicate(v)
    w.assign([5.0, 6.0])
    v.assign_add([1.0, 1.0])
    assert (v.numpy().tolist(), w.numpy().tolist()) == ([2.0, 3.0], [5.0, 6.0])
    assert (w.name, w.trainable, w.dtype) == ("v:0", False, "float32")


# Variables.


def test_assigning():
    v = tf.Variable([1.0, 2.0])
    alias = [v][0]
    before = v.value()
    assert v.assign([3.0, 4.0]) is v
    assert alias.numpy().tolist() == [3.0, 4.0]
    v.assign_add([1.0, 1.0])
    v.assign_sub(np.array([0.5, 0.5], np.float32))
    v.assign_add(tf.ones([2]))
    assert v.numpy().tolist() == [4.5, 5.5]
    assert before.numpy().tolist() == [1.0, 2.0]
    v.assign(v * 2.0)
    assert v.numpy().tolist() == [9.0, 11.0]
    w = tf.Variable(v)
    w.assign([0.0, 0.0])
    assert v.numpy().tolist() == [9.0, 11.0]


@pytest.mark.parametrize("method", ["assign", "assign_add", "assign_sub"])
@pytest.mark.parametrize("value", [[1.0, 2.0, 3.0], [[1.0, 2.0]], np.zeros((2, 1), np.float32)])
def test_assigning_another_shape_is_an_error(method, value):
    v = tf.Variable([1.0, 2.0], name="v")
    with pytest.raises(ValueError, match=r"shape|size of tensor"):
        getattr(v, method)(value)
    assert v.numpy().tolist() == [1.0, 2.0]


def test_assigning_fractions_to_integers_is_an_error():
    v = tf.Variable([1, 2])
    for value in ([1.5, 2.0], tf.constant([1.5, 2.0])):
        with pytest.raises((TypeError, ValueError)):
            v.assign(value)
    with pytest.raises((TypeError, ValueError)):
        v.assign_add([0.5, 0.5])
    assert v.numpy().tolist() == [1, 2]


def test_making_variables():
    assert tf.Variable(lambda: tf.ones([2])).numpy().tolist() == [1.0, 1.0]
    assert tf.Variable(1, dtype="float32").dtype == "float32"
    assert tf.Variable([[1.0]], shape=[None, 1]).shape == (1, 1)
    with pytest.raises(ValueError, match="initial value"):
        tf.Variable()
    with pytest.raises(ValueError, match="shape"):
        tf.Variable([1.0], shape=[2])
    v = tf.Variable(2.0)
    assert float(v.value) == float(v.value()) == float(v.read_value()) == 2.0


@pytest.mark.skipif(not engine.current().gradients, reason="this engine does not train")
def test_tensors_taken_before_fit_survive_it():
    from unikeras import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    x, y = np.ones((8, 3), np.float32), np.zeros((8, 2), np.float32)
    kernel = model.layers[-1].kernel
    for _ in range(2):  # the second fit donates what the first one made
        taken = [kernel.value(), kernel.read_value(), tf.identity(kernel), tf.convert_to_tensor(kernel)]
        expected = kernel.numpy()
        copied = copy.deepcopy(kernel)
        model.fit(x, y, batch_size=4, epochs=2, verbose=0)
        for tensor in [*taken, copied]:
            assert np.array_equal(tensor.numpy(), expected)
        assert not np.array_equal(kernel.numpy(), expected)


def test_a_tensor_is_what_the_ops_return():
    assert isinstance(ops.add(1, 2), tf.Tensor)
    assert not isinstance(Variable(1.0), tf.Tensor)
    assert tf.is_tensor(Variable(1.0))


def test_error_types_are_tensorflows():
    for name in tf.errors.__all__:
        error = getattr(tf.errors, name)
        assert issubclass(error, Exception)
        if name != "OperatorNotAllowedInGraphError":
            assert issubclass(error, tf.errors.OpError)
            assert (
                str(error(None, None, "what happened"))
                == error(None, None, "what happened").message
                == "what happened"
            )
