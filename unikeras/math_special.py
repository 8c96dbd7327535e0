"""`tf.math.special`: special functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops.special import bessel_i0, bessel_i0e, bessel_i1, bessel_i1e, expint, spence

__all__ = ["bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e", "expint", "spence"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.math.special", name, __all__)
