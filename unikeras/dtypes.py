"""`tf.dtypes`: the types of tensors' elements."""

from unikeras.core.dtypes import DType as DType
from unikeras.core.dtypes import as_dtype as as_dtype
from unikeras.ops import cast as cast

float16 = half = as_dtype("float16")
bfloat16 = as_dtype("bfloat16")
float32 = as_dtype("float32")
float64 = double = as_dtype("float64")
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
