"""Hashes of byte strings by their published specifications, computed on many strings at once in NumPy.

FarmHash Fingerprint64 (Geoff Pike, Google 2014), SipHash-2-4 (Aumasson and Bernstein, 2012) and MurmurHash64A (Austin Appleby,
2008): what TensorFlow's string-to-bucket operations are defined by. Strings of one length are computed together, as columns of 64-bit words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["combine_fingerprints", "fingerprint64", "hash64", "siphash64"]

_U = np.uint64
_K0, _K1, _K2 = _U(0xC3A5C85C97CB3127), _U(0xB492B66FBE98F273), _U(0x9AE16A3B2F90404F)


def fingerprint64(values: Any) -> np.ndarray:
    """FarmHash's Fingerprint64 of byte strings.

    Args:
        values: an array of `bytes`, of any shape.

    Returns:
        uint64, in the shape of `values`.

    Example:
        >>> hex(fingerprint64(np.array([b"hello"], object))[0])
        '0xb48be5a931380ce8'
    """
    return _by_length(values, _farm)


def siphash64(values: Any, key: tuple[int, int]) -> np.ndarray:
    """SipHash-2-4 of byte strings under a key.

    Args:
        values: an array of `bytes`, of any shape.
        key: two 64-bit numbers, the low one first.

    Returns:
        uint64, in the shape of `values`.

    Example:
        >>> key = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
        >>> hex(siphash64(np.array([bytes(range(15))], object), key)[0])  # the paper's test vector
        '0xa129ca6149be45e5'
    """
    return _by_length(values, lambda block: _sip(block, key))


def hash64(values: Any, seed: int = 0xDECAFCAFFE) -> np.ndarray:
    """MurmurHash64A of byte strings.

    Args:
        values: an array of `bytes`, of any shape.
        seed: where it starts; the default is what TensorFlow's first string hash answers for the empty string, taken back.

    Returns:
        uint64, in the shape of `values`.

    Example:
        >>> int(hash64(np.array([b""], object))[0] % np.uint64(2**62))
        105434511174508091
    """
    return _by_length(values, lambda block: _murmur(block, seed))


def combine_fingerprints(first: Any, second: Any) -> np.ndarray:
    """One fingerprint of two, in this order.

    Args:
        first: uint64.
        second: uint64; the two broadcast.

    Example:
        >>> int(combine_fingerprints(_U(1), _U(2)) != combine_fingerprints(_U(2), _U(1)))
        1
    """
    multiplier = _U(0xC6A4A7935BD1E995)
    with np.errstate(over="ignore"):
        mixed = np.asarray(first, _U) ^ multiplier
        mixed = (mixed ^ (_fold(np.asarray(second, _U) * multiplier) * multiplier)) * multiplier
        return _fold(_fold(mixed) * multiplier)


def _by_length(values: Any, hashed: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """`hashed` of the strings of each length, given as bytes [strings, length]."""
    values = np.asarray(values, object)
    flat = values.ravel()
    result = np.empty(flat.size, _U)
    lengths = np.fromiter(map(len, flat), np.int64, flat.size)
    for length in np.unique(lengths):
        places = np.flatnonzero(lengths == length)
        joined = b"".join(flat[places].tolist())
        block = np.frombuffer(joined, np.uint8).reshape(len(places), int(length))
        with np.errstate(over="ignore"):  # arithmetic modulo 2 ** 64
            result[places] = hashed(block)
    return result.reshape(values.shape)


def _word(block: np.ndarray, at: int, size: int = 8) -> np.ndarray:
    """The little-endian number of `size` bytes at a place of every string."""
    word = np.zeros((len(block), 8), np.uint8)
    word[:, :size] = block[:, at : at + size]
    return word.view("<u8")[:, 0].astype(_U)


def _rotate(x: np.ndarray, bits: int) -> np.ndarray:
    """Rotated to the right."""
    return (x >> _U(bits)) | (x << _U(64 - bits))


def _fold(x: np.ndarray) -> np.ndarray:
    return x ^ (x >> _U(47))


def _join(u: np.ndarray, v: np.ndarray, multiplier: Any) -> np.ndarray:
    a = _fold((u ^ v) * multiplier)
    return _fold((v ^ a) * multiplier) * multiplier


def _farm(block: np.ndarray) -> np.ndarray:
    length = block.shape[1]
    if length <= 16:
        return _farm_to_16(block, length)
    if length <= 32:
        return _farm_to_32(block, length)
    return _farm_to_64(block, length) if length <= 64 else _farm_long(block, length)


def _farm_to_16(block: np.ndarray, length: int) -> np.ndarray:
    multiplier = _K2 + _U(2 * length)
    if length >= 8:
        a = _word(block, 0) + _K2
        b = _word(block, length - 8)
        c = _rotate(b, 37) * multiplier + a
        return _join(c, (_rotate(a, 25) + b) * multiplier, multiplier)
    if length >= 4:
        return _join(_U(length) + (_word(block, 0, 4) << _U(3)), _word(block, length - 4, 4), multiplier)
    if length > 0:
        a, b, c = (block[:, i].astype(_U) for i in (0, length // 2, length - 1))
        return _fold(((a + (b << _U(8))) * _K2) ^ ((_U(length) + (c << _U(2))) * _K0)) * _K2
    return np.full(len(block), _K2)


def _farm_to_32(block: np.ndarray, length: int) -> np.ndarray:
    multiplier = _K2 + _U(2 * length)
    a, b = _word(block, 0) * _K1, _word(block, 8)
    c, d = _word(block, length - 8) * multiplier, _word(block, length - 16) * _K2
    return _join(_rotate(a + b, 43) + _rotate(c, 30) + d, a + _rotate(b + _K2, 18) + c, multiplier)


def _farm_to_64(block: np.ndarray, length: int) -> np.ndarray:
    multiplier = _K2 + _U(2 * length)
    a, b = _word(block, 0) * _K2, _word(block, 8)
    c, d = _word(block, length - 8) * multiplier, _word(block, length - 16) * _K2
    y = _rotate(a + b, 43) + _rotate(c, 30) + d
    z = _join(y, a + _rotate(b + _K2, 18) + c, multiplier)
    e, f = _word(block, 16) * multiplier, _word(block, 24)
    g = (y + _word(block, length - 32)) * multiplier
    h = (z + _word(block, length - 24)) * multiplier
    return _join(_rotate(e + f, 43) + _rotate(g, 30) + h, e + _rotate(f + a, 18) + g, multiplier)


def _weak(block: np.ndarray, at: int, a: Any, b: Any) -> tuple[np.ndarray, np.ndarray]:
    """32 bytes mixed into a pair of words."""
    w, x, y, z = (_word(block, at + 8 * i) for i in range(4))
    a = a + w
    b = _rotate(b + a + z, 21)
    total = a + x + y
    return total + z, b + _rotate(total, 44) + a


def _farm_long(block: np.ndarray, length: int) -> np.ndarray:
    seed = _U(81)
    x = np.full(len(block), seed * _K2) + _word(block, 0)
    y = np.full(len(block), seed * _K1 + _U(113))
    z = _fold(y * _K2 + _U(113)) * _K2
    zero = np.zeros(len(block), _U)
    v, w = (zero, zero), (zero, zero)

    def round_of(at: int, x: Any, y: Any, z: Any, v: Any, w: Any, multiplier: Any, factor: Any) -> Any:
        x = _rotate(x + y + v[0] + _word(block, at + 8), 37) * multiplier
        y = _rotate(y + v[1] + _word(block, at + 48), 42) * multiplier
        x = x ^ (w[1] * factor)
        y = y + v[0] * factor + _word(block, at + 40)
        z = _rotate(z + w[0], 33) * multiplier
        v = _weak(block, at, v[1] * multiplier, x + w[0])
        w = _weak(block, at + 32, z + w[1], y + _word(block, at + 16))
        return z, y, x, v, w

    rest = (length - 1) % 64
    for at in range(0, length - 1 - rest, 64):
        x, y, z, v, w = round_of(at, x, y, z, v, w, _K1, _U(1))
    multiplier = _K1 + ((z & _U(0xFF)) << _U(1))
    w = (w[0] + _U(rest), w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    x, y, z, v, w = round_of(length - 64, x, y, z, v, w, multiplier, _U(9))
    return _join(
        _join(v[0], w[0], multiplier) + _fold(y) * _K0 + z, _join(v[1], w[1], multiplier) + x, multiplier
    )


def _sip(block: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    count, length = block.shape
    low, high = (_U(k & 0xFFFFFFFFFFFFFFFF) for k in key)
    start = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
    state = [np.full(count, _U(s) ^ k) for s, k in zip(start, (low, high, low, high), strict=True)]

    def rounds(state: list[np.ndarray], times: int) -> list[np.ndarray]:
        a, b, c, d = state
        for _ in range(times):
            a, c = a + b, c + d
            b, d = _rotate(b, 64 - 13) ^ a, _rotate(d, 64 - 16) ^ c
            a = _rotate(a, 32) + d
            c = c + b
            b, d = _rotate(b, 64 - 17) ^ c, _rotate(d, 64 - 21) ^ a
            c = _rotate(c, 32)
        return [a, b, c, d]

    whole = length - length % 8
    words = [_word(block, at) for at in range(0, whole, 8)]
    words.append(_word(block, whole, length - whole) | _U((length & 0xFF) << 56))
    for word in words:
        state[3] = state[3] ^ word
        state = rounds(state, 2)
        state[0] = state[0] ^ word
    state[2] = state[2] ^ _U(0xFF)
    a, b, c, d = rounds(state, 4)
    return a ^ b ^ c ^ d


def _murmur(block: np.ndarray, seed: int) -> np.ndarray:
    count, length = block.shape
    multiplier = _U(0xC6A4A7935BD1E995)
    value = np.full(count, _U(seed) ^ (_U(length) * multiplier))
    whole = length - length % 8
    for at in range(0, whole, 8):
        value = (value ^ (_fold(_word(block, at) * multiplier) * multiplier)) * multiplier
    if whole < length:
        value = (value ^ _word(block, whole, length - whole)) * multiplier
    return _fold(_fold(value) * multiplier)
