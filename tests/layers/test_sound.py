"""Spectrograms: what no table shows."""

import numpy as np

from unikeras import keras

SOUND = np.random.default_rng(1).normal(size=(2, 16, 2)).astype("float32")


def spectrum(sound=SOUND, **settings):
    return np.array(keras.layers.STFTSpectrogram(**{"frame_length": 8, "mode": "stft", **settings})(sound))


def test_channels_first_is_the_same_with_its_axes_moved():
    first = np.moveaxis(SOUND, 1, 2)
    plain, apart = spectrum(), spectrum(expand_dims=True)
    np.testing.assert_allclose(
        spectrum(first, data_format="channels_first"), np.moveaxis(plain, 1, 2), atol=1e-6
    )
    moved = spectrum(first, data_format="channels_first", expand_dims=True)
    np.testing.assert_allclose(moved, np.moveaxis(apart, 3, 1), atol=1e-6)


def test_angles_and_magnitudes_make_up_the_transform():
    both = spectrum(expand_dims=True)
    angle, magnitude = (spectrum(expand_dims=True, mode=m) for m in ("angle", "magnitude"))
    np.testing.assert_allclose(magnitude * np.cos(angle), both[:, :, :5], atol=1e-3)
    np.testing.assert_allclose(magnitude * np.sin(angle), both[:, :, 5:], atol=1e-3)


def test_silence_has_a_floor():
    quiet = np.zeros((1, 16, 1), "float32")
    np.testing.assert_allclose(spectrum(quiet, mode="log"), 0.5 * np.log(1e-7), rtol=1e-6)
    assert (spectrum(quiet, mode="psd") == 0).all()
