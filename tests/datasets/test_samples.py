"""The separate package with a part of Fashion-MNIST, taken from this checkout."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest

from unikeras.datasets import fashion_mnist

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "datasets" / "unikeras_samples" / "fashion_mnist.xz"


@pytest.fixture
def samples(monkeypatch, offline):
    monkeypatch.syspath_prepend(str(ROOT / "datasets"))
    monkeypatch.delitem(sys.modules, "unikeras_samples", raising=False)


def test_sample(samples):
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data(sample=True)
    assert x_train.shape == (17000, 28, 28)
    assert x_test.shape == (3400, 28, 28)
    assert {array.dtype.name for array in (x_train, y_train, x_test, y_test)} == {"uint8"}
    assert np.bincount(y_train).tolist() == [1700] * 10
    assert np.bincount(y_test).tolist() == [340] * 10
    assert abs(float((x_train / 255).mean()) - 0.286) < 0.002
    assert abs(float((x_train / 255).std()) - 0.353) < 0.002
    # no class by class order: a part of it is a fair part
    assert np.bincount(y_train[:5000]).min() > 400


def test_it_is_quick_and_small(samples):
    begin = time.process_time()
    fashion_mnist.load_data(sample=True)
    assert time.process_time() - begin < 3  # 0.5 s here; a loaded machine may take longer
    assert DATA.stat().st_size < 7_900_000  # the wheel must stay below 8 MB


def test_lossless(samples, test_data):
    sample = fashion_mnist.load_data(sample=True)
    full = fashion_mnist.load_data(cache_dir=test_data.parent)
    for (x, y), (x_full, y_full) in zip(sample, full, strict=True):
        keep = np.sort(np.concatenate([np.flatnonzero(y_full == c)[: len(y) // 10] for c in range(10)]))
        np.testing.assert_array_equal(x, x_full[keep])
        np.testing.assert_array_equal(y, y_full[keep])


def test_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "unikeras_samples", None)
    with pytest.raises(ModuleNotFoundError, match="pip install unikeras-samples"):
        fashion_mnist.load_data(sample=True)


def test_never_used_unless_asked_for(samples):
    with pytest.raises(OSError, match="sample=True"):
        fashion_mnist.load_data()


def test_licence():
    text = (ROOT / "datasets" / "LICENSE").read_text(encoding="utf-8")
    assert "The MIT License (MIT) Copyright © 2017 Zalando SE, https://tech.zalando.com" in text
    assert "shall be included in all copies" in text
