"""More of training against the answers of tf_keras and Keras 3: weights of every kind, added losses, earlier years' methods."""

import importlib.util
import pathlib

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

from .reader import HAS_GRADIENTS, close, entries


def load(name):
    path = pathlib.Path(__file__).resolve().parents[1] / "training" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


features, scenarios = load("feature_scenarios"), load("scenarios")
pytestmark = pytest.mark.skipif(not HAS_GRADIENTS, reason="the engine does not train")


class Lab(scenarios.Lab):
    name = "unikeras"

    def arrays(self, model):
        return [np.asarray(w) for w in model.get_weights()]

    def mean(self, x):
        return self.tf.reduce_mean(x)


@pytest.mark.parametrize("entry", entries("training_features", "training"))
def test_training(entry):
    answers = entry["answers"]
    golden = answers.get("both") or answers.get("tf_keras") or answers["keras3"]
    mine = features.SCENARIOS[entry["name"]](Lab(keras, tf))
    if list(answers) == ["keras3"]:  # these name and order what they report in another way
        mine = {k: v for k, v in mine.items() if k in ("history", "weights", "predict")}
        golden = {k: v for k, v in golden.items() if k in mine}
    assert close(mine, golden, tolerance=1e-4) == ""
