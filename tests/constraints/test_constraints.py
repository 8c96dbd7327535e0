"""Constraints: what they make true, configs, errors."""

import json

import numpy as np
import pytest

from unikeras import constraints, ops

X = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32) * 2


def norms(w, axis=0):
    return np.sqrt((w**2).sum(axis))


def test_max_norm():
    w = constraints.MaxNorm(3.0)(ops.constant(X)).numpy()
    np.testing.assert_allclose(norms(w), np.minimum(norms(X), 3.0), rtol=1e-6)
    assert (norms(X) > 3).any(), "the test would say nothing"
    assert constraints.MaxNorm(1.0, axis=[0, 1])(ops.constant(X)).numpy().shape == X.shape


def test_min_max_norm():
    w = constraints.MinMaxNorm(3.0, 4.0, rate=1.0, axis=1)(ops.constant(X)).numpy()
    np.testing.assert_allclose(norms(w, 1), np.clip(norms(X, 1), 3.0, 4.0), rtol=1e-6)
    half = constraints.MinMaxNorm(3.0, 4.0, rate=0.5, axis=1)(ops.constant(X)).numpy()
    np.testing.assert_allclose(norms(half, 1), (np.clip(norms(X, 1), 3.0, 4.0) + norms(X, 1)) / 2, rtol=1e-6)


def test_unit_norm():
    np.testing.assert_allclose(norms(constraints.UnitNorm(axis=1)(ops.constant(X)).numpy(), 1), 1, rtol=1e-6)
    assert constraints.UnitNorm()(ops.zeros((2, 2))).numpy().tolist() == [[0, 0], [0, 0]]


def test_non_neg():
    assert np.array_equal(constraints.NonNeg()(ops.constant(X)).numpy(), np.maximum(X, 0))


# tf_keras 2.21's answers for np.arange(n * n)
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (2, [[0, 0], [0, 0]]),
        (4, [[15, 15, 15, 15], [15, 5, 5, 15], [15, 5, 5, 15], [15, 15, 15, 15]]),
        (5, [[18] * 5, [18, 12, 12, 12, 18], [18, 12, 6, 12, 18], [18, 12, 12, 12, 18], [18] * 5]),
    ],
)
def test_radial(size, expected):
    w = np.arange(size * size, dtype=np.float32).reshape(size, size, 1, 1)
    both = np.concatenate([w, 100 + w], axis=-1)
    found = constraints.RadialConstraint()(ops.constant(both)).numpy()
    assert found[:, :, 0, 0].tolist() == expected
    assert (found[..., 1] - found[..., 0] == 100).all()


@pytest.mark.parametrize("shape", [(2, 2, 2), (1, 1, 2, 2), (2, 3, 1, 1)])
def test_radial_errors(shape):
    with pytest.raises(ValueError, match="square kernel"):
        constraints.RadialConstraint()(ops.ones(shape))


@pytest.mark.parametrize(
    "made",
    [
        constraints.MaxNorm(3, axis=[0, 1]),
        constraints.MinMaxNorm(0.1, 2.0, 0.5, 1),
        constraints.NonNeg(),
        constraints.UnitNorm(1),
    ],
    ids=lambda c: type(c).__name__,
)
def test_survives_serialization(made):
    config = constraints.serialize(made)
    assert config["module"] == "keras.constraints"
    again = constraints.deserialize(json.loads(json.dumps(config)))
    assert again.get_config() == made.get_config()
    assert np.array_equal(again(ops.constant(X)).numpy(), made(ops.constant(X)).numpy())


def test_get():
    assert constraints.get(None) is None
    assert isinstance(constraints.get("nonneg"), constraints.NonNeg)
    assert isinstance(constraints.get(constraints.NonNeg), constraints.NonNeg)

    def mine(w):
        return w * 2

    assert constraints.get(mine) is mine
    with pytest.raises(ValueError, match=r"Unknown constraint 'max_nrm'.*'max_norm'"):
        constraints.get("max_nrm")
    with pytest.raises(ValueError, match="Cannot use 3"):
        constraints.get(3)


def test_base():
    assert constraints.Constraint()([1.0]).numpy().tolist() == [1.0]
    assert constraints.Constraint().get_config() == {}
