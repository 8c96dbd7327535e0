"""`tf.dtypes`: the types of tensors' elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.dtypes import DType, as_dtype
from unikeras.ops import cast
from unikeras.ops.complex import complex

float16 = as_dtype("float16")
bfloat16 = as_dtype("bfloat16")
float32 = as_dtype("float32")
float64 = as_dtype("float64")
int8 = as_dtype("int8")
int16 = as_dtype("int16")
int32 = as_dtype("int32")
int64 = as_dtype("int64")
uint8 = as_dtype("uint8")
uint16 = as_dtype("uint16")
uint32 = as_dtype("uint32")
uint64 = as_dtype("uint64")
bool = as_dtype("bool")
complex64 = as_dtype("complex64")
complex128 = as_dtype("complex128")
string = as_dtype("string")
half = float16
double = float64
__all__ = [
    "DType",
    "as_dtype",
    "bfloat16",
    "bool",
    "cast",
    "complex",
    "complex64",
    "complex128",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int8",
    "int16",
    "int32",
    "int64",
    "string",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.dtypes", name, __all__)
