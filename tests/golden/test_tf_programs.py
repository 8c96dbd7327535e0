"""Small programs of TensorFlow's surface against what real TensorFlow answers. See tools/golden/tf_programs.py."""

import builtins

import pytest

import unikeras as tf
from unikeras import engine

from . import tf_values
from .reader import HAS_GRADIENTS, HERE, close, entries, family

NAMES = sorted(path.stem for path in HERE.glob("tf_*.json"))
NEEDS_GRADIENTS = ("GradientTape", ".fit(", "gradients(", "hessians(", "minimize(")


def _known(name):
    """The class of an exception that TensorFlow raised, if programs can name it."""
    return getattr(tf.errors, name, None) or getattr(builtins, name, None)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        pytest.param(n, *e.values, id=f"{n}:{e.id}", marks=e.marks)
        for n in NAMES
        for e in entries(n, "program")
    ],
)
def test_program(name, entry, tmp_path, monkeypatch):
    if not HAS_GRADIENTS and any(word in entry["program"] for word in NEEDS_GRADIENTS):
        pytest.skip("this engine has no gradients")
    if entry["id"].startswith("traced: ") and not engine.current().compiles:
        pytest.skip("this engine runs functions as plain Python")
    if entry["id"] == "functions that PyTorch lacks" and engine.selection()[0] == "torch":
        pytest.skip("see docs/compatibility.md")
    (folder := tmp_path / "here").mkdir()
    monkeypatch.chdir(folder)
    definitions = family(name)[0]["program"]
    golden = entry["answers"]["tensorflow"]
    if "error" in golden:
        kind = next(k for n in (golden["error"], *golden["bases"]) if (k := _known(n)) is not None)
        with pytest.raises(kind):
            tf_values.run(tf, definitions, entry["program"], folder)
        return
    mine = tf_values.run(tf, definitions, entry["program"], folder)
    difference = close(tf_values.caught(mine, golden["value"]), golden["value"], 3e-5)
    assert not difference, difference
