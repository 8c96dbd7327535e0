"""Each example runs on the real data, shortened, and prints what a user checks."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("UNIKERAS_TEST_DATA", ROOT.parent / "shared" / "datasets"))

for name in ("sklearn", "pandas"):
    pytest.importorskip(name)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> str:
    """A Keras cache with the examples' data in it, as their downloads would leave it."""
    if not DATA.is_dir():
        pytest.skip(f"the shared data sets are not at {DATA}; name their folder in UNIKERAS_TEST_DATA")
    folder = tmp_path_factory.mktemp("home") / "datasets"
    folder.mkdir()
    for name in ("fashion-mnist", "housing.csv", "titanic.csv"):
        (folder / name).symlink_to(DATA / name)
    (folder / "shakespeare.txt").write_bytes(gzip.decompress((DATA / "shakespeare.txt.gz").read_bytes()))
    with tarfile.open(folder / "rt-polaritydata.tar.gz", "w:gz") as archive:
        for name in ("rt-polarity.neg", "rt-polarity.pos"):
            plain = folder / name
            plain.write_bytes(gzip.decompress((DATA / "rt-polarity" / f"{name}.gz").read_bytes()))
            archive.add(plain, f"rt-polaritydata/{name}")
    return str(folder.parent)


@pytest.fixture
def run(home, tmp_path):
    """Run an example; what it printed."""

    def run(program: str, **environment: str) -> str:
        clean = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "DISPLAY")}
        done = subprocess.run(
            [sys.executable, "-m", "unikeras", "run", str(ROOT / "examples" / program)],
            cwd=tmp_path,
            env=clean | {"PYTHONPATH": str(ROOT), "KERAS_HOME": home} | environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert "Warning" not in done.stderr, done.stderr
        return done.stdout

    return run


def numbers(pattern: str, text: str) -> list[float]:
    """The numbers that a pattern's group finds."""
    found = [float(n) for n in re.findall(pattern, text)]
    assert found, f"no {pattern!r} in:\n{text}"
    return found


def test_regression(run, tmp_path):
    text = run("regression.py", EPOCHS="12")
    assert "(20433, 8)" in text
    assert "training ends" in text
    assert numbers(r"mean squared error ([\d.]+)", text)[0] < 0.5
    assert numbers(r"differs by ([\d.]+)", text)[0] < 1e-5
    epochs = int(numbers(r"epochs run: (\d+)", text)[0])
    rows = (tmp_path / "logs" / "regression" / "epochs.csv").read_text().splitlines()
    assert len(rows) == epochs + 1


def test_wide_and_deep(run):
    text = run("wide_deep.py", EPOCHS="3")
    losses = dict(re.findall(r"^([\w ]+): validation loss ([\d.]+)", text, re.M))
    assert list(losses) == ["functional", "subclassed", "two inputs", "two outputs"]
    assert all(float(loss) < 1.2 for loss in losses.values())
    assert "'helper_loss', 'loss', 'price_loss', 'price_mae'" in text
    assert "predictions: (4086, 1) (4086, 1)" in text


def test_convolutions(run):
    text = run("cnn.py", IMAGES="3000", EPOCHS="1")
    accuracies = numbers(r"test accuracy ([\d.]+)", text)
    assert len(accuracies) == 2
    assert accuracies[0] > 0.7
    assert accuracies[1] > 0.45
    parameters = re.findall(r"(\w+): ([\d,]+) parameters", text)
    assert parameters == [("Conv2D", "435,306"), ("SeparableConv2D", "184,234")]


def test_sentiment(run):
    text = run("sentiment.py", EPOCHS="2")
    assert "10662 sentences" in text
    accuracies = numbers(r"test accuracy ([\d.]+)", text)
    assert len(accuracies) == 3
    assert max(accuracies) > 0.68


def test_text_generation(run):
    text = run("text_generation.py", EPOCHS="2", CHARACTERS="60000")
    first, last = (float(n) for n in re.search(r"loss from ([\d.]+) to ([\d.]+)", text).groups())
    assert last < first < 4.2
    written = text.split("All: ", 1)[1]
    assert 200 <= len(written) <= 201  # with the line's end


def test_structured_titanic(run):
    text = run("structured_titanic.py", EPOCHS="15")
    assert "passengers: 891, of whom 38% survived; ages missing: 177" in text
    assert "sex: ['[UNK]', 'male', 'female']" in text
    assert "encoded features: (None, 32)" in text
    assert all(accuracy > 0.72 for accuracy in numbers(r"test accuracy ([\d.]+)", text))
    girls, men = numbers(r"first class ([\d.]+)", text), numbers(r"of the third ([\d.]+)", text)
    assert len(girls) == len(men) == 2
    assert all(girl > 0.6 > man for girl, man in zip(girls, men, strict=True))
    assert all(difference < 1e-6 for difference in numbers(r"differs by ([\d.]+)", text))


def test_low_level(run):
    text = run("low_level.py", EPOCHS="2")
    assert "derivative of f at 1: 8.0000" in text
    assert "gradient of g by the tape: [9.0, 42.0]" in text
    assert "f is smallest at -0.3333" in text
    assert float(re.search(r"epoch 1: train mse ([\d.]+)", text)[1]) < 0.6
    assert "the last checkpoint gives the same: True" in text


def test_records(run):
    text = run("records.py", EPOCHS="2", STEPS="40")
    assert "a batch of CSV lines: (3, 8) (3, 1)" in text
    assert "records in the first file: 320" in text
    assert "losses fall: True" in text
    assert float(re.search(r"test: mean squared error ([\d.]+)", text)[1]) < 1.5
