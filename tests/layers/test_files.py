"""Layers inside saved models."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

from .harness import close, data_of

L = keras.layers
IDS = np.array([[1, 2, 0], [3, 4, 0]], "int32")


def mixed():
    """A model with most kinds of layers, all its weights other than at the start."""
    ids, x = keras.Input((3,), dtype="int32", name="ids"), keras.Input((3, 4), name="x")
    normalization = L.Normalization(name="normalization")
    normalization.adapt(data_of((20, 3, 4)) * 3 + 1)
    words = L.Embedding(5, 4, mask_zero=True)(ids)
    steps = L.Masking()(normalization(x))
    y = L.Add()([words, L.PReLU(shared_axes=[1])(steps)])
    y = L.Concatenate(name="join")([L.BatchNormalization()(y), L.LayerNormalization()(y)])
    y = L.Lambda(keras.activations.tanh)(L.Dropout(0.3, seed=1)(L.Rescaling(0.5, offset=[0.1] * 8)(y)))
    y = L.Permute((2, 1))(L.Reshape((3, 8))(y))
    y = L.Dot(axes=1)([L.Flatten()(y), L.Flatten()(L.Identity()(y))])
    model = keras.Model([ids, x], [y, L.RepeatVector(2)(L.ReLU()(y))])
    model.set_weights([data_of(w.shape) ** 2 + 0.5 for w in model.weights])
    return model


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5"])
def test_round_trip(tmp_path, suffix):
    model = mixed()
    inputs = [tf.constant(IDS), tf.constant(data_of((2, 3, 4)))]
    path = tmp_path / f"model{suffix}"
    if suffix == ".keras":
        model.save(path)
        again = keras.models.load_model(path)
    else:
        model.save_weights(path)
        again = keras.models.clone_model(model)
        again.load_weights(path)
    assert [w.name for w in again.weights] == [w.name for w in model.weights]
    for mine, theirs in zip(again(inputs), model(inputs), strict=True):
        close(mine, theirs)


def test_lambdas_in_files_are_refused(tmp_path):
    model = keras.Sequential([keras.Input((2,)), L.Lambda(lambda x: x * 2)])
    path = tmp_path / "model.keras"
    with pytest.warns(UserWarning, match="byte code"):
        model.save(path)
    with pytest.raises(ValueError, match="safe_mode=False"):
        keras.models.load_model(path)
    again = keras.models.load_model(path, safe_mode=False)
    assert again(np.ones((1, 2), "float32")).numpy().tolist() == [[2.0, 2.0]]
