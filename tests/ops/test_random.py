"""Random bits are jax's on every engine, and distributions have their moments."""

import json
import pathlib

import numpy as np
import pytest

from unikeras import engine, ops
from unikeras.core.random import SeedGenerator, set_global_seed
from unikeras.core.tensor import Tensor, as_array
from unikeras.ops import random

KNOWN = json.loads(pathlib.Path(__file__).with_name("threefry.json").read_text())["answers"]
N = 40000


def bits(F, key, shape):
    return np.asarray(Tensor(F.random_bits(as_array(np.array(key, np.uint32)), tuple(shape))))


@pytest.mark.parametrize("answer", KNOWN, ids=lambda a: f"{a['key']}{a['shape']}")
def test_known_bits(answer):
    assert np.array_equal(bits(engine.current(), answer["key"], answer["shape"]), np.array(answer["bits"]))


@pytest.mark.parametrize("answer", KNOWN, ids=lambda a: f"{a['key']}{a['shape']}")
def test_known_bits_of_the_reference(answer):
    F = engine.reference()
    found = F.random_bits(np.array(answer["key"], np.uint32), tuple(answer["shape"]))
    assert np.array_equal(found, np.array(answer["bits"]))


@pytest.mark.parametrize("sample", ["_uniform", "_normal", "_truncated_normal"])
def test_this_engine_draws_what_numpy_draws(sample):
    op = getattr(random, sample)
    values = [np.array([5, 1], np.uint32), np.float32(0.25), np.float32(1.75)]
    expected = engine.reference().run(op, values, ((1000,), "float32"))
    found = op(*(Tensor(as_array(np.asarray(v))) for v in values), shape=(1000,), dtype="float32").numpy()
    np.testing.assert_allclose(found, expected, rtol=3e-7, atol=1e-7)


def test_uniform():
    x = random.uniform((N,), 2.0, 5.0, seed=3).numpy()
    assert x.min() >= 2
    assert x.max() < 5
    assert abs(x.mean() - 3.5) < 5 * np.sqrt(9 / 12 / N)
    assert np.abs(np.histogram(x, 10, (2, 5))[0] - N / 10).max() < 5 * np.sqrt(N / 10)


def test_uniform_integers():
    x = random.uniform((N,), -2, 4, dtype="int32", seed=3)
    counts = np.bincount(x.numpy() + 2)
    assert x.dtype == "int32"
    assert len(counts) == 6
    assert np.abs(counts - N / 6).max() < 5 * np.sqrt(N / 6)
    with pytest.raises(ValueError, match="maxval"):
        random.uniform((2,), dtype="int32")


def test_normal():
    x = random.normal((N,), 1.0, 2.0, seed=4).numpy()
    assert abs(x.mean() - 1) < 5 * 2 / np.sqrt(N)
    assert abs(x.std() - 2) < 5 * 2 / np.sqrt(2 * N)
    assert abs(np.mean(np.abs(x - 1) < 2) - 0.6827) < 0.012


def test_truncated_normal():
    x = random.truncated_normal((N,), 0.0, 1.0, seed=4).numpy()
    assert np.abs(x).max() <= 2
    assert abs(x.std() - 0.8796) < 0.015


def test_bernoulli_and_categorical():
    assert abs(random.bernoulli(0.3, (N,), seed=1).numpy().mean() - 0.3) < 5 * np.sqrt(0.21 / N)
    drawn = random.categorical(np.log([[0.2, 0.5, 0.3]]).astype(np.float32), N, seed=2)
    assert drawn.dtype == "int64"
    np.testing.assert_allclose(np.bincount(drawn.numpy()[0]) / N, [0.2, 0.5, 0.3], atol=0.015)


def test_shuffle():
    x = np.arange(50)
    found = random.shuffle(ops.constant(x), seed=1).numpy()
    assert not np.array_equal(found, x)
    assert np.array_equal(np.sort(found), x)


def test_dropout():
    x = random.dropout(ops.ones((N,)), 0.25, seed=1).numpy()
    assert set(np.unique(x)) == {0.0, np.float32(4 / 3)}
    assert abs((x == 0).mean() - 0.25) < 5 * np.sqrt(0.1875 / N)
    rows = random.dropout(ops.ones((10, 20)), 0.5, noise_shape=(None, 1), seed=1).numpy()
    assert (rows == rows[:, :1]).all()
    with pytest.raises(ValueError, match="rate"):
        random.dropout(ops.ones(3), 1.0)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_dtypes(dtype):
    for sample in (random.uniform, random.normal, random.truncated_normal):
        x = sample((200,), dtype=dtype, seed=1)
        assert x.dtype == dtype
        assert np.isfinite(np.asarray(x.numpy(), np.float64)).all()


def test_seeds():
    set_global_seed(7)
    first = [random.normal((3,)).numpy() for _ in range(2)]
    set_global_seed(7)
    again = [random.normal((3,)).numpy() for _ in range(2)]
    assert np.array_equal(first, again)
    assert not np.array_equal(first[0], first[1])
    assert np.array_equal(random.normal((3,), seed=5).numpy(), random.normal((3,), seed=5).numpy())
    generator = SeedGenerator(3)
    assert not np.array_equal(
        random.normal((3,), seed=generator).numpy(), random.normal((3,), seed=generator).numpy()
    )
