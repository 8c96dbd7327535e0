"""unikeras: one Keras, in Python, without TensorFlow.

`import unikeras as tf` gives TensorFlow's names, `from unikeras import keras` Keras's. This module only gives names: each is
defined once, in the module that it is imported from here. Importing it loads no engine; the first tensor does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from unikeras import config, debugging, dtypes, errors, linalg, math, nest, nn, ops, random, test, version
from unikeras.core.absent import missing
from unikeras.core.checks import Assert, assert_equal, assert_greater, assert_less, assert_rank
from unikeras.core.custom_gradient import custom_gradient
from unikeras.core.devices import device
from unikeras.core.function import function
from unikeras.core.module import Module
from unikeras.core.printing import get_static_value
from unikeras.core.printing import tf_print as print
from unikeras.core.scopes import (
    control_dependencies,
    executing_eagerly,
    get_current_name_scope,
    group,
    inside_function,
    is_symbolic_tensor,
    name_scope,
    no_op,
)
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec, TypeSpec, type_spec_from_value
from unikeras.core.tape import GradientTape, UnconnectedGradients
from unikeras.core.tensor import Tensor, convert_to_tensor, is_tensor
from unikeras.core.variable import Variable, init_scope
from unikeras.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    bool,
    cast,
    complex,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
)
from unikeras.ops import absolute as abs
from unikeras.ops import all as reduce_all
from unikeras.ops import any as reduce_any
from unikeras.ops import arccos as acos
from unikeras.ops import arccosh as acosh
from unikeras.ops import arcsin as asin
from unikeras.ops import arcsinh as asinh
from unikeras.ops import arctan as atan
from unikeras.ops import arctanh as atanh
from unikeras.ops import (
    argmax,
    argmin,
    argsort,
    broadcast_to,
    concat,
    constant,
    cos,
    cosh,
    cumsum,
    einsum,
    exp,
    expand_dims,
    eye,
    fill,
    floor,
    gather,
    gather_nd,
    identity,
    linspace,
    logical_and,
    logical_not,
    logical_or,
    matmul,
    negative,
    norm,
    one_hot,
    ones,
    ones_like,
    pad,
    range,
    rank,
    repeat,
    reshape,
    roll,
    round,
    shape,
    sigmoid,
    sign,
    sin,
    sinh,
    size,
    sort,
    split,
    sqrt,
    square,
    squeeze,
    stack,
    stop_gradient,
    tan,
    tanh,
    tensor_scatter_nd_add,
    tensor_scatter_nd_update,
    tensordot,
    tile,
    transpose,
    unstack,
    where,
    zeros,
    zeros_like,
)
from unikeras.ops import clip as clip_by_value
from unikeras.ops import flip as reverse
from unikeras.ops import logsumexp as reduce_logsumexp
from unikeras.ops import max as reduce_max
from unikeras.ops import mean_same_dtype as reduce_mean
from unikeras.ops import min as reduce_min
from unikeras.ops import prod as reduce_prod
from unikeras.ops import sum as reduce_sum
from unikeras.ops.clipping import add_n, clip_by_global_norm, clip_by_norm
from unikeras.ops.selection import (
    boolean_mask,
    ensure_shape,
    meshgrid,
    scatter_nd,
    searchsorted,
    sequence_mask,
    slice,
)
from unikeras.runner.hook import install
from unikeras.version import VERSION as __version__

add = ops.add.strict
subtract = ops.subtract.strict
multiply = ops.multiply.strict
divide = ops.divide.strict
pow = ops.power.strict
maximum = ops.maximum.strict
minimum = ops.minimum.strict
equal = ops.equal.strict
not_equal = ops.not_equal.strict
less = ops.less.strict
less_equal = ops.less_equal.strict
greater = ops.greater.strict
greater_equal = ops.greater_equal.strict
truediv = divide
scalar_mul = ops.multiply.strict
newaxis = None
__all__ = [
    "Assert",
    "DType",
    "GradientTape",
    "IndexedSlices",
    "IndexedSlicesSpec",
    "Module",
    "RaggedTensor",
    "RaggedTensorSpec",
    "SparseTensor",
    "SparseTensorSpec",
    "Tensor",
    "TensorArray",
    "TensorShape",
    "TensorSpec",
    "TypeSpec",
    "UnconnectedGradients",
    "Variable",
    "__version__",
    "abs",
    "acos",
    "acosh",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "argsort",
    "as_dtype",
    "as_string",
    "asin",
    "asinh",
    "assert_equal",
    "assert_greater",
    "assert_less",
    "assert_rank",
    "atan",
    "atanh",
    "autograph",
    "bfloat16",
    "bool",
    "boolean_mask",
    "broadcast_to",
    "case",
    "cast",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "complex",
    "complex64",
    "complex128",
    "concat",
    "cond",
    "config",
    "constant",
    "control_dependencies",
    "convert_to_tensor",
    "cos",
    "cosh",
    "cumsum",
    "custom_gradient",
    "data",
    "debugging",
    "device",
    "divide",
    "double",
    "dtypes",
    "einsum",
    "ensure_shape",
    "equal",
    "errors",
    "executing_eagerly",
    "exp",
    "experimental",
    "expand_dims",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "floor",
    "foldl",
    "foldr",
    "function",
    "gather",
    "gather_nd",
    "get_current_name_scope",
    "get_static_value",
    "gradients",
    "greater",
    "greater_equal",
    "group",
    "half",
    "hessians",
    "identity",
    "image",
    "init_scope",
    "initializers",
    "inside_function",
    "install",
    "int8",
    "int16",
    "int32",
    "int64",
    "io",
    "is_symbolic_tensor",
    "is_tensor",
    "keras",
    "less",
    "less_equal",
    "linalg",
    "linspace",
    "logical_and",
    "logical_not",
    "logical_or",
    "lookup",
    "losses",
    "map_fn",
    "math",
    "make_ndarray",
    "make_tensor_proto",
    "matmul",
    "maximum",
    "meshgrid",
    "metrics",
    "minimum",
    "multiply",
    "name_scope",
    "negative",
    "nest",
    "newaxis",
    "nn",
    "no_op",
    "norm",
    "not_equal",
    "numpy_function",
    "one_hot",
    "ones",
    "ones_like",
    "ops",
    "optimizers",
    "pad",
    "pow",
    "print",
    "py_function",
    "ragged",
    "random",
    "range",
    "rank",
    "recompute_grad",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "repeat",
    "reshape",
    "reverse",
    "roll",
    "round",
    "saturate_cast",
    "scalar_mul",
    "scan",
    "scatter_nd",
    "searchsorted",
    "sequence_mask",
    "sets",
    "shape",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "size",
    "slice",
    "sort",
    "sparse",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "stop_gradient",
    "string",
    "strings",
    "subtract",
    "switch_case",
    "tan",
    "tanh",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_update",
    "tensordot",
    "test",
    "tile",
    "train",
    "transpose",
    "truediv",
    "type_spec_from_value",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "unstack",
    "vectorized_map",
    "version",
    "where",
    "while_loop",
    "zeros",
    "zeros_like",
]

if TYPE_CHECKING:
    from unikeras import data as data
    from unikeras import image as image
    from unikeras import initializers as initializers
    from unikeras import io as io
    from unikeras import keras as keras
    from unikeras import lookup as lookup
    from unikeras import losses as losses
    from unikeras import metrics as metrics
    from unikeras import optimizers as optimizers
    from unikeras import autograph as autograph
    from unikeras import ragged as ragged

    from unikeras import sets as sets
    from unikeras import sparse as sparse
    from unikeras import strings as strings
    from unikeras import train as train
    from unikeras.composites.indexed_slices import IndexedSlices as IndexedSlices
    from unikeras.composites.indexed_slices import IndexedSlicesSpec as IndexedSlicesSpec
    from unikeras.composites.ragged_spec import RaggedTensorSpec as RaggedTensorSpec
    from unikeras.composites.ragged_tensor import RaggedTensor as RaggedTensor
    from unikeras.composites.sparse_tensor import SparseTensor as SparseTensor
    from unikeras.composites.sparse_tensor import SparseTensorSpec as SparseTensorSpec
    from unikeras.io.tensor_proto import make_ndarray as make_ndarray
    from unikeras.io.tensor_proto import make_tensor_proto as make_tensor_proto
    from unikeras.ops.image_adjust import saturate_cast as saturate_cast
    from unikeras.core.function_gradients import gradients as gradients
    from unikeras.core.function_gradients import hessians as hessians
    from unikeras.core.function_gradients import recompute_grad as recompute_grad
    from unikeras.ops.host_functions import numpy_function as numpy_function
    from unikeras.ops.host_functions import py_function as py_function
    from unikeras.ops.strings_numbers import as_string as as_string
    from unikeras.ops.tensor_array import TensorArray as TensorArray
    from unikeras.ops.tf_control_flow import case as case
    from unikeras.ops.tf_control_flow import cond as cond
    from unikeras.ops.tf_control_flow import foldl as foldl
    from unikeras.ops.tf_control_flow import foldr as foldr
    from unikeras.ops.tf_control_flow import map_fn as map_fn
    from unikeras.ops.tf_control_flow import scan as scan
    from unikeras.ops.tf_control_flow import switch_case as switch_case
    from unikeras.ops.tf_control_flow import vectorized_map as vectorized_map
    from unikeras.ops.tf_control_flow import while_loop as while_loop
else:
    _ON_DEMAND = frozenset({"autograph", "image", "data", "experimental", "initializers", "io", "keras", "lookup", "losses", "metrics", "optimizers", "ragged", "sets", "sparse", "strings", "train"})
    # Names whose module is imported when they are first used.
    _LAZY = {
        "as_string": "ops.strings_numbers",
        **dict.fromkeys(
            ("case", "cond", "foldl", "foldr", "map_fn", "scan", "switch_case", "vectorized_map", "while_loop"), "ops.tf_control_flow"
        ),
        **dict.fromkeys(("gradients", "hessians", "recompute_grad"), "core.function_gradients"),
        **dict.fromkeys(("numpy_function", "py_function"), "ops.host_functions"),
        "TensorArray": "ops.tensor_array",
        "saturate_cast": "ops.image_adjust",
        "IndexedSlices": "composites.indexed_slices",
        "IndexedSlicesSpec": "composites.indexed_slices",
        "RaggedTensor": "composites.ragged_tensor",
        "RaggedTensorSpec": "composites.ragged_spec",
        "SparseTensor": "composites.sparse_tensor",
        "SparseTensorSpec": "composites.sparse_tensor",
        "make_ndarray": "io.tensor_proto",
        "make_tensor_proto": "io.tensor_proto",
    }

    def __getattr__(name: str) -> Any:
        if name in _ON_DEMAND:
            return importlib.import_module(f"unikeras.{name}")
        if name in _LAZY:
            found = globals()[name] = getattr(importlib.import_module(f"unikeras.{_LAZY[name]}"), name)
            return found
        raise missing("tf", name, __all__)
