"""Spectrograms."""

import numpy as np

from ..harness import data_of
from .case import case

SOUND = data_of((2, 16, 2))


def spectrum(window=1.0, parts=lambda z: z.real):
    frames = np.stack([SOUND[:, i : i + 8] for i in (0, 4, 8)], 1)  # [batch, windows, time, channels]
    values = parts(np.fft.rfft(frames * np.reshape(window, (-1, 1)), axis=2))
    return np.moveaxis(values, 3, 2).reshape(2, 3, -1)


TABLE = [
    case("STFTSpectrogram", {"mode": "real", "frame_length": 8, "window": None}, input_data=SOUND, supports_masking=False,
         expected_output_shape=(2, 3, 10), expected_num_weights=1, expected_output=spectrum()),
    case("STFTSpectrogram", {"mode": "log", "frame_length": 8, "window": "hann", "scaling": "spectrum", "data_format": "channels_first"},
         input_shape=(2, 2, 16), supports_masking=False, expected_output_shape=(2, 10, 3), expected_num_weights=2),
]  # fmt: skip
