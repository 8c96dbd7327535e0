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
from unikeras.core.logger import get_logger
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
matmul = ops.matrix_product.strict
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
truediv = realdiv = divide
atan2 = ops.arctan2.strict
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
    "atan2",
    "atanh",
    "audio",
    "autograph",
    "batch_to_space",
    "bfloat16",
    "bitcast",
    "bitwise",
    "bool",
    "boolean_mask",
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
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
    "dynamic_partition",
    "dynamic_stitch",
    "edit_distance",
    "einsum",
    "ensure_shape",
    "equal",
    "errors",
    "executing_eagerly",
    "exp",
    "expand_dims",
    "experimental",
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
    "get_logger",
    "get_static_value",
    "gradients",
    "greater",
    "greater_equal",
    "group",
    "half",
    "hessians",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "identity",
    "identity_n",
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
    "make_ndarray",
    "make_tensor_proto",
    "map_fn",
    "math",
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
    "parallel_stack",
    "pow",
    "print",
    "py_function",
    "ragged",
    "random",
    "range",
    "rank",
    "realdiv",
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
    "required_space_to_batch_paddings",
    "reshape",
    "reverse",
    "reverse_sequence",
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
    "shape_n",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "size",
    "slice",
    "sort",
    "space_to_batch",
    "space_to_batch_nd",
    "sparse",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "stop_gradient",
    "strided_slice",
    "string",
    "strings",
    "subtract",
    "summary",
    "switch_case",
    "tan",
    "tanh",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_max",
    "tensor_scatter_nd_min",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "tensordot",
    "test",
    "tile",
    "train",
    "transpose",
    "truediv",
    "truncatediv",
    "truncatemod",
    "tuple",
    "type_spec_from_value",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "unique",
    "unique_with_counts",
    "unravel_index",
    "unstack",
    "vectorized_map",
    "version",
    "where",
    "while_loop",
    "zeros",
    "zeros_like",
]

if TYPE_CHECKING:
    from unikeras import audio as audio
    from unikeras import autograph as autograph
    from unikeras import bitwise as bitwise
    from unikeras import data as data
    from unikeras import image as image
    from unikeras import initializers as initializers
    from unikeras import io as io
    from unikeras import keras as keras
    from unikeras import lookup as lookup
    from unikeras import losses as losses
    from unikeras import metrics as metrics
    from unikeras import optimizers as optimizers
    from unikeras import ragged as ragged
    from unikeras import sets as sets
    from unikeras import sparse as sparse
    from unikeras import strings as strings
    from unikeras import summary as summary
    from unikeras import train as train
    from unikeras.composites.indexed_slices import IndexedSlices as IndexedSlices
    from unikeras.composites.indexed_slices import IndexedSlicesSpec as IndexedSlicesSpec
    from unikeras.composites.ragged_spec import RaggedTensorSpec as RaggedTensorSpec
    from unikeras.composites.ragged_tensor import RaggedTensor as RaggedTensor
    from unikeras.composites.sparse_tensor import SparseTensor as SparseTensor
    from unikeras.composites.sparse_tensor import SparseTensorSpec as SparseTensorSpec
    from unikeras.core.function_gradients import gradients as gradients
    from unikeras.core.function_gradients import hessians as hessians
    from unikeras.core.function_gradients import recompute_grad as recompute_grad
    from unikeras.io.tensor_proto import make_ndarray as make_ndarray
    from unikeras.io.tensor_proto import make_tensor_proto as make_tensor_proto
    from unikeras.ops.array_tf_style import broadcast_dynamic_shape as broadcast_dynamic_shape
    from unikeras.ops.array_tf_style import broadcast_static_shape as broadcast_static_shape
    from unikeras.ops.array_tf_style import dynamic_partition as dynamic_partition
    from unikeras.ops.array_tf_style import dynamic_stitch as dynamic_stitch
    from unikeras.ops.array_tf_style import edit_distance as edit_distance
    from unikeras.ops.array_tf_style import histogram_fixed_width as histogram_fixed_width
    from unikeras.ops.array_tf_style import histogram_fixed_width_bins as histogram_fixed_width_bins
    from unikeras.ops.array_tf_style import identity_n as identity_n
    from unikeras.ops.array_tf_style import parallel_stack as parallel_stack
    from unikeras.ops.array_tf_style import reverse_sequence as reverse_sequence
    from unikeras.ops.array_tf_style import shape_n as shape_n
    from unikeras.ops.array_tf_style import strided_slice as strided_slice
    from unikeras.ops.array_tf_style import tensor_scatter_nd_max as tensor_scatter_nd_max
    from unikeras.ops.array_tf_style import tensor_scatter_nd_min as tensor_scatter_nd_min
    from unikeras.ops.array_tf_style import tensor_scatter_nd_sub as tensor_scatter_nd_sub
    from unikeras.ops.array_tf_style import tuple as tuple
    from unikeras.ops.array_tf_style import unique as unique
    from unikeras.ops.array_tf_style import unique_with_counts as unique_with_counts
    from unikeras.ops.array_tf_style import unravel_index as unravel_index
    from unikeras.ops.host_functions import numpy_function as numpy_function
    from unikeras.ops.host_functions import py_function as py_function
    from unikeras.ops.image_adjust import saturate_cast as saturate_cast
    from unikeras.ops.math_tf_style import bitcast as bitcast
    from unikeras.ops.math_tf_style import truncatediv as truncatediv
    from unikeras.ops.math_tf_style import truncatemod as truncatemod
    from unikeras.ops.space_to_batch import batch_to_space as batch_to_space
    from unikeras.ops.space_to_batch import (
        required_space_to_batch_paddings as required_space_to_batch_paddings,
    )
    from unikeras.ops.space_to_batch import space_to_batch as space_to_batch
    from unikeras.ops.space_to_batch import space_to_batch_nd as space_to_batch_nd
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
    _ON_DEMAND = frozenset(
        (
            "audio",
            "autograph",
            "bitwise",
            "data",
            "experimental",
            "image",
            "initializers",
            "io",
            "keras",
            "lookup",
            "losses",
            "metrics",
            "optimizers",
            "ragged",
            "sets",
            "sparse",
            "strings",
            "summary",
            "train",
        )
    )
    # Names whose module is imported when they are first used.
    _LAZY = {
        "batch_to_space": "ops.space_to_batch",
        "broadcast_dynamic_shape": "ops.array_tf_style",
        "broadcast_static_shape": "ops.array_tf_style",
        "dynamic_partition": "ops.array_tf_style",
        "dynamic_stitch": "ops.array_tf_style",
        "edit_distance": "ops.array_tf_style",
        "histogram_fixed_width": "ops.array_tf_style",
        "histogram_fixed_width_bins": "ops.array_tf_style",
        "identity_n": "ops.array_tf_style",
        "parallel_stack": "ops.array_tf_style",
        "required_space_to_batch_paddings": "ops.space_to_batch",
        "reverse_sequence": "ops.array_tf_style",
        "shape_n": "ops.array_tf_style",
        "space_to_batch": "ops.space_to_batch",
        "space_to_batch_nd": "ops.space_to_batch",
        "strided_slice": "ops.array_tf_style",
        "tensor_scatter_nd_max": "ops.array_tf_style",
        "tensor_scatter_nd_min": "ops.array_tf_style",
        "tensor_scatter_nd_sub": "ops.array_tf_style",
        "tuple": "ops.array_tf_style",
        "unique": "ops.array_tf_style",
        "unique_with_counts": "ops.array_tf_style",
        "unravel_index": "ops.array_tf_style",
        "bitcast": "ops.math_tf_style",
        "truncatediv": "ops.math_tf_style",
        "truncatemod": "ops.math_tf_style",
        "as_string": "ops.strings_numbers",
        **dict.fromkeys(
            (
                "case",
                "cond",
                "foldl",
                "foldr",
                "map_fn",
                "scan",
                "switch_case",
                "vectorized_map",
                "while_loop",
            ),
            "ops.tf_control_flow",
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
