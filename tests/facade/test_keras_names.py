"""Keras's helpers: settings, labels, sequences, and the backend functions."""

from __future__ import annotations

import numpy as np
import pytest

from unikeras import keras
from unikeras.keras import backend as K


def test_to_categorical():
    one_hot = keras.utils.to_categorical([[0], [2]])
    assert one_hot.dtype == np.float32
    assert one_hot.tolist() == [[1, 0, 0], [0, 0, 1]]
    assert keras.utils.to_categorical(np.array([[0, 1], [1, 1]]), 2).shape == (2, 2, 2)
    assert keras.utils.to_categorical(keras.ops.array([1, 0]), 2).numpy().tolist() == [[0, 1], [1, 0]]
    assert keras.utils.to_categorical([], 3).shape == (0, 3)
    for bad in ([3], [-1]):
        with pytest.raises(ValueError, match=r"is not in \[0, 3\)"):
            keras.utils.to_categorical(bad, 3)
    with pytest.raises(ValueError, match="expected integers"):
        keras.utils.to_categorical([0.5])


def test_normalize():
    np.testing.assert_allclose(keras.utils.normalize([[3.0, 4.0], [0.0, 0.0]]), [[0.6, 0.8], [0, 0]])
    np.testing.assert_allclose(
        keras.utils.normalize(keras.ops.array([[3.0, 4.0], [0.0, 0.0]])), [[0.6, 0.8], [0, 0]], rtol=1e-6
    )
    np.testing.assert_allclose(keras.utils.normalize([[1.0, 3.0]], order=1), [[0.25, 0.75]])


def test_pad_sequences():
    rows = [[1], [2, 3], [4, 5, 6]]
    pad = keras.preprocessing.sequence.pad_sequences
    assert pad is keras.utils.pad_sequences
    assert pad(rows).tolist() == [[0, 0, 1], [0, 2, 3], [4, 5, 6]]
    assert pad(rows, maxlen=2, truncating="post", padding="post", value=9).tolist() == [
        [1, 9],
        [2, 3],
        [4, 5],
    ]
    assert pad(rows, maxlen=0).shape == (3, 0)
    assert pad([[], [1]]).tolist() == [[0], [1]]
    with pytest.raises(ValueError, match="element 0 is 1"):
        pad([1, 2])
    with pytest.raises(ValueError, match="'pre' or 'post'"):
        pad(rows, padding="left")
    with pytest.raises(ValueError, match="have shape"):
        pad([[[1, 2]], [[1, 2, 3]]])


def test_settings():
    assert (K.epsilon(), K.floatx(), K.image_data_format()) == (1e-7, "float32", "channels_last")
    K.set_image_data_format("channels_first")
    assert keras.config.image_data_format() == "channels_first"
    K.set_image_data_format("channels_last")
    with pytest.raises(ValueError, match="channels_last"):
        K.set_image_data_format("NHWC")
    with pytest.raises(ValueError, match="positive"):
        K.set_epsilon(0)


def test_clear_session_resets_names():
    K.clear_session()
    assert keras.layers.Dense(1).name == "dense"
    keras.utils.clear_session()
    assert keras.layers.Dense(1).name == "dense"


def test_backend_functions():
    x = K.constant([[1.0, 2.0], [3.0, 4.0]])
    assert float(K.mean(x)) == 2.5
    assert K.argmax(x).numpy().tolist() == [1, 1]
    assert K.concatenate([x, x]).shape == (2, 4)
    assert K.expand_dims(x).shape == (2, 2, 1)
    assert K.int_shape(K.permute_dimensions(K.ones((2, 3)), (1, 0))) == (3, 2)
    assert K.repeat(x, 3).shape == (2, 3, 2)
    assert K.clip(x, 2, 3).numpy().tolist() == [[2, 2], [3, 3]]
    assert K.clip(x, None, 3).numpy().tolist() == [[1, 2], [3, 3]]
    assert K.dtype(K.cast(x, "int32")) == "int32"
    v = K.variable([1.0])
    K.update_add(v, [2.0])
    K.moving_average_update(v, [1.0], 0.5)
    assert K.get_value(v).tolist() == [2.0]
    assert K.eval(v * 2).tolist() == [4.0]
    with pytest.raises(TypeError, match="expected a variable"):
        K.set_value(x, 1.0)
    np.testing.assert_allclose(
        K.binary_crossentropy(K.constant([1.0]), K.constant([0.5])), [np.log(2)], rtol=1e-5
    )
    np.testing.assert_allclose(
        K.batch_normalization(x, K.constant([1.0, 2.0]), K.constant([1.0, 1.0]), None, None, epsilon=0.0),
        [[0, 0], [2, 2]],
    )


def test_learning_phase():
    seen = []

    class Probe(keras.layers.Layer):
        def call(self, x, training=None):
            seen.append(K.learning_phase())
            return K.in_train_phase(lambda: x * 2, x, training=training)

    x = K.constant([1.0])
    assert K.get_value(Probe()(x, training=True)).tolist() == [2.0]
    assert K.get_value(Probe()(x, training=False)).tolist() == [1.0]
    assert seen == [1, 0]


def test_keras_ops_promote_and_spell_as_numpy():
    ops = keras.ops
    assert ops.concatenate([[1], [0.5]]).numpy().tolist() == [1.0, 0.5]
    assert [t.shape[0] for t in ops.split(ops.arange(6), [1, 3])] == [1, 2, 3]
    assert len(ops.split(ops.arange(6), 3)) == 3
    assert ops.convert_to_tensor(np.array([1, 2]), "float32").dtype == "float32"
    assert ops.pad(ops.ones((2, 2)), 1).shape == (4, 4)
    assert ops.take([[1, 2], [3, 4]], [1], axis=1).numpy().tolist() == [[2], [4]]
    assert ops.cumsum([[1, 2], [3, 4]]).numpy().tolist() == [1, 3, 6, 10]
    assert float(ops.norm([3.0, 4.0])) == 5.0
    assert ops.argmin([[3, 1], [2, 4]], axis=1, keepdims=True).numpy().tolist() == [[1], [0]]
    with pytest.raises(ValueError, match="sparse"):
        ops.one_hot([1], 2, sparse=True)
    assert float(ops.norm(ops.ones((2, 2)), ord=1)) == 2.0
