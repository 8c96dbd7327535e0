"""What does not fit is refused, with a message that says what and where."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras

L = keras.layers


def ones(*shape, dtype="float32"):
    return tf.ones(shape, dtype=dtype)


CONSTRUCTORS = [
    ("Dropout", {"rate": 1.5}, r"rate must be a number in \[0, 1\], not 1.5"),
    ("Dropout", {"rate": -0.1}, "rate must be"),
    ("Dropout", {"rate": None}, "rate must be"),
    ("Dropout", {"rate": 0.5, "seed": -1}, "seed must be a non-negative int"),
    ("AlphaDropout", {"rate": 1.0}, r"in \[0, 1\), not 1.0"),
    ("GaussianDropout", {"rate": 1.0}, r"in \[0, 1\), not 1.0"),
    ("GaussianNoise", {"stddev": -1.0}, "stddev must be a number of at least 0, not -1.0"),
    ("SpatialDropout2D", {"rate": 0.5, "data_format": "last"}, "data_format must be 'channels_last' or"),
    ("Reshape", {"target_shape": (-1, -1)}, "at most one dimension"),
    ("Reshape", {"target_shape": (-2, 3)}, "negative"),
    ("Permute", {"dims": (0, 1)}, "each of 1, 2, ..., 2 once"),
    ("Permute", {"dims": (1, 1)}, "each of 1, 2, ..., 2 once"),
    ("RepeatVector", {"n": "three"}, "n must be an integer, not 'three'"),
    ("RepeatVector", {"n": 2.0}, "n must be an integer, not 2.0"),
    ("Activation", {"activation": "rellu"}, "Did you mean 'relu'"),
    ("ReLU", {"max_value": -1.0}, "max_value must not be negative"),
    ("ReLU", {"negative_slope": None}, "negative_slope must not be negative or None"),
    ("ReLU", {"threshold": -1.0}, "threshold must not be negative"),
    ("LeakyReLU", {"negative_slope": -1.0}, "negative_slope must not be negative"),
    ("LeakyReLU", {"alpha": None}, "negative_slope must not be negative or None"),
    ("ELU", {"alpha": None}, "alpha must be a number"),
    ("ThresholdedReLU", {"theta": -1.0}, "theta must not be negative"),
    ("BatchNormalization", {"momentum": 2.0}, r"momentum must be in \[0, 1\], not 2.0"),
    ("LayerNormalization", {"axis": "last"}, "axis must be an int or a list of ints, not 'last'"),
    ("UnitNormalization", {"axis": []}, "axis must be an int or a list of ints"),
    ("Embedding", {"input_dim": -1, "output_dim": 3}, "input_dim must be a positive integer, not -1"),
    ("Embedding", {"input_dim": 3, "output_dim": 2.5}, "output_dim must be a positive integer, not 2.5"),
    ("Dot", {"axes": "last"}, "axes must be an int or a pair"),
    ("Dot", {"axes": (1, 2, 3)}, "axes must be an int or a pair"),
    ("Lambda", {"function": 3}, "function must be callable, not 3"),
    ("Rescaling", {"scale": [[1.0]]}, "flat lists of numbers"),
    ("Rescaling", {"scale": "big"}, "must be numbers"),
    ("Normalization", {"mean": 1.0}, "both mean and variance"),
    ("Normalization", {"axis": "last"}, "axis must be an int"),
    ("Wrapper", {"layer": "dense"}, "layer must be a keras.layers.Layer, not 'dense'"),
    ("ReLU", {"nonsense": 1}, "unknown keyword argument 'nonsense'"),
]


@pytest.mark.parametrize(("name", "kwargs", "message"), CONSTRUCTORS)
def test_constructor(name, kwargs, message):
    with pytest.raises((TypeError, ValueError), match=message):
        getattr(L, name)(**kwargs)


@pytest.mark.parametrize("kwargs", [{"axis": [1, 2]}, {"virtual_batch_size": 4}])
def test_batch_normalization_says_what_is_not_there(kwargs):
    with pytest.raises(NotImplementedError, match="BatchNormalization"):
        L.BatchNormalization(**kwargs)


CALLS = [
    (lambda: L.Reshape((5, 5)), lambda: ones(2, 3, 4), r"a sample of shape \(3, 4\) has 12 elements"),
    (lambda: L.Reshape((-1, 5)), lambda: ones(2, 3, 4), "do not fit into"),
    (lambda: L.Permute((2, 1)), lambda: ones(2, 3), "expected ndim=3, found ndim=2"),
    (lambda: L.RepeatVector(2), lambda: ones(2, 3, 4), "expected ndim=2, found ndim=3"),
    (lambda: L.SpatialDropout1D(0.5), lambda: ones(2, 3), "expected ndim=3, found ndim=2"),
    (lambda: L.BatchNormalization(axis=5), lambda: ones(2, 3), r"there is no axis 5 in an input of shape \(2, 3\)"),
    (lambda: L.BatchNormalization(), lambda: keras.Input((3, None)), "must be known"),
    (lambda: L.LayerNormalization(axis=3), lambda: ones(2, 3), r"axis=3 does not fit an input of shape \(2, 3\)"),
    (lambda: L.LayerNormalization(axis=[1, -1]), lambda: ones(2, 3), "does not fit"),
    (lambda: L.LayerNormalization(), lambda: keras.Input((3, None)), "must be known"),
    (lambda: L.PReLU(), lambda: keras.Input((None, 4)), "not in shared_axes"),
    (lambda: L.Add(), lambda: ones(2, 3), "takes a list"),
    (lambda: L.Add(), lambda: [ones(2, 3), ones(2, 2)], r"incompatible shapes \[\(2, 3\), \(2, 2\)\]"),
    (lambda: L.Add(), lambda: [ones(2, 3), ones(4, 3)], "batch sizes differ"),
    (lambda: L.Add(), lambda: [ones(2, 3), ones()], "needs a batch axis"),
    (lambda: L.Add(), lambda: [keras.Input((4,)), keras.Input((4, 3))], "incompatible shapes"),
    (lambda: L.Subtract(), lambda: [ones(2, 3)] * 3, "exactly 2 tensors, but received 3"),
    (lambda: L.Concatenate(), lambda: ones(2, 3), "takes a list"),
    (lambda: L.Concatenate(), lambda: [ones(2, 3), ones(2, 3, 4)], "same number of axes"),
    (lambda: L.Concatenate(axis=1), lambda: [ones(2, 3, 4), ones(2, 3, 5)], "must be equal on all axes but 1"),
    (lambda: L.Concatenate(axis=2), lambda: [ones(2, 3), ones(2, 3)], "there is no axis 2"),
    (lambda: L.Dot(axes=1), lambda: [ones(2, 3), ones(2, 2)], "same size, but they have 3 and 2"),
    (lambda: L.Dot(axes=0), lambda: [ones(2, 3), ones(2, 3)], "0 is the batch"),
    (lambda: L.Dot(axes=1), lambda: [ones(2, 3)] * 3, "exactly 2 tensors"),
    (lambda: L.Dot(axes=1), lambda: [ones(2, 3), ones(4, 3)], "batch sizes differ"),
    (lambda: L.Rescaling([1.0, 2.0]), lambda: ones(2, 3), "scale has 2 numbers, but the last axis"),
    (lambda: L.Normalization(axis=2), lambda: ones(2, 3), r"axis=\(2,\) does not fit"),
    (lambda: L.Normalization(mean=[1.0, 2.0], variance=[1.0, 1.0]), lambda: ones(2, 3), r"mean has the shape \(2,\)"),
    (lambda: L.Embedding(3, 2), lambda: tf.constant([[0, 3]]), r"the id 3 at \[0, 1\] is not in \[0, 3\)"),
    (lambda: L.Embedding(3, 2), lambda: tf.constant([-1]), r"the id -1 at \[0\]"),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "inputs", "message"), CALLS)
def test_call(layer, inputs, message):
    with pytest.raises(ValueError, match=message):
        layer()(inputs())


@pytest.mark.parametrize(
    ("layer", "first", "second", "message"),
    [
        (L.BatchNormalization, (2, 3), (2, 4), "axis -1 of input shape to have value 3"),
        (L.LayerNormalization, (2, 3), (2, 4), "axis -1 of input shape to have value 3"),
        (L.PReLU, (2, 3, 4), (2, 5, 4), "axis 1 of input shape to have value 3"),
        (L.Normalization, (2, 3), (2, 4), "axis 1 of input shape to have value 3"),
        (L.BatchNormalization, (2, 3), (2, 3, 3), "expected ndim=2, found ndim=3"),
        (lambda: L.Reshape((2, 2)), (2, 4), (2, 5), "do not fit into"),
    ],
)
def test_another_shape_than_at_first(layer, first, second, message):
    layer = layer()
    layer(ones(*first))
    with pytest.raises(ValueError, match=message):
        layer(ones(*second))


def test_merges_check_every_call():
    for layer in (L.Add(), L.Concatenate(axis=1), L.Dot(axes=1)):
        layer([ones(2, 3), ones(2, 3)])
        with pytest.raises(ValueError, match=layer.name):
            layer([ones(2, 3), ones(4, 3)])


@pytest.mark.parametrize("layer", [L.Add(), L.Concatenate(axis=1)])
def test_merges_want_a_mask_for_each_input(layer):
    mask = tf.constant([[True, False, True]] * 2)
    with pytest.raises(ValueError, match="a mask for each of the 2 inputs"):
        layer.compute_mask([ones(2, 3, 4)] * 2, [mask])


def test_masks_of_batch_normalization_have_fewer_axes():
    with pytest.raises(ValueError, match="must have fewer axes"):
        L.BatchNormalization()(ones(2, 3), mask=tf.ones((2, 3), dtype="bool"), training=True)


def test_embedding_rows_out_of_range_are_nan_when_compiled():
    layer = L.Embedding(3, 2)
    layer(tf.constant([0]))
    compiled = tf.function(lambda ids: layer(ids))
    ids = tf.constant([1, 5, -1])
    if not engine.current().compiles:  # such a function runs as it is
        with pytest.raises(ValueError, match="the id 5"):
            compiled(ids)
        return
    rows = compiled(ids).numpy()
    assert np.isfinite(rows[0]).all()
    assert np.isnan(rows[1:]).all()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "there are none"),
        (np.zeros((0, 3)), "there are none"),
        (np.array([["a"]]), "needs numbers"),
        (3, "iterable"),
        ([(np.ones((2, 3)), np.ones(2))], "inputs alone"),
        ([np.ones((2, 3)), np.ones((2, 4))], "do not fit"),
    ],
)
def test_adapt(data, message):
    with pytest.raises(ValueError, match=message):
        L.Normalization().adapt(data)


def test_adapt_with_given_statistics():
    with pytest.raises(ValueError, match="were given to the constructor"):
        L.Normalization(mean=1.0, variance=2.0).adapt(np.ones((2, 3)))
