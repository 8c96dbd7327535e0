"""Regularizers: values, slopes, configs, errors."""

import json

import numpy as np
import pytest

from unikeras import engine, ops, regularizers
from unikeras.core.tape import GradientTape

X = np.array([[0.0, -2.0], [3.0, 1.0]], np.float32)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (regularizers.L1(0.5), 3.0),
        (regularizers.L2(0.5), 7.0),
        (regularizers.L1L2(0.5, 0.5), 10.0),
        (regularizers.L1L2(), 0.0),
        (regularizers.OrthogonalRegularizer(1.0), 2 / (2 * np.sqrt(10))),
        (regularizers.OrthogonalRegularizer(1.0, "columns"), 1 / np.sqrt(5)),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values(made, expected, dtype):
    penalty = made(ops.constant(X.astype(dtype)))
    assert penalty.dtype == dtype
    assert tuple(penalty.shape) == ()
    np.testing.assert_allclose(penalty.numpy(), expected, rtol=1e-6)
    again = regularizers.deserialize(json.loads(json.dumps(regularizers.serialize(made))))
    assert again.get_config() == made.get_config()
    older = regularizers.deserialize({"class_name": type(made).__name__, "config": made.get_config()})
    assert older.get_config() == made.get_config()


@pytest.mark.skipif(not engine.current().gradients, reason="this engine has no gradients")
def test_slopes():
    x = ops.constant(X)
    with GradientTape() as tape:
        tape.watch(x)
        y = regularizers.L1L2(0.5, 0.25)(x)
    np.testing.assert_allclose(tape.gradient(y, x).numpy(), 0.5 * np.sign(X) + 0.5 * X, rtol=1e-6)


def test_names():
    assert regularizers.get(None) is None
    assert regularizers.get("l1_l2").get_config() == {"l1": 0.01, "l2": 0.01}
    assert regularizers.get("L1L2").get_config() == {"l1": 0.0, "l2": 0.0}
    assert isinstance(regularizers.get(regularizers.L2), regularizers.L2)
    with pytest.raises(ValueError, match=r"Unknown regularizer 'l1l3'.*'l1l2'"):
        regularizers.get("l1l3")
    with pytest.raises(ValueError, match="Cannot use 3"):
        regularizers.get(3)


def test_spellings():
    assert regularizers.l2(l=0.3).l2 == 0.3
    assert regularizers.L1(None).l1 == 0.01
    assert regularizers.L1L2(None, None).get_config() == {"l1": 0.0, "l2": 0.0}


def test_functions():
    def mine(x):
        return ops.sum(x)

    assert regularizers.get(mine) is mine
    config = regularizers.serialize(mine)
    assert regularizers.deserialize(config, {"mine": mine}) is mine


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), "0.1", True])
def test_wrong_factors(wrong):
    with pytest.raises(ValueError, match="l2 must be a finite number"):
        regularizers.L2(wrong)


def test_orthogonal_errors():
    with pytest.raises(ValueError, match="rows"):
        regularizers.OrthogonalRegularizer(mode="both")
    with pytest.raises(ValueError, match="matrix"):
        regularizers.OrthogonalRegularizer()(ops.ones((2, 2, 2)))
    assert float(regularizers.OrthogonalRegularizer()(ops.ones((1, 2)))) == 0.0


def test_base():
    with pytest.raises(NotImplementedError, match="get_config"):
        regularizers.Regularizer().get_config()
    assert regularizers.Regularizer()(X) == 0
