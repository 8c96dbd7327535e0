"""Sound as WAV files: 16-bit PCM within RIFF, as IBM and Microsoft's Multimedia Programming Interface (1991) describes it."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_value, tensor_of
from unikeras.core.state import thread

__all__ = ["DecodeWav", "decode_wav", "encode_wav"]


class DecodeWav(NamedTuple):
    """What `tf.audio.decode_wav` returns."""

    audio: Any
    sample_rate: Any


def decode_wav(
    contents: Any, desired_channels: int = -1, desired_samples: int = -1, name: str | None = None
) -> DecodeWav:
    """The sound of a WAV file of 16-bit PCM (mirrors `tf.audio.decode_wav`).

    Args:
        contents: the file's bytes, a string.
        desired_channels: how many channels there shall be: the first ones, or the last one again for more; all if -1.
        desired_samples: how many samples there shall be: the first ones, or silence for more; all if -1.
        name: ignored.

    Returns:
        `audio`, float32 [samples, channels] from -1.0 to 1.0, and `sample_rate`, int32, in Hz.

    Raises:
        InvalidArgumentError: no such file, or another kind of samples.

    Example:
        >>> import unikeras as tf
        >>> file = tf.audio.encode_wav([[0.0], [0.5]], sample_rate=8000)
        >>> audio, rate = tf.audio.decode_wav(file, desired_samples=3)
        >>> audio.numpy().tolist(), int(rate)
        ([[0.0], [0.5], [0.0]], 8000)
    """
    data = host_value(contents, "decode_wav", "string")
    if data.ndim:
        raise InvalidArgumentError(f"decode_wav: contents must be scalar, got shape {list(data.shape)}.")
    if (
        thread.symbolic
    ):  # only shapes are asked for, of strings that stand for others, of another length each time
        unknown = len(data.item())
        shape = (unknown if size < 0 else size for size in (desired_samples, desired_channels))
        return DecodeWav(tensor_of(np.zeros(tuple(shape), np.float32)), tensor_of(np.int32(0)))
    channels, rate, samples = _read(data.item())
    wave = np.frombuffer(samples, "<i2").reshape(-1, channels).astype(np.float32) / np.float32(32768)
    if desired_channels >= 0:
        wave = wave[:, np.minimum(np.arange(desired_channels), channels - 1)]
    if desired_samples >= 0:
        wave = wave[:desired_samples]
        wave = np.pad(wave, ((0, desired_samples - len(wave)), (0, 0)))
    return DecodeWav(tensor_of(wave), tensor_of(np.int32(rate)))


def _read(data: bytes) -> tuple[int, int, bytes]:
    """The number of channels, the rate and the samples of a file."""

    def refuse(why: str) -> InvalidArgumentError:
        return InvalidArgumentError(f"decode_wav: {why}.")

    if len(data) < 12:
        raise refuse("data too short: it is no WAV file")
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise refuse(f"a WAV file begins with RIFF ... WAVE, not with {data[:12]!r}")
    at, layout = 12, None
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise refuse(f"data too short: chunk {kind!r} has {len(body)} of {size} bytes")
        if kind == b"fmt ":
            if size < 16:
                raise refuse(f"the format has {size} bytes, but needs 16")
            layout = struct.unpack("<HHIIHH", body[:16])
            form, channels, _, per_second, block, bits = layout
            if form != 1:
                raise refuse(f"bad audio format for WAV: expected 1 (PCM), but got {form}")
            if bits != 16:
                raise refuse(f"can only read 16-bit WAV files, but received {bits}")
            if not channels or block != 2 * channels or per_second != layout[2] * block:
                raise refuse(
                    f"the format contradicts itself: {channels} channels, {block} bytes a sample, {per_second} a second"
                )
        elif kind == b"data":
            if layout is None:
                raise refuse("there are samples before their format")
            return layout[1], layout[2], body[: size - size % layout[4]]
        at += 8 + size
    raise refuse("data too short: there are no samples")


def encode_wav(audio: Any, sample_rate: Any, name: str | None = None) -> Any:
    """Sound as a WAV file of 16-bit PCM (mirrors `tf.audio.encode_wav`).

    Args:
        audio: float32 [samples, channels], from -1.0 to 1.0; what is outside is clipped, as in TensorFlow.
        sample_rate: samples a second, a positive integer.
        name: ignored.

    Returns:
        The file's bytes, a string.

    Raises:
        InvalidArgumentError: another shape, another dtype, a rate that is not positive.

    Example:
        >>> import unikeras as tf
        >>> tf.audio.encode_wav([[0.0], [1.0]], 8000).numpy()[-4:]
        b'\\x00\\x00\\xff\\x7f'
    """
    wave = host_value(audio, "encode_wav", "float32")
    rate = host_value(sample_rate, "encode_wav")
    if wave.ndim != 2:
        raise InvalidArgumentError(
            f"encode_wav: audio must be 2-dimensional, not of shape {list(wave.shape)}."
        )
    if rate.ndim:
        raise InvalidArgumentError(f"encode_wav: sample_rate must be a scalar, got shape {list(rate.shape)}.")
    if not 0 < int(rate) < 2**32:
        raise InvalidArgumentError(f"encode_wav: sample_rate must be in (0, 2^32), got {int(rate)}.")
    channels = wave.shape[1]
    if not 0 < channels < 2**16:
        raise InvalidArgumentError(
            f"encode_wav: the number of channels must be in (0, 2^16), got {channels}."
        )
    scaled = wave.astype(np.float64) * 32768
    whole = np.sign(scaled) * np.floor(np.abs(scaled) + 0.5)
    samples = whole.clip(-32768, 32767).astype("<i2").tobytes()
    block = 2 * channels
    layout = struct.pack("<HHIIHH", 1, channels, int(rate), int(rate) * block, block, 16)
    head = b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data" + struct.pack("<I", len(samples))
    return tensor_of(b"RIFF" + struct.pack("<I", len(head) + len(samples)) + head + samples)
