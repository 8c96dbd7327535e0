"""Products of matrices and tensors, and decompositions."""

from __future__ import annotations

from unikeras.core.op import op
from unikeras.ops.promotion import promoted


@op(aliases={"a": "x1", "b": "x2", "x": "x1", "y": "x2"})
def matmul(F, x1, x2, *, transpose_a=False, transpose_b=False, adjoint_a=False, adjoint_b=False):
    """The matrix product of the last two axes (`tf.matmul`).

    Example:
        >>> from unikeras import ops
        >>> ops.matmul([[1.0, 2.0]], [[3.0], [4.0]]).numpy().tolist()
        [[11.0]]
    """
    x1, x2 = promoted(F, x1, x2)
    if transpose_a or adjoint_a:
        x1 = F.matrix_transpose(x1)
        x1 = F.conj(x1) if adjoint_a else x1
    if transpose_b or adjoint_b:
        x2 = F.matrix_transpose(x2)
        x2 = F.conj(x2) if adjoint_b else x2
    return F.matmul(x1, x2)


@op(aliases={"a": "x1", "b": "x2"})
def matrix_product(
    F, x1, x2, *, transpose_a=False, transpose_b=False, adjoint_a=False, adjoint_b=False, a_is_sparse=False, b_is_sparse=False,
    output_type=None, grad_a=False, grad_b=False,
):  # fmt: skip
    """The matrix product of the last two axes; vectors are refused (`tf.matmul`).

    Example:
        >>> import unikeras as tf
        >>> tf.matmul([[1.0, 2.0]], [[3.0], [4.0]]).numpy().tolist()
        [[11.0]]
    """
    if min(x1.ndim, x2.ndim) < 2:
        raise ValueError(
            f"both must have two axes or more, got the shapes {tuple(x1.shape)} and {tuple(x2.shape)}; use tf.linalg.matvec for a vector"
        )
    options = {
        "transpose_a": transpose_a,
        "transpose_b": transpose_b,
        "adjoint_a": adjoint_a,
        "adjoint_b": adjoint_b,
    }
    if output_type is not None:
        x1, x2 = F.astype(x1, F.dtype(output_type)), F.astype(x2, F.dtype(output_type))
    return matmul.body(F, x1, x2, **options)


matrix_product.__name__ = matmul.__name__  # in messages, files and tables it is what programs call it


@op
def _einsum(F, *operands, equation):
    return F.einsum(equation, *promoted(F, *operands))


def einsum(equation, *operands, **kwargs):
    """Einstein summation, for example `einsum("ij,jk->ik", a, b)` (`tf.einsum`).

    Example:
        >>> from unikeras import ops
        >>> ops.einsum("i,i->", [1.0, 2.0], [3.0, 4.0]).numpy().tolist()
        11.0
    """
    return _einsum(*operands, equation=equation.replace(" ", ""))


@op(aliases={"x": "x1", "y": "x2"})
def batch_dot(F, x1, x2, *, axes=None):
    """The products of samples, one axis of each summed over (`tf.keras.backend.batch_dot`).

    Args:
        x1: a tensor [batch, ...].
        x2: a tensor of the same batch size.
        axes: the axis of each to sum over (an int for both); the last of x1 and the last but one of x2 (the
            last, if it
            has two axes) if None.

    Returns:
        [batch, other axes of x1, other axes of x2]; [batch, 1] if there are no others.

    Example:
        >>> from unikeras import ops
        >>> ops.batch_dot([[1.0, 2.0]], [[3.0, 4.0]], axes=1).numpy().tolist()
        [[11.0]]
    """
    if axes is None:
        axes = (x1.ndim - 1, x2.ndim - 1 if x2.ndim == 2 else x2.ndim - 2)
    first, second = (axes, axes) if isinstance(axes, int) else axes
    first, second = first % x1.ndim, second % x2.ndim
    if 0 in (first, second):
        raise ValueError("the batch axis 0 cannot be summed over")
    left = [chr(ord("a") + i) for i in range(x1.ndim)]
    right = [chr(ord("A") + i) for i in range(x2.ndim)]
    right[0], right[second] = left[0], left[first]
    rest = [c for c in (*left[1:], *right[1:]) if c != left[first]]
    result = F.einsum(f"{''.join(left)},{''.join(right)}->{left[0]}{''.join(rest)}", x1, x2)
    return result if rest else F.expand_dims(result, axis=1)


@op(aliases={"a": "x1", "b": "x2"})
def tensordot(F, x1, x2, *, axes=2):
    """The product summed over the named axes of both (`tf.tensordot`).

    Example:
        >>> from unikeras import ops
        >>> ops.tensordot([1.0, 2.0], [3.0, 4.0], axes=1).numpy().tolist()
        11.0
    """
    return F.tensordot(*promoted(F, x1, x2), axes=axes)


@op
def dot(F, x1, x2):
    """The product over the last axis of x1 and the next-to-last (or only) one of x2, as NumPy's dot.

    Example:
        >>> from unikeras import ops
        >>> ops.dot([1.0, 2.0], [3.0, 4.0]).numpy().tolist()
        11.0
    """
    x1, x2 = promoted(F, x1, x2)
    if x1.ndim == 0 or x2.ndim == 0:
        return x1 * x2
    return F.tensordot(x1, x2, axes=((x1.ndim - 1,), (x2.ndim - (2 if x2.ndim > 1 else 1),)))


@op(aliases={"a": "x1", "b": "x2"})
def outer(F, x1, x2):
    """All products of an element of x1 and one of x2.

    Example:
        >>> from unikeras import ops
        >>> ops.outer([1, 2], [3, 4]).numpy().tolist()
        [[3, 4], [6, 8]]
    """
    x1, x2 = promoted(F, x1, x2)
    return F.reshape(x1, (-1, 1)) * F.reshape(x2, (1, -1))


@op(aliases={"input": "x"})
def svd(F, x):
    """The reduced singular value decomposition: u, s, v^T with x = u @ diag(s) @ v^T.

    Example:
        >>> from unikeras import ops
        >>> ops.svd([[3.0, 0.0], [0.0, 2.0]])[1].numpy().tolist()
        [3.0, 2.0]
    """
    return F.svd(x)


@op(aliases={"tensor": "x"})
def trace(F, x):
    """The sum of the diagonal of the last two axes (`tf.linalg.trace`).

    Example:
        >>> from unikeras import ops
        >>> ops.trace([[1, 2], [3, 4]]).numpy().tolist()
        5
    """
    size = min(x.shape[-2:])
    return (
        F.sum(
            F.where(F.eye(x.shape[-2], x.shape[-1], dtype=F.dtype("bool")), x, F.zeros_like(x)),
            axis=(-2, -1),
            dtype=x.dtype,
        )
        if size
        else F.sum(x, axis=(-2, -1))
    )
