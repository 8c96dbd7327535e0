"""What is compiled for gradients is kept once a structure, and not without bound."""

from __future__ import annotations

import gc

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine
from unikeras.core import tape_graph as tapes

pytestmark = pytest.mark.skipif(not engine.current().gradients, reason="this engine has no gradients")


def step(v, x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.tanh(x * v) + v)
    v.assign_sub(0.001 * tape.gradient(loss, v))


def test_a_loop_compiles_once():
    v, x = tf.Variable(np.ones(3, np.float32)), tf.constant([1.0, 2.0, 3.0])
    step(v, x)
    gradients = tapes._gradient_op.cache_info().currsize
    misses = tapes._gradient_op.cache_info().misses
    F = engine.current()
    kernels = F._kernel.cache_info().currsize if F.compiles else 0
    gc.collect()
    objects = len(gc.get_objects())
    for _ in range(1000):
        step(v, x)
    gc.collect()
    assert tapes._gradient_op.cache_info().currsize == gradients
    assert tapes._gradient_op.cache_info().misses == misses
    if F.compiles:
        assert F._kernel.cache_info().currsize == kernels
    assert len(gc.get_objects()) - objects < 200


def test_ever_new_structures_are_bounded():
    limit = tapes._gradient_op.cache_info().maxsize
    assert limit is not None
    for i in range(limit + 100):
        tapes._gradient_op(("gradient", (), (("l", i),), (i,), (False,)))
    assert tapes._gradient_op.cache_info().currsize == limit
    tapes._gradient_op.cache_clear()
    step(tf.Variable([1.0]), tf.constant([1.0]))  # and goes on


@pytest.mark.skipif(not engine.current().compiles, reason="this engine compiles no kernels")
def test_kernels_are_bounded():
    assert engine.current()._kernel.cache_info().maxsize is not None


def test_calls_that_are_made_once_are_not_kept():
    @tf.custom_gradient
    def triple(x):
        return x * 1.0, lambda upstream: upstream * 3.0

    before = tapes._gradient_op.cache_info().currsize
    for _ in range(5):
        x = tf.constant(2.0)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = triple(x) * 2.0
        assert float(tape.gradient(y, x)) == 6.0
    assert tapes._gradient_op.cache_info().currsize == before


def test_a_tape_lets_go_of_what_it_recorded():
    import weakref

    x = tf.constant(np.ones(10, np.float32))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
        middle = weakref.ref(y)
        z = y * y
    tape.gradient(z, x)
    del y
    gc.collect()
    assert middle() is None


@pytest.mark.parametrize("mask", [[True, False, True], [False, True, True]])
def test_gradients_through_a_mask(mask):
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x[tf.constant(mask)] * 2.0
    assert tape.gradient(y, x).numpy().tolist() == [2.0 * m for m in mask]
