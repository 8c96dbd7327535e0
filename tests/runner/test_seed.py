"""The seed's first chapter, verbatim, on the real data."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("UNIKERAS_TEST_DATA", ROOT.parent / "shared" / "datasets"))

for name in ("sklearn", "pandas", "matplotlib", "nbformat"):
    pytest.importorskip(name)


@pytest.fixture
def home(tmp_path):
    """A Keras cache with Fashion-MNIST in it."""
    folder = DATA / "fashion-mnist"
    if not folder.is_dir():
        pytest.skip(f"no Fashion-MNIST at {folder}; name the folder above it in UNIKERAS_TEST_DATA")
    target = tmp_path / "home" / "datasets"
    target.mkdir(parents=True)
    for file in folder.iterdir():
        (target / "fashion-mnist").mkdir(exist_ok=True)
        (target / "fashion-mnist" / file.name).symlink_to(file)
    return str(tmp_path / "home")


def accuracies(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"val_accuracy: ([\d.]+)", text)]


def test_the_notebook(workshop, home):
    import nbformat

    program = ROOT / "examples" / "seed_chapter1.ipynb"
    done = workshop.unikeras("run", str(program), "--output", "executed.ipynb", KERAS_HOME=home)
    assert done.returncode == 0, done.stderr
    executed = nbformat.read(workshop.folder / "executed.ipynb", as_version=4)
    nbformat.validate(executed)
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    texts = ["".join(o.text for o in cell.outputs if o.output_type == "stream") for cell in cells]

    assert re.search(r"^tensorflow|^unikeras", texts[0], re.M)
    assert "(5000, 28, 28) (5000,)\n(55000, 28, 28) (55000,)\n(10000, 28, 28) (10000,)\n" in texts[1]
    # The largest and the smallest scaled value, which the seed prints for its copy of the data.
    scaled = next(text for text in texts if re.fullmatch(r"\d\.\d+ -\d\.\d+\n", text))
    assert [round(float(number), 2) for number in scaled.split()] == [2.02, -0.81]
    # Without normalisation training stalls or diverges; with it, it reaches about 0.88.
    raw, normalised = [accuracies(text) for text in texts if accuracies(text)]
    assert len(raw) == len(normalised) == 10
    assert 0.865 < max(normalised) < 0.905
    assert max(raw) < max(normalised) - 0.02
    figures = sorted(path.name for path in (workshop.folder / "executed-figures").iterdir())
    assert figures == ["cell-03-1.png", "cell-04-1.png", "cell-07-1.png"]


def test_the_script(workshop, home):
    program = ROOT / "examples" / "fashion_mnist.py"
    done = workshop.unikeras("run", "--figures", "pictures", str(program), KERAS_HOME=home, EPOCHS="2")
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) > 0.8
    assert (workshop.folder / "pictures" / "figure-1.png").is_file()
    assert "2.02" in done.stdout
    assert "-0.81" in done.stdout
