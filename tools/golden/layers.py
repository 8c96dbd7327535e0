"""Golden data for layers: outputs, gradients, weights, configs, shapes and masks. See common.py."""

# ruff: noqa: B023 (every closure here is called at once, before its loop goes on)

import common
import numpy as np
from layer_cases import as_tensor, layer_entries, normal, refused_entries
from losses import attempt

IDS = np.array([[1, 2, 0], [3, 0, 0]], "int32")
A, B, C = normal(1, 2, 3), normal(2, 2, 3), normal(3, 2, 3)
CUBE = normal(4, 2, 3, 4)
# (class, arguments, input or list of inputs, call arguments)
TABLE = [
    ("Dense", {"units": 4}, A, {}),
    ("Dense", {"units": 4, "activation": "relu", "use_bias": False}, A, {}),
    (
        "Dense",
        {"units": 2, "activation": "softmax", "kernel_regularizer": "l2", "bias_constraint": "non_neg"},
        CUBE,
        {},
    ),
    ("Dense", {"units": 2, "activation": "gelu", "name": "head", "kernel_initializer": "he_normal"}, A, {}),
    ("Flatten", {}, CUBE, {}),
    ("Flatten", {"data_format": "channels_first"}, CUBE, {}),
    ("Flatten", {}, A[:, 0], {}),
    ("Reshape", {"target_shape": [4, 3]}, CUBE, {}),
    ("Reshape", {"target_shape": [-1, 2]}, CUBE, {}),
    ("Permute", {"dims": [2, 1]}, CUBE, {}),
    ("RepeatVector", {"n": 3}, A, {}),
    ("Activation", {"activation": "tanh"}, A, {}),
    ("Activation", {"activation": "softmax"}, A, {}),
    ("ReLU", {}, A, {}),
    ("ReLU", {"max_value": 0.5, "negative_slope": 0.1, "threshold": 0.2}, A, {}),
    ("LeakyReLU", {}, A, {}),
    ("LeakyReLU", {"negative_slope": 0.1}, A, {}),
    ("LeakyReLU", {"alpha": 0.1}, A, {}),
    ("PReLU", {}, CUBE, {}),
    ("PReLU", {"shared_axes": [1]}, CUBE, {}),
    ("ELU", {}, A, {}),
    ("ELU", {"alpha": 0.5}, A, {}),
    ("Softmax", {}, A, {}),
    ("Softmax", {"axis": 1}, CUBE, {}),
    ("Softmax", {}, A, {"mask": np.array([[True, True, False], [False, True, True]])}),
    ("Dropout", {"rate": 0.5}, A, {"training": False}),
    ("AlphaDropout", {"rate": 0.5}, A, {"training": False}),
    ("BatchNormalization", {}, A, {"training": False}),
    ("BatchNormalization", {}, A, {"training": True}),
    ("BatchNormalization", {"momentum": 0.9, "epsilon": 0.01, "center": False}, CUBE, {"training": True}),
    ("BatchNormalization", {"scale": False}, CUBE, {"training": False}),
    ("BatchNormalization", {"axis": 1}, CUBE, {"training": True}),
    ("LayerNormalization", {}, A, {}),
    ("LayerNormalization", {"axis": [1, 2], "epsilon": 0.1}, CUBE, {}),
    ("LayerNormalization", {"axis": 1, "center": False}, CUBE, {}),
    ("Embedding", {"input_dim": 5, "output_dim": 3}, IDS, {}),
    ("Embedding", {"input_dim": 5, "output_dim": 3, "mask_zero": True}, IDS, {}),
    ("Rescaling", {"scale": 0.1}, A, {}),
    ("Rescaling", {"scale": 2.0, "offset": -1.0}, IDS, {}),
    ("Normalization", {"mean": 3.0, "variance": 2.0}, A, {}),
    ("Normalization", {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 2.0, 4.0]}, A, {}),
    ("Normalization", {"mean": 3.0, "variance": 2.0, "invert": True}, A, {}),
    ("Add", {}, [A, B, C], {}),
    ("Add", {}, [A, B[:, :1]], {}),
    ("Add", {}, [CUBE, A[:, :, None]], {}),
    ("Subtract", {}, [A, B], {}),
    ("Multiply", {}, [A, B, C], {}),
    ("Average", {}, [A, B, C], {}),
    ("Maximum", {}, [A, B], {}),
    ("Minimum", {}, [A, B, C], {}),
    ("Concatenate", {}, [A, B], {}),
    ("Concatenate", {"axis": 1}, [CUBE, CUBE[:, :2]], {}),
    ("Dot", {"axes": 1}, [A, B], {}),
    ("Dot", {"axes": 1, "normalize": True}, [A, B], {}),
    ("Dot", {"axes": [2, 1]}, [CUBE, normal(5, 2, 4, 5)], {}),
    ("Dot", {"axes": 2}, [CUBE, normal(6, 2, 5, 4)], {}),
    ("ActivityRegularization", {"l1": 0.1, "l2": 0.2}, A, {}),
    ("Masking", {"mask_value": 0.0}, np.where(CUBE[:, :, :1] > 0, CUBE, 0).astype("float32"), {}),
]
FUNCTIONS = ["add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate"]
BAD = [
    ("Dense", {"units": 0}, A),
    ("Dense", {"units": -3}, A),
    ("Dense", {"units": 2.5}, A),
    ("Dense", {"units": 3, "activation": "rellu"}, A),
    ("Dense", {"units": 3, "nonsense": 1}, A),
    ("Dropout", {"rate": 1.5}, A),
    ("Dropout", {"rate": -0.1}, A),
    ("Reshape", {"target_shape": [5, 5]}, A),
    ("RepeatVector", {"n": "three"}, A),
    ("RepeatVector", {"n": 2}, CUBE),
    ("Permute", {"dims": [0, 1]}, CUBE),
    ("Concatenate", {}, [A, CUBE]),
    ("Concatenate", {"axis": 1}, [A]),
    ("Add", {}, [A, A[:, :2]]),
    ("Subtract", {}, [A, B, C]),
    ("Dot", {"axes": 1}, [A, B[:, :2]]),
    ("BatchNormalization", {"axis": 5}, A),
    ("LeakyReLU", {"negative_slope": None}, A),
    ("Embedding", {"input_dim": -1, "output_dim": 3}, IDS),
]


def trained_case(ctx, framework, name, kwargs, batches):
    """Moving statistics after several training calls."""
    layer = getattr(ctx.frameworks[framework].layers, name)(**kwargs)
    outputs = [ctx.array(layer(as_tensor(ctx, framework, b), training=True)) for b in batches]
    after = ctx.array(layer(as_tensor(ctx, framework, batches[0]), training=False))
    return {
        "outputs": outputs,
        "inference": after,
        "weights_after": [ctx.array(w) for w in layer.get_weights()],
    }


def cases(ctx):
    frameworks = list(ctx.frameworks)
    yield from layer_entries(ctx, TABLE)
    batches = [normal(20 + i, 4, 3) * (i + 1) + i for i in range(4)]
    for kwargs in ({}, {"momentum": 0.8}, {"momentum": 0.5, "epsilon": 0.1}):
        answers = {
            f: attempt(lambda f=f, k=kwargs: trained_case(ctx, f, "BatchNormalization", k, batches))
            for f in frameworks
        }
        text = ",".join(f"{k}={v}" for k, v in kwargs.items())
        yield {
            "id": f"trained:BatchNormalization({text})",
            "kind": "trained",
            "name": "BatchNormalization",
            "kwargs": kwargs,
            "batches": batches,
            "answers": answers,
        }
    # batch statistics under a mask
    for f in ("sequence",):
        x = CUBE
        mask = np.array([[True, True, False], [True, False, False]])
        answers = {}
        for framework in frameworks:

            def run(framework=framework):
                layer = ctx.frameworks[framework].layers.BatchNormalization(momentum=0.5)
                y = layer(as_tensor(ctx, framework, x), training=True, mask=as_tensor(ctx, framework, mask))
                return {"output": ctx.array(y), "weights_after": [ctx.array(w) for w in layer.get_weights()]}

            answers[framework] = attempt(run)
        yield {
            "id": f"masked:BatchNormalization:{f}",
            "kind": "masked",
            "x": x,
            "mask": mask,
            "answers": answers,
        }
    # adapt
    adapted = normal(30, 20, 3) * [1, 2, 3] + [0, 5, -5]
    adapted = adapted.astype("float32")
    for kwargs in ({}, {"axis": None}, {"axis": -1, "invert": True}, {"axis": 1}):
        answers = {}
        for framework in frameworks:

            def run(framework=framework, kwargs=kwargs):
                layer = ctx.frameworks[framework].layers.Normalization(**kwargs)
                layer.adapt(adapted)
                y = layer(as_tensor(ctx, framework, adapted[:4]))
                return {
                    "output": ctx.array(y),
                    "weights_after": [ctx.array(w).astype("float32") for w in layer.get_weights()],
                }

            answers[framework] = attempt(run)
        yield {
            "id": f"adapt:Normalization({kwargs})",
            "kind": "adapt",
            "name": "Normalization",
            "kwargs": kwargs,
            "data": adapted,
            "answers": answers,
        }
    for name in FUNCTIONS:
        answers = {}
        for framework in frameworks:

            def run(framework=framework, name=name):
                function = getattr(ctx.frameworks[framework].layers, name)
                return {"output": ctx.array(function([as_tensor(ctx, framework, v) for v in (A, B)]))}

            answers[framework] = attempt(run)
        yield {"id": f"function:{name}", "kind": "function", "name": name, "x": [A, B], "answers": answers}
    # dropout: the share that is kept, the scale of what is kept, and shared masks
    for name, kwargs in (
        ("Dropout", {"rate": 0.3, "seed": 1}),
        ("Dropout", {"rate": 0.0}),
        ("Dropout", {"rate": 0.5, "noise_shape": [None, 1], "seed": 2}),
        ("AlphaDropout", {"rate": 0.3, "seed": 1}),
        ("GaussianDropout", {"rate": 0.3, "seed": 1}),
        ("GaussianNoise", {"stddev": 0.5, "seed": 1}),
    ):
        answers = {}
        for framework in frameworks:

            def run(framework=framework, name=name, kwargs=kwargs):
                layer = getattr(ctx.frameworks[framework].layers, name)(**kwargs)
                y = ctx.array(
                    layer(as_tensor(ctx, framework, np.ones((400, 250), "float32")), training=True)
                ).astype("float64")
                least, share = y.min(), (np.isclose(y, y.min())).mean()
                return {
                    "mean": round(y.mean(), 3),
                    "std": round(y.std(), 3),
                    "min": round(least, 4) if name in ("Dropout", "AlphaDropout") else None,
                    "max": round(y.max(), 4) if name in ("Dropout", "AlphaDropout") else None,
                    "share_of_min": round(share, 2),
                    "rows_equal": bool((y == y[:, :1]).all()),
                }

            answers[framework] = attempt(run)
        yield {
            "id": f"random:{name}({kwargs})",
            "kind": "random",
            "name": name,
            "kwargs": kwargs,
            "shape": [400, 250],
            "answers": answers,
        }
    yield from refused_entries(ctx, BAD)


if __name__ == "__main__":
    common.main("layers", cases)
