"""`MelSpectrogram`: sound as the power in bands that are equally wide to the ear."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.layers.layer import Layer
from unikeras.ops.signal import stft

__all__ = ["MelSpectrogram"]


class MelSpectrogram(Layer):
    """The power of sound in mel bands, in decibels (mirrors `keras.layers.MelSpectrogram`).

    Takes samples [..., time], gives [..., num_mel_bins, windows].

    Args:
        fft_length: the length of each transform.
        sequence_stride: from one window to the next, in samples.
        sequence_length: how long a window is; fft_length if `None`.
        window: 'hann', 'hamming', numbers [sequence_length], or `None`.
        sampling_rate: samples a second.
        num_mel_bins: how many bands.
        min_freq: where the lowest band begins, in Hz.
        max_freq: where the highest ends; half of the sampling rate if `None`.
        power_to_db: whether the result is in decibels.
        top_db: how far below the loudest value of all the result reaches, in decibels.
        mag_exp: the exponent of the magnitudes, 2 for power.
        min_power: what smaller powers count as.
        ref_power: the power of 0 decibels.
        **kwargs: as for `Layer`.

    Example:
        >>> from unikeras import keras
        >>> layer = keras.layers.MelSpectrogram(fft_length=64, sequence_stride=32, num_mel_bins=10)
        >>> layer(keras.ops.ones((2, 400))).shape
        TensorShape([2, 10, 13])
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: Any = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fft_length = fft_length
        self.sequence_stride = sequence_stride
        self.sequence_length = sequence_length or fft_length
        self.window = window
        self.sampling_rate = sampling_rate
        self.num_mel_bins = num_mel_bins
        self.min_freq = min_freq
        self.max_freq = max_freq or sampling_rate / 2
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power

    def call(self, inputs: Any) -> Any:
        dtype = self.compute_dtype
        if dtype in ("float16", "bfloat16"):  # there are no transforms of halves
            inputs = ops.cast(inputs, "float32")
        real, imaginary = stft(
            inputs, self.sequence_length, self.sequence_stride, self.fft_length, self.window
        )
        power = ops.power(ops.square(real) + ops.square(imaginary), self.mag_exp / 2)
        bands = _bands(
            self.num_mel_bins, self.fft_length // 2 + 1, self.sampling_rate, self.min_freq, self.max_freq
        )
        result = ops.einsum("...tf,fm->...mt", power, ops.constant(bands, power.dtype))
        if not self.power_to_db:
            return ops.cast(result, dtype)
        decibels = 10 / np.log(10.0) * ops.log(ops.maximum(result, self.min_power))
        decibels = decibels - 10 * np.log10(max(self.min_power, self.ref_power))
        return ops.cast(ops.maximum(decibels, ops.max(decibels) - self.top_db), dtype)

    def get_config(self) -> dict[str, Any]:
        names = (
            "fft_length", "sequence_stride", "sequence_length", "window", "sampling_rate", "num_mel_bins", "min_freq",
            "max_freq", "power_to_db", "top_db", "mag_exp", "min_power", "ref_power",
        )  # fmt: skip
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _bands(count: int, bins: int, rate: float, low: float, high: float) -> np.ndarray:
    """The weight of each frequency in each band: triangles on the mel scale [bins, count]; that of frequency 0 is 0."""

    def mel(hertz: Any) -> Any:
        return 1127 * np.log1p(np.asarray(hertz) / 700)

    place = mel(np.linspace(0, rate / 2, bins))[:, None]
    edges = np.linspace(mel(low), mel(high), count + 2)
    left, center, right = edges[:-2], edges[1:-1], edges[2:]
    weights = np.minimum((place - left) / (center - left), (right - place) / (right - center))
    weights[0] = 0
    return np.maximum(weights, 0)
