"""Control flow where it is compiled: variables inside, what it captures, gradients, and what it refuses."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras, ops

F = engine.current()
gradients = pytest.mark.skipif(not F.gradients, reason="this engine has no gradients")
compiled = pytest.mark.skipif(not F.compiles, reason="this engine does not compile")


def test_variables_assigned_inside_are_carried():
    count, total = tf.Variable(0.0), tf.Variable([1.0, 2.0])

    def body(carry, x):
        count.assign_add(1.0)
        ops.cond(x > 1.5, lambda: total.assign_add([x, x]) * 1.0, lambda: total * 1.0)
        return carry + count, None

    for run in (ops.scan, tf.function(lambda f, *a: ops.scan(f, *a))):
        count.assign(0.0)
        total.assign([1.0, 2.0])
        carry, _ = run(body, tf.constant(0.0), tf.constant([1.0, 2.0, 3.0]))
        assert float(carry) == 6.0
        assert float(count) == 3.0
        assert total.numpy().tolist() == [6.0, 7.0]


@gradients
def test_gradients_reach_what_a_compiled_loop_captures():
    w = tf.Variable(3.0)

    def step(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            power = ops.fori_loop(0, 3, lambda i, v: v * w * y, tf.constant(1.0))
            rows = ops.vectorized_map(lambda r: r * y, tf.constant([1.0, 2.0]))
            z = ops.cond(x > 0, lambda: power * x, lambda: power) + tf.reduce_sum(rows)
        return tape.gradient(z, [x, y, w])

    x = tf.constant(2.0)
    expected = [27 * 7 * 2.0**6 + 12, 27 * 3 * 2.0**5 + 3, 27 * 2.0**7]  # of (w x^2)^3 x + 3 x^2
    for run in (step, tf.function(step)):
        assert [float(g) for g in run(x)] == pytest.approx(expected)


@compiled
def test_what_is_refused():
    with pytest.raises(ValueError, match="carry"):
        ops.scan(lambda c, x: (tf.concat([c, x[None]], 0), None), tf.zeros(1), tf.zeros(3))
    with pytest.raises(ValueError, match=r"float32\[\].*int32\[\]"):
        tf.function(lambda x: ops.scan(lambda c, r: (1, None), 0.0, x))(tf.zeros(3))
    with pytest.raises(ValueError, match="same structure"):
        tf.function(lambda x: ops.cond(x > 0, lambda: x, lambda: [x, x]))(tf.constant(1.0))
    with pytest.raises(ValueError, match="length"):
        ops.scan(lambda c, x: (c, None), 0.0)
    with pytest.raises(ValueError, match="one size"):
        ops.scan(lambda c, x: (c, None), 0.0, (tf.zeros(2), tf.zeros(3)))


def test_in_functional_models():
    x = keras.Input((3, 2))
    carry, every = ops.scan(lambda c, r: (c + r, c), x[:, 0], ops.transpose(x, (1, 0, 2)))
    assert carry.shape == (None, 2)
    assert every.shape == (3, None, 2)
    model = keras.Model(x, carry)
    data = np.ones((4, 3, 2), "float32")
    assert model.predict(data, verbose=0).tolist() == [[4.0, 4.0]] * 4
