"""Golden data for activations: values and gradients on a grid with extremes, and strings. See common.py."""

import common
import numpy as np
from losses import attempt

GRID = np.concatenate(
    [
        np.linspace(-6, 6, 25),
        [-1e4, -1000, -100, -30, -20, -0.5001, 0.4999, 0.7071, 1e-6, 20, 30, 100, 1000, 1e4],
    ]
).astype("float32")
# activation -> arguments tried besides none
TABLE = {
    "celu": [{"alpha": 0.5}],
    "elu": [{"alpha": 0.5}],
    "exponential": [],
    "gelu": [{"approximate": True}],
    "hard_shrink": [{"threshold": 1.0}],
    "hard_sigmoid": [],
    "hard_silu": [],
    "hard_swish": [],
    "hard_tanh": [],
    "leaky_relu": [{"negative_slope": 0.3}],
    "linear": [],
    "log_sigmoid": [],
    "mish": [],
    "relu": [
        {"negative_slope": 0.1},
        {"max_value": 2.0},
        {"threshold": 1.0},
        {"negative_slope": 0.1, "max_value": 2.0, "threshold": 0.5},
        {"alpha": 0.1},
    ],
    "relu6": [],
    "selu": [],
    "sigmoid": [],
    "silu": [],
    "soft_shrink": [{"threshold": 1.0}],
    "softplus": [],
    "softsign": [],
    "sparse_plus": [],
    "sparse_sigmoid": [],
    "squareplus": [{"b": 1.0}],
    "swish": [],
    "tanh": [],
    "tanh_shrink": [],
    "threshold": [{"threshold": 0.5, "default_value": -1.0}],
}
ROWS = {
    "softmax": [{"axis": 0}],
    "log_softmax": [{"axis": 0}],
    "sparsemax": [{"axis": 0}],
    "glu": [{"axis": 1}],
}
STRINGS = [*TABLE, *ROWS, "Relu", "ReLU", "LeakyReLU", "leakyrelu", "Softmax", "nonsense"]


def entry(ctx, kind, name, kwargs, x):
    answers = {}
    for framework, keras in ctx.frameworks.items():
        if not hasattr(keras.activations, name):
            continue

        def run(keras=keras):
            # a fixed weighting, so that the gradient of a softmax (whose sum is constant) says something
            weights = np.cos(np.arange(x.size, dtype="float32")).reshape(x.shape)

            def weighted(t):
                y = getattr(keras.activations, name)(t, **kwargs)
                return y * weights[tuple(slice(0, n) for n in y.shape)]

            value = getattr(keras.activations, name)(
                x if ctx.engine != "tensorflow" else ctx.tf.constant(x), **kwargs
            )
            _, (gradient,) = ctx.gradient(weighted, x)
            answer = {"value": ctx.array(value)}
            if gradient is not None:
                answer["gradient"] = ctx.array(gradient)
            return answer

        answers[framework] = attempt(run)
    text = ",".join(f"{k}={v}" for k, v in kwargs.items())
    return {
        "id": f"{kind}:{name}({text})",
        "kind": "function",
        "name": name,
        "kwargs": kwargs,
        "x": x,
        "answers": answers,
    }


def cases(ctx):
    rng = np.random.default_rng(3)
    for name, options in TABLE.items():
        for kwargs in [{}, *options]:
            yield entry(ctx, "grid", name, kwargs, GRID)
    rows = rng.normal(size=(3, 4)).astype("float32") * 3
    rows[2, 1] = 80.0
    for name, options in ROWS.items():
        for kwargs in [{}, *options]:
            yield entry(
                ctx, "rows", name, kwargs, rows if kwargs != {"axis": 0} or name != "glu" else rows[:2]
            )
    yield entry(ctx, "vector", "softmax", {}, rows[0])
    yield entry(ctx, "cube", "softmax", {"axis": 1}, rng.normal(size=(2, 3, 2)).astype("float32"))
    for name in STRINGS:
        answers = {
            framework: attempt(lambda keras=keras, name=name: {"name": keras.activations.get(name).__name__})
            for framework, keras in ctx.frameworks.items()
        }
        yield {"id": f"alias:{name}", "kind": "alias", "name": name, "answers": answers}
        if STRINGS.index(name) < len(TABLE) + len(ROWS):
            answers = {
                framework: attempt(
                    lambda keras=keras, name=name: {
                        "value": keras.activations.serialize(getattr(keras.activations, name))
                    }
                )
                for framework, keras in ctx.frameworks.items()
                if hasattr(keras.activations, name)
            }
            yield {"id": f"serialize:{name}", "kind": "serialize", "name": name, "answers": answers}


if __name__ == "__main__":
    common.main("activations", cases)
