"""`unikeras demo`."""

from __future__ import annotations

import sys
import zipfile

import numpy as np
import pytest

from unikeras import demo


def test_one_epoch_on_the_sample(workshop):
    pytest.importorskip("matplotlib")
    done = workshop.unikeras("demo", "--epochs", "1", "--output", "shown")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for text in ("Total params: 266,610", "val_accuracy", "s an epoch", "Saved:"):
        assert text in done.stdout
    table = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if len(line.split()) == 3}
    assert float(table["test"][1]) > 0.6
    for name in ("learning_curves.png", "predictions.png", "model.keras"):
        assert f"shown/{name}" in done.stdout
        assert (workshop.folder / "shown" / name).stat().st_size > 10_000
    assert zipfile.is_zipfile(workshop.folder / "shown/model.keras")


def test_without_matplotlib_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert demo.main() == 1
    assert 'pip install "unikeras[plot]"' in capsys.readouterr().err


def test_pictures(tmp_path):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (40, 28, 28)).astype("uint8")
    labels = generator.integers(0, 10, 40)
    answers = generator.random((40, 10)).astype("float32")
    demo.draw_predictions(answers, images, labels, tmp_path / "predictions.png")
    history = {name: [0.5, 0.4] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
    demo.draw_curves(history, tmp_path / "curves.png")
    assert pyplot.imread(tmp_path / "predictions.png").shape[1] == 1620
    assert pyplot.imread(tmp_path / "curves.png").shape[:2] == (600, 1500)
    assert not pyplot.get_fignums()
