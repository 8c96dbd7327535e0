"""Training: the programs of tests/training/feature_scenarios.py on Keras 3 and tf_keras; as training.py."""

from __future__ import annotations

import pathlib
import sys

import common

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "training"))

from feature_scenarios import SCENARIOS
from scenarios import Lab


class NamedLab(Lab):
    """A framework that knows its name."""

    def __init__(self, keras, tf, name):
        super().__init__(keras, tf)
        self.name = name

    def arrays(self, model):
        return [common.np.asarray(w) for w in model.get_weights()]

    def mean(self, x):
        return self.keras.ops.mean(x) if self.name == "keras3" else self.tf.reduce_mean(x)


def cases(ctx):
    for name, scenario in SCENARIOS.items():
        answers = {}
        for framework in scenario.frameworks:
            keras = ctx.frameworks[framework]
            keras.backend.clear_session()
            answers[framework] = scenario(NamedLab(keras, ctx.tf, framework))
        yield {"id": name, "kind": "training", "name": name, "answers": answers}


if __name__ == "__main__":
    common.main("training_features", cases, check_jax=False)
