"""Gamma, beta and binomial numbers have their moments."""

import numpy as np
import pytest

from unikeras import keras

N = 20000


def close(x, mean, variance):
    x = np.asarray(x, np.float64)
    assert abs(x.mean() - mean) < 5 * np.sqrt(variance / N)
    assert abs(x.var() / variance - 1) < 0.2


@pytest.mark.parametrize("alpha", [0.4, 3.0])
def test_gamma(alpha):
    close(keras.random.gamma((N,), alpha, seed=1), alpha, alpha)


def test_beta():
    close(keras.random.beta((N,), 2.0, 0.5, seed=2), 0.8, 1.0 / (2.5**2 * 3.5))


@pytest.mark.parametrize(("n", "p"), [(7.0, 0.3), (1000.0, 0.02)])
def test_binomial(n, p):
    x = keras.random.binomial((N,), n, p, seed=3)
    close(x, n * p, n * p * (1 - p))
    assert np.array_equal(x, np.round(x))
