"""Golden data for optimizers and schedules: variables over 20 steps on fixed gradients, configs.
See common.py."""

# ruff: noqa: B023 (every closure here is called at once, before its loop goes on)

import common
import numpy as np
from losses import attempt

STEPS = 20
KEPT = [0, 1, 4, 9, 19]  # steps (from 0) after which the variables are stored
SHARED = [
    {"clipnorm": 0.5},
    {"clipvalue": 0.2},
    {"global_clipnorm": 0.8},
    {"weight_decay": 0.01},
    {"use_ema": True, "ema_momentum": 0.9},
    {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 5},
]
TABLE = {
    "SGD": [
        {},
        {"learning_rate": 0.1, "momentum": 0.9},
        {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
        {"learning_rate": 0.1, "gradient_accumulation_steps": 3},
        *({"learning_rate": 0.1} | s for s in SHARED),
    ],
    "RMSprop": [
        {},
        {"rho": 0.5, "epsilon": 1e-3},
        {"momentum": 0.9},
        {"centered": True},
        {"centered": True, "momentum": 0.5, "weight_decay": 0.01},
    ],
    "Adam": [
        {},
        {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.8, "epsilon": 1e-3},
        {"amsgrad": True},
        *({"learning_rate": 0.05} | s for s in SHARED),
    ],
    "AdamW": [{}, {"weight_decay": 0.1, "learning_rate": 0.05}, {"amsgrad": True}],
    "Adagrad": [{}, {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 1e-3}],
    "Nadam": [{}, {"learning_rate": 0.05, "beta_1": 0.7}, {"weight_decay": 0.01, "learning_rate": 0.05}],
    "Adadelta": [
        {"learning_rate": 1.0},
        {"learning_rate": 0.5, "rho": 0.7, "epsilon": 1e-3, "weight_decay": 0.01},
    ],
    "Adamax": [{}, {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.8, "clipnorm": 0.5}],
    "Ftrl": [
        {"learning_rate": 0.1},
        {"learning_rate": 0.1, "l1_regularization_strength": 0.01},
        {"learning_rate": 0.1, "l2_regularization_strength": 0.1, "beta": 0.5, "learning_rate_power": -0.7},
        {"learning_rate": 0.1, "l2_shrinkage_regularization_strength": 0.1, "initial_accumulator_value": 0.3},
    ],
    "Lion": [{}, {"learning_rate": 0.01, "beta_1": 0.7, "beta_2": 0.8, "weight_decay": 0.1}],
    "Adafactor": [
        {},
        {"learning_rate": 0.1, "relative_step": False, "clip_threshold": 0.5},
        {"learning_rate": 0.1, "beta_2_decay": -0.5, "epsilon_2": 0.1},
    ],
    "Lamb": [{}, {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.8, "weight_decay": 0.1}],
    "Muon": [
        {},
        {"learning_rate": 0.05, "nesterov": False, "momentum": 0.8, "rms_rate": None, "weight_decay": 0.1},
        {"learning_rate": 0.05, "adam_lr_ratio": 0.5, "adam_weight_decay": 0.2, "ns_steps": 2, "muon_a": 3.0},
        {"learning_rate": 0.05, "exclude_layers": ["v0"], "adam_beta_1": 0.7, "adam_weight_decay": None},
    ],
    "ScheduleFreeAdamW": [
        {},
        {"learning_rate": 0.05, "warmup_steps": 7, "beta_1": 0.7, "beta_2": 0.9},
        {"learning_rate": 0.05, "weight_decay": 0.1, "epsilon": 1e-3},
    ],
}
LEGACY = {  # of tf_keras.optimizers.legacy; the settings that tf.keras had until 2.10
    "SGD": [
        {"learning_rate": 0.1, "decay": 0.05},
        {"lr": 0.1, "momentum": 0.9, "nesterov": True, "decay": 0.05},
        {"learning_rate": 0.1, "clipnorm": 0.5},
        {"learning_rate": 0.1, "global_clipnorm": 0.5},
    ],
    "RMSprop": [{}, {"epsilon": 0.01, "momentum": 0.5}, {"epsilon": 0.01, "centered": True, "decay": 0.1}],
    "Adam": [{"learning_rate": 0.05, "decay": 0.05}, {"amsgrad": True, "epsilon": 0.01}, {"clipvalue": 0.1}],
    "Adagrad": [{"learning_rate": 0.1, "epsilon": 0.01, "decay": 0.1}],
    "Adadelta": [{"learning_rate": 1.0, "epsilon": 0.01}],
    "Adamax": [{"learning_rate": 0.05, "epsilon": 0.01, "decay": 0.1}],
    "Nadam": [{"learning_rate": 0.05, "epsilon": 0.01}],
    "Ftrl": [
        {"learning_rate": 0.1, "l1_regularization_strength": 0.01, "l2_regularization_strength": 0.1},
        {"learning_rate": 0.1, "l2_shrinkage_regularization_strength": 0.1, "beta": 0.5},
    ],
}
SCHEDULES = {
    "ExponentialDecay": [
        {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.9},
        {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.9, "staircase": True},
    ],
    "PiecewiseConstantDecay": [{"boundaries": [4, 9], "values": [0.1, 0.05, 0.01]}],
    "PolynomialDecay": [
        {"initial_learning_rate": 0.1, "decay_steps": 10},
        {
            "initial_learning_rate": 0.1,
            "decay_steps": 7,
            "end_learning_rate": 0.02,
            "power": 2.0,
            "cycle": True,
        },
    ],
    "InverseTimeDecay": [
        {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5},
        {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5, "staircase": True},
    ],
    "CosineDecay": [
        {"initial_learning_rate": 0.1, "decay_steps": 10},
        {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.1},
        {"initial_learning_rate": 0.01, "decay_steps": 10, "warmup_target": 0.1, "warmup_steps": 5},
    ],
    "CosineDecayRestarts": [
        {"initial_learning_rate": 0.1, "first_decay_steps": 4},
        {"initial_learning_rate": 0.1, "first_decay_steps": 4, "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.05},
    ],
}
STRINGS = [
    "sgd",
    "SGD",
    "Sgd",
    "rmsprop",
    "RMSprop",
    "adam",
    "Adam",
    "adamw",
    "AdamW",
    "adagrad",
    "nadam",
    "adadelta",
    "adamax",
    "ftrl",
    "lion",
    "adafactor",
    "lamb",
    "x",
]


def plain(config):
    """A configuration without what JSON cannot hold."""
    return {k: v for k, v in config.items() if v is None or isinstance(v, (str, bool, int, float, dict))}


def walk(ctx, framework, make):
    """The variables after some of the 20 steps, the iterations and the learning rate at the end."""
    keras = ctx.frameworks[framework]
    rng = np.random.default_rng(8)
    starts = [rng.normal(size=s).astype("float32") for s in [(3, 2), (2,), ()]]
    gradients = [[rng.normal(size=s).astype("float32") for s in [(3, 2), (2,), ()]] for _ in range(STEPS)]
    if framework == "keras3":
        variables = [keras.Variable(s, name=f"v{i}") for i, s in enumerate(starts)]
    else:
        variables = [ctx.tf.Variable(s, name=f"v{i}") for i, s in enumerate(starts)]
    optimizer = make(keras)
    kept = []
    for step, g in enumerate(gradients):
        g = [keras.ops.convert_to_tensor(x) if framework == "keras3" else ctx.tf.constant(x) for x in g]
        optimizer.apply_gradients(zip(g, variables, strict=True))
        if step in KEPT:
            kept.append([ctx.array(v) for v in variables])
    answer = {"variables": kept, "iterations": int(np.asarray(optimizer.iterations))}
    if hasattr(optimizer, "learning_rate"):
        answer["learning_rate"] = float(np.asarray(optimizer.learning_rate))
    if getattr(optimizer, "use_ema", False):
        optimizer.finalize_variable_values(variables)
        answer["finalized"] = [ctx.array(v) for v in variables]
    return answer


def multi(keras):
    """Three variables under two optimizers."""
    chosen = {"v[02]": keras.optimizers.Adam(0.05, weight_decay=0.01)}
    return keras.optimizers.MultiOptimizer(
        keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.1, momentum=0.5, clipnorm=0.5), chosen)
    )


def data():
    """The starts and gradients of ``walk``, stored once for the tests."""
    rng = np.random.default_rng(8)
    starts = [rng.normal(size=s).astype("float32") for s in [(3, 2), (2,), ()]]
    gradients = [[rng.normal(size=s).astype("float32") for s in [(3, 2), (2,), ()]] for _ in range(STEPS)]
    return {
        "id": "data",
        "kind": "data",
        "starts": starts,
        "gradients": gradients,
        "kept": KEPT,
        "answers": {},
    }


def cases(ctx):
    yield data()
    for name, options in TABLE.items():
        for kwargs in options:
            answers = {
                framework: attempt(
                    lambda framework=framework, name=name, kwargs=kwargs: walk(
                        ctx, framework, lambda keras: getattr(keras.optimizers, name)(**kwargs)
                    )
                )
                for framework, keras in ctx.frameworks.items()
                if hasattr(keras.optimizers, name)
            }
            text = ",".join(f"{k}={v}" for k, v in kwargs.items())
            yield {
                "id": f"walk:{name}({text})",
                "kind": "walk",
                "name": name,
                "kwargs": kwargs,
                "answers": answers,
            }
        answers = {
            framework: attempt(
                lambda keras=keras, name=name: {
                    "config": plain(getattr(keras.optimizers, name)().get_config())
                }
            )
            for framework, keras in ctx.frameworks.items()
            if hasattr(keras.optimizers, name)
        }
        yield {"id": f"config:{name}", "kind": "config", "name": name, "kwargs": {}, "answers": answers}
    for name, options in SCHEDULES.items():
        for number, kwargs in enumerate(options):
            answers = {}
            for framework, keras in ctx.frameworks.items():

                def run(keras=keras, name=name, kwargs=kwargs):
                    schedule = getattr(keras.optimizers.schedules, name)(**kwargs)
                    values = np.array([float(np.asarray(schedule(step))) for step in range(26)], "float32")
                    return {"values": values}

                answers[framework] = attempt(run)
            yield {
                "id": f"schedule:{name}:{number}",
                "kind": "schedule",
                "name": name,
                "kwargs": kwargs,
                "answers": answers,
            }
            answers = {
                f: {"config": dict(getattr(keras.optimizers.schedules, name)(**kwargs).get_config())}
                for f, keras in ctx.frameworks.items()
            }
            yield {
                "id": f"schedule-config:{name}:{number}",
                "kind": "schedule-config",
                "name": name,
                "kwargs": kwargs,
                "answers": answers,
            }
        answers = {
            framework: attempt(
                lambda framework=framework, name=name, kwargs=options[0]: walk(
                    ctx,
                    framework,
                    lambda keras: keras.optimizers.SGD(
                        learning_rate=getattr(keras.optimizers.schedules, name)(**kwargs), momentum=0.5
                    ),
                )
            )
            for framework in ctx.frameworks
        }
        yield {
            "id": f"scheduled:{name}",
            "kind": "scheduled",
            "name": name,
            "kwargs": options[0],
            "answers": answers,
        }
    for name, options in LEGACY.items():
        for number, kwargs in enumerate(options):
            answers = {
                "tf_keras": attempt(
                    lambda name=name, kwargs=kwargs: walk(
                        ctx, "tf_keras", lambda keras: getattr(keras.optimizers.legacy, name)(**kwargs)
                    )
                )
            }
            yield {
                "id": f"legacy:{name}:{number}",
                "kind": "legacy",
                "name": name,
                "kwargs": kwargs,
                "answers": answers if "tf_keras" in ctx.frameworks else {},
            }
    yield {
        "id": "multi",
        "kind": "multi",
        "name": "MultiOptimizer",
        "answers": {"keras3": attempt(lambda: walk(ctx, "keras3", multi))},
    }
    for name in STRINGS:
        answers = {
            framework: attempt(
                lambda keras=keras, name=name: {"class": type(keras.optimizers.get(name)).__name__}
            )
            for framework, keras in ctx.frameworks.items()
        }
        yield {"id": f"alias:{name}", "kind": "alias", "name": name, "answers": answers}
    for keyword in ("lr", "decay", "nonsense"):
        answers = {
            framework: attempt(
                lambda keras=keras, keyword=keyword: {"made": bool(keras.optimizers.SGD(**{keyword: 0.1}))}
            )
            for framework, keras in ctx.frameworks.items()
        }
        yield {"id": f"keyword:{keyword}", "kind": "keyword", "name": keyword, "answers": answers}


if __name__ == "__main__":
    common.main("optimizers", cases, keep_jax=True)
