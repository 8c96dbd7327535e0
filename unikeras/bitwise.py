"""`tf.bitwise`: integers bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops import bits

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]

bitwise_and = bits.bitwise_and.strict
bitwise_or = bits.bitwise_or.strict
bitwise_xor = bits.bitwise_xor.strict
invert = bits.invert
left_shift = bits.left_shift.strict
right_shift = bits.right_shift.strict

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.bitwise", name, __all__)
