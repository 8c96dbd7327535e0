"""Model files that the real Kerases wrote: they open, predict the same, and train on the same."""

from __future__ import annotations

import io
import pathlib
import zipfile

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras

FOLDER = pathlib.Path(__file__).parent / "files"
trains = engine.current().name != "numpy"

# Models whose next step of training is another than their writer's, and why.
OTHER_STEP = {
    "tf_keras/optimizer_nadam": "tf_keras multiplies the product of the momenta once a variable, and does not store it"
}


def archives():
    """(archive, folder in it) of every model of every writer."""
    for path in sorted(FOLDER.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            yield from (
                (path.stem, n.removesuffix("/answers.npz"))
                for n in archive.namelist()
                if n.endswith("answers.npz")
            )


class Written:
    """What one Keras wrote of one model."""

    def __init__(self, family, prefix):
        with zipfile.ZipFile(FOLDER / f"{family}.zip") as archive:
            self.files = {
                n.removeprefix(f"{prefix}/"): archive.read(n)
                for n in archive.namelist()
                if n.startswith(f"{prefix}/")
            }
        answers = np.load(io.BytesIO(self.files.pop("answers.npz")))
        x, y, self.before, self.after = (
            [self._given(answers[k]) for k in sorted(answers) if k.startswith(key)]
            for key in ("x", "y", "before", "after")
        )
        self.x, self.y = (v if len(v) > 1 else v[0] for v in (x, y))

    @staticmethod
    def _given(array):
        return tf.constant(array.tolist()) if array.dtype.kind == "U" else array

    def load(self, name, **kwargs):
        return keras.models.load_model(io.BytesIO(self.files[name]), **kwargs)

    def check(self, model, expected):
        found = model(self.x, training=False)
        for mine, theirs in zip(found if isinstance(found, list) else [found], expected, strict=True):
            np.testing.assert_allclose(np.asarray(mine), theirs, atol=1e-5)

    def step(self, model):
        """One step of training, operation by operation: what was compiled for one writer's file serves the other's."""
        model.run_eagerly = True
        model.train_on_batch(self.x, self.y)
        model.optimizer.finalize_variable_values(model.trainable_variables)


def same_state(one, other):
    for a, b in zip(one.weights, other.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    for a, b in zip(one.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6, err_msg=a.name)


@pytest.mark.parametrize(("family", "prefix"), list(archives()))
def test_whole_models(family, prefix):
    written = Written(family, prefix)
    whole = [name for name in ("model.keras", "model.h5") if name in written.files]
    models = [written.load(name) for name in whole]
    assert all(model.optimizer is not None for model in models)
    model = models[0]
    written.check(model, written.before)
    if len(models) > 1 and not ("old_" in prefix or family == "text"):
        same_state(*models)
    if "old_" in prefix:  # whose state '.keras' files do not have
        model = models[-1]
    if trains and prefix not in OTHER_STEP:
        written.step(model)
        written.check(model, written.after)


@pytest.mark.parametrize(
    ("family", "prefix"), [a for a in archives() if a[0] not in ("optimizers", "text", "functions")]
)
def test_weights_of_an_architecture(family, prefix):
    written = Written(family, prefix)
    names = [name for name in ("model.weights.h5", "weights.h5") if name in written.files]
    reference = written.load("model.keras", compile=False)
    for name in names:
        model = keras.models.model_from_json(written.files["model.json"].decode())
        model.load_weights(io.BytesIO(written.files[name]))
        for a, b in zip(model.weights, reference.weights, strict=True):
            np.testing.assert_array_equal(a.numpy(), b.numpy())
