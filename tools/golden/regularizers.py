"""Golden data for regularizers and constraints: values, gradients, configs and strings. See common.py."""

# ruff: noqa: B023 (every closure here is called at once, before its loop goes on)

import common
import numpy as np
from losses import attempt

REGULARIZERS = [
    ("L1", {}),
    ("L1", {"l1": 0.3}),
    ("L2", {}),
    ("L2", {"l2": 0.3}),
    ("L1L2", {}),
    ("L1L2", {"l1": 0.1, "l2": 0.2}),
    ("OrthogonalRegularizer", {}),
    ("OrthogonalRegularizer", {"factor": 0.1, "mode": "columns"}),
    ("l1", {}),
    ("l2", {"l2": 0.5}),
    ("l1_l2", {"l1": 0.1, "l2": 0.2}),
    ("l1_l2", {}),
]
CONSTRAINTS = [
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 1.0, "axis": 1}),
    ("MaxNorm", {"max_value": 1.0, "axis": [0, 1]}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": 1}),
    ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 0.5, "max_value": 1.2, "rate": 0.7, "axis": 1}),
    ("RadialConstraint", {}),
    ("max_norm", {"max_value": 0.5}),
]
REGULARIZER_STRINGS = [
    "l1",
    "l2",
    "l1_l2",
    "L1",
    "L2",
    "L1L2",
    "orthogonal_regularizer",
    "OrthogonalRegularizer",
    "l1l2",
    "nonsense",
]
CONSTRAINT_STRINGS = [
    "max_norm",
    "MaxNorm",
    "maxnorm",
    "non_neg",
    "NonNeg",
    "nonneg",
    "unit_norm",
    "UnitNorm",
    "unitnorm",
    "min_max_norm",
    "nonsense",
]


def cases(ctx):
    rng = np.random.default_rng(4)
    matrix = rng.normal(size=(4, 3)).astype("float32") * 2
    matrix[0, 0] = 0.0
    for family, table in (("regularizers", REGULARIZERS), ("constraints", CONSTRAINTS)):
        for name, kwargs in table:
            x = np.abs(matrix).reshape(2, 2, 3)[..., None] if name == "RadialConstraint" else matrix
            answers = {}
            for framework, keras in ctx.frameworks.items():
                module = getattr(keras, family)
                if not hasattr(module, name):
                    continue

                def run(module=module, name=name, kwargs=kwargs, x=x):
                    made = getattr(module, name)(**kwargs)
                    value, (gradient,) = ctx.gradient(made, x)
                    answer = {"value": ctx.array(value), "config": made.get_config()}
                    if gradient is not None and family == "regularizers":
                        answer["gradient"] = gradient
                    return answer

                answers[framework] = attempt(run)
            text = ",".join(f"{k}={v}" for k, v in kwargs.items())
            yield {
                "id": f"{family}:{name}({text})",
                "kind": "value",
                "family": family,
                "name": name,
                "kwargs": kwargs,
                "x": x,
                "answers": answers,
            }
    for family, names in (("regularizers", REGULARIZER_STRINGS), ("constraints", CONSTRAINT_STRINGS)):
        for name in names:
            answers = {
                framework: attempt(
                    lambda keras=keras, name=name, family=family: {
                        "class": type(getattr(keras, family).get(name)).__name__
                    }
                )
                for framework, keras in ctx.frameworks.items()
            }
            yield {
                "id": f"alias:{family}:{name}",
                "kind": "alias",
                "family": family,
                "name": name,
                "answers": answers,
            }


if __name__ == "__main__":
    common.main("regularizers", cases)
