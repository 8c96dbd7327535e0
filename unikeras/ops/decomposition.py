"""Linear algebra of matrices (the last two axes): solving, factors, diagonals."""

from __future__ import annotations

from unikeras.core.op import op

__all__ = [
    "band_part",
    "cholesky",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "inv",
    "matrix_transpose",
    "matvec",
    "qr",
    "slogdet",
    "solve",
]

_TF = {"input": "x", "matrix": "x"}


@op(aliases=_TF)
def inv(F, x):
    """The inverse (`tf.linalg.inv`).

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.inv([[2.0, 0.0], [0.0, 4.0]]).numpy().tolist()
        [[0.5, 0.0], [0.0, 0.25]]
    """
    return F.linalg.inv(x)


@op(aliases=_TF)
def det(F, x):
    """The determinant (`tf.linalg.det`).

    Example:
        >>> import unikeras as tf
        >>> float(tf.linalg.det([[2.0, 0.0], [0.0, 4.0]]))
        8.0
    """
    return F.linalg.det(x)


@op(aliases=_TF)
def slogdet(F, x):
    """The sign and the logarithm of the absolute value of the determinant (`tf.linalg.slogdet`).

    Example:
        >>> import unikeras as tf
        >>> [float(v) for v in tf.linalg.slogdet([[1.0, 0.0], [0.0, -1.0]])]
        [-1.0, 0.0]
    """
    return tuple(F.linalg.slogdet(x))


@op(aliases={**_TF, "a": "x", "b": "rhs"})
def solve(F, x, rhs):
    """The y with x @ y = rhs (`tf.linalg.solve`), both matrices.

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [[2.0], [2.0]]).numpy().tolist()
        [[1.0], [0.5]]
    """
    if rhs.ndim < 2:
        raise ValueError(
            f"solve: rhs must be a matrix, not of shape {tuple(rhs.shape)}; use tf.expand_dims(rhs, -1)"
        )
    return F.linalg.solve(x, rhs)


@op(aliases=_TF)
def cholesky(F, x):
    """The lower triangular L with L @ L^T = x, for a positive definite x (`tf.linalg.cholesky`).

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.cholesky([[4.0, 0.0], [0.0, 9.0]]).numpy().tolist()
        [[2.0, 0.0], [0.0, 3.0]]
    """
    return F.linalg.cholesky(x)


@op(aliases=_TF)
def qr(F, x, *, mode="reduced"):
    """An orthonormal q and an upper triangular r with x = q @ r (`tf.linalg.qr`).

    Example:
        >>> import unikeras as tf
        >>> q, r = tf.linalg.qr([[1.0, 2.0], [3.0, 4.0]])
        >>> tf.round(q @ r).numpy().tolist()
        [[1.0, 2.0], [3.0, 4.0]]
    """
    return tuple(F.linalg.qr(x, mode=mode))


@op(aliases={**_TF, "tensor": "x"})
def eigh(F, x):
    """The eigenvalues, ascending, and eigenvectors (columns) of a symmetric matrix (`tf.linalg.eigh`).

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.eigh([[2.0, 0.0], [0.0, 1.0]])[0].numpy().tolist()
        [1.0, 2.0]
    """
    return tuple(F.linalg.eigh(x))


@op(aliases={"diagonal": "x"})
def diag(F, x):
    """Matrices with the last axis of x as diagonal (`tf.linalg.diag`).

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.diag([1, 2]).numpy().tolist()
        [[1, 0], [0, 2]]
    """
    wide = F.expand_dims(x, axis=-1)
    return F.where(F.eye(x.shape[-1], dtype=F.dtype("bool")), wide, F.zeros_like(wide))


@op(aliases={**_TF, "tensor": "x"})
def diag_part(F, x):
    """The diagonals (`tf.linalg.diag_part`).

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.diag_part([[1, 2], [3, 4]]).numpy().tolist()
        [1, 4]
    """
    places = F.reshape(F.arange(min(x.shape[-2:]), dtype=F.dtype("int64")), (-1,))
    return x[..., places, places]


@op(aliases={"a": "x"})
def matrix_transpose(F, x):
    """The matrices with rows and columns exchanged (`tf.linalg.matrix_transpose`).

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.matrix_transpose([[1, 2], [3, 4]]).numpy().tolist()
        [[1, 3], [2, 4]]
    """
    return F.matrix_transpose(x)


@op(aliases={"a": "x", "b": "v"})
def matvec(F, x, v):
    """The product of a matrix and a vector (`tf.linalg.matvec`).

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.matvec([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]).numpy().tolist()
        [3.0, 7.0]
    """
    return F.matmul(x, F.expand_dims(v, axis=-1))[..., 0]


@op(aliases=_TF)
def band_part(F, x, *, num_lower, num_upper):
    """x with zeros outside of a band: that many diagonals below and above the main one; all if negative.

    Mirrors `tf.linalg.band_part`.

    Example:
        >>> import unikeras as tf
        >>> tf.linalg.band_part([[1, 2], [3, 4]], -1, 0).numpy().tolist()
        [[1, 0], [3, 4]]
    """
    x = x if num_lower < 0 else F.triu(x, k=-num_lower)
    return x if num_upper < 0 else F.tril(x, k=num_upper)
