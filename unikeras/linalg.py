"""`tf.linalg`: products, factors and solutions of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops import einsum, eye, l2_normalize, norm, tensordot, trace
from unikeras.ops.clipping import global_norm
from unikeras.ops.decomposition import (
    band_part,
    cholesky,
    det,
    diag,
    diag_part,
    eigh,
    inv,
    matrix_transpose,
    matvec,
    qr,
    slogdet,
    solve,
)
from unikeras.ops.linalg import matrix_product

matmul = matrix_product.strict

__all__ = [
    "band_part",
    "cholesky",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "einsum",
    "eye",
    "global_norm",
    "inv",
    "l2_normalize",
    "matmul",
    "matrix_transpose",
    "matvec",
    "norm",
    "qr",
    "slogdet",
    "solve",
    "tensordot",
    "trace",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.linalg", name, __all__)
