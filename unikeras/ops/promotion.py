"""Which dtype tensors of several dtypes meet in: JAX's and Keras 3's rule, on every engine."""

from __future__ import annotations

from typing import Any

from unikeras.core.dtypes import DType, as_dtype, floatx

__all__ = ["common_dtype", "promoted"]


def common_dtype(*dtypes: Any) -> DType:
    """The dtype that values of these dtypes are computed in (mirrors `keras.backend.result_type`).

    Bool yields to integers, integers to floats, floats to complex numbers. Unlike NumPy's, the rule never
    widens a float for
    the sake of an integer: float16 and int64 meet in float16.

    Example:
        >>> common_dtype("int64", "float16"), common_dtype("uint8", "int8")
        (tf.float16, tf.int16)
    """
    found = {as_dtype(d) for d in dtypes}
    if len(found) == 1:
        return found.pop()
    if any(d.is_complex for d in found):
        return as_dtype(
            "complex128" if found & {as_dtype("complex128"), as_dtype("float64")} else "complex64"
        )
    floats = {d for d in found if d.is_floating}
    if floats:
        return (
            as_dtype("float32")
            if {d.name for d in floats} == {"float16", "bfloat16"}
            else max(floats, key=lambda d: d.size)
        )
    whole = {d for d in found if d.is_integer}
    signed = max((d.size for d in whole if not d.is_unsigned), default=0)
    unsigned = max((d.size for d in whole if d.is_unsigned), default=0)
    if not signed or not unsigned:
        return max(whole, key=lambda d: d.size)
    size = signed if signed > unsigned else 2 * unsigned
    return as_dtype(f"int{8 * size}" if size <= 8 else floatx())


def promoted(F: Any, *arrays: Any) -> Any:
    """The arrays in their common dtype: for bodies of ops of several tensors."""
    if all(a.dtype == arrays[0].dtype for a in arrays):
        return arrays
    dtype = F.dtype(common_dtype(*(a.dtype for a in arrays)).name)
    return tuple(a if a.dtype == dtype else F.astype(a, dtype) for a in arrays)
