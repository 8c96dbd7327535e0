"""Complex numbers and their parts."""

from __future__ import annotations

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op

__all__ = ["complex", "conj", "imag", "real"]


@op
def complex(F, real, imag):
    """real + i * imag, of two tensors of floats (`tf.complex`).

    Example:
        >>> import unikeras as tf
        >>> tf.complex(1.0, 2.0).numpy().item()
        (1+2j)
    """
    kind = F.dtype("complex128" if as_dtype(real.dtype) == "float64" else "complex64")
    return F.astype(real, kind) + 1j * F.astype(imag, kind)


@op(aliases={"input": "x"})
def real(F, x):
    """The real part; x itself if it is real (`tf.math.real`).

    Example:
        >>> import unikeras as tf
        >>> float(tf.math.real(tf.complex(1.0, 2.0)))
        1.0
    """
    return F.real(x) if as_dtype(x.dtype).is_complex else x


@op(aliases={"input": "x"})
def imag(F, x):
    """The imaginary part; zeros if x is real (`tf.math.imag`).

    Example:
        >>> import unikeras as tf
        >>> float(tf.math.imag(tf.complex(1.0, 2.0)))
        2.0
    """
    return F.imag(x) if as_dtype(x.dtype).is_complex else F.zeros_like(x)


@op
def conj(F, x):
    """The complex conjugate; x itself if it is real (`tf.math.conj`).

    Example:
        >>> import unikeras as tf
        >>> tf.math.conj(tf.complex(1.0, 2.0)).numpy().item()
        (1-2j)
    """
    return F.conj(x) if as_dtype(x.dtype).is_complex else x
