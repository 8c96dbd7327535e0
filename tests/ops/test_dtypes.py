"""The dtypes of results: Keras 3.15's (ops) and TensorFlow 2.21's (strict ops), recorded by running both."""

import itertools

import numpy as np
import pytest

from unikeras import ops
from unikeras.core.errors import InvalidArgumentError
from unikeras.ops.promotion import common_dtype

NAMES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
FLOATS = [
    "float32",
    "float32",
    "float32",
    "float32",
    "float32",
    "float32",
    "float16",
    "bfloat16",
    "float32",
    "float64",
]
SAME = ["int32", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
UNARY = {
    **dict.fromkeys(
        ["mean", "variance", "std", "exp", "log", "sqrt", "floor", "ceil", "sin", "expm1", "norm"], FLOATS
    ),
    **dict.fromkeys(["cumsum", "cumprod"], SAME),
    **dict.fromkeys(["max", "min", "sort"], NAMES),
    **dict.fromkeys(["isnan", "all", "any", "logical_not"], ["bool"] * 10),
    **{name: [None, *NAMES[1:]] for name in ["square", "sign", "round", "absolute", "relu"]},
    "argsort": ["int32"] * 10,
    "mean_same_dtype": [None, *NAMES[1:]],  # tf.reduce_mean
    "argmax": ["int64"] * 10,  # tf.argmax
    "count_nonzero": ["int64"] * 10,  # tf.math.count_nonzero
}
# Keras 3: the common dtype of two.
MIXED = {
    ("uint8", "int8"): "int16", ("uint8", "int16"): "int16", ("uint8", "int32"): "int32",
    ("int8", "int64"): "int64",
    ("int64", "float16"): "float16", ("int32", "bfloat16"): "bfloat16", ("int64", "float32"): "float32",
    ("float16", "bfloat16"): "float32", ("float16", "float64"): "float64", ("bool", "float16"): "float16",
    ("bool", "uint8"): "uint8", ("int32", "int64"): "int64", ("bfloat16", "float32"): "float32",
}  # fmt: skip


def tensor(dtype):
    return ops.cast(ops.constant([[1, 2], [3, 4]]), dtype)


@pytest.mark.parametrize(
    ("name", "dtype", "expected"),
    [(n, d, e) for n, row in UNARY.items() for d, e in zip(NAMES, row, strict=True) if e],
)
def test_of_one(name, dtype, expected):
    assert getattr(ops, name)(tensor(dtype)).dtype == expected


@pytest.mark.parametrize(("pair", "expected"), list(MIXED.items()))
def test_of_two(pair, expected):
    assert common_dtype(*pair) == common_dtype(*pair[::-1]) == expected
    a, b = map(tensor, pair)
    for op in (ops.add, ops.multiply, ops.maximum, ops.matmul):
        assert op(a, b).dtype == expected
    assert ops.where(True, a, b).dtype == expected
    assert ops.add.strict(a, a).dtype == (pair[0] if pair[0] != "bool" else "bool")
    with pytest.raises(InvalidArgumentError, match="differ"):
        ops.add.strict(a, b)


def test_the_common_dtype_is_that_of_the_default_engine():
    jnp = pytest.importorskip("jax.numpy")
    for a, b in itertools.combinations(NAMES, 2):
        assert common_dtype(a, b) == jnp.promote_types(a, b)


@pytest.mark.parametrize("dtype", NAMES[1:])
def test_beside_python_numbers(dtype):
    x = tensor(dtype)
    assert (x + 1).dtype == dtype
    assert ops.add(x, 2).dtype == dtype
    assert ops.add(x, 2.5).dtype == ("float32" if "int" in dtype else dtype)
    if "int" in dtype:
        with pytest.raises((TypeError, ValueError)):
            x + 2.5


QUOTIENTS = [
    "float32",
    "float32",
    "float32",
    "float64",
    "float64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
]  # TensorFlow's


@pytest.mark.parametrize(
    ("dtype", "tensorflow", "keras"), list(zip(NAMES[1:], QUOTIENTS, FLOATS[1:], strict=True))
)
def test_division(dtype, tensorflow, keras):
    x = tensor(dtype)
    assert (x / x).dtype == ops.divide.strict(x, x).dtype == tensorflow
    assert ops.true_divide(x, x).dtype == keras


def test_numpy_arrays_take_the_dtype_of_a_tensor():
    assert (ops.constant([1.0]) + np.array([1.0])).dtype == "float32"
