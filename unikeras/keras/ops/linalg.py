"""`keras.ops.linalg`: linear algebra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops import svd
from unikeras.ops.decomposition import cholesky, det, eigh, inv, qr, solve
from unikeras.ops.keras_style import norm

__all__ = [
    "cholesky",
    "det",
    "eigh",
    "inv",
    "norm",
    "qr",
    "solve",
    "svd",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.ops.linalg", name, __all__)
