"""Every op of the table on the engine in use: values, dtypes, symbolic shapes, gradients, tf.function."""

import numpy as np
import pytest

from unikeras import engine, ops
from unikeras.core.function import function
from unikeras.core.symbolic import SymbolicTensor
from unikeras.core.tape import GradientTape

from .cases import CASES

IDS = [f"{i}-{c.name}" for i, c in enumerate(CASES)]
DIFFERENTIABLE = [
    (c, i)
    for c, i in zip(CASES, IDS, strict=True)
    if c.gradient and any(np.asarray(v).dtype.kind == "f" for v in c.inputs)
]


def single(case):
    return [v.astype(np.float32) if v.dtype.kind == "f" else v for v in map(np.asarray, case.inputs)]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_value_and_dtype(case):
    inputs = single(case)
    with np.errstate(all="ignore"):
        expected = np.asarray(case.reference(*inputs))
    found = case.op(*map(ops.constant, inputs))
    assert found.shape == expected.shape
    np.testing.assert_allclose(found.numpy(), expected, rtol=3e-5, atol=1e-5)
    if expected.dtype.kind == "f" and all(v.dtype.kind == "f" for v in inputs):
        assert found.dtype == "float32"
    else:
        assert found.dtype.np_dtype.kind == expected.dtype.kind


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.symbolic], ids=[i for c, i in zip(CASES, IDS, strict=True) if c.symbolic]
)
def test_symbolic_shape(case):
    inputs = single(case)
    concrete = case.op(*map(ops.constant, inputs))
    symbol = case.op(*(SymbolicTensor(v.shape, v.dtype) for v in inputs))
    assert tuple(symbol.shape) == tuple(concrete.shape)
    assert symbol.dtype == concrete.dtype
    if len(inputs) == 1 and inputs[0].ndim > 1 and case.name not in ("trace", "triu", "svd values"):
        unknown = case.op(SymbolicTensor((None, *inputs[0].shape[1:]), inputs[0].dtype))
        assert unknown.dtype == concrete.dtype
        assert unknown.shape.is_compatible_with(concrete.shape)
        other = np.concatenate([inputs[0], inputs[0]])
        doubled = tuple(case.op(ops.constant(other)).shape)
        if doubled != tuple(concrete.shape):
            assert None in tuple(unknown.shape)


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.symbolic], ids=[i for c, i in zip(CASES, IDS, strict=True) if c.symbolic]
)
def test_inside_a_function(case):
    inputs = [ops.constant(v) for v in single(case)]
    eager = case.op(*inputs)
    traced = function(lambda *xs: case.op(*xs))(*inputs)
    assert traced.dtype == eager.dtype
    np.testing.assert_allclose(traced.numpy(), eager.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.skipif(not engine.current().gradients, reason="this engine has no gradients")
@pytest.mark.parametrize("case", [c for c, _ in DIFFERENTIABLE], ids=[i for _, i in DIFFERENTIABLE])
def test_gradient(case):
    inputs = [np.asarray(v) for v in case.inputs]
    floats = [i for i, v in enumerate(inputs) if v.dtype.kind == "f"]
    tensors = [ops.constant(v) for v in inputs]
    with GradientTape() as tape:
        for i in floats:
            tape.watch(tensors[i])
        y = case.op(*tensors)
        if not y.dtype.is_floating:
            return
        weights = np.cos(np.arange(y.shape.num_elements())).reshape(tuple(y.shape))
        total = ops.sum(y * weights)
    gradients = tape.gradient(total, [tensors[i] for i in floats])

    def scalar(values):
        return float((case.reference(*values) * weights).sum())

    step = 1e-6
    for i, gradient in zip(floats, gradients, strict=True):
        numeric = np.zeros_like(inputs[i])
        for place in np.ndindex(inputs[i].shape):
            ends = []
            for sign in (1, -1):
                moved = [v.copy() for v in inputs]
                moved[i][place] += sign * step
                ends.append(scalar(moved))
            numeric[place] = (ends[0] - ends[1]) / (2 * step)
        found = np.zeros_like(numeric) if gradient is None else gradient.numpy()
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, numeric, rtol=1e-5, atol=1e-6)
