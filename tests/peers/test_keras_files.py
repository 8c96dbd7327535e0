"""What unikeras saves, opened by the real Kerases: they predict the same and train on the same.

They run in an interpreter of its own, given by the environment variable UNIKERAS_PEERS_PYTHON: one process a Keras for all models.
(What the Kerases wrote and unikeras opens is in the everyday tests: tests/golden/test_files.py.)
"""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

PYTHON = os.environ.get("UNIKERAS_PEERS_PYTHON")
TOOLS = pathlib.Path(__file__).parents[2] / "tools" / "golden"
sys.path.insert(0, str(TOOLS))
import file_models  # noqa: E402

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not PYTHON, reason="UNIKERAS_PEERS_PYTHON names no interpreter that has Keras 3"),
]

PROGRAMS = {**file_models.programs("unikeras"), **file_models.OWN_CLASSES}
for _name in (
    "adadelta",
    "adagrad",
    "adamax",
    "lion",
    "old_adagrad",
    "old_adamax",
    "old_adadelta",
):  # like others; golden data has them
    PROGRAMS.pop(f"optimizer_{_name}")
# What cannot be written in one format, or is not read there, and why.
NOT_HDF5 = {
    "subclassed": "HDF5 files hold no subclassed models",
    "operations": "has functions that TensorFlow lacks",
    "text": "HDF5 files hold no adapted vocabularies",
}
NOT_KERAS3 = {name: "Keras 3 has no such optimizer" for name in PROGRAMS if "old_" in name}
NOT_KERAS3["functions"] = "Keras 3 has no operation for tf.shape"
# Weights in Keras 3's layout that tf_keras does not find, in Keras 3's own files either.
OTHER_PLACES = {("attention", "tf_keras")}
OTHER_STEP = {("optimizer_nadam", "tf_keras"): "tf_keras starts the product of the momenta afresh"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What the Kerases answer about our files: (program, framework) -> arrays, or what went wrong."""
    root = tmp_path_factory.mktemp("files")
    for name, source in PROGRAMS.items():
        write(root / name, name, source)
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "KERAS_BACKEND")}
    found = {}
    for which in ("tf_keras", "keras3"):
        done = subprocess.run(
            [PYTHON, TOOLS / "file_reader.py", which, root],
            env=environment, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        problems = json.loads((root / f"{which}.json").read_text())
        for name in PROGRAMS:
            file = root / name / f"{which}.npz"
            found[name, which] = problems.get(name) or (
                dict(np.load(file)) if file.exists() else "no file was written"
            )
    return root, found


def write(folder, name, source):
    folder.mkdir()
    keras.backend.clear_session()
    keras.utils.set_random_seed(2)
    model, x, y = file_models.run(source, keras, "unikeras", tf)
    xs, ys = (v if isinstance(v, list) else [v] for v in (x, y))
    np.savez(
        folder / "data.npz",
        **{f"x{i}": v.numpy().astype("U") if name == "text" else v for i, v in enumerate(xs)},
        **{f"y{i}": v for i, v in enumerate(ys)},
    )
    for _ in range(2):
        file_models.step(model, x, y)
    if name not in NOT_KERAS3:
        model.save(folder / "model.keras")
    if name not in NOT_HDF5:
        model.save(folder / "model.h5")
        if not name.startswith("optimizer"):
            model.save_weights(folder / "weights.h5")
    if not name.startswith("optimizer") and (name, "tf_keras") not in OTHER_PLACES:
        model.save_weights(folder / "model.weights.h5")
    before = file_models.predictions(model, x)
    file_models.step(model, x, y)
    after = file_models.predictions(model, x)
    np.savez(
        folder / "unikeras.npz",
        **{f"before{i}": p for i, p in enumerate(before)},
        **{f"after{i}": p for i, p in enumerate(after)},
    )


def cases():
    for name in PROGRAMS:
        for which, refused in (("tf_keras", NOT_HDF5), ("keras3", NOT_KERAS3)):
            if name not in refused:
                yield name, which


@pytest.mark.parametrize(("name", "which"), list(cases()))
def test_the_real_keras_opens_our_files(name, which, answers):
    root, found = answers
    theirs = found[name, which]
    assert isinstance(theirs, dict), theirs
    mine = dict(np.load(root / name / "unikeras.npz"))
    for key, value in theirs.items():
        what, _, number = key.rpartition(":")
        if what:  # weights loaded from another file
            np.testing.assert_allclose(value, mine[f"before{number}"], atol=1e-5, err_msg=key)
        elif key.startswith("before") or (name, which) not in OTHER_STEP:
            np.testing.assert_allclose(value, mine[key], atol=1e-5, err_msg=key)
