"""Golden data for losses: every class, function and alias, with values and gradients. See common.py."""

# ruff: noqa: B023 (every closure here is called at once, before its loop goes on)

import common
import numpy as np

REDUCTIONS = ["sum_over_batch_size", "sum", "none", None, "mean", "mean_with_sample_weight", "auto"]


def inputs() -> dict:
    """Named (y_true, y_pred) pairs, small and fixed."""
    rng = np.random.default_rng(1)

    def probabilities(*shape):
        e = np.exp(rng.normal(size=shape) * 1.5)
        return (e / e.sum(-1, keepdims=True)).astype("float32")

    def normal(*shape):
        return rng.normal(size=shape).astype("float32")

    labels = rng.integers(0, 3, 4)
    sequence = rng.integers(0, 3, (2, 4))
    binary = rng.integers(0, 2, (4, 3)).astype("float32")
    eye = np.eye(3, dtype="float32")
    uniform = rng.uniform(0.02, 0.98, (4, 3)).astype("float32")
    return {
        "regression": (normal(4, 3), normal(4, 3)),
        "regression_1": (normal(5, 1), normal(5, 1)),
        "regression_3d": (normal(2, 4, 3), normal(2, 4, 3)),
        "regression_far": (normal(4, 3) * 30, normal(4, 3) * 30),
        "positive": (
            rng.uniform(0.1, 3, (4, 3)).astype("float32"),
            rng.uniform(0.1, 3, (4, 3)).astype("float32"),
        ),
        "onehot": (eye[labels], probabilities(4, 3)),
        "onehot_logits": (eye[labels], normal(4, 3) * 3),
        "onehot_first": (eye[labels].T.copy(), probabilities(4, 3).T.copy()),
        "distributions": (probabilities(4, 3), probabilities(4, 3)),
        "onehot_3d": (eye[sequence], probabilities(2, 4, 3)),
        "onehot_hard": (eye[[0, 1, 2]], np.array([[1, 0, 0], [1, 0, 0], [0, 0, 0]], "float32")),
        "sparse": (labels.astype("int64"), probabilities(4, 3)),
        "sparse_column": (labels.astype("int32")[:, None], probabilities(4, 3)),
        "sparse_float": (labels.astype("float32"), probabilities(4, 3)),
        "sparse_uint8": (labels.astype("uint8"), probabilities(4, 3)),
        "sparse_logits": (labels.astype("int64"), normal(4, 3) * 3),
        "sparse_3d": (sequence.astype("int64"), probabilities(2, 4, 3)),
        "sparse_hard": (np.array([0, 1, 2]), np.array([[1, 0, 0], [1, 0, 0], [0, 0, 0]], "float32")),
        "binary": (binary, uniform),
        "binary_int": (binary.astype("int32"), uniform),
        "binary_logits": (binary, normal(4, 3) * 4),
        "binary_1": (binary[:, :1], uniform[:, :1]),
        "binary_hard": (np.array([[1, 0, 1, 0]], "float32").T, np.array([[1, 0, 0, 1]], "float32").T),
        "sign": (binary * 2 - 1, normal(4, 3)),
        "mask": (
            rng.integers(0, 2, (2, 4, 4, 1)).astype("float32"),
            rng.uniform(0, 1, (2, 4, 4, 1)).astype("float32"),
        ),
        "embeddings": (np.array([0, 1, 0, 1, 2, 2]), normal(6, 5)),
    }


# class -> (inputs it is tried on, the constructor's arguments tried besides the defaults)
TABLE = {
    "MeanSquaredError": (["regression", "regression_1", "regression_3d", "binary_int"], []),
    "MeanAbsoluteError": (["regression", "regression_3d"], []),
    "MeanAbsolutePercentageError": (["regression", "positive"], []),
    "MeanSquaredLogarithmicError": (["regression", "positive"], []),
    "CosineSimilarity": (["regression", "regression_3d"], [{"axis": 0}, {"axis": 1}]),
    "Huber": (["regression", "regression_far"], [{"delta": 0.5}, {"delta": 2.0}]),
    "LogCosh": (["regression", "regression_far"], []),
    "Poisson": (["positive"], []),
    "KLDivergence": (["distributions", "onehot", "onehot_hard"], []),
    "Hinge": (["sign", "binary"], []),
    "SquaredHinge": (["sign", "binary"], []),
    "CategoricalHinge": (["onehot", "onehot_logits"], []),
    "BinaryCrossentropy": (
        ["binary", "binary_int", "binary_1", "binary_hard", "binary_logits", "regression_3d"],
        [
            {"from_logits": True},
            {"label_smoothing": 0.2},
            {"from_logits": True, "label_smoothing": 0.1},
            {"axis": 0},
        ],
    ),
    "BinaryFocalCrossentropy": (
        ["binary", "binary_logits"],
        [
            {"gamma": 3.0},
            {"apply_class_balancing": True},
            {"apply_class_balancing": True, "alpha": 0.6, "gamma": 1.0},
            {"from_logits": True},
            {"label_smoothing": 0.1},
        ],
    ),
    "CategoricalCrossentropy": (
        ["onehot", "onehot_logits", "onehot_3d", "onehot_hard", "distributions", "onehot_first"],
        [
            {"from_logits": True},
            {"label_smoothing": 0.2},
            {"from_logits": True, "label_smoothing": 0.1},
            {"axis": 0},
        ],
    ),
    "CategoricalFocalCrossentropy": (
        ["onehot", "onehot_logits"],
        [
            {"alpha": 0.5, "gamma": 1.0},
            {"alpha": [0.2, 0.3, 0.5]},
            {"from_logits": True},
            {"label_smoothing": 0.1},
        ],
    ),
    "CategoricalGeneralizedCrossEntropy": (["sparse", "onehot"], [{"q": 0.3}]),
    "SparseCategoricalCrossentropy": (
        [
            "sparse",
            "sparse_column",
            "sparse_float",
            "sparse_uint8",
            "sparse_logits",
            "sparse_3d",
            "sparse_hard",
        ],
        [
            {"from_logits": True},
            {"ignore_class": 1},
            {"from_logits": True, "ignore_class": 0},
            {"ignore_class": -1},
        ],
    ),
    "Dice": (["mask", "binary"], [{"axis": [1, 2, 3]}, {"axis": -1}]),
    "Tversky": (["mask", "binary"], [{"alpha": 0.3, "beta": 0.7}, {"axis": [1, 2, 3]}]),
    "Circle": (["embeddings"], [{"gamma": 40.0, "margin": 0.2}, {"remove_diagonal": False}]),
}
FUNCTIONS = {
    "MeanSquaredError": "mean_squared_error",
    "MeanAbsoluteError": "mean_absolute_error",
    "MeanAbsolutePercentageError": "mean_absolute_percentage_error",
    "MeanSquaredLogarithmicError": "mean_squared_logarithmic_error",
    "CosineSimilarity": "cosine_similarity",
    "Huber": "huber",
    "LogCosh": "log_cosh",
    "Poisson": "poisson",
    "KLDivergence": "kl_divergence",
    "Hinge": "hinge",
    "SquaredHinge": "squared_hinge",
    "CategoricalHinge": "categorical_hinge",
    "BinaryCrossentropy": "binary_crossentropy",
    "BinaryFocalCrossentropy": "binary_focal_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "CategoricalFocalCrossentropy": "categorical_focal_crossentropy",
    "CategoricalGeneralizedCrossEntropy": "categorical_generalized_cross_entropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "Dice": "dice",
    "Tversky": "tversky",
    "Circle": "circle",
}
# strings that programs write; each framework says which it takes
ALIASES = [
    "mse",
    "MSE",
    "mean_squared_error",
    "MeanSquaredError",
    "mae",
    "MAE",
    "mean_absolute_error",
    "MeanAbsoluteError",
    "mape",
    "MAPE",
    "mean_absolute_percentage_error",
    "msle",
    "MSLE",
    "mean_squared_logarithmic_error",
    "kld",
    "KLD",
    "kl_divergence",
    "kullback_leibler_divergence",
    "KLDivergence",
    "bce",
    "BCE",
    "binary_crossentropy",
    "BinaryCrossentropy",
    "categorical_crossentropy",
    "CategoricalCrossentropy",
    "sparse_categorical_crossentropy",
    "SparseCategoricalCrossentropy",
    "hinge",
    "Hinge",
    "squared_hinge",
    "categorical_hinge",
    "log_cosh",
    "logcosh",
    "LogCosh",
    "huber",
    "huber_loss",
    "Huber",
    "poisson",
    "Poisson",
    "cosine_similarity",
    "cosine_proximity",
    "CosineSimilarity",
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
    "dice",
    "tversky",
    "circle",
    "ctc",
    "categorical_generalized_cross_entropy",
]
ALIAS_INPUTS = {"sparse_categorical_crossentropy": "sparse", "circle": "embeddings"}


def attempt(fn):
    """What fn answers, or which exception it raises."""
    try:
        return fn()
    except Exception as error:
        return common.error_of(error)


def evaluate(ctx, call, y_true, y_pred, sample_weight=None):
    """Value, dtype and gradient of a loss."""

    def run():
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        value, (gradient,) = ctx.gradient(lambda p: call(y_true, p, **weights), y_pred)
        name = getattr(value.dtype, "name", str(value.dtype))
        answer = {"value": ctx.array(value), "dtype": name}
        if gradient is not None:
            answer["gradient"] = ctx.array(gradient)
        return answer

    return attempt(run)


def entry(ctx, kind, data, name, kwargs, pair, weight=None, weight_name="", **more):
    y_true, y_pred = data[pair]
    answers = {}
    for framework, keras in ctx.frameworks.items():
        if not hasattr(keras.losses, name):
            continue

        def call(y_true, y_pred, sample_weight=None, keras=keras):
            if kind == "function":
                return getattr(keras.losses, name)(y_true, y_pred, **kwargs)
            loss = getattr(keras.losses, name)(**kwargs)
            return (
                loss(y_true, y_pred)
                if sample_weight is None
                else loss(y_true, y_pred, sample_weight=sample_weight)
            )

        answers[framework] = evaluate(ctx, call, y_true, y_pred, weight)
    options = ",".join(f"{k}={v}" for k, v in kwargs.items())
    result = {
        "id": f"{kind}:{name}({options}):{pair}" + (f":{weight_name}" if weight_name else ""),
        "kind": kind,
        "name": name,
        "kwargs": kwargs,
        "y_true": y_true,
        "y_pred": y_pred,
        "sample_weight": weight,
        "answers": answers,
    }
    return result | more


def cases(ctx):
    data = inputs()
    rng = np.random.default_rng(2)
    for name, (pairs, options) in TABLE.items():
        for pair in pairs:
            for kwargs in [{}, *options]:
                yield entry(ctx, "class", data, name, kwargs, pair)
                if pair == pairs[0]:
                    yield entry(ctx, "function", data, FUNCTIONS[name], kwargs, pair)
        pair = pairs[0]
        thorough = name in (
            "MeanSquaredError",
            "SparseCategoricalCrossentropy",
            "BinaryCrossentropy",
            "CosineSimilarity",
        )
        for reduction in REDUCTIONS if thorough else ["none"]:
            batch = data[pair][1].shape[0]
            values = rng.uniform(0.2, 2.0, batch).round(3).astype("float32")
            yield entry(ctx, "class", data, name, {"reduction": reduction}, pair)
            yield entry(ctx, "class", data, name, {"reduction": reduction}, pair, values, "w")
    # the shapes a sample_weight may have
    for pair in ("regression", "regression_3d"):
        shape = data[pair][1].shape
        shapes = {(), (shape[0],), (shape[0], 1), shape[:-1], (*shape[:-1], 1), (1, *shape[1:-1]), shape}
        for s in sorted(shapes):
            w = np.asarray(rng.uniform(0.2, 2.0, s).round(3), "float32")
            for reduction in ("sum_over_batch_size", "none", "sum"):
                label = "shape" + "x".join(map(str, s))
                yield entry(ctx, "class", data, "MeanSquaredError", {"reduction": reduction}, pair, w, label)
    zero = np.array([0, 0, 1, 0], "float32")
    yield entry(ctx, "class", data, "MeanAbsoluteError", {}, "regression", zero, "mostly-zero")
    yield entry(ctx, "class", data, "SparseCategoricalCrossentropy", {}, "sparse", zero * 0, "all-zero")
    # ranks that do not agree: (n,) labels against (n, 1) predictions and the reverse
    column = {
        "true_flat": (data["regression_1"][0][:, 0], data["regression_1"][1]),
        "pred_flat": (data["regression_1"][0], data["regression_1"][1][:, 0]),
        "both_flat": (data["regression_1"][0][:, 0], data["regression_1"][1][:, 0]),
        "rows_mismatch": (data["regression"][0][:, :2], data["regression"][1]),
    }
    for pair in column:
        for name in ("MeanSquaredError", "BinaryCrossentropy", "Huber"):
            yield entry(ctx, "class", column, name, {}, pair)
    # dtypes of predictions and of the loss
    for dtype in ("float16", "float64"):
        typed = {"regression": (data["regression"][0], data["regression"][1].astype(dtype))}
        yield entry(ctx, "class", typed, "MeanSquaredError", {"name": dtype}, "regression")
        if dtype == "float16":
            yield entry(ctx, "class", data, "MeanSquaredError", {"dtype": dtype}, "regression")
    typed = {"regression": tuple(np.arange(12).reshape(4, 3) // k for k in (1, 2))}
    yield entry(ctx, "class", typed, "MeanSquaredError", {"name": "integers"}, "regression")
    yield entry(ctx, "class", data, "MeanSquaredError", {"reduction": "average"}, "regression")
    # connectionist temporal classification: Keras 3 only
    labels = np.array([[1, 2, 1], [2, 2, 0]], "int32")
    logits = rng.normal(size=(2, 7, 4)).astype("float32")
    for reduction in ("sum_over_batch_size", "none"):
        yield entry(ctx, "class", {"ctc": (labels, logits)}, "CTC", {"reduction": reduction}, "ctc")
    # configurations
    for name, (_, options) in TABLE.items():
        for kwargs in [{}, *options[:1]]:
            answers = {}
            for framework, keras in ctx.frameworks.items():
                if hasattr(keras.losses, name):
                    answers[framework] = {"config": dict(getattr(keras.losses, name)(**kwargs).get_config())}
            text = ",".join(kwargs)
            yield {
                "id": f"config:{name}({text})",
                "kind": "config",
                "name": name,
                "kwargs": kwargs,
                "answers": answers,
            }
    # strings
    for alias in ALIASES:
        pair = ALIAS_INPUTS.get(alias, "positive" if alias.lower() in ("poisson", "msle") else "onehot")
        if alias == "SparseCategoricalCrossentropy":
            pair = "sparse"
        y_true, y_pred = data[pair]
        answers = {}
        for framework, keras in ctx.frameworks.items():

            def run(keras=keras):
                found = keras.losses.get(alias)
                is_class = isinstance(found, keras.losses.Loss)
                if alias == "ctc":
                    return {"is_class": is_class}
                return {"is_class": is_class, "value": ctx.array(found(y_true, y_pred))}

            answers[framework] = attempt(run)
        yield {
            "id": f"alias:{alias}",
            "kind": "alias",
            "name": alias,
            "y_true": y_true,
            "y_pred": y_pred,
            "answers": answers,
        }


if __name__ == "__main__":
    common.main("losses", cases)
