"""Convolutions and pooling: what no table shows."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras
from unikeras.keras import backend as K

from .harness import data_of, has_gradients

IMAGES = data_of((2, 6, 5, 4))
gradients = pytest.mark.skipif(not has_gradients(), reason="this engine has no gradients")


def close(a, b):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-5, atol=1e-5)


@gradients
@pytest.mark.parametrize("groups", [1, 2])
def test_second_derivatives(groups):
    """The gradient's gradient, against differences of the gradient."""
    x = tf.constant(IMAGES[:1, :4, :4].astype("float64"))
    kernel = tf.constant(data_of((3, 3, 4 // groups, 2)).astype("float64"))
    way = data_of((3, 3, 4 // groups, 2)).astype("float64")

    def slope(kernel):
        with tf.GradientTape() as tape:
            tape.watch(kernel)
            y = tf.reduce_sum(tf.nn.conv2d(x, kernel, 2, "SAME") ** 3)
        return tape.gradient(y, kernel)

    with tf.GradientTape() as outer:
        outer.watch(kernel)
        along = tf.reduce_sum(slope(kernel) * way)
    found = outer.gradient(along, kernel).numpy()
    step = 1e-5
    ends = [slope(tf.constant(kernel.numpy() + sign * step * way)).numpy() for sign in (1, -1)]
    np.testing.assert_allclose(found, (ends[0] - ends[1]) / (2 * step), rtol=1e-5, atol=1e-5)


@gradients
def test_largest_of_equals_is_the_first():
    x = tf.constant(np.ones((1, 2, 4, 1), "float32"))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.nn.max_pool2d(x, 2, 2, "VALID"))
    assert tape.gradient(y, x).numpy()[0, :, :, 0].tolist() == [[1, 0, 1, 0], [0, 0, 0, 0]]


def test_causal_convolution_sees_no_later_step():
    layer = keras.layers.Conv1D(3, 3, padding="causal", dilation_rate=2)
    x = data_of((1, 8, 2))
    changed = x.copy()
    changed[:, 5:] += 1
    close(layer(x)[:, :5], layer(changed)[:, :5])


def test_channels_first_is_the_same_transposed():
    last = keras.layers.SeparableConv2D(3, 3, padding="same")
    first = keras.layers.SeparableConv2D(3, 3, padding="same", data_format="channels_first")
    expected = last(IMAGES)
    first.build((None, 4, 6, 5))
    first.set_weights(last.get_weights())
    close(np.moveaxis(first(np.moveaxis(IMAGES, -1, 1)).numpy(), 1, -1), expected)


def test_the_configured_data_format_is_the_default():
    keras.config.set_image_data_format("channels_first")
    try:
        assert keras.layers.Conv2D(1, 1).data_format == "channels_first"
        assert tuple(keras.ops.max_pool(np.ones((1, 3, 4, 6), "float32"), 2).shape) == (1, 3, 2, 3)
    finally:
        keras.config.set_image_data_format("channels_last")


def test_axes_before_the_batch_are_kept():
    layer = keras.layers.Conv2D(3, 2)
    x = data_of((2, 3, 4, 4, 2))
    y = layer(x)
    assert tuple(y.shape) == (2, 3, 3, 3, 3)
    close(y[:, 1], layer(x[:, 1]))
    assert tuple(layer(keras.Input((3, 4, 4, 2))).shape) == (None, 3, 3, 3, 3)


def test_spellings_of_tf_nn_agree():
    kernel = data_of((3, 3, 4, 2))
    expected = tf.nn.conv2d(IMAGES, kernel, strides=[1, 2, 1, 1], padding="SAME")
    pairs = [[0, 0], [0, 1], [1, 1], [0, 0]]
    close(tf.nn.conv2d(IMAGES, kernel, [2, 1], pairs), expected)
    first = tf.nn.convolution(np.moveaxis(IMAGES, -1, 1), kernel, [2, 1], "SAME", data_format="NCHW")
    close(np.moveaxis(first.numpy(), 1, -1), expected)
    close(K.conv2d(IMAGES, kernel, (2, 1), "same"), expected)
    close(keras.ops.conv(IMAGES, kernel, (2, 1), "same"), expected)
    close(tf.nn.avg_pool(IMAGES, 2, 1, "VALID"), K.pool2d(IMAGES, (2, 2), pool_mode="avg"))
    close(tf.nn.pool(IMAGES, 2, "MAX"), K.pool2d(IMAGES, (2, 2)))


def test_transposed_convolution_takes_the_shape_of_a_tensor():
    kernel = data_of((3, 3, 2, 4))

    @tf.function
    def up(x):
        shape = tf.shape(x)
        return tf.nn.conv2d_transpose(x, kernel, tf.stack([shape[0], 2 * shape[1], 2 * shape[2], 2]), 2)

    assert tuple(up(tf.constant(IMAGES)).shape) == (2, 12, 10, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tf.nn.conv2d(IMAGES, data_of((3, 3, 3, 2)), 1, "SAME"), "channels"),
        (lambda: tf.nn.conv2d(IMAGES, data_of((9, 3, 4, 2)), 1, "VALID"), "window reaches over 9"),
        (lambda: tf.nn.conv2d(IMAGES, data_of((3, 3, 4, 2)), [2, 1, 1, 1], "VALID"), "must be 1"),
        (lambda: tf.nn.conv2d(IMAGES, data_of((3, 3, 4, 2)), 1, "FULL"), "SAME"),
        (lambda: tf.nn.conv2d(IMAGES, data_of((3, 3, 4, 2)), 1, "SAME", "NHCW"), "data_format"),
        (lambda: tf.nn.conv2d(IMAGES[0], data_of((3, 3, 4, 2)), 1, "SAME"), "axes"),
        (lambda: tf.nn.depthwise_conv2d(IMAGES, data_of((3, 3, 2, 1)), 1, "SAME"), "for 2 channels"),
        (lambda: tf.nn.conv2d_transpose(IMAGES, data_of((3, 3, 2, 4)), [2, 9, 10, 2], 2), "does not take"),
        (lambda: tf.nn.pool(IMAGES, 2, "SUM"), "pooling_type"),
        (lambda: tf.nn.space_to_depth(IMAGES, 2), "does not divide"),
        (lambda: keras.ops.max_pool(IMAGES, 2, padding="causal"), "padding"),
    ],
)  # fmt: skip
def test_refusals_say_what_is_wrong(call, message):
    with pytest.raises((ValueError, NotImplementedError), match=message):
        call()


@pytest.mark.parametrize(
    ("shape", "fans"), [((3, 3, 4, 8), (36, 72)), ((5, 4, 8), (20, 40)), ((2, 2, 2, 3, 1), (24, 8))]
)
def test_fans_of_kernels(shape, fans):
    values = keras.initializers.VarianceScaling(1.0, "fan_in", "uniform", seed=1)(shape).numpy()
    assert np.abs(values).max() <= np.sqrt(3 / fans[0])
    assert np.abs(values).max() > 0.8 * np.sqrt(3 / fans[0])
    values = keras.initializers.VarianceScaling(1.0, "fan_out", "uniform", seed=1)(shape).numpy()
    assert 0.8 * np.sqrt(3 / fans[1]) < np.abs(values).max() <= np.sqrt(3 / fans[1])


@pytest.mark.skipif(not engine.current().compiles, reason="this engine does not compile")
def test_only_convolutions_in_another_form_are_slow_in_loops():
    jax = pytest.importorskip("jax")
    if jax.default_backend() != "cpu":
        pytest.skip("on a CPU only")
    F = engine.current()
    specs = [((2, 8, 8, 4), "float32"), ((3, 3, 2, 4), "float32"), ((3, 3, 4, 1), "float32")]

    def ours(x, kernel, depthwise):
        def loss(x, kernel, depthwise):
            options = {"strides": (1, 1), "padding": ((1, 1), (1, 1)), "dilation": (1, 1)}
            y = F.depthwise_conv(F.conv(x, kernel, groups=2, **options), depthwise, **options)
            return F.max_pool(y, window=(2, 2), **options).sum()

        return list(jax.grad(loss, (0, 1, 2))(x, kernel, depthwise))

    def plain(x, kernel, _):
        layout = ("NHWC", "HWIO", "NHWC")

        def loss(kernel):
            return jax.lax.conv_general_dilated(
                x[..., :2], kernel, (1, 1), "SAME", dimension_numbers=layout
            ).sum()

        return [jax.grad(loss)(kernel)]

    assert not F.trace(ours, specs).slow_in_loops
    assert F.trace(plain, specs).slow_in_loops
