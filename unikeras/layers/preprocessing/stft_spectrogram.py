"""`STFTSpectrogram`: sound as the frequencies in windows of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core.settings import epsilon
from unikeras.layers.layer import Layer
from unikeras.ops.conv import conv

__all__ = ["STFTSpectrogram"]

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")
_WINDOWS = {"hann": (0.5, 0.5), "hamming": (0.54, 0.46), "rectangular": (1.0, 0.0)}


class STFTSpectrogram(Layer):
    """The discrete Fourier transform of windows of signals (mirrors `keras.layers.STFTSpectrogram`).

    The transform is a convolution with the window's cosines and sines, which are weights and may be trained.

    Args:
        mode: 'log' (of the magnitude), 'magnitude', 'psd' (the power of both halves of the spectrum), 'real', 'imag', 'angle'
            (radians), or 'stft' (real and imaginary parts, one after the other).
        frame_length: how long a window is, in samples.
        frame_step: from one window to the next, at most `frame_length`; half of it if `None`.
        fft_length: the length of each transform, at least `frame_length` (the default).
        window: 'hann', 'hamming', 'rectangular', or `None`: a rectangular one that is not scaled.
        periodic: whether the window is one period, rather than symmetric.
        scaling: 'density' (the window's power is 1), 'spectrum' (its sum is 1) or `None`.
        padding: 'valid' or 'same'.
        expand_dims: whether the channels keep an axis of their own, rather than lie one after the other.
        data_format: 'channels_last' ([batch, time, channels] becomes [batch, windows, frequencies]) or 'channels_first'
            ([batch, channels, time] becomes [batch, frequencies, windows]).
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an unknown mode, window, scaling or padding, or lengths that do not fit.

    Example:
        >>> from unikeras import keras
        >>> layer = keras.layers.STFTSpectrogram("magnitude", frame_length=8, scaling="spectrum")
        >>> layer(keras.ops.ones((2, 40, 1))).shape
        TensorShape([2, 9, 5])
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: str | None = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for what, value, known in (
            ("mode", mode, _MODES),
            ("window", window, (*_WINDOWS, None)),
            ("scaling", scaling, ("density", "spectrum", None)),
            ("padding", padding, ("valid", "same")),
            ("data_format", data_format, ("channels_last", "channels_first", None)),
        ):
            if value not in known:
                raise ValueError(f"STFTSpectrogram: {what} must be one of {known}, not {value!r}.")
        if not frame_length >= 1:
            raise ValueError(f"STFTSpectrogram: frame_length must be at least 1, not {frame_length!r}.")
        if frame_step is not None and not 1 <= frame_step <= frame_length:
            raise ValueError(
                f"STFTSpectrogram: frame_step must be from 1 to frame_length ({frame_length}), not {frame_step!r}."
            )
        if fft_length is not None and fft_length < frame_length:
            raise ValueError(
                f"STFTSpectrogram: fft_length ({fft_length}) must be at least frame_length ({frame_length})."
            )
        self.mode = mode
        self.frame_length = frame_length
        self.frame_step = frame_step
        self.fft_length = fft_length
        self.window = window
        self.periodic = periodic
        self.scaling = scaling
        self.padding = padding
        self.expand_dims = expand_dims
        self.data_format = data_format or "channels_last"

    real_kernel: Any
    imag_kernel: Any

    def build(self, input_shape: Any) -> None:
        waves = _waves(self.window_values(), self.fft_length or self.frame_length)[:, None, :]
        for name, values in (("real_kernel", waves.real), ("imag_kernel", waves.imag)):
            if self.mode not in ("real", "imag") or name.startswith(self.mode):
                setattr(self, name, self.add_weight(name=name, shape=values.shape, initializer="zeros"))
                getattr(self, name).assign(values.astype("float32"))
        self.built = True

    def window_values(self) -> np.ndarray:
        """The scaled window [frame_length]."""
        if self.window is None:
            return np.ones(self.frame_length)
        constant, cosine = _WINDOWS[self.window]
        period = self.frame_length if self.periodic else max(self.frame_length - 1, 1)
        window = constant - cosine * np.cos(2 * np.pi * np.arange(self.frame_length) / period)
        if self.scaling == "density":
            window = window / math.sqrt((window**2).sum())
        elif self.scaling == "spectrum":
            window = window / window.sum()
        return window

    def call(self, inputs: Any) -> Any:
        first = self.data_format == "channels_first"
        signals = inputs if first else ops.transpose(inputs, axes=(0, 2, 1))  # [batch, channels, time]
        channels, time = signals.shape[1:]
        result = self._spectrum(ops.reshape(signals, (-1, time, 1)))
        windows, bins = result.shape[1:]
        result = ops.reshape(result, (-1, channels, windows, bins))
        if self.expand_dims:
            return result if first else ops.transpose(result, axes=(0, 2, 3, 1))
        result = ops.reshape(ops.transpose(result, axes=(0, 2, 1, 3)), (-1, windows, channels * bins))
        return ops.transpose(result, axes=(0, 2, 1)) if first else result

    def _spectrum(self, signals: Any) -> Any:
        """What the mode asks for of signals [n, time, 1]: [n, windows, bins]."""

        def waves(kernel: Any) -> Any:
            step = self.frame_step or self.frame_length // 2 or 1
            return conv(signals, kernel, strides=step, padding=self.padding)

        if self.mode == "real":
            return waves(self.real_kernel)
        if self.mode == "imag":
            return waves(self.imag_kernel)
        real, imaginary = waves(self.real_kernel), waves(self.imag_kernel)
        if self.mode == "stft":
            return ops.concat([real, imaginary], axis=-1)
        if self.mode == "angle":
            return ops.arctan2(imaginary, real)
        power = ops.square(real) + ops.square(imaginary)
        if self.mode == "psd":
            return power * ops.constant(_halves(power.shape[-1]), power.dtype)
        power = ops.maximum(power, epsilon())
        return ops.sqrt(power) if self.mode == "magnitude" else 0.5 * ops.log(power)

    def get_config(self) -> dict[str, Any]:
        names = (
            "mode", "frame_length", "frame_step", "fft_length", "window", "periodic", "scaling", "padding", "data_format",
            "expand_dims",
        )  # fmt: skip
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _waves(window: np.ndarray, length: int) -> np.ndarray:
    """The window's complex waves [frame_length, bins]: what gives a transform of `length` samples, the last ones 0."""
    angles = np.outer(np.arange(len(window)), np.arange(length // 2 + 1)) % length
    return window[:, None] * np.exp(-2j * np.pi * angles / length)


def _halves(bins: int) -> np.ndarray:
    """How many of a transform's frequencies a bin stands for [bins]: itself and the negative one; as Keras counts, the last is alone."""
    return np.concatenate([[1.0], np.full(max(bins - 2, 0), 2.0), [1.0]])[:bins]
