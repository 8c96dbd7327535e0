"""Hashes of byte strings by their published specifications, computed on many strings at once in NumPy.

FarmHash Fingerprint64 (Geoff Pike, Google 2014), SipHash-2-4 (Aumasson and Bernstein, 2012) and MurmurHash64A (Austin Appleby,
2008): what TensorFlow's string-to-bucket operations are defined by. Strings that take the same path are computed together, as columns of 64-bit words.
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
    texts = _Texts.of(values)
    result = np.empty(len(texts.sizes), _U)
    with np.errstate(over="ignore"):  # arithmetic modulo 2 ** 64
        for low, high, hashed in _FARM:
            places = np.flatnonzero((texts.sizes >= low) & (texts.sizes <= high))
            if places.size:
                result[places] = hashed(texts.take(places))
    return result.reshape(np.shape(values))


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
    with np.errstate(over="ignore"):
        return _longest_first(values, lambda texts: _sip(texts, key))


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
    with np.errstate(over="ignore"):
        return _longest_first(values, lambda texts: _murmur(texts, seed))


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


class _Texts:
    """Byte strings, one behind the other.

    Args:
        words: the little-endian 64-bit number that begins at each byte of all strings.
        starts: where each string begins.
        sizes: how many bytes it has.
    """

    def __init__(self, words: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> None:
        self.words, self.starts, self.sizes = words, starts, sizes
        self.lengths = sizes.astype(_U)

    @classmethod
    def of(cls, values: Any) -> _Texts:
        flat = np.asarray(values, object).ravel().tolist()
        sizes = np.fromiter(map(len, flat), np.int64, len(flat))
        joined = b"".join([*flat, bytes(8)])
        words = np.ndarray((len(joined) - 7,), "<u8", joined, strides=(1,))
        return cls(words, np.cumsum(sizes) - sizes, sizes)

    def take(self, places: Any) -> _Texts:
        """Some of the strings."""
        return _Texts(self.words, self.starts[places], self.sizes[places])

    def word(self, at: Any) -> np.ndarray:
        """The number that begins at a place of every string, or at a place of each."""
        return self.words[self.starts + at]

    def last(self, back: int) -> np.ndarray:
        """The number that begins `back` bytes before the end."""
        return self.words[self.starts + (self.sizes - back)]

    def rest(self, at: np.ndarray) -> np.ndarray:
        """What is left from places on, less than 8 bytes, as a number."""
        bits = ((self.sizes - at) * 8).astype(_U)
        return self.word(at) & ((_U(1) << bits) - _U(1))


def _longest_first(values: Any, hashed: Callable[[_Texts], np.ndarray]) -> np.ndarray:
    """`hashed` of the strings, the longest first: what goes word by word leaves out ends then."""
    texts = _Texts.of(values)
    order = np.argsort(-texts.sizes, kind="stable")
    result = np.empty(len(order), _U)
    result[order] = hashed(texts.take(order))
    return result.reshape(np.shape(values))


def _longer(rounds: np.ndarray) -> list[int]:
    """How many of the first strings are in each round, for numbers of rounds that do not increase."""
    most = int(rounds[0]) if len(rounds) else 0
    return [int(n) for n in np.searchsorted(-rounds, -np.arange(most), "left")]


def _rotate(x: np.ndarray, bits: int) -> np.ndarray:
    """Rotated to the right."""
    return (x >> _U(bits)) | (x << _U(64 - bits))


def _fold(x: np.ndarray) -> np.ndarray:
    return x ^ (x >> _U(47))


def _join(u: np.ndarray, v: np.ndarray, multiplier: Any) -> np.ndarray:
    a = _fold((u ^ v) * multiplier)
    return _fold((v ^ a) * multiplier) * multiplier


def _farm_to_3(texts: _Texts) -> np.ndarray:
    n = texts.sizes
    byte = _U(0xFF)
    a, b, c = (texts.word(at) & byte for at in (0, n // 2, n - 1))
    return _fold(((a + (b << _U(8))) * _K2) ^ ((texts.lengths + (c << _U(2))) * _K0)) * _K2


def _farm_to_7(texts: _Texts) -> np.ndarray:
    n, low = texts.lengths, _U(0xFFFFFFFF)
    return _join(n + ((texts.word(0) & low) << _U(3)), texts.last(4) & low, _K2 + _U(2) * n)


def _farm_to_16(texts: _Texts) -> np.ndarray:
    multiplier = _K2 + _U(2) * texts.lengths
    a = texts.word(0) + _K2
    b = texts.last(8)
    c = _rotate(b, 37) * multiplier + a
    return _join(c, (_rotate(a, 25) + b) * multiplier, multiplier)


def _farm_to_32(texts: _Texts) -> np.ndarray:
    multiplier = _K2 + _U(2) * texts.lengths
    a, b = texts.word(0) * _K1, texts.word(8)
    c, d = texts.last(8) * multiplier, texts.last(16) * _K2
    return _join(_rotate(a + b, 43) + _rotate(c, 30) + d, a + _rotate(b + _K2, 18) + c, multiplier)


def _farm_to_64(texts: _Texts) -> np.ndarray:
    multiplier = _K2 + _U(2) * texts.lengths
    a, b = texts.word(0) * _K2, texts.word(8)
    c, d = texts.last(8) * multiplier, texts.last(16) * _K2
    y = _rotate(a + b, 43) + _rotate(c, 30) + d
    z = _join(y, a + _rotate(b + _K2, 18) + c, multiplier)
    e, f = texts.word(16) * multiplier, texts.word(24)
    g = (y + texts.last(32)) * multiplier
    h = (z + texts.last(24)) * multiplier
    return _join(_rotate(e + f, 43) + _rotate(g, 30) + h, e + _rotate(f + a, 18) + g, multiplier)


def _weak(texts: _Texts, at: Any, a: Any, b: Any) -> tuple[np.ndarray, np.ndarray]:
    """32 bytes mixed into a pair of words."""
    w, x, y, z = (texts.word(at + 8 * i) for i in range(4))
    a = a + w
    b = _rotate(b + a + z, 21)
    total = a + x + y
    return total + z, b + _rotate(total, 44) + a


def _farm_round(texts: _Texts, at: Any, state: Any, multiplier: Any, factor: Any) -> tuple[np.ndarray, ...]:
    x, y, z, v0, v1, w0, w1 = state
    x = _rotate(x + y + v0 + texts.word(at + 8), 37) * multiplier
    y = _rotate(y + v1 + texts.word(at + 48), 42) * multiplier
    x = x ^ (w1 * factor)
    y = y + v0 * factor + texts.word(at + 40)
    z = _rotate(z + w0, 33) * multiplier
    v0, v1 = _weak(texts, at, v1 * multiplier, x + w0)
    w0, w1 = _weak(texts, at + 32, z + w1, y + texts.word(at + 16))
    return z, y, x, v0, v1, w0, w1


def _farm_long(texts: _Texts) -> np.ndarray:
    order = np.argsort(-texts.sizes, kind="stable")
    texts = texts.take(order)
    count, seed = len(order), _U(81)
    x = seed * _K2 + texts.word(0)
    y = np.full(count, seed * _K1 + _U(113))
    z = _fold(y * _K2 + _U(113)) * _K2
    state = [x, y, z, *(np.zeros(count, _U) for _ in range(4))]
    for i, many in enumerate(_longer((texts.sizes - 1) // 64)):
        now = _farm_round(texts.take(slice(many)), 64 * i, [s[:many] for s in state], _K1, _U(1))
        for whole, part in zip(state, now, strict=True):
            whole[:many] = part
    x, y, z, v0, v1, w0, w1 = state
    multiplier = _K1 + ((z & _U(0xFF)) << _U(1))
    w0 = w0 + (texts.lengths - _U(1)) % _U(64)
    v0 = v0 + w0
    w0 = w0 + v0
    state = [x, y, z, v0, v1, w0, w1]
    x, y, z, v0, v1, w0, w1 = _farm_round(texts, texts.sizes - 64, state, multiplier, _U(9))
    result = np.empty(count, _U)
    result[order] = _join(
        _join(v0, w0, multiplier) + _fold(y) * _K0 + z, _join(v1, w1, multiplier) + x, multiplier
    )
    return result


# Shortest and longest strings of each path.
_FARM: list[tuple[int, int, Callable[[_Texts], np.ndarray]]] = [
    (0, 0, lambda texts: np.full(len(texts.sizes), _K2)),
    (1, 3, _farm_to_3),
    (4, 7, _farm_to_7),
    (8, 16, _farm_to_16),
    (17, 32, _farm_to_32),
    (33, 64, _farm_to_64),
    (65, 2**62, _farm_long),
]


def _sip(texts: _Texts, key: tuple[int, int]) -> np.ndarray:
    count = len(texts.sizes)
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

    def add(state: list[np.ndarray], word: np.ndarray) -> list[np.ndarray]:
        a, b, c, d = rounds([*state[:3], state[3] ^ word], 2)
        return [a ^ word, b, c, d]

    words = texts.sizes // 8
    for i, many in enumerate(_longer(words)):
        now = add([s[:many] for s in state], texts.take(slice(many)).word(8 * i))
        for whole, part in zip(state, now, strict=True):
            whole[:many] = part
    state = add(state, texts.rest(8 * words) | (texts.lengths << _U(56)))
    a, b, c, d = rounds([*state[:2], state[2] ^ _U(0xFF), state[3]], 4)
    return a ^ b ^ c ^ d


def _murmur(texts: _Texts, seed: int) -> np.ndarray:
    multiplier = _U(0xC6A4A7935BD1E995)
    value = _U(seed) ^ (texts.lengths * multiplier)
    words = texts.sizes // 8
    for i, many in enumerate(_longer(words)):
        word = _fold(texts.take(slice(many)).word(8 * i) * multiplier) * multiplier
        value[:many] = (value[:many] ^ word) * multiplier
    more = texts.sizes % 8 > 0
    value[more] = (value[more] ^ texts.take(more).rest(8 * words[more])) * multiplier
    return _fold(_fold(value) * multiplier)
