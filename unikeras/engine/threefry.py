"""Threefry-2x32 in plain integer arithmetic (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).

Gives the bits that jax's partitionable threefry gives, for engines that have no threefry of their own. 64-bit integers
hold the 32-bit words, since not every engine has unsigned arithmetic.
"""

from __future__ import annotations

from math import prod
from typing import Any

__all__ = ["random_bits"]

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_MASK = 0xFFFFFFFF
_PARITY = 0x1BD11BDA


def _hash(k0: Any, k1: Any, x0: Any, x1: Any) -> tuple[Any, Any]:
    keys = (k0, k1, k0 ^ k1 ^ _PARITY)
    x0, x1 = (x0 + k0) & _MASK, (x1 + k1) & _MASK
    for i in range(5):
        for r in _ROTATIONS[i % 2]:
            x0 = (x0 + x1) & _MASK
            x1 = (((x1 << r) | (x1 >> (32 - r))) & _MASK) ^ x0
        x0 = (x0 + keys[(i + 1) % 3]) & _MASK
        x1 = (x1 + keys[(i + 2) % 3] + (i + 1)) & _MASK
    return x0, x1


def random_bits(F: Any, key: Any, shape: tuple[int, ...]) -> Any:
    """Bits as int64 in [0, 2**32) of the given shape; `key` holds two words."""
    key = F.astype(key, F.int64)
    count = F.arange(prod(shape), dtype=F.int64)
    x0, x1 = _hash(key[0], key[1], count >> 32, count & _MASK)
    return F.reshape(x0 ^ x1, shape)
