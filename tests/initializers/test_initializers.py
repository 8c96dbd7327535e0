"""Initializers: the same numbers on every engine, shapes and dtypes, configs, errors."""

import json
import pathlib

import numpy as np
import pytest

from unikeras import engine, initializers, ops
from unikeras.core.random import SeedGenerator, set_global_seed

RANDOM = [
    "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform", "Orthogonal",
    "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling",
]  # fmt: skip
OTHERS = ["Zeros", "Ones", "Constant", "Identity"]
FIRST = json.loads(pathlib.Path(__file__).with_name("first_values.json").read_text())


def make(name, **kwargs):
    return getattr(initializers, name)(**kwargs)


@pytest.mark.parametrize("name", RANDOM)
def test_a_seed_gives_these_values(name):
    found = make(name, seed=42)((2, 3)).numpy()
    np.testing.assert_allclose(found, np.array(FIRST[name], np.float32), rtol=3e-7)


@pytest.mark.parametrize("name", [n for n in RANDOM if n != "Orthogonal"])
def test_big_ones_have_the_bits_of_small_ones(name, monkeypatch):
    small = make(name, seed=3)((40, 30)).numpy()
    monkeypatch.setattr(initializers.random, "_HOST_LIMIT", 0)
    np.testing.assert_allclose(make(name, seed=3)((40, 30)).numpy(), small, rtol=5e-6, atol=1e-7)


@pytest.mark.parametrize("name", RANDOM + OTHERS)
@pytest.mark.parametrize("dtype", [None, "float16", "bfloat16", "float32", "float64"])
def test_shape_and_dtype(name, dtype):
    value = make(name)([3, 4], dtype=dtype)
    assert tuple(value.shape) == (3, 4)
    assert value.dtype == (dtype or "float32")
    assert np.isfinite(np.asarray(value.numpy(), np.float64)).all()


def test_seeds():
    seeded = make("GlorotUniform", seed=1)
    assert np.array_equal(seeded((2, 2)).numpy(), seeded((2, 2)).numpy())
    unseeded = make("GlorotUniform")
    assert not np.array_equal(unseeded((2, 2)).numpy(), unseeded((2, 2)).numpy())
    streaming = make("GlorotUniform", seed=SeedGenerator(1))
    assert not np.array_equal(streaming((2, 2)).numpy(), streaming((2, 2)).numpy())
    drawn = []
    for _ in range(2):
        set_global_seed(5)
        drawn.append(make("HeNormal")((3, 3)).numpy())
    assert np.array_equal(*drawn)
    for seed in (1.5, "1", True):
        with pytest.raises(ValueError, match="seed must be"):
            make("GlorotUniform", seed=seed)


@pytest.mark.parametrize("name", RANDOM + OTHERS + ["STFT"])
def test_survives_serialization(name):
    first = make(name, **({"seed": 3} if name in RANDOM else {}))
    config = initializers.serialize(first)
    assert config["module"] == "keras.initializers"
    assert config["class_name"] == name
    again = initializers.deserialize(json.loads(json.dumps(config)))
    assert type(again) is type(first)
    assert again.get_config() == first.get_config()
    shape = (4, 1, 3) if name == "STFT" else (3, 3)
    assert np.array_equal(first(shape).numpy(), again(shape).numpy())
    older = initializers.deserialize({"class_name": name, "config": first.get_config()})
    assert np.array_equal(first(shape).numpy(), older(shape).numpy())


def test_a_generator_survives_serialization():
    config = initializers.serialize(make("HeUniform", seed=SeedGenerator(3)))
    assert config["config"]["seed"]["class_name"] == "SeedGenerator"
    again = initializers.deserialize(json.loads(json.dumps(config)))
    assert np.array_equal(again((2,)).numpy(), make("HeUniform", seed=SeedGenerator(3))((2,)).numpy())


def test_get():
    assert initializers.get(None) is None
    assert isinstance(initializers.get(initializers.Ones), initializers.Ones)
    assert initializers.get({"class_name": "he_normal", "config": {"seed": 3}}).seed == 3

    def mine(shape, dtype=None):
        return ops.ones(shape, dtype)

    assert initializers.get(mine) is mine
    assert initializers.get(np.array([1.0, 2.0]))((2,)).numpy().tolist() == [1.0, 2.0]
    for wrong in (3, 2.0):
        with pytest.raises(ValueError, match="Cannot use"):
            initializers.get(wrong)
    with pytest.raises(ValueError, match=r"Unknown initializer 'he_norml'.*'he_normal'"):
        initializers.get("he_norml")


@pytest.mark.parametrize(
    ("value", "shape", "expected"),
    [
        (2, (2, 2), [[2, 2], [2, 2]]),
        ([1, 2], (2,), [1, 2]),
        ([1, 2], (3, 2), [[1, 2]] * 3),
        ([1, 2, 3, 4], (2, 2), [[1, 2], [3, 4]]),
        (np.float64(0.5), (1,), [0.5]),
    ],
)
def test_constant(value, shape, expected):
    made = initializers.Constant(value)
    assert made(shape).numpy().tolist() == expected
    again = initializers.Constant.from_config(json.loads(json.dumps(made.get_config())))
    assert again(shape).numpy().tolist() == expected


def test_constant_of_a_keras_3_config():
    config = {"value": {"class_name": "__numpy__", "config": {"value": [1, 2], "dtype": "int64"}}}
    made = initializers.Constant.from_config(config)
    assert made((2,)).numpy().tolist() == [1, 2]
    assert made.get_config() == config


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: initializers.Constant([1, 2, 3])((2, 2)), "shape"),
        (lambda: initializers.Identity()((2, 2, 2)), "2 dimensions"),
        (lambda: initializers.Orthogonal()((3,)), "two dimensions"),
        (lambda: initializers.GlorotUniform()((2, 2), dtype="int32"), "floating"),
        (lambda: initializers.GlorotUniform()(None), "None"),
        (lambda: initializers.Zeros()((None, 2)), "unknown"),
        (lambda: initializers.RandomUniform()((2,), dtype="int32"), "no int32"),
        (lambda: initializers.VarianceScaling(scale=-1), "positive"),
        (lambda: initializers.VarianceScaling(mode="in"), "fan_in"),
        (lambda: initializers.VarianceScaling(distribution="cauchy"), "uniform"),
        (lambda: initializers.VarianceScaling(input_axes=(0,)), "both"),
        (lambda: initializers.STFT(side="left"), "real"),
        (lambda: initializers.STFT(scaling="x"), "density"),
        (lambda: initializers.STFT(window="x"), "hann"),
        (lambda: initializers.STFT()((8, 2, 5)), "frequencies"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_base():
    with pytest.raises(NotImplementedError, match="__call__"):
        initializers.Initializer()((2,))
    assert isinstance(initializers.Zeros().clone(), initializers.Zeros)


def test_axes():
    limit = np.abs(
        initializers.HeUniform(seed=1, input_axes=(0,), output_axes=(1, 2))((50, 60, 70)).numpy()
    ).max()
    assert 0.999 < limit / np.sqrt(6 / 50) <= 1
    limit = np.abs(
        initializers.GlorotUniform(seed=1, input_axes=(0,), output_axes=(-1, 1))((50, 60, 70)).numpy()
    ).max()
    assert 0.999 < limit / np.sqrt(6 / (50 + 60 * 70)) <= 1


def test_integers():
    x = initializers.RandomUniform(0, 10, seed=1)((1000,), dtype="int32")
    assert x.dtype == "int32"
    assert set(x.numpy()) == set(range(10))


# Keras 3.15's answers for the shape (8, 1, 5), the row of n = 1.
@pytest.mark.parametrize(
    ("settings", "row"),
    [
        ({"scaling": None, "periodic": True}, [0.14645, 0.10355, 0, -0.10355, -0.14645]),
        ({"scaling": "spectrum", "window": "hamming"}, [0.06559, 0.04638, 0, -0.04638, -0.06559]),
        ({"side": "imag"}, [0, -0.08216, -0.11619, -0.08216, 0]),
        ({"window": None}, [1, 0.70711, 0, -0.70711, -1]),
    ],
)
def test_stft(settings, row):
    np.testing.assert_allclose(initializers.STFT(**settings)((8, 1, 5)).numpy()[1, 0], row, atol=1e-5)


def test_on_the_engine():
    assert engine.current().owns(initializers.Zeros()((2,))._array)
