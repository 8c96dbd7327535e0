"""The same questions to unikeras, Keras 3 and tf_keras: tools/golden/callbacks.py asked the peers."""

from __future__ import annotations

import importlib.util
import json
import warnings
from pathlib import Path

import pytest

from unikeras import callbacks

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("golden_callbacks", ROOT / "tools" / "golden" / "callbacks.py")
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)
golden = json.loads(tool.GOLDEN.read_text())

# Where the two peers differ unikeras answers as tf_keras; each with the reason.
UNLIKE_KERAS3 = {
    "es-nan-first": "a NaN in the first epoch would stay the best for ever",
    "es-missing": "a name Keras 3 does not know is an error there, a report here",
    "lr-missing": "the same",
    "ck-nan": "a NaN would be saved as the best",
    "ck-missing-monitor": "Keras 3 saves every epoch although only the best was asked for",
    "ck-no-suffix": "model.save decides about the suffix",
    "ck-weights-no-suffix": "model.save_weights decides about the suffix",
    "ck-ckpt": "model.save_weights decides about the suffix",
    "ck-weights": "Keras 3 says twice that it saves",
    "ck-best": "the same, and 'None' for no value yet",
    "ck-threshold": "Keras 3 says twice that it saves",
}
# Reported by a warning here; tf_keras writes to its log, which a golden trace does not see.
REPORTED = {"es-missing", "lr-missing", "ck-missing-monitor", "es-bad-mode", "lr-bad-mode", "ck-bad-mode"}


def comparable(trace: dict) -> dict:
    """The parts that must agree; what is a warning and what a log entry is our own choice."""
    return {key: value for key, value in trace.items() if key != "warned"}


def test_golden_is_up_to_date():
    assert json.dumps(golden["cases"]) == json.dumps(tool.CASES), "run tools/golden/callbacks.py again"


@pytest.mark.parametrize("case", tool.CASES, ids=lambda case: case["name"])
def test_as_peers(case, model, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trace = json.loads(json.dumps(tool.drive(case, callbacks, model, tmp_path)))
    assert comparable(trace) == comparable(golden["traces"][case["name"]]["tf_keras"])
    assert trace["warned"] == (case["name"] in REPORTED)


@pytest.mark.parametrize("case", tool.CASES, ids=lambda case: case["name"])
def test_known_differences_of_keras3(case):
    answers = golden["traces"][case["name"]]
    keras3, tf_keras = comparable(answers["keras3"]), comparable(answers["tf_keras"])
    if case["callback"] == "ModelCheckpoint" and not case["kwargs"].get("save_best_only"):
        keras3.pop("best", None), tf_keras.pop("best", None)  # not used by the callback
    assert (keras3 != tf_keras) == (case["name"] in UNLIKE_KERAS3)
