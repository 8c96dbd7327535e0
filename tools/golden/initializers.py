"""Golden data for initializers: moments of big samples, exact values, ranges, configs, strings.
See common.py.

Random numbers differ between frameworks, so random initializers are told apart by their moments (mean,
standard deviation, least and greatest of a large sample), which a test compares within the sampling error.
"""

import common
from losses import attempt

SHAPES = {"dense": [300, 200], "conv": [3, 3, 40, 80], "bias": [20000]}
SCALED = ["GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform"]
RANDOM = {name: [{}] for name in SCALED} | {
    "RandomNormal": [{}, {"mean": 1.0, "stddev": 0.5}],
    "RandomUniform": [{}, {"minval": -1.0, "maxval": 3.0}],
    "TruncatedNormal": [{}, {"mean": 1.0, "stddev": 0.5}],
    "VarianceScaling": [
        {"scale": s, "mode": m, "distribution": d}
        for s, m, d in [
            (1.0, "fan_in", "truncated_normal"),
            (2.0, "fan_out", "uniform"),
            (0.5, "fan_avg", "untruncated_normal"),
        ]
    ]
    + [{}],
}
EXACT = [
    ("Zeros", {}, [2, 3]),
    ("Ones", {}, [2, 3]),
    ("Constant", {"value": 0.25}, [2, 3]),
    ("Identity", {}, [3, 3]),
    ("Identity", {"gain": 2.0}, [2, 4]),
    ("Identity", {}, [2, 2, 2]),
]
ORTHOGONAL = [({}, [6, 4]), ({}, [4, 6]), ({"gain": 2.0}, [3, 2, 5])]
STRINGS = [
    "zeros",
    "ones",
    "constant",
    "Zeros",
    "Ones",
    "Constant",
    "zero",
    "one",
    "normal",
    "uniform",
    "random_normal",
    "random_uniform",
    "RandomNormal",
    "truncated_normal",
    "TruncatedNormal",
    "glorot_uniform",
    "glorot_normal",
    "GlorotUniform",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "HeNormal",
    "lecun_normal",
    "lecun_uniform",
    "variance_scaling",
    "VarianceScaling",
    "orthogonal",
    "Orthogonal",
    "OrthogonalInitializer",
    "identity",
    "Identity",
    "IdentityInitializer",
    "nonsense",
]


def cases(ctx):
    for name, options in RANDOM.items():
        for kwargs in options:
            for shape_name, shape in SHAPES.items():
                answers = {}
                for framework, keras in ctx.frameworks.items():

                    def run(keras=keras, name=name, kwargs=kwargs, shape=shape):
                        a = ctx.array(
                            getattr(keras.initializers, name)(seed=1, **kwargs)(tuple(shape))
                        ).astype("float64")
                        # six figures of a sample's moments would only record that sample
                        return {
                            "mean": round(a.mean(), 5),
                            "std": float(f"{a.std():.4g}"),
                            "min": float(f"{a.min():.3g}"),
                            "max": float(f"{a.max():.3g}"),
                        }

                    answers[framework] = attempt(run)
                text = ",".join(f"{k}={v}" for k, v in kwargs.items())
                yield {
                    "id": f"random:{name}({text}):{shape_name}",
                    "kind": "random",
                    "name": name,
                    "kwargs": kwargs,
                    "shape": shape,
                    "answers": answers,
                }
    for name, kwargs, shape in EXACT:
        answers = {
            framework: attempt(
                lambda keras=keras, name=name, kwargs=kwargs, shape=shape: {
                    "value": ctx.array(getattr(keras.initializers, name)(**kwargs)(tuple(shape)))
                }
            )
            for framework, keras in ctx.frameworks.items()
        }
        yield {
            "id": f"exact:{name}:{shape}:{kwargs}",
            "kind": "exact",
            "name": name,
            "kwargs": kwargs,
            "shape": shape,
            "answers": answers,
        }
    for kwargs, shape in ORTHOGONAL:
        answers = {}
        for framework, keras in ctx.frameworks.items():
            a = ctx.array(keras.initializers.Orthogonal(seed=3, **kwargs)(tuple(shape))).astype("float64")
            a = a.reshape(-1, a.shape[-1])
            gram = a.T @ a if a.shape[0] >= a.shape[1] else a @ a.T
            answers[framework] = {"gram": gram.round(4) + 0.0}
        yield {
            "id": f"orthogonal:{shape}",
            "kind": "orthogonal",
            "name": "Orthogonal",
            "kwargs": kwargs,
            "shape": shape,
            "answers": answers,
        }
    names = {*RANDOM, "Zeros", "Ones", "Constant", "Identity", "Orthogonal"}
    for name in sorted(names):
        answers = {
            framework: attempt(
                lambda keras=keras, name=name: {"config": getattr(keras.initializers, name)().get_config()}
            )
            for framework, keras in ctx.frameworks.items()
        }
        yield {"id": f"config:{name}", "kind": "config", "name": name, "kwargs": {}, "answers": answers}
    for name in STRINGS:
        answers = {
            framework: attempt(
                lambda keras=keras, name=name: {"class": type(keras.initializers.get(name)).__name__}
            )
            for framework, keras in ctx.frameworks.items()
        }
        yield {"id": f"alias:{name}", "kind": "alias", "name": name, "answers": answers}


if __name__ == "__main__":
    common.main("initializers", cases)
