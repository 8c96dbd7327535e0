"""What single layers do beyond the common checks."""

import json

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras
from unikeras.saving.serialize import serialize_keras_object

from .harness import close, data_of, has_gradients

L = keras.layers


def mask_of(tensor):
    mask = getattr(tensor, "_keras_mask", None)
    return None if mask is None else mask.numpy().tolist()


# Dropout and noise.

DROPOUT = [[0, 1, 1, 0, 1, 0, 1, 1], [1, 1, 1, 0, 1, 1, 0, 1]]
NOISE = [-1.0975175, 0.47504, 0.8630787, -0.7109674]


def test_dropout_masks_are_the_same_on_every_engine():
    """Recorded once; threefry's bits are the same everywhere."""
    x = tf.ones((2, 8))
    first = L.Dropout(0.5, seed=1)(x, training=True).numpy()
    again = L.Dropout(0.5, seed=1)(x, training=True).numpy()
    np.testing.assert_array_equal(first, again)
    assert (first > 0).astype(int).tolist() == DROPOUT
    noise = L.GaussianNoise(1.0, seed=1)(tf.zeros((4,)), training=True).numpy()
    np.testing.assert_allclose(noise, NOISE, rtol=1e-5)
    alpha = L.AlphaDropout(0.5, seed=1)(x, training=True).numpy()
    assert (alpha > 0).astype(int).tolist() == DROPOUT


def test_dropout_of_all():
    assert L.Dropout(1.0)(tf.ones((2, 2)), training=True).numpy().tolist() == [[0, 0], [0, 0]]


def test_dropout_is_in_training_inside_fit_only():
    model = keras.Sequential([keras.Input((50,)), L.Dropout(0.5, seed=1)])
    x = np.ones((4, 50), "float32")
    np.testing.assert_array_equal(model.predict(x, verbose=0), x)
    np.testing.assert_array_equal(model(x).numpy(), x)
    assert set(np.unique(model(x, training=True).numpy())) == {0.0, 2.0}


@pytest.mark.skipif(not has_gradients(), reason="this engine does not train")
def test_compiled_steps_advance_the_seed():
    model = keras.Sequential([keras.Input((8,)), L.Dropout(0.5, seed=1), L.Dense(1)])
    model.compile("sgd", "mse")
    before = model.layers[0].seed_generator.state.numpy().copy()
    model.fit(np.ones((12, 8), "float32"), np.ones((12, 1), "float32"), batch_size=4, epochs=2, verbose=0)
    assert model.layers[0].seed_generator.state.numpy()[1] - before[1] == 6


def test_shared_masks():
    y = L.Dropout(0.5, noise_shape=(None, 1, None), seed=1)(tf.ones((4, 5, 6)), training=True).numpy()
    assert (y == y[:, :1]).all()
    y = L.SpatialDropout2D(0.5, data_format="channels_first", seed=1)(
        tf.ones((4, 6, 3, 3)), training=True
    ).numpy()
    assert (y == y[:, :, :1, :1]).all()
    assert set(np.unique(y)) == {0.0, 2.0}


# Normalisation.


def test_batch_normalization_frozen_takes_the_moving_statistics():
    layer = L.BatchNormalization(epsilon=0.0)
    layer.trainable = False
    x = data_of((4, 3))
    close(layer(tf.constant(x), training=True), x)
    assert layer.moving_mean.numpy().tolist() == [0, 0, 0]


def test_batch_normalization_without_any_unmasked_step():
    layer = L.BatchNormalization(momentum=0.5)
    y = layer(tf.constant(data_of((2, 3, 4))), training=True, mask=tf.zeros((2, 3), dtype="bool"))
    assert np.isfinite(y.numpy()).all()
    assert layer.moving_mean.numpy().tolist() == [0.0] * 4
    assert layer.moving_variance.numpy().tolist() == [0.5] * 4


def test_batch_normalization_of_halves_does_not_overflow():
    x = np.array([[300.0], [-300.0]] * 50, "float16")
    y = L.BatchNormalization(dtype="float16")(tf.constant(x), training=True)
    assert y.dtype == "float16"
    close(y, np.sign(x), 1e-2)


@pytest.mark.skipif(not has_gradients(), reason="this engine does not train")
def test_batch_normalization_in_fit():
    model = keras.Sequential([keras.Input((3,)), L.BatchNormalization(momentum=0.5), L.Dense(1)])
    model.compile("sgd", "mse")
    x = data_of((8, 3)) + 5
    model.fit(x, np.zeros((8, 1), "float32"), batch_size=8, epochs=1, verbose=0)
    close(model.layers[0].moving_mean.numpy(), x.mean(axis=0) / 2)
    close(model.layers[0].moving_variance.numpy(), 0.5 + x.var(axis=0) / 2)


def test_layer_normalization_is_of_each_sample():
    y = L.LayerNormalization(epsilon=0.0)(tf.constant(data_of((5, 100)))).numpy()
    close(y.mean(axis=1), np.zeros(5))
    close(y.std(axis=1), np.ones(5))


def test_unit_normalization_of_zeros():
    assert L.UnitNormalization()(tf.zeros((1, 3))).numpy().tolist() == [[0, 0, 0]]


# Normalization.


@pytest.mark.parametrize("form", ["array", "tensor", "list", "batches", "generator", "sequence", "frame"])
def test_adapt_takes_data_in_many_forms(form):
    x = data_of((10, 3)) * 3 + 1

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return x[index * 4 : (index + 1) * 4]

    def frame():
        pandas = pytest.importorskip("pandas")
        return pandas.DataFrame(x)

    if form == "sequence":
        pytest.importorskip("unikeras.training.trainer")
    data = {
        "array": lambda: x,
        "tensor": lambda: tf.constant(x),
        "list": lambda: x.tolist(),
        "batches": lambda: [x[:7], x[7:]],
        "generator": lambda: (x[i : i + 1] for i in range(10)),
        "sequence": lambda: Batches(),
        "frame": frame,
    }[form]()
    layer = L.Normalization()
    layer.adapt(data)
    y = layer(tf.constant(x)).numpy()
    close(y.mean(axis=0), np.zeros(3))
    close(y.std(axis=0), np.ones(3))
    assert int(layer.weights[2]) == 10
    close(L.Normalization(mean=layer.mean.numpy(), variance=layer.variance.numpy(), invert=True)(y), x, 1e-4)


def test_adapt_starts_over():
    layer = L.Normalization()
    layer.adapt(np.ones((4, 2)) * 9)
    layer.adapt(np.array([[1.0, 2.0], [3.0, 6.0]]))
    assert layer.mean.numpy().tolist() == [[2.0, 4.0]]
    assert layer.variance.numpy().tolist() == [[1.0, 4.0]]


def test_adapt_stops_after_steps():
    layer = L.Normalization()
    layer.adapt([np.zeros((2, 1)), np.ones((2, 1)) * 4, np.ones((2, 1)) * 100], steps=2)
    assert layer.mean.numpy().tolist() == [[2.0]]


def test_constant_features_become_zero():
    layer = L.Normalization()
    layer.adapt(np.full((4, 2), 7.0))
    assert layer(np.full((2, 2), 7.0)).numpy().tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("axis", "shape"), [(None, ()), (-1, (4,)), (1, (3,)), ((1, 2), (3, 4)), ((-1, 1), (3, 4))]
)
def test_axes_of_statistics(axis, shape):
    x = data_of((20, 3, 4)) * 2 + 1
    layer = L.Normalization(axis=axis)
    layer.adapt(x)
    assert tuple(layer.weights[0].shape) == shape
    kept = () if axis is None else tuple(a % 3 for a in (axis if isinstance(axis, tuple) else (axis,)))
    axes = tuple(a for a in range(3) if a not in kept)
    expected = (x - x.mean(axis=axes, keepdims=True)) / x.std(axis=axes, keepdims=True)
    close(layer(tf.constant(x)), expected, 1e-4)


def test_what_was_adapted_travels_with_the_weights():
    layer = L.Normalization()
    layer.adapt(data_of((10, 3)))
    other = L.Normalization()
    other.build((None, 3))
    other.set_weights(layer.get_weights())
    x = data_of((2, 3))
    close(other(x), layer(x))


def test_large_offsets_do_not_spoil_the_variance():
    x = np.array([[1e8], [1e8 + 2.0]])
    layer = L.Normalization(dtype="float64")
    layer.adapt([x[:1], x[1:]])
    assert layer.variance.numpy().tolist() == [[1.0]]


# Embedding and masks.


def test_embedding_takes_a_matrix_and_floats():
    matrix = np.arange(6, dtype="float32").reshape(3, 2)
    for weights in (matrix, [matrix]):
        layer = L.Embedding(3, 2, weights=weights)
        assert layer(tf.constant([[2.0, 0.9]])).numpy().tolist() == [[[4.0, 5.0], [0.0, 1.0]]]


def test_embedding_input_length_gives_the_shape():
    model = keras.Sequential([L.Embedding(3, 2, input_length=4), L.Flatten()])
    assert tuple(model.output_shape) == (None, 8)


@pytest.mark.skipif(not has_gradients(), reason="this engine has no gradients")
def test_embedding_gradients_reach_the_rows_used():
    layer = L.Embedding(4, 2, embeddings_initializer="ones")
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(layer(tf.constant([1, 1, 3])))
    gradient = tf.convert_to_tensor(tape.gradient(y, layer.embeddings)).numpy()
    assert gradient.tolist() == [[0, 0], [2, 2], [0, 0], [1, 1]]


def test_masks_go_through_a_model():
    ids = np.array([[1, 2, 0]])
    x = L.Embedding(3, 2, mask_zero=True)(ids)
    assert mask_of(x) == [[True, True, False]]
    for layer in (
        L.Dense(2),
        L.Dropout(0.5),
        L.ReLU(),
        L.BatchNormalization(),
        L.LayerNormalization(),
        L.Identity(),
    ):
        assert mask_of(layer(x)) == [[True, True, False]], layer
    for layer in (L.Flatten(), L.Reshape((6,)), L.Permute((2, 1))):
        assert mask_of(layer(x)) is None, layer

    seen = []

    class Look(L.Layer):
        def call(self, inputs, mask=None):
            seen.append(mask)
            return inputs

    i = keras.Input((3,), dtype="int32")
    model = keras.Model(i, Look()(L.Dense(2)(L.Embedding(3, 2, mask_zero=True)(i))))
    seen.clear()
    model(ids)
    assert seen[-1].numpy().tolist() == [[True, True, False]]


def test_masking():
    x = np.array([[[1.0, 0.0], [0.0, 0.0], [np.nan, 1.0]]], "float32")
    y = L.Masking(0.0)(x)
    assert mask_of(y) == [[True, False, True]]
    assert mask_of(L.Masking(1.0)(np.ones((1, 2, 3), "float32"))) == [[False, False]]


A, B = [[True, True, False], [True, False, False]], [[True, False, False], [True, True, False]]
BOTH = [[True, False, False], [True, False, False]]


def masked(*masks):
    tensors = [tf.constant(data_of((2, 3, 4))) for _ in masks]
    for tensor, mask in zip(tensors, masks, strict=True):
        if mask is not None:
            tensor._keras_mask = tf.constant(mask)
    return tensors


@pytest.mark.parametrize("name", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"])
def test_merges_mask_where_any_input_is_masked(name):
    layer = getattr(L, name)()
    assert mask_of(layer(masked(A, B))) == BOTH
    assert mask_of(layer(masked(A, None))) == A
    assert mask_of(layer(masked(None, None))) is None


def test_concatenate_joins_masks():
    first = [a + b for a, b in zip(A, B, strict=True)]
    assert mask_of(L.Concatenate(axis=1)(masked(A, B))) == first
    assert mask_of(L.Concatenate(axis=1)(masked(A, None))) == [a + [True] * 3 for a in A]
    assert mask_of(L.Concatenate(axis=0)(masked(A, B))) == A + B
    assert mask_of(L.Concatenate()(masked(A, B))) == BOTH
    assert mask_of(L.Concatenate()(masked(A, None))) == A
    assert mask_of(L.Dot(axes=1)(masked(A, B))) is None


def test_softmax_under_a_mask():
    x = np.zeros((1, 2, 3), "float32")
    steps = tf.constant([[True, False]])
    y = L.Softmax(axis=1)(x, mask=steps).numpy()
    assert y.tolist() == [[[1, 1, 1], [0, 0, 0]]]
    y = L.Softmax()(x, mask=tf.constant([[[True, False, True], [False] * 3]])).numpy()
    close(y, np.array([[[0.5, 0, 0.5], [1 / 3] * 3]]))


# Merging.


def test_merges_broadcast_after_the_batch():
    x, y = data_of((2, 4)), data_of((2, 3, 4))
    close(L.Add()([x, y]), x[:, None] + y)
    close(L.Multiply()([y, x[:, :1]]), y * x[:, None, :1])
    assert L.Add()([keras.Input((4,)), keras.Input((3, 4))]).shape == (None, 3, 4)


def test_merges_of_several_dtypes():
    i, x = np.ones((2, 3), "int32"), np.ones((2, 3), "float32")
    for layer in (L.Add(), L.Concatenate(), L.Maximum()):
        assert layer([i, x]).dtype == "float32"
        assert layer([i, i]).dtype == "int32"
        assert layer([i, i.astype("int64")]).dtype == "int64"
    assert L.Average()([i, i]).dtype == "float32"


@pytest.mark.parametrize(
    "name", ["add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate"]
)
def test_functions_are_the_layers(name):
    x, y = data_of((2, 3)), data_of((2, 3)) * 2
    close(getattr(L, name)([x, y]), getattr(L, name.capitalize())()([x, y]))
    assert (
        getattr(L, name)([keras.Input((3,)), keras.Input((3,))], name="merged").node.operation.name
        == "merged"
    )


@pytest.mark.parametrize(
    ("axes", "first", "second", "expected"),
    [
        (1, (2, 4), (2, 4), (2, 1)),
        ((1, 2), (2, 4, 5), (2, 6, 4), (2, 5, 6)),
        (-1, (2, 4, 5), (2, 6, 5), (2, 4, 6)),
        (-1, (2, 5), (2, 6, 5), (2, 6)),
        (-1, (2, 7, 5), (2, 3, 6, 5), (2, 7, 3, 6)),
    ],
)
def test_dot_of_many_shapes(axes, first, second, expected):
    x, y = data_of(first), data_of(second)
    z = L.dot([x, y], axes=axes).numpy()
    assert z.shape == expected
    a, b = (axes, axes) if isinstance(axes, int) else axes
    for k in range(2):
        rest = np.tensordot(x[k], y[k], axes=(a - 1 if a > 0 else a, b - 1 if b > 0 else b))
        close(z[k].reshape(rest.shape), rest)


# Reshaping.


def test_reshape_with_unknown_sizes():
    assert L.Reshape((-1, 2))(keras.Input((None, 4))).shape == (None, None, 2)
    assert L.Reshape((4, 2))(keras.Input((None, 4))).shape == (None, 4, 2)
    assert L.Reshape((None, 2))(keras.Input((3, 4))).shape == (None, 6, 2)
    assert L.Reshape(12)(keras.Input((3, 4))).shape == (None, 12)
    x = keras.Input((None, 4))
    model = keras.Model(x, L.Reshape((4, 2))(x))
    assert model(np.ones((3, 2, 4), "float32")).shape == (3, 4, 2)
    assert L.Reshape((-1, 2))(np.ones((0, 4), "float32")).shape == (0, 2, 2)


# Lambda, Wrapper.


def double(x, factor=2):
    return x * factor


def test_lambda_by_name():
    layer = L.Lambda(double, arguments={"factor": 3}, name="times")
    config = json.loads(json.dumps(layer.get_config()))
    assert config["function"] == {
        "module": "builtins",
        "class_name": "function",
        "config": "double",
        "registered_name": "function",
    }
    with pytest.raises(ValueError, match="double"):
        L.Lambda.from_config(config)
    again = L.Lambda.from_config(config, custom_objects={"double": double})
    assert again(tf.constant([1.0])).numpy().tolist() == [3.0]


def test_lambda_code_is_not_run_unless_asked():
    offset = 1.0
    layer = L.Lambda(lambda x, factor=2.0: tf.sqrt(x) * factor + offset)
    with pytest.warns(UserWarning, match="byte code"):
        config = json.loads(json.dumps(layer.get_config()))
    with pytest.raises(ValueError, match="safe_mode=False"):
        L.Lambda.from_config(config)
    again = L.Lambda.from_config(config, safe_mode=False)
    assert again(tf.constant([9.0])).numpy().tolist() == [7.0]


def test_lambda_gets_mask_and_training():
    seen = {}

    def look(x, mask=None, training=None):
        seen.update(mask=mask, training=training)
        return x * 1

    L.Lambda(look)(masked(A)[0], training=True)
    assert seen["training"] is True
    assert seen["mask"].numpy().tolist() == A


def test_lambda_masks():
    x = masked(A)[0]
    assert mask_of(L.Lambda(lambda t: t * 2)(x)) is None
    assert mask_of(L.Lambda(lambda t: t * 2, mask=lambda inputs, mask: mask)(x)) == A


def test_lambda_output_shape():
    layer = L.Lambda(lambda x: tf.constant(np.asarray(x)[:, :2]), output_shape=(2,))
    assert layer(keras.Input((5,))).shape == (None, 2)
    assert layer.compute_output_shape((7, 5)) == (7, 2)
    assert L.Lambda(double, output_shape=lambda shape: shape).compute_output_shape((7, 5)) == (7, 5)
    assert layer(np.ones((3, 5), "float32")).shape == (3, 2)


def test_lambda_of_several_tensors():
    layer = L.Lambda(lambda xs: xs[0] + xs[1])
    assert layer([keras.Input((3,)), keras.Input((3,))]).shape == (None, 3)


@keras.saving.register_keras_serializable(package="tests")
class Twice(L.Wrapper):
    def call(self, inputs):
        return self.layer(self.layer(inputs))


def test_wrapper():
    layer = Twice(L.Dense(3, name="inner"), name="outer")
    x = data_of((2, 3))
    y = layer(x)
    assert [w.name for w in layer.weights] == ["outer/inner/kernel:0", "outer/inner/bias:0"]
    config = json.loads(json.dumps(layer.get_config()))
    assert config["layer"]["class_name"] == "Dense"
    again = Twice.from_config(config)
    again.build((None, 3))
    again.set_weights(layer.get_weights())
    close(again(x), y)
    assert json.loads(json.dumps(serialize_keras_object(layer)))["registered_name"] == "tests>Twice"


# tf.keras 2's arguments.


def test_arguments_of_tf_keras_2():
    assert L.LeakyReLU(alpha=0.1).negative_slope == pytest.approx(0.1)
    assert L.BatchNormalization(fused=True, axis=[3]).axis == 3
    model = keras.Sequential([L.Flatten(input_shape=(2, 3)), L.Dropout(0.2), L.BatchNormalization()])
    assert tuple(model.output_shape) == (None, 6)
    model = keras.Sequential([L.Reshape((3, 2), input_shape=(6,)), L.ReLU(max_value=1.0)])
    assert tuple(model.output_shape) == (None, 3, 2)


@pytest.mark.parametrize("name", ["ReLU", "ELU", "Softmax", "LeakyReLU", "PReLU"])
def test_activation_layers_as_activations(name):
    layer = L.Dense(3, activation=getattr(L, name)())
    assert layer(data_of((2, 3))).shape == (2, 3)
