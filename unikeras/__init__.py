"""unikeras: one Keras, in Python, without TensorFlow. `import unikeras as tf` gives TensorFlow's names."""

from __future__ import annotations

import importlib

from typing import TYPE_CHECKING, Any


from unikeras import dtypes as dtypes
from unikeras import errors as errors
from unikeras import nest as nest
from unikeras import ops as ops
from unikeras import random as random
from unikeras import version as version
from unikeras.core.function import function as function
from unikeras.core.module import Module as Module
from unikeras.core.shape import TensorShape as TensorShape
from unikeras.core.tape import GradientTape as GradientTape
from unikeras.core.tape import UnconnectedGradients as UnconnectedGradients
from unikeras.core.tensor import Tensor as Tensor
from unikeras.core.tensor import convert_to_tensor as convert_to_tensor
from unikeras.core.tensor import is_tensor as is_tensor
from unikeras.core.variable import Variable as Variable
from unikeras.core.variable import init_scope as init_scope
from unikeras.dtypes import (
    DType as DType,
    as_dtype as as_dtype,
    bfloat16 as bfloat16,
    bool as bool,
    cast as cast,
    complex64 as complex64,
    complex128 as complex128,
    double as double,
    float16 as float16,
    float32 as float32,
    float64 as float64,
    half as half,
    int8 as int8,
    int16 as int16,
    int32 as int32,
    int64 as int64,
    string as string,
    uint8 as uint8,
    uint16 as uint16,
    uint32 as uint32,
    uint64 as uint64,
)
from unikeras.ops import (
    absolute as abs,
    all as reduce_all,
    any as reduce_any,
    argmax as argmax,
    argmin as argmin,
    argsort as argsort,
    ceil as ceil,
    concat as concat,
    constant as constant,
    cos as cos,
    cumsum as cumsum,
    einsum as einsum,
    equal as equal,
    exp as exp,
    expand_dims as expand_dims,
    eye as eye,
    fill as fill,
    floor as floor,
    gather as gather,
    gather_nd as gather_nd,
    greater as greater,
    greater_equal as greater_equal,
    identity as identity,
    less as less,
    less_equal as less_equal,
    linspace as linspace,
    logical_and as logical_and,
    logical_not as logical_not,
    logical_or as logical_or,
    matmul as matmul,
    max as reduce_max,
    mean_same_dtype as reduce_mean,
    min as reduce_min,
    negative as negative,
    norm as norm,
    not_equal as not_equal,
    one_hot as one_hot,
    ones as ones,
    ones_like as ones_like,
    prod as reduce_prod,
    range as range,
    rank as rank,
    repeat as repeat,
    reshape as reshape,
    round as round,
    shape as shape,
    sigmoid as sigmoid,
    sign as sign,
    sin as sin,
    size as size,
    sort as sort,
    split as split,
    sqrt as sqrt,
    square as square,
    squeeze as squeeze,
    stack as stack,
    stop_gradient as stop_gradient,
    sum as reduce_sum,
    tanh as tanh,
    tensordot as tensordot,
    tile as tile,
    transpose as transpose,
    unstack as unstack,
    where as where,
    zeros as zeros,
    zeros_like as zeros_like,
)
from unikeras.runner.hook import install as install

if TYPE_CHECKING:
    from unikeras import keras as keras
    from unikeras import losses as losses
    from unikeras import metrics as metrics
    from unikeras import optimizers as optimizers

add = ops.add.strict
subtract = ops.subtract.strict
multiply = ops.multiply.strict
divide = ops.divide.strict
pow = ops.power.strict
maximum = ops.maximum.strict
minimum = ops.minimum.strict

newaxis = None
__version__ = version.VERSION

_SUBMODULES = {"keras", "losses", "metrics", "optimizers", "initializers"}


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f"unikeras.{name}")
    raise AttributeError(f"module 'unikeras' has no attribute {name!r}")
