"""Fourier transforms, windows, and sequences cut into frames."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops.complex import complex as complex_of
from unikeras.ops.elementwise import to_float

__all__ = [
    "bartlett", "blackman", "extract_sequences", "fft", "fft2", "hamming", "hanning", "ifft2", "irfft", "istft", "kaiser", "polar",
    "rfft", "stft", "view_as_complex", "view_as_real",
]  # fmt: skip


def _pair(what: str, x: Any) -> tuple[Any, Any]:
    if not isinstance(x, (tuple, list)) or len(x) != 2:
        raise ValueError(
            f"{what}: expected a pair of tensors (real part, imaginary part), got {type(x).__name__}."
        )
    real, imag = (convert_to_tensor(v) for v in x)
    if tuple(real.shape) != tuple(imag.shape):
        raise ValueError(f"{what}: the real part has the shape {real.shape}, the imaginary one {imag.shape}.")
    return real, imag


def _complex(F: Any, real: Any, imag: Any) -> Any:
    return complex_of.body(F, to_float(F, real), to_float(F, imag))


@op
def _transform(F, real, imag, *, kind):
    if kind.endswith("2") and real.ndim < 2:
        raise ValueError(f"expected two axes or more, got the shape {tuple(real.shape)}")
    z = _complex(F, real, imag)
    if kind == "fft":
        z = F.fft.fft(z)
    else:
        z = (F.fft.fftn if kind == "fft2" else F.fft.ifftn)(z, axes=(-2, -1))
    return F.real(z), F.imag(z)


def fft(x: Any) -> tuple[Any, Any]:
    """The discrete Fourier transform along the last axis (mirrors `keras.ops.fft`).

    Args:
        x: a pair (real part, imaginary part) of tensors of the same shape.

    Returns:
        Such a pair.

    Raises:
        ValueError: not a pair, or shapes that differ.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.fft(([1.0, 1.0], [0.0, 0.0]))[0].numpy().tolist()
        [2.0, 0.0]
    """
    return _transform(*_pair("fft", x), kind="fft")


def fft2(x: Any) -> tuple[Any, Any]:
    """The discrete Fourier transform along the last two axes (mirrors `keras.ops.fft2`); see `fft`."""
    return _transform(*_pair("fft2", x), kind="fft2")


def ifft2(x: Any) -> tuple[Any, Any]:
    """The inverse of `fft2` (mirrors `keras.ops.ifft2`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.ifft2(([[4.0, 0.0]], [[0.0, 0.0]]))[0].numpy().tolist()
        [[2.0, 2.0]]
    """
    return _transform(*_pair("ifft2", x), kind="ifft2")


@op
def rfft(F, x, *, fft_length=None):
    """The discrete Fourier transform of real numbers along the last axis (mirrors `keras.ops.rfft`).

    Args:
        x: floats [..., time].
        fft_length: how many of them, cut off or filled up with 0; all if `None`.

    Returns:
        (real part, imaginary part) of shape [..., fft_length // 2 + 1].

    Example:
        >>> from unikeras import keras
        >>> keras.ops.rfft([1.0, 0.0])[0].numpy().tolist()
        [1.0, 1.0]
    """
    z = F.fft.rfft(to_float(F, x), n=fft_length)
    return F.real(z), F.imag(z)


@op
def _irfft(F, real, imag, *, fft_length):
    return F.fft.irfft(_complex(F, real, imag), n=fft_length)


def irfft(x: Any, fft_length: int | None = None) -> Any:
    """The inverse of `rfft` (mirrors `keras.ops.irfft`).

    Args:
        x: a pair (real part, imaginary part).
        fft_length: how many numbers there are to be; 2 * (frequencies - 1) if `None`.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.irfft(keras.ops.rfft([1.0, 2.0, 3.0, 4.0])).numpy().tolist()
        [1.0, 2.0, 3.0, 4.0]
    """
    return _irfft(*_pair("irfft", x), fft_length=fft_length)


def _frames(F: Any, x: Any, length: int, stride: int) -> Any:
    count = max(0, 1 + (x.shape[-1] - length) // stride)
    places = np.arange(count)[:, None] * stride + np.arange(length)[None, :]
    taken = F.take(x, F.asarray(places.reshape(-1)), axis=-1)
    return F.reshape(taken, (*x.shape[:-1], count, length))


@op
def extract_sequences(F, x, *, sequence_length, sequence_stride):
    """Windows along the last axis (mirrors `keras.ops.extract_sequences`).

    Args:
        x: [..., time].
        sequence_length: how long each window is.
        sequence_stride: from one to the next.

    Returns:
        [..., windows, sequence_length].

    Example:
        >>> from unikeras import keras
        >>> keras.ops.extract_sequences([1, 2, 3, 4], 2, 1).numpy().tolist()
        [[1, 2], [2, 3], [3, 4]]
    """
    return _frames(F, x, sequence_length, sequence_stride)


def _window_of(what: str, window: Any, length: int, fft_length: int) -> tuple[float, ...] | None:
    """The window's numbers, in the middle of `fft_length` places; `None`: all 1."""
    if fft_length < length:
        raise ValueError(f"{what}: fft_length {fft_length} must not be below sequence_length {length}.")
    if window is None:
        values = np.ones(length)
    elif isinstance(window, str):
        periodic = {"hann": (0.5, 0.5), "hamming": (0.54, 0.46)}
        if window not in periodic:
            raise ValueError(f"{what}: window must be 'hann', 'hamming', None or a tensor, got {window!r}.")
        base, swing = periodic[window]
        values = base - swing * np.cos(2 * np.pi * np.arange(length) / length)
    else:
        values = np.asarray(window, dtype=np.float64)
        if values.shape != (length,):
            raise ValueError(f"{what}: window must have the shape ({length},), got {values.shape}.")
    left = (fft_length - length) // 2
    return tuple(np.pad(values, (left, fft_length - length - left)).tolist())


@op
def _stft(F, x, *, stride, fft_length, window, center):
    x = to_float(F, x)
    if center:  # mirrored at both ends, so that frames are centered at their times
        places = np.pad(np.arange(x.shape[-1]), fft_length // 2, mode="reflect")
        x = F.take(x, F.asarray(places), axis=-1)
    z = F.fft.rfft(_frames(F, x, fft_length, stride) * F.asarray(window, dtype=x.dtype))
    return F.real(z), F.imag(z)


def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> tuple[Any, Any]:
    """The short-time Fourier transform along the last axis (mirrors `keras.ops.stft`).

    Args:
        x: floats [..., time].
        sequence_length: how long each window is.
        sequence_stride: from one to the next.
        fft_length: the length of each transform, at least `sequence_length`.
        window: 'hann', 'hamming', numbers [sequence_length], or `None` for all 1.
        center: whether to mirror x at both ends, so that windows are centered.

    Returns:
        (real part, imaginary part) of shape [..., windows, fft_length // 2 + 1].

    Raises:
        ValueError: another window, or a `fft_length` that is too small.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.stft(keras.ops.ones((16,)), 4, 2, 4)[0].shape
        TensorShape([9, 3])
    """
    return _stft(
        x,
        stride=int(sequence_stride),
        fft_length=int(fft_length),
        window=_window_of("stft", window, int(sequence_length), int(fft_length)),
        center=bool(center),
    )


def _overlapped(F: Any, frames: Any, stride: int) -> Any:
    """The sum of frames [..., count, length], each `stride` after the one before."""
    count, length = frames.shape[-2:]
    total = (count - 1) * stride + length
    places = (np.arange(count)[:, None] * stride + np.arange(length)[None, :]).reshape(-1)
    flat = F.moveaxis(F.reshape(frames, (*frames.shape[:-2], -1)), -1, 0)
    start = F.zeros((total, *flat.shape[1:]), dtype=frames.dtype)
    return F.moveaxis(F.scatter(start, (F.asarray(places),), flat, add=True), 0, -1)


@op
def _istft(F, real, imag, *, stride, fft_length, window, length, center):
    frames = F.fft.irfft(_complex(F, real, imag), n=fft_length)
    weights = F.asarray(window, dtype=frames.dtype)
    x = _overlapped(F, frames * weights, stride)
    norm = _overlapped(F, F.broadcast_to(weights * weights, frames.shape[-2:]), stride)
    tiny = norm > 1e-10
    x = F.where(tiny, x / F.where(tiny, norm, F.ones_like(norm)), x)
    start = fft_length // 2 if center else 0
    stop = x.shape[-1] - start if length is None else start + length
    x = x[..., start:stop]
    missing = (stop - start) - x.shape[-1]
    if missing > 0:
        x = F.concat([x, F.zeros((*x.shape[:-1], missing), dtype=x.dtype)], axis=-1)
    return x


def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Any:
    """The inverse of `stft`, by least squares (mirrors `keras.ops.istft`).

    Griffin and Lim, "Signal estimation from modified short-time Fourier transform", 1984.

    Args:
        x: the pair that `stft` returned.
        sequence_length: as for `stft`.
        sequence_stride: as for `stft`.
        fft_length: as for `stft`.
        length: how many numbers to return; as many as there are if `None`.
        window: as for `stft`.
        center: as for `stft`.

    Example:
        >>> from unikeras import keras
        >>> pair = keras.ops.stft([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 4, 2, 4)
        >>> keras.ops.istft(pair, 4, 2, 4).numpy().round(4).tolist()
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    """
    return _istft(
        *_pair("istft", x),
        stride=int(sequence_stride),
        fft_length=int(fft_length),
        window=_window_of("istft", window, int(sequence_length), int(fft_length)),
        length=None if length is None else int(length),
        center=bool(center),
    )


@op
def view_as_complex(F, x):
    """Complex numbers from pairs along the last axis (mirrors `keras.ops.view_as_complex`).

    Raises:
        InvalidArgumentError: the last axis is not of length 2; it is a ValueError.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.view_as_complex([[1.0, 2.0]]).numpy().tolist()
        [(1+2j)]
    """
    if x.shape[-1] != 2:
        raise ValueError(f"the last axis must have length 2, got the shape {tuple(x.shape)}")
    return _complex(F, x[..., 0], x[..., 1])


@op
def view_as_real(F, x):
    """Complex numbers as pairs along a new last axis (mirrors `keras.ops.view_as_real`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.view_as_real(keras.ops.view_as_complex([[1.0, 2.0]])).numpy().tolist()
        [[1.0, 2.0]]
    """
    if as_dtype(x.dtype).is_complex:
        return F.stack([F.real(x), F.imag(x)], axis=-1)
    return F.stack([x, F.zeros_like(x)], axis=-1)


@op(aliases={"abs": "abs_"})
def polar(F, abs_, angle):
    """Complex numbers of absolute values and angles in radians (mirrors `keras.ops.polar`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.polar(2.0, 0.0).numpy().item()
        (2+0j)
    """
    abs_, angle = to_float(F, abs_), to_float(F, angle)
    return complex_of.body(F, abs_ * F.cos(angle), abs_ * F.sin(angle))


# Windows: numbers that are known from their length alone.


def _window(count: Any, values: Any) -> Any:
    return convert_to_tensor((values if int(count) != 1 else np.ones(1)).astype(np.float32))


def bartlett(x: int) -> Any:
    """A triangle of x numbers (mirrors `keras.ops.bartlett`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.bartlett(5).numpy().tolist()
        [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    return _window(x, np.bartlett(int(x)))


def blackman(x: int) -> Any:
    """Blackman's window of x numbers (mirrors `keras.ops.blackman`)."""
    return _window(x, np.blackman(int(x)))


def hamming(x: int) -> Any:
    """Hamming's window of x numbers (mirrors `keras.ops.hamming`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.hamming(3).numpy().round(2).tolist()
        [0.07999999821186066, 1.0, 0.07999999821186066]
    """
    return _window(x, np.hamming(int(x)))


def hanning(x: int) -> Any:
    """Hann's window of x numbers (mirrors `keras.ops.hanning`)."""
    return _window(x, np.hanning(int(x)))


def kaiser(x: int, beta: float) -> Any:
    """Kaiser's window of x numbers; `beta` is its shape (mirrors `keras.ops.kaiser`)."""
    return _window(x, np.kaiser(int(x), float(beta)))
