"""Initializers against the answers of Keras 3 and tf_keras: moments for random ones, values for the
others."""

import numpy as np
import pytest

from unikeras import keras

from .reader import check, entries, keyword_arguments, to_numpy


@pytest.mark.parametrize("entry", entries("initializers", "random"))
def test_moments(entry):
    made = getattr(keras.initializers, entry["name"])(seed=1, **keyword_arguments(entry))
    sample = to_numpy(made(tuple(entry["shape"]))).astype("float64")
    golden = next(iter(entry["answers"].values()))
    # five standard errors of a mean, of a standard deviation (kurtosis at most 3), and room for the tails
    # of a normal
    error = golden["std"] / np.sqrt(sample.size)
    assert abs(sample.mean() - golden["mean"]) < 7 * error
    assert abs(sample.std() - golden["std"]) < 5 * error + 1e-3 * golden["std"]
    assert abs(sample.min() - golden["min"]) < 1.3 * golden["std"]
    assert abs(sample.max() - golden["max"]) < 1.3 * golden["std"]


@pytest.mark.parametrize("entry", entries("initializers", "random"))
def test_a_seed_repeats(entry):
    make = getattr(keras.initializers, entry["name"])
    first, again, other = (
        to_numpy(make(seed=seed, **keyword_arguments(entry))(tuple(entry["shape"]))) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("entry", entries("initializers", "exact"))
def test_values(entry):
    made = getattr(keras.initializers, entry["name"])(**keyword_arguments(entry))
    check(entry, lambda: {"value": to_numpy(made(tuple(entry["shape"])))})


@pytest.mark.parametrize("entry", entries("initializers", "orthogonal"))
def test_orthogonal(entry):
    made = keras.initializers.Orthogonal(seed=3, **keyword_arguments(entry))
    matrix = to_numpy(made(tuple(entry["shape"]))).astype("float64")
    matrix = matrix.reshape(-1, matrix.shape[-1])
    gram = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    check(entry, lambda: {"gram": gram}, tolerance=2e-4)


@pytest.mark.parametrize("entry", entries("initializers", "alias"))
def test_string(entry):
    check(entry, lambda: {"class": type(keras.initializers.get(entry["name"])).__name__})


@pytest.mark.parametrize("entry", entries("initializers", "config"))
def test_config(entry):
    made = getattr(keras.initializers, entry["name"])()
    config = made.get_config()
    assert type(made).from_config(config).get_config() == config
    options = [a["config"].keys() for a in entry["answers"].values()]
    assert any(config.keys() >= keys for keys in options), f"{sorted(config)}, none of {options}"
