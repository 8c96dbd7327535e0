"""Linear algebra under Keras 3's names and options (`keras.ops.linalg`)."""

from __future__ import annotations

import math
from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops import decomposition
from unikeras.ops.elementwise import to_float
from unikeras.ops.promotion import promoted

__all__ = [
    "cholesky", "cholesky_inverse", "det", "eig", "eigh", "inv", "logdet", "lstsq", "lu_factor", "matrix_rank", "norm", "pinv", "qr",
    "solve", "solve_triangular", "svd",
]  # fmt: skip


def _square(what: str, x: Any) -> None:
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"{what}: expected square matrices, got the shape {tuple(x.shape)}")


@op
def det(F, x):
    """The determinants (mirrors `keras.ops.det`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.det([[2.0, 0.0], [0.0, 4.0]]))
        8.0
    """
    _square("det", x)
    return F.linalg.det(to_float(F, x))


@op
def inv(F, x):
    """The inverses (mirrors `keras.ops.inv`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.inv([[2.0, 0.0], [0.0, 4.0]]).numpy().tolist()
        [[0.5, 0.0], [0.0, 0.25]]
    """
    _square("inv", x)
    return F.linalg.inv(to_float(F, x))


@op
def cholesky(F, x, *, upper=False):
    """The lower triangular L with L @ L^T = x, or with `upper` its transpose (mirrors `keras.ops.cholesky`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.cholesky([[4.0, 0.0], [0.0, 9.0]]).numpy().tolist()
        [[2.0, 0.0], [0.0, 3.0]]
    """
    _square("cholesky", x)
    lower = F.linalg.cholesky(to_float(F, x))
    return (
        F.conj(F.matrix_transpose(lower))
        if upper and as_dtype(lower.dtype).is_complex
        else F.matrix_transpose(lower)
        if upper
        else lower
    )


@op
def cholesky_inverse(F, x, *, upper=False):
    """The inverse of the matrix whose Cholesky factor is x (mirrors `keras.ops.cholesky_inverse`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.cholesky_inverse([[2.0, 0.0], [0.0, 1.0]]).numpy().tolist()
        [[0.25, 0.0], [0.0, 1.0]]
    """
    _square("cholesky_inverse", x)
    inverse = F.linalg.inv(to_float(F, x))
    turned = F.matrix_transpose(inverse)
    return F.matmul(inverse, turned) if upper else F.matmul(turned, inverse)


@op
def logdet(F, x):
    """The logarithms of the determinants of positive definite matrices (mirrors `keras.ops.logdet`).

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.logdet([[1.0, 0.0], [0.0, 1.0]]))
        0.0
    """
    _square("logdet", x)
    return F.linalg.slogdet(to_float(F, x))[1]


@op
def lu_factor(F, x):
    """Both triangular factors in one matrix, and the row exchanges (mirrors `keras.ops.lu_factor`).

    Args:
        x: square matrices [..., n, n].

    Returns:
        The factors [..., n, n], the lower one without its diagonal of ones; and int32 [..., n]: row i was exchanged with row p[i].

    Example:
        >>> from unikeras import keras
        >>> keras.ops.lu_factor([[2.0, 1.0], [4.0, 1.0]])[1].numpy().tolist()
        [1, 1]
    """
    if x.ndim < 2:
        raise ValueError(f"expected matrices, got the shape {tuple(x.shape)}")
    return F.lu(to_float(F, x))


@op
def eig(F, x):
    """The eigenvalues and eigenvectors (columns) of any square matrices, complex (mirrors `keras.ops.eig`).

    It has no gradient on most engines; `eigh`, for symmetric matrices, has.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.eig([[2.0, 0.0], [0.0, 2.0]])[0].numpy().tolist()
        [(2+0j), (2+0j)]
    """
    _square("eig", x)
    x = to_float(F, x)
    kind = F.dtype("complex128" if as_dtype(x.dtype).name in ("float64", "complex128") else "complex64")
    return tuple(F.astype(part, kind) for part in F.linalg.eig(x))


@op
def eigh(F, x):
    """The eigenvalues, ascending, and eigenvectors (columns) of symmetric matrices (mirrors `keras.ops.eigh`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.eigh([[2.0, 0.0], [0.0, 1.0]])[0].numpy().tolist()
        [1.0, 2.0]
    """
    _square("eigh", x)
    return tuple(F.linalg.eigh(to_float(F, x)))


@op
def _svd(F, x, *, full_matrices, compute_uv):
    x = to_float(F, x)
    if not compute_uv:
        return F.svd(x)[1]
    return tuple(F.linalg.svd(x, full_matrices=True)) if full_matrices else tuple(F.svd(x))


def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular value decomposition x = u @ diag(s) @ vh (mirrors `keras.ops.svd`).

    Args:
        x: matrices [..., m, n].
        full_matrices: whether u and vh are square.
        compute_uv: whether to return u and vh as well.

    Returns:
        (u, s, vh), or s.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.svd([[3.0, 0.0], [0.0, 2.0]], compute_uv=False).numpy().tolist()
        [3.0, 2.0]
    """
    return _svd(x, full_matrices=bool(full_matrices), compute_uv=bool(compute_uv))


def qr(x: Any, mode: str = "reduced") -> tuple[Any, Any]:
    """An orthonormal q and an upper triangular r with x = q @ r (mirrors `keras.ops.qr`).

    Args:
        x: matrices.
        mode: 'reduced', or 'complete' for a square q.

    Raises:
        ValueError: another mode.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.qr([[1.0], [0.0]], "complete")[0].shape
        TensorShape([2, 2])
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f"qr: mode must be 'reduced' or 'complete', got {mode!r}.")
    return decomposition.qr(x, mode=mode)


@op(aliases={"x": "a"})
def solve(F, a, b):
    """The y with a @ y = b (mirrors `keras.ops.solve`).

    Args:
        a: square matrices [..., n, n].
        b: one vector [n], or matrices [..., n, k].

    Example:
        >>> from unikeras import keras
        >>> keras.ops.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0]).numpy().tolist()
        [1.0, 0.5]
    """
    _square("solve", a)
    a, b = (to_float(F, v) for v in promoted(F, a, b))
    if b.ndim == a.ndim - 1:
        return F.linalg.solve(a, F.expand_dims(b, axis=-1))[..., 0]
    return F.linalg.solve(a, b)


@op
def solve_triangular(F, a, b, *, lower=False):
    """The y with a @ y = b, of the upper or lower triangle of a (mirrors `keras.ops.solve_triangular`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.solve_triangular([[2.0, 0.0], [9.0, 4.0]], [2.0, 2.0]).numpy().tolist()
        [1.0, 0.5]
    """
    return solve.body(F, F.tril(a) if lower else F.triu(a), b)


def _inverse_singular(F: Any, s: Any, cutoff: Any) -> Any:
    large = s > cutoff
    return F.where(large, 1 / F.where(large, s, F.ones_like(s)), F.zeros_like(s))


@op
def pinv(F, x, *, rcond=None):
    """The Moore-Penrose inverses (mirrors `keras.ops.pinv`).

    Args:
        x: matrices [..., m, n].
        rcond: singular values up to this part of the largest count as 0; 10 * max(m, n) * the dtype's step if `None`.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.pinv([[2.0, 0.0]]).numpy().tolist()
        [[0.5], [0.0]]
    """
    x = to_float(F, x)
    u, s, vh = F.svd(x)
    step = float(F.finfo(x.dtype).eps)
    part = 10 * max(x.shape[-2:]) * step if rcond is None else rcond
    inverse = _inverse_singular(F, s, part * F.max(s, axis=-1, keepdims=True))
    return F.matmul(F.matrix_transpose(vh) * F.expand_dims(inverse, axis=-2), F.matrix_transpose(u))


@op
def lstsq(F, a, b, *, rcond=None):
    """The shortest y for which |a @ y - b| is least (mirrors `keras.ops.lstsq`).

    Args:
        a: a matrix [m, n].
        b: one vector [m], or [m, k].
        rcond: singular values up to this part of the largest count as 0; max(m, n) * the dtype's step if `None`.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.lstsq([[1.0], [1.0]], [1.0, 3.0]).numpy().round(4).tolist()
        [2.0]
    """
    if a.ndim != 2 or b.ndim not in (1, 2) or a.shape[0] != b.shape[0]:
        raise ValueError(
            f"expected a matrix and as many rows, got the shapes {tuple(a.shape)} and {tuple(b.shape)}"
        )
    a, b = (to_float(F, v) for v in promoted(F, a, b))
    part = max(a.shape) * float(F.finfo(a.dtype).eps) if rcond is None else rcond
    return F.matmul(pinv.body(F, a, rcond=part), b)


@op(no_gradient=True)
def matrix_rank(F, x, *, tol=None):
    """How many singular values are not 0 (mirrors `keras.ops.matrix_rank`).

    Args:
        x: matrices.
        tol: up to where one counts as 0; max(m, n) * the largest * the dtype's step if `None`.

    Example:
        >>> from unikeras import keras
        >>> int(keras.ops.matrix_rank([[1.0, 1.0], [1.0, 1.0]]))
        1
    """
    x = to_float(F, x)
    s = F.svd(x)[1]
    limit = (
        tol
        if tol is not None
        else F.max(s, axis=-1, keepdims=True) * (max(x.shape[-2:]) * float(F.finfo(x.dtype).eps))
    )
    return F.sum(F.astype(s > limit, F.dtype("int32")), axis=-1, dtype=F.dtype("int32"))


def _root(F: Any, squares: Any) -> Any:
    positive = squares > 0  # the slope of the root at 0 is infinite
    return F.where(positive, F.sqrt(F.where(positive, squares, F.ones_like(squares))), F.zeros_like(squares))


def _vector_norm(F: Any, x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    size = F.abs(x)
    if ord is None or ord == 2:
        return _root(F, F.sum(size * size, axis=axis, keepdims=keepdims))
    if ord == 0:
        return F.sum(F.astype(x != 0, x.dtype), axis=axis, keepdims=keepdims)
    if ord == 1:
        return F.sum(size, axis=axis, keepdims=keepdims)
    if ord in (math.inf, -math.inf):
        return (F.max if ord > 0 else F.min)(size, axis=axis, keepdims=keepdims)
    return F.pow(
        F.sum(F.pow(size, F.asarray(ord, dtype=x.dtype)), axis=axis, keepdims=keepdims),
        F.asarray(1 / ord, dtype=x.dtype),
    )


def _matrix_norm(F: Any, x: Any, ord: Any) -> Any:
    """Of the last two axes."""
    if ord in (2, -2, "nuc"):
        s = F.svd(x)[1]
        return F.sum(s, axis=-1) if ord == "nuc" else (F.max if ord > 0 else F.min)(s, axis=-1)
    # The sums of columns for 1, of rows for infinity.
    sums = F.sum(F.abs(x), axis=-2 if abs(ord) == 1 else -1)
    return (F.max if ord > 0 else F.min)(sums, axis=-1)


@op
def _norm(F, x, *, ord, axis, keepdims):
    x = to_float(F, x)
    if axis is None and ord is None:
        return _vector_norm(F, x, None, None, keepdims)
    axes = tuple(range(x.ndim)) if axis is None else tuple(a % x.ndim for a in axis)
    if len(axes) == 1:
        if isinstance(ord, str):
            raise ValueError(f"ord={ord!r} is a norm of matrices; x has one axis to reduce")
        return _vector_norm(F, x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ValueError(f"a norm with ord={ord!r} is of one axis or two, got {len(axes)}; give axis=")
    if ord in (None, "fro"):
        return _vector_norm(F, x, None, axes, keepdims)
    if ord not in (1, -1, 2, -2, math.inf, -math.inf, "nuc"):
        raise ValueError(
            f"ord={ord!r} is not a norm of matrices; use 'fro', 'nuc', 1, -1, 2, -2, inf or -inf"
        )
    found = _matrix_norm(F, F.moveaxis(x, axes, (-2, -1)), ord)
    if keepdims:
        for a in sorted(axes):
            found = F.expand_dims(found, axis=a)
    return found


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """A norm of vectors or matrices (mirrors `keras.ops.norm`).

    Args:
        x: a tensor; integers are taken as floats.
        ord: of vectors a number, inf or -inf; of matrices 'fro', 'nuc', 1, -1, 2, -2, inf or -inf. `None`: the Euclidean norm.
        axis: one axis for vectors, two for matrices; `None` for all of x, which has one or two then unless `ord` is `None`.
        keepdims: whether reduced axes stay, with length 1.

    Raises:
        InvalidArgumentError: another `ord`; it is a ValueError.

    Example:
        >>> from unikeras import keras
        >>> float(keras.ops.norm([3.0, 4.0])), float(keras.ops.norm([[3.0, -4.0]], ord=1))
        (5.0, 4.0)
    """
    if axis is not None:
        axis = tuple(int(a) for a in axis) if isinstance(axis, (tuple, list)) else (int(axis),)
    return _norm(convert_to_tensor(x), ord=ord, axis=axis, keepdims=bool(keepdims))
