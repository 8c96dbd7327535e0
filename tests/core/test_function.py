"""tf.function: when it traces, what it may touch, what it returns, and that it leaves nothing behind."""

from __future__ import annotations

import copy
import threading

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine
from unikeras.core.errors import OperatorNotAllowedInGraphError
from unikeras.core.function import run_functions_eagerly
from unikeras.core.state import thread

compiled = pytest.mark.skipif(
    not engine.current().compiles, reason="this engine runs functions as plain Python"
)


def state():
    return (
        thread.scope,
        thread.tapes,
        thread.tracing,
        thread.engine,
        thread.symbolic,
        thread.init,
        thread.function,
    )


@pytest.fixture(autouse=True)
def nothing_is_left_behind():
    before = state()
    yield
    assert state() == before


def counted(function=None, **options):
    """A tf.function, and the list of the times its Python code ran."""
    runs = []

    def body(*args, **kwargs):
        runs.append(1)
        return function(*args, **kwargs)

    return tf.function(body, **options), runs


# When it traces.


@compiled
def test_traces_once_for_a_shape_and_dtype():
    f, runs = counted(lambda x: x * 2)
    for _ in range(3):
        f(tf.constant([1.0, 2.0]))
    assert f.experimental_get_tracing_count() == 1
    once = len(runs)
    f(tf.constant([5.0, 6.0]))
    f(np.array([5.0, 6.0], np.float32))
    assert len(runs) == once
    f(tf.constant([1.0]))
    assert f.experimental_get_tracing_count() == 2
    f(tf.constant([1, 2]))
    assert f.experimental_get_tracing_count() == 3
    f(tf.constant(1.0))
    assert f.experimental_get_tracing_count() == 4


@compiled
def test_traces_for_each_python_value_and_structure():
    f, _ = counted(lambda x, n=1: x["a"] * n if isinstance(x, dict) else x[0] * n)
    x = tf.constant([1.0])
    for args, kwargs, traces in [
        (({"a": x},), {}, 1),
        (({"a": x},), {}, 1),
        (({"a": x}, 3), {}, 2),
        (({"a": x}, 4), {}, 3),
        (({"a": x},), {"n": 4}, 4),
        (([x],), {}, 5),
        (((x,),), {}, 6),
        (([x, x],), {}, 7),
        (({"a": x}, True), {}, 8),
        (({"a": x}, 1), {}, 9),
    ]:
        f(*args, **kwargs)
        assert f.experimental_get_tracing_count() == traces


@compiled
def test_side_effects_happen_when_tracing_only():
    seen = []

    @tf.function
    def f(x):
        seen.append("traced")
        return x + 1.0

    f(tf.constant(1.0))
    before = len(seen)
    assert before >= 1
    f(tf.constant(2.0))
    assert len(seen) == before


def test_the_same_result_every_time():
    f = tf.function(lambda x: tf.reduce_sum(x * x))
    assert [float(f(tf.constant([a, 1.0]))) for a in (1.0, 2.0, 3.0)] == [2.0, 5.0, 10.0]


# Arguments.


def test_keyword_arguments_and_defaults():
    @tf.function
    def f(x, scale=2.0, *, shift=None):
        return x * scale if shift is None else x * scale + shift

    x = tf.constant(3.0)
    assert float(f(x)) == 6.0
    assert float(f(x, scale=5.0)) == 15.0
    assert float(f(x, shift=tf.constant(1.0))) == 7.0
    assert float(f(scale=4.0, x=x, shift=1.0)) == 13.0


def test_a_variable_as_an_argument():
    @tf.function
    def f(v, x):
        v.assign_add(x)
        return v

    v, w = tf.Variable(1.0), tf.Variable(10.0)
    assert float(f(v, tf.constant(2.0))) == 3.0
    assert float(f(w, tf.constant(2.0))) == 12.0
    assert (float(v), float(w)) == (3.0, 12.0)


def test_input_signature():
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(x, n):
        assert x.dtype == "float32"
        assert n.dtype == "int32"
        return x * tf.cast(n, tf.float32)

    assert f([[1.0, 2.0]], 3).numpy().tolist() == [[3.0, 6.0]]
    assert f(n=2, x=np.ones((3, 2), np.float64)).shape == (3, 2)
    with pytest.raises(TypeError, match=r"expected TensorSpec\(shape=\(None, 2\)"):
        f([[1.0, 2.0, 3.0]], 3)
    with pytest.raises(TypeError, match="does not fit"):
        f([[1.0, 2.0]], tf.constant(3.0))
    with pytest.raises(TypeError, match="3 arguments"):
        f([[1.0, 2.0]], 3, 4)
    with pytest.raises(TypeError):
        f([[1.0, 2.0]])


def test_input_signature_of_structures():
    @tf.function(input_signature=[{"a": tf.TensorSpec([2]), "b": [tf.TensorSpec([], tf.int32)]}])
    def f(x):
        return x["a"] * tf.cast(x["b"][0], tf.float32)

    assert f({"a": [1.0, 2.0], "b": [4]}).numpy().tolist() == [4.0, 8.0]
    with pytest.raises(TypeError, match="input_signature"):
        f([1.0, 2.0])


def test_get_concrete_function():
    @tf.function
    def f(x, scale, shift=0.0):
        return x * scale + shift

    double = f.get_concrete_function(tf.TensorSpec([None], tf.float32), 2.0)
    assert double(tf.constant([1.0, 2.0])).numpy().tolist() == [2.0, 4.0]
    assert double([1.0, 2.0, 3.0]).numpy().tolist() == [2.0, 4.0, 6.0]
    with pytest.raises(TypeError, match="shape"):
        double(tf.constant([[1.0]]))
    with pytest.raises(TypeError, match="expected 1 tensors"):
        double()
    shifted = f.get_concrete_function(tf.constant([1.0]), 3.0, shift=tf.TensorSpec([], tf.float32))
    assert shifted(tf.constant([5.0]), shift=1.0).numpy().tolist() == [16.0]


# Variables.


def test_a_closure_over_a_variable():
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def step(x):
        v.assign_add(x)
        v.assign(v * 2.0)
        return tf.reduce_sum(v)

    assert float(step(tf.constant([1.0, 1.0]))) == 10.0
    assert v.numpy().tolist() == [4.0, 6.0]
    v.assign([0.0, 0.0])  # from outside: seen inside
    assert float(step(tf.constant([1.0, 1.0]))) == 4.0


def test_a_returned_variable_is_its_value():
    v = tf.Variable(1.0)
    f = tf.function(lambda: v.assign_add(1.0))
    a, b = f(), f()
    assert (float(a), float(b), float(v)) == (2.0, 3.0, 3.0)
    assert not isinstance(a, tf.Variable)


def test_variables_created_on_the_first_call():
    class Layer(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = None

        @tf.function
        def __call__(self, x):
            if self.w is None:
                self.w = tf.Variable(tf.ones([3]) * 2.0, name="w")
            return x * self.w

    layer = Layer()
    assert layer(tf.constant([1.0, 2.0, 3.0])).numpy().tolist() == [2.0, 4.0, 6.0]
    layer.w.assign([0.0, 1.0, 0.0])
    assert layer(tf.constant([1.0, 2.0, 3.0])).numpy().tolist() == [0.0, 2.0, 0.0]
    assert [v.name for v in layer.variables] == ["w:0"]
    assert layer(tf.constant([[1.0, 2.0, 3.0]])).shape == (1, 3)


@compiled
def test_variables_created_at_every_call_are_an_error():
    @tf.function
    def f(x):
        return x * tf.Variable(2.0)

    with pytest.raises(ValueError, match=r"singleton tf\.Variables created on the first call"):
        f(tf.constant(1.0))


@compiled
def test_variables_created_later_are_an_error():
    kept = []

    @tf.function
    def f(x, create):
        if create and not kept:
            kept.append(tf.Variable(2.0))
        return x * kept[0] if kept else x

    assert float(f(tf.constant(1.0), False)) == 1.0
    with pytest.raises(ValueError, match="tried to create variables"):
        f(tf.constant(1.0), True)


@compiled
def test_an_initial_value_that_is_traced_is_an_error():
    kept = []

    @tf.function
    def f(x):
        if not kept:
            kept.append(tf.Variable(x * 2.0))
        return kept[0]

    with pytest.raises(ValueError, match="initial value"):
        f(tf.constant(1.0))


def test_assigning_another_shape_inside_is_an_error():
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def f(x):
        v.assign(x)

    with pytest.raises(tf.errors.InvalidArgumentError, match="shape"):
        f(tf.constant([1.0, 2.0, 3.0]))
    assert v.numpy().tolist() == [1.0, 2.0]


# Methods and nesting.


def test_methods_have_a_trace_for_each_object():
    class Scale:
        def __init__(self, factor):
            self.factor = factor

        @tf.function
        def apply(self, x):
            return x * self.factor

    a, b = Scale(2.0), Scale(3.0)
    x = tf.constant(5.0)
    assert [float(a.apply(x)), float(b.apply(x)), float(a.apply(x))] == [10.0, 15.0, 10.0]
    c = copy.deepcopy(a)
    c.factor = 7.0
    assert [float(c.apply(x)), float(a.apply(x))] == [35.0, 10.0]


def test_nested_functions():
    v = tf.Variable(1.0)

    @tf.function
    def inner(x):
        v.assign_add(x)
        return v * 10.0

    @tf.function
    def outer(x):
        return inner(x) + inner(x)

    assert float(outer(tf.constant(1.0))) == 50.0
    assert float(v) == 3.0


def test_a_lambda_and_a_plain_object():
    class Callable:
        def __call__(self, x):
            return x + 1.0

    assert float(tf.function(Callable())(tf.constant(1.0))) == 2.0
    assert float(tf.function(lambda: tf.constant(4.0))()) == 4.0


# Results.


def test_structures_are_returned():
    @tf.function
    def f(x):
        return {"a": [x, None], "b": (x * 2.0, 3, True), "c": "text"}

    result = f(tf.constant(1.0))
    assert float(result["a"][0]) == 1.0
    assert result["a"][1] is None
    assert isinstance(result["b"], tuple)
    assert float(result["b"][0]) == 2.0
    assert (int(result["b"][1]), result["b"][1].dtype.name) == (3, "int32")
    assert (bool(result["b"][2]), result["b"][2].dtype.name) == (True, "bool")
    assert result["c"] == "text"


def test_nothing_is_returned():
    assert tf.function(lambda x: None)(tf.constant(1.0)) is None
    assert tf.function(lambda x: [])(tf.constant(1.0)) == []


def test_an_argument_is_returned():
    x = tf.constant([1.0, 2.0])
    a, b = tf.function(lambda x: (x, x))(x)
    assert a.numpy().tolist() == b.numpy().tolist() == [1.0, 2.0]


def test_numpy_is_returned_as_a_tensor():
    result = tf.function(lambda x: (x, np.arange(3)))(tf.constant(1.0))[1]
    assert np.asarray(result).tolist() == [0, 1, 2]


# Tensors without values.


@compiled
@pytest.mark.parametrize("use", [lambda x: 1 if x > 0 else 2, lambda x: [0, 1][x], lambda x: list(range(x))])
def test_python_control_flow_points_at_the_line(use):
    f = tf.function(lambda x: use(x))
    with pytest.raises(OperatorNotAllowedInGraphError, match=r"test_function\.py, line \d+.*AutoGraph"):
        f(tf.constant(1))


@compiled
def test_no_numpy_inside():
    @tf.function
    def f(x):
        return x.numpy()

    with pytest.raises(AttributeError, match="no value yet"):
        f(tf.constant(1.0))


@compiled
def test_a_traced_tensor_prints():
    seen = []
    tf.function(lambda x: seen.append(repr(x)) or x)(tf.constant([1.0]))
    assert seen[0] == "<tf.Tensor: shape=(1,), dtype=float32, traced>"


def test_shapes_are_known_inside():
    @tf.function
    def f(x):
        return tf.reshape(x, [tf.shape(x)[0] * 2, -1]) if x.shape[0] == 2 else x

    assert f(tf.zeros([2, 4])).shape == (4, 2)


# Errors, eager mode, threads.


@pytest.mark.parametrize("error", [ValueError, KeyError, KeyboardInterrupt])
def test_an_exception_leaves_nothing_behind(error):
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            v.assign(x * 2.0)
            y = v * x
            tape.gradient(y, v) if engine.current().gradients else None
            raise error("here")

    with pytest.raises(error, match="here"):
        f(tf.constant([3.0, 4.0]))
    assert state() == (None, (), False, None, False, False, False)
    expected = [1.0, 2.0] if engine.current().compiles else [6.0, 8.0]
    assert v.numpy().tolist() == expected
    with tf.GradientTape() as tape:
        y = v * 2.0
    assert len(tape.watched_variables()) == 1
    del y


def test_the_error_of_an_operation_names_it():
    f = tf.function(lambda x: tf.matmul(x, x))
    with pytest.raises(tf.errors.InvalidArgumentError, match="matmul"):
        f(tf.zeros([2, 3]))


def test_run_functions_eagerly():
    f = tf.function(lambda x: float(x) * 2)
    run_functions_eagerly(True)
    try:
        assert f(tf.constant(3.0)) == 6.0
    finally:
        run_functions_eagerly(False)


def test_threads_share_a_function():
    f = tf.function(lambda x, y: tf.reduce_sum(x * y))
    results = {}
    barrier = threading.Barrier(4)

    def work(i):
        barrier.wait()
        results[i] = [float(f(tf.fill([i + 1], 2.0), tf.constant(float(k)))) for k in range(5)]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert results == {i: [2.0 * (i + 1) * k for k in range(5)] for i in range(4)}
    if engine.current().compiles:
        assert f.experimental_get_tracing_count() == 4


def test_random_numbers_are_new_at_every_call():
    f = tf.function(lambda: tf.random.normal([4]))
    a, b = f().numpy(), f().numpy()
    assert not np.array_equal(a, b)


def test_executing_eagerly():
    seen = []
    tf.function(lambda: seen.append(tf.executing_eagerly()))()
    assert tf.executing_eagerly()
    assert seen[0] is not engine.current().compiles
