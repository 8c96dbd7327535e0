"""Training against the answers of tf_keras: histories, their order, evaluations, predictions, final weights."""

import importlib.util
import pathlib

import pytest

import unikeras as tf
from unikeras import keras

from .reader import HAS_GRADIENTS, close, entries

_path = pathlib.Path(__file__).resolve().parents[1] / "training" / "scenarios.py"
_spec = importlib.util.spec_from_file_location("training_scenarios", _path)
assert _spec is not None
assert _spec.loader is not None
scenarios = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(scenarios)

pytestmark = pytest.mark.skipif(not HAS_GRADIENTS, reason="the engine does not train")


@pytest.mark.parametrize("entry", entries("training", "training"))
def test_training(entry):
    answers = entry["answers"]
    golden = answers.get("both") or answers["tf_keras"]
    mine = scenarios.SCENARIOS[entry["name"]](scenarios.Lab(keras, tf))
    assert close(mine, golden, tolerance=1e-4) == ""
    # Keras 3 has another rule for steps_per_epoch, and for gradients of embeddings under Adagrad.
    elsewhere = ("initial_epoch_and_validation_freq", "integers_into_an_embedding")
    if "keras3" in answers and entry["name"] not in elsewhere:
        assert close(mine["weights"], answers["keras3"]["weights"], tolerance=1e-4) == ""
