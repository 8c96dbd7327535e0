"""Training: the programs of tests/training/scenarios.py on Keras 3 and tf_keras.

Histories, evaluations, predictions and final weights, from initial weights that NumPy gives.
"""

from __future__ import annotations

import pathlib
import sys

import common

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "training"))

from scenarios import SCENARIOS, Lab


def cases(ctx):
    for name, scenario in SCENARIOS.items():
        answers = {}
        for framework, keras in ctx.frameworks.items():
            keras.backend.clear_session()
            answers[framework] = scenario(Lab(keras, ctx.tf))
        yield {"id": name, "kind": "training", "name": name, "answers": answers}


if __name__ == "__main__":
    common.main("training", cases, check_jax=False)
