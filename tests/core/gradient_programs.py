"""Small programs over `tf` that differentiate: run on TensorFlow for the answers, and here for the test.

A program returns a structure (dictionaries, lists, tuples) of tensors, numbers, strings, bools and `None`, or raises.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

PROGRAMS: dict[str, Callable[[Any], Any]] = {}

A = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]], np.float32)
B = np.array([[1.0, 0.5], [-0.5, 2.0], [0.25, -1.5]], np.float32)
C = np.array([0.3, -1.2, 2.0], np.float32)


def program(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    PROGRAMS[function.__name__] = function
    return function


# One tape.


@program
def one_source(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x * x
    return tape.gradient(y, x)


@program
def target_is_summed(tf):
    x = tf.constant(A)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.matmul(x, tf.constant(B))
    return tape.gradient(y, x)


@program
def a_variable_is_watched(tf):
    v = tf.Variable(C)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.sin(v))
    return tape.gradient(y, v)


@program
def an_untrainable_variable_is_not(tf):
    v = tf.Variable(C, trainable=False)
    with tf.GradientTape() as tape:
        y = v * 2.0
    return tape.gradient(y, v)


@program
def an_untrainable_variable_watched(tf):
    v = tf.Variable(C, trainable=False)
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = v * 2.0
    return tape.gradient(y, v)


@program
def a_constant_is_not_watched(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        y = x * 2.0
    return tape.gradient(y, x)


@program
def watching_turned_off(tf):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(w)
        y = v * w
    return tape.gradient(y, [v, w]), len(tape.watched_variables())


@program
def watched_variables_in_order(tf):
    v, w, u = tf.Variable(2.0, name="v"), tf.Variable(3.0, name="w"), tf.Variable(4.0, name="u")
    with tf.GradientTape() as tape:
        y = w * 1.0
        y = y + v * v
        y = y + w * u
    del y
    return [x.name for x in tape.watched_variables()]


@program
def watch_after_use(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.watch(x)
        z = x * 2.0
    return tape.gradient([y, z], x)


@program
def watch_a_structure(tf):
    xs = [tf.constant(1.0), tf.constant(2.0)]
    with tf.GradientTape() as tape:
        tape.watch(xs)
        y = xs[0] * xs[1] * xs[1]
    return tape.gradient(y, xs)


@program
def sources_in_a_dictionary(tf):
    v, w = tf.Variable(2.0), tf.Variable(5.0)
    with tf.GradientTape() as tape:
        y = v * v * w
    return tape.gradient(y, {"v": v, "rest": [w, (v,)]})


@program
def several_targets(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, z = x * x, x * 5.0
    return tape.gradient([y, z], x)


@program
def targets_in_a_dictionary(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        targets = {"a": x * x, "b": [x * 5.0, tf.sin(x)]}
    return tape.gradient(targets, x)


@program
def output_gradients(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x, output_gradients=tf.constant([1.0, 2.0, -3.0]))


@program
def output_gradients_of_several(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, z = x * x, tf.reduce_sum(x)
    return tape.gradient([y, z], x, output_gradients=[tf.constant([1.0, 2.0, -3.0]), tf.constant(10.0)])


@program
def intermediate_as_source(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        z = y * y * x
    return tape.gradient(z, y)


@program
def source_and_intermediate_together(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        z = y * y * x
    return tape.gradient(z, [x, y])


@program
def target_is_a_source(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient([x, y], x)


@program
def target_is_the_source_variable(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = v * 3.0
    return tape.gradient(y, y)


@program
def source_twice(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, [x, x])


@program
def used_twice_in_one_operation(tf):
    x = tf.constant(A)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.matmul(x, tf.transpose(x))
    return tape.gradient(y, x)


@program
def unconnected_is_none(tf):
    x, y = tf.constant(2.0), tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = x * 2.0
    return tape.gradient(z, [x, y])


@program
def unconnected_is_zero(tf):
    x, y = tf.constant(2.0), tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = x * 2.0
    return tape.gradient(z, [x, y], unconnected_gradients=tf.UnconnectedGradients.ZERO)


@program
def target_not_connected(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
    return tape.gradient(tf.constant(1.0), x)


@program
def integer_target(tf):
    x = tf.constant([2.5, 3.5])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.cast(x, tf.int32)
    return tape.gradient(y, x)


@program
def through_an_integer(tf):
    x = tf.constant([2.5, 3.5])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.cast(tf.cast(x, tf.int32), tf.float32) * x
    return tape.gradient(y, x)


@program
def only_through_an_integer(tf):
    x = tf.constant([2.5, 3.5])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.cast(tf.cast(x, tf.int32), tf.float32) * 2.0
    return tape.gradient(y, x)


@program
def through_argmax(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.cast(tf.argmax(x), tf.float32)
    return tape.gradient(y, x)


@program
def float64(tf):
    x = tf.constant(C.astype(np.float64))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.exp(tf.cast(x, tf.float32))
    gradient = tape.gradient(y, x)
    return gradient, gradient.dtype.name


@program
def persistent(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    return tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y), tape.gradient(z, x)


@program
def twice_on_one_not_persistent(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    return tape.gradient(y, x)


@program
def jacobian_after_gradient(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    return tape.jacobian(y, x)


@program
def gradient_inside_the_block(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        dy = tape.gradient(y, x)
        z = dy * x
    return dy, tape.gradient(z, x)


@program
def not_persistent_inside_the_block(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        return tape.gradient(y, x)


@program
def stop_recording(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            z = y * y
        w = y * z
    return tape.gradient(w, x)


@program
def reset(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        tape.reset()
        tape.watch(x)
        z = y * x
    return tape.gradient(z, x)


@program
def reset_forgets(tf):
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = v * v
        tape.reset()
    return tape.gradient(y, v), len(tape.watched_variables())


@program
def entered_twice(tf):
    x = tf.constant(3.0)
    tape = tf.GradientTape(persistent=True)
    with tape:
        tape.watch(x)
        y = x * x
    with tape:
        z = y * x
    return tape.gradient(z, x)


@program
def entered_while_recording(tf):
    tape = tf.GradientTape()
    with tape, tape:
        return 1.0


@program
def stop_recording_when_not(tf):
    with tf.GradientTape() as tape:
        pass
    with tape.stop_recording():
        return 1.0


@program
def stop_gradient(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * tf.stop_gradient(x * x)
    return tape.gradient(y, x)


@program
def all_stopped(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.stop_gradient(x * x)
    return tape.gradient(y, x)


@program
def watch_an_integer(tf):
    x = tf.constant(3)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


@program
def slices_and_joins(tf):
    x = tf.constant(A)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.concat([x[:, :1] * 2.0, x[:, ::-1], tf.stack([x[0, 0], x[1, 2]])[:, tf.newaxis]], axis=1)
        y = y * y
    return tape.gradient(y, x)


@program
def iteration(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = 1.0
        for element in x:
            y = element * y
    return tape.gradient(y, x)


@program
def two_outputs_of_one_operation(tf):
    x = tf.constant(np.arange(6, dtype=np.float32))
    with tf.GradientTape() as tape:
        tape.watch(x)
        a, b, c = tf.split(x, 3)
        y = a * b
    return tape.gradient(y, x), tf.reduce_sum(c)


@program
def gather(tf):
    v = tf.Variable(A)
    with tf.GradientTape() as tape:
        y = tf.gather(v, [1, 1, 0]) * 2.0
    return tf.convert_to_tensor(tape.gradient(y, v))


@program
def where_and_maximum(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.where(x > 0.0, x * x, -x) + tf.maximum(x, 0.5)
    return tape.gradient(y, x)


@program
def broadcasting(tf):
    x, y = tf.constant(A), tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = x * y / (y * y + 1.0)
    return tape.gradient(z, [x, y])


@program
def numpy_operands(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = C * x + x * [1.0, 2.0, 3.0] - C
    return tape.gradient(y, x)


@program
def a_function_of_python_constants(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = 3.0**x + x**3 + 1.0 / x - (5.0 - x)
    return tape.gradient(y, x)


# Variables that change.


@program
def assigned_inside_the_tape(tf):
    v, x = tf.Variable(2.0), tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = v * v
        v.assign(x * x)
        z = v * x
    return tape.gradient([y, z], [v, x]), v.numpy()


@program
def assigned_after_the_tape(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = v * v
    v.assign(10.0)
    return tape.gradient(y, v)


@program
def assign_add_inside_the_tape(tf):
    v, a = tf.Variable(2.0), tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(a)
        v.assign_add(a)
        y = v * a
    return tape.gradient(y, [v, a])


@program
def value_of_a_variable(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = v.value() * v.read_value() * v
    return tape.gradient(y, v)


@program
def value_as_source(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        value = v.read_value()
        y = value * value * v
    return tape.gradient(y, value), tape.gradient(y, v)


# Tapes in tapes.


@program
def second_order(tf):
    x = tf.constant(C)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x * x
        first = inner.gradient(y, x)
    return first, outer.gradient(first, x)


@program
def third_order(tf):
    x = tf.Variable(1.5)
    with tf.GradientTape() as a:
        with tf.GradientTape() as b:
            with tf.GradientTape() as c:
                y = tf.sin(x) * x * x
            first = c.gradient(y, x)
        second = b.gradient(first, x)
    return first, second, a.gradient(second, x)


@program
def gradient_of_both(tf):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            y = v * v * w + tf.exp(w * v)
        dv, dw = inner.gradient(y, [v, w])
        penalty = dv * dv + dw * dw + y
    return outer.gradient(penalty, [v, w]), outer.gradient(dv, w)


@program
def inner_gradient_outside(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x * x
    first = inner.gradient(y, x)
    return first, outer.gradient(y, x)


@program
def two_tapes_side_by_side(tf):
    x, z = tf.constant(2.0), tf.constant(5.0)
    with tf.GradientTape() as a, tf.GradientTape() as b:
        a.watch(x)
        b.watch(z)
        y = x * z
    return a.gradient(y, x), b.gradient(y, z)


@program
def hessian(tf):
    x = tf.constant([0.5, -1.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(x * x * x) + x[0] * x[1]
        gradient = inner.gradient(y, x)
    return outer.jacobian(gradient, x)


@program
def second_order_of_output_gradients(tf):
    x, w = tf.constant(C), tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        outer.watch([x, w])
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x
        first = inner.gradient(y, x, output_gradients=w)
    return outer.gradient(first, [x, w])


# Jacobians.


@program
def jacobian(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.stack([x[0] * x[1], x[2] * x[2]])
    return tape.jacobian(y, x)


@program
def jacobian_of_structures(tf):
    v, w = tf.Variable(A), tf.Variable(B)
    with tf.GradientTape() as tape:
        y = tf.matmul(v, w)
    return tape.jacobian(y, {"v": v, "w": w})


@program
def jacobian_of_a_scalar(tf):
    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(x * x)
    return tape.jacobian(y, x)


@program
def jacobian_unconnected(tf):
    x, z = tf.constant(C), tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, z])
        y = x * 2.0
    return tape.jacobian(y, z), tape.jacobian(y, [x, z], unconnected_gradients=tf.UnconnectedGradients.ZERO)


@program
def batch_jacobian(tf):
    x = tf.constant(A)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.matmul(x * x, tf.constant(B))
    return tape.batch_jacobian(y, x)


@program
def batch_jacobian_of_other_rows(tf):
    x = tf.constant(A)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.transpose(x)
    return tape.batch_jacobian(y, x)


@program
def batch_jacobian_of_more_axes(tf):
    x = tf.constant(np.linspace(-1, 1, 12, dtype=np.float32).reshape(2, 3, 2))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(x * x, axis=2)
    return tape.batch_jacobian(y, x)


# tf.function.


@program
def through_a_function(tf):
    v = tf.Variable(2.0)

    @tf.function
    def f(x):
        return x * x * v

    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, [x, v])


@program
def a_tape_inside_a_function(tf):
    v = tf.Variable(2.0)

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x * v
        return tape.gradient(y, [x, v])

    return f(tf.constant(C))


@program
def gradient_of_a_gradient_inside_a_function(tf):
    v = tf.Variable(2.0)

    @tf.function
    def f(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = x * x * x * v
            first = inner.gradient(y, x)
        return first, outer.gradient(first, [x, v])

    return f(tf.constant(C))


@program
def second_order_through_a_function(tf):
    @tf.function
    def f(x):
        return tf.sin(x) * x

    x = tf.constant(C)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return first, outer.gradient(first, x)


@program
def outer_tape_around_a_tape_in_a_function(tf):
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x * x
        return tape.gradient(y, x)

    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        first = slope(x)
    return first, tape.gradient(first, x)


@program
def a_function_with_several_results(tf):
    @tf.function
    def f(x, y):
        return {"product": x * y, "sum": [x + y, None, 3.0]}

    x, y = tf.constant(2.0), tf.constant(5.0)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        result = f(x, y)
        z = result["product"] * result["sum"][0]
    return tape.gradient(z, [x, y])


@program
def assigned_in_a_function(tf):
    v, a = tf.Variable([1.0, 2.0]), tf.constant([3.0, 4.0])

    @tf.function
    def f(a):
        v.assign_add(a)
        return tf.reduce_sum(v * a)

    with tf.GradientTape() as tape:
        tape.watch(a)
        loss = f(a)
    return loss, tape.gradient(loss, [v, a]), v.numpy()


@program
def assigned_in_a_tape_in_a_function(tf):
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def f(a):
        with tf.GradientTape() as tape:
            tape.watch(a)
            v.assign_add(a)
            loss = tf.reduce_sum(v * a)
        return tape.gradient(loss, [v, a])

    return f(tf.constant([3.0, 4.0])), v.numpy()


@program
def read_before_and_after_an_assign_in_a_function(tf):
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def f(a):
        before = tf.reduce_sum(v * v)
        v.assign(a * 10.0)
        return before + tf.reduce_sum(v * a)

    a = tf.constant([3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(a)
        loss = f(a)
    return loss, tape.gradient(loss, [v, a]), v.numpy()


@program
def watched_variables_of_a_function(tf):
    v, w = tf.Variable(2.0, name="v"), tf.Variable(3.0, name="w", trainable=False)

    @tf.function
    def f(x):
        return x * v * w

    with tf.GradientTape() as tape:
        f(tf.constant(1.0))
    return [x.name for x in tape.watched_variables()]


@program
def an_outer_tensor_in_a_function(tf):
    x = tf.constant(C)

    @tf.function
    def f(y):
        return x * y

    with tf.GradientTape() as tape:
        tape.watch(x)
        z = f(tf.constant(2.0))
    return tape.gradient(z, x)


@program
def stop_gradient_in_a_function(tf):
    @tf.function
    def f(x):
        return x * tf.stop_gradient(x)

    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


@program
def a_nested_function(tf):
    @tf.function
    def square(x):
        return x * x

    @tf.function
    def f(x):
        return square(x) * square(2.0 * x)

    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


# custom_gradient.


@program
def custom(tf):
    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)

        def grad(upstream):
            return upstream * (1.0 - 1.0 / (1.0 + e))

        return tf.math.log(1.0 + e), grad

    x = tf.constant([0.0, 1.0, 100.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = log1pexp(x)
    return y, tape.gradient(y, x)


@program
def custom_of_several(tf):
    @tf.custom_gradient
    def scaled(x, y):
        def grad(upstream):
            return upstream * y * 10.0, upstream * x * 100.0

        return x * y, grad

    x, y = tf.constant(C), tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = scaled(x * 2.0, y) * 3.0
    return z, tape.gradient(z, [x, y])


@program
def custom_with_several_results(tf):
    @tf.custom_gradient
    def pair(x):
        def grad(a, b):
            return a * 2.0 + b * 3.0

        return (x * 1.0, x * x), grad

    x = tf.constant(C)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = pair(x)
        both = a + b
    return tape.gradient(a, x), tape.gradient(b, x), tape.gradient(both, x)


@program
def custom_in_a_function(tf):
    @tf.custom_gradient
    def clipped(x):
        def grad(upstream):
            return tf.clip_by_value(upstream, -1.0, 1.0)

        return x * 1.0, grad

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = clipped(x) * tf.constant([5.0, -7.0, 0.5])
        return tape.gradient(y, x)

    return f(tf.constant(C))


@program
def custom_through_a_function(tf):
    @tf.custom_gradient
    def triple(x):
        return x * 1.0, lambda upstream: upstream * 3.0

    @tf.function
    def f(x):
        return triple(x) * x

    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


@program
def custom_that_is_a_function(tf):
    @tf.function
    @tf.custom_gradient
    def triple(x):
        return x * 1.0, lambda upstream: upstream * 3.0

    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = triple(x)
    return tape.gradient(y, x)


@program
def custom_second_order(tf):
    @tf.custom_gradient
    def cube(x):
        def grad(upstream):
            return upstream * 4.0 * x * x

        return x * x * x, grad

    x = tf.constant(C)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = cube(x)
        first = inner.gradient(y, x)
    return first, outer.gradient(first, x)


@program
def custom_of_custom(tf):
    @tf.custom_gradient
    def f(x):
        @tf.custom_gradient
        def slope(x, upstream):
            return upstream * x * 7.0, lambda u: (u * 11.0, u * 13.0)

        return x * 5.0, lambda upstream: slope(x, upstream)

    x = tf.constant(C)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, x)
    return first, outer.gradient(first, x)


@program
def custom_with_variables(tf):
    v = tf.Variable(2.0)

    @tf.custom_gradient
    def f(x):
        def grad(upstream, variables):
            return upstream * 10.0, [tf.reduce_sum(upstream * 100.0) for _ in variables]

        return x * v, grad

    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return y, tape.gradient(y, [x, v])


@program
def custom_with_a_gradient_too_few(tf):
    @tf.custom_gradient
    def f(x, y):
        return x * y, lambda upstream: upstream

    x, y = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = f(x, y)
    return tape.gradient(z, [x, y])


@program
def custom_with_none(tf):
    @tf.custom_gradient
    def f(x, y):
        return x * y, lambda upstream: (upstream * 3.0, None)

    x, y = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        z = f(x, y)
    return tape.gradient(z, x)


@program
def custom_with_keywords(tf):
    @tf.custom_gradient
    def f(x, scale=1.0):
        return x * scale, lambda upstream: upstream * scale * 2.0

    x = tf.constant(C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x, scale=5.0)
    return y, tape.gradient(y, x)


# Others.


@program
def a_tape_in_a_thread(tf):
    results: list[Any] = [None, None]
    v = tf.Variable(3.0)

    def work(i):
        with tf.GradientTape() as tape:
            y = v * v * float(i + 1)
        results[i] = tape.gradient(y, v)

    with tf.GradientTape() as tape:
        threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        y = v * 7.0
    return [*results, tape.gradient(y, v)]


@program
def a_training_loop(tf):
    w, b = tf.Variable([[0.5], [0.25], [-0.5]]), tf.Variable([0.0])
    losses = []
    for _ in range(5):
        with tf.GradientTape() as tape:
            prediction = tf.matmul(tf.constant(A), w) + b
            loss = tf.reduce_mean(tf.square(prediction - tf.constant([[1.0], [-1.0]])))
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(0.1 * dw)
        b.assign_sub(0.1 * db)
        losses.append(float(loss))
    return losses, w.numpy(), b.numpy()


@program
def source_is_a_number(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, 2.0)


@program
def watch_a_number(tf):
    with tf.GradientTape() as tape:
        tape.watch(2.0)
    return None


@program
def bad_unconnected(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x, unconnected_gradients="nonsense")
