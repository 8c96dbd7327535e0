"""Golden data for metrics: every class over several batches, functions, and how strings resolve.
See common.py."""

# ruff: noqa: B023 (every closure here is called at once, before its loop goes on)

import common
import numpy as np
from losses import attempt


def inputs() -> dict:
    """Named lists of three batches (y_true, y_pred), the last one smaller, as in an epoch."""
    rng = np.random.default_rng(5)
    sizes = (5, 5, 3)

    def probabilities(n):
        e = np.exp(rng.normal(size=(n, 4)) * 1.5)
        return (e / e.sum(-1, keepdims=True)).astype("float32")

    eye = np.eye(4, dtype="float32")
    labels = [rng.integers(0, 4, n) for n in sizes]
    soft = [probabilities(n) for n in sizes]

    def f(make):
        return [
            tuple(np.asarray(x, x.dtype if x.dtype.kind == "i" else "float32") for x in make(n))
            for n in sizes
        ]

    return {
        "regression": f(lambda n: (rng.normal(size=(n, 3)), rng.normal(size=(n, 3)))),
        "regression_1": f(lambda n: (rng.normal(size=(n, 1)), rng.normal(size=(n, 1)))),
        "positive": f(lambda n: (rng.uniform(0.1, 3, (n, 3)), rng.uniform(0.1, 3, (n, 3)))),
        "labels": f(lambda n: (rng.integers(0, 3, (n, 2)), rng.integers(0, 3, (n, 2)))),
        "binary": f(lambda n: (rng.integers(0, 2, (n, 1)), rng.uniform(0, 1, (n, 1)))),
        "binary_flat": f(lambda n: (rng.integers(0, 2, n), rng.uniform(0, 1, n))),
        "multilabel": f(lambda n: (rng.integers(0, 2, (n, 3)).astype("float32"), rng.uniform(0, 1, (n, 3)))),
        "sign": f(lambda n: (rng.integers(0, 2, (n, 3)) * 2.0 - 1, rng.normal(size=(n, 3)))),
        "onehot": [(eye[y], p) for y, p in zip(labels, soft, strict=True)],
        "sparse": [(y, p) for y, p in zip(labels, soft, strict=True)],
        "sparse_column": [(y[:, None], p) for y, p in zip(labels, soft, strict=True)],
        "onehot_logits": [(eye[y], np.log(p) * 2) for y, p in zip(labels, soft, strict=True)],
        "sparse_logits": [(y, np.log(p) * 2) for y, p in zip(labels, soft, strict=True)],
        "binary_logits": f(lambda n: (rng.integers(0, 2, (n, 1)), rng.normal(size=(n, 1)) * 3)),
        "values": [(rng.normal(size=n).astype("float32"),) for n in sizes],
        "matrices": [(rng.normal(size=(2, 3)).astype("float32"),) for _ in sizes],
    }


CURVES = [{"num_thresholds": 5}, {"thresholds": [0.0, 0.3, 0.5, 0.9]}, {"curve": "PR"}]
# class -> (inputs, constructor's arguments)
TABLE = {
    "Mean": (["values", "matrices"], [{}]),
    "Sum": (["values", "matrices"], [{}]),
    "MeanTensor": (["matrices"], [{}]),
    "Accuracy": (["labels"], [{}]),
    "BinaryAccuracy": (["binary", "binary_flat", "multilabel"], [{}, {"threshold": 0.7}]),
    "CategoricalAccuracy": (["onehot"], [{}]),
    "SparseCategoricalAccuracy": (["sparse", "sparse_column"], [{}]),
    "TopKCategoricalAccuracy": (["onehot"], [{}, {"k": 1}, {"k": 2}]),
    "SparseTopKCategoricalAccuracy": (
        ["sparse", "sparse_column"],
        [{}, {"k": 2}, {"k": 2, "from_sorted_ids": True}],
    ),
    "BinaryCrossentropy": (
        ["binary", "binary_logits"],
        [{}, {"from_logits": True}, {"label_smoothing": 0.1}],
    ),
    "CategoricalCrossentropy": (
        ["onehot", "onehot_logits"],
        [{}, {"from_logits": True}, {"label_smoothing": 0.1}],
    ),
    "SparseCategoricalCrossentropy": (["sparse", "sparse_logits"], [{}, {"from_logits": True}]),
    "KLDivergence": (["positive"], [{}]),
    "Poisson": (["positive"], [{}]),
    "MeanSquaredError": (["regression", "regression_1"], [{}]),
    "RootMeanSquaredError": (["regression", "regression_1"], [{}]),
    "MeanAbsoluteError": (["regression"], [{}]),
    "MeanAbsolutePercentageError": (["regression"], [{}]),
    "MeanSquaredLogarithmicError": (["positive"], [{}]),
    "CosineSimilarity": (["regression"], [{}, {"axis": 0}]),
    "LogCoshError": (["regression"], [{}]),
    "R2Score": (
        ["regression", "regression_1"],
        [
            {},
            {"class_aggregation": None},
            {"class_aggregation": "variance_weighted_average"},
            {"num_regressors": 1},
        ],
    ),
    "MeanRelativeError": (["regression_1"], [{"normalizer": [1.5]}]),
    "ConcordanceCorrelation": (["regression"], [{}, {"axis": 0}]),
    "PearsonCorrelation": (["regression"], [{}, {"axis": 0}]),
    "Hinge": (["sign"], [{}]),
    "SquaredHinge": (["sign"], [{}]),
    "CategoricalHinge": (["onehot"], [{}]),
    "TruePositives": (["binary", "multilabel"], [{}, {"thresholds": [0.2, 0.6]}]),
    "TrueNegatives": (["binary"], [{}, {"thresholds": [0.2, 0.6]}]),
    "FalsePositives": (["binary"], [{}, {"thresholds": 0.3}]),
    "FalseNegatives": (["binary"], [{}, {"thresholds": [0.2, 0.6]}]),
    "Precision": (
        ["binary", "onehot"],
        [{}, {"thresholds": [0.2, 0.6]}, {"top_k": 2}, {"class_id": 0}, {"top_k": 1, "class_id": 0}],
    ),
    "Recall": (
        ["binary", "onehot"],
        [{}, {"thresholds": [0.2, 0.6]}, {"top_k": 2}, {"class_id": 0}, {"top_k": 1, "class_id": 0}],
    ),
    "PrecisionAtRecall": (["binary"], [{"recall": 0.5}, {"recall": 0.8, "num_thresholds": 20}]),
    "RecallAtPrecision": (["binary"], [{"precision": 0.5}, {"precision": 0.9, "num_thresholds": 20}]),
    "SensitivityAtSpecificity": (
        ["binary"],
        [{"specificity": 0.5}, {"specificity": 0.7, "num_thresholds": 20}],
    ),
    "SpecificityAtSensitivity": (
        ["binary"],
        [{"sensitivity": 0.5}, {"sensitivity": 0.7, "num_thresholds": 20}],
    ),
    "AUC": (
        ["binary", "multilabel", "binary_logits"],
        [
            {},
            *CURVES,
            {"summation_method": "minoring"},
            {"summation_method": "majoring"},
            {"curve": "PR", "summation_method": "majoring", "num_thresholds": 20},
            {"multi_label": True, "num_labels": 3},
            {"multi_label": True, "num_labels": 3, "label_weights": [0.2, 0.3, 0.5]},
            {"curve": "PR", "multi_label": True, "num_labels": 3, "num_thresholds": 7},
            {"curve": "PR", "summation_method": "minoring", "num_thresholds": 20},
            {"from_logits": True},
            {"from_logits": True, "curve": "PR"},
        ],
    ),
    "F1Score": (
        ["onehot", "multilabel"],
        [{}, {"average": "micro"}, {"average": "macro"}, {"average": "weighted"}, {"threshold": 0.4}],
    ),
    "FBetaScore": (["onehot"], [{"beta": 2.0}, {"beta": 0.5, "average": "macro", "threshold": 0.3}]),
    "IoU": (
        ["labels"],
        [{"num_classes": 3, "target_class_ids": [0]}, {"num_classes": 3, "target_class_ids": [0, 2]}],
    ),
    "BinaryIoU": (["binary"], [{}, {"target_class_ids": [1], "threshold": 0.3}, {"target_class_ids": [0]}]),
    "MeanIoU": (
        ["labels", "sparse"],
        [
            {"num_classes": 3},
            {"num_classes": 3, "ignore_class": 0},
            {"num_classes": 4, "sparse_y_pred": False},
        ],
    ),
    "OneHotIoU": (
        ["onehot"],
        [
            {"num_classes": 4, "target_class_ids": [0, 2]},
            {"num_classes": 4, "target_class_ids": [1], "ignore_class": 0},
        ],
    ),
    "OneHotMeanIoU": (["onehot"], [{"num_classes": 4}, {"num_classes": 4, "ignore_class": 0}]),
}
FUNCTIONS = {
    "regression": """mean_squared_error mean_absolute_error mean_absolute_percentage_error
        concordance_correlation         pearson_correlation cosine_similarity log_cosh huber""",
    "positive": "mean_squared_logarithmic_error poisson kl_divergence",
    "multilabel": "binary_accuracy binary_crossentropy binary_focal_crossentropy",
    "sign": "hinge squared_hinge",
    "onehot": """categorical_accuracy categorical_crossentropy categorical_focal_crossentropy
        categorical_hinge         top_k_categorical_accuracy""",
    "sparse": "sparse_categorical_accuracy sparse_categorical_crossentropy sparse_top_k_categorical_accuracy",
}
ALIASES = [
    "accuracy",
    "acc",
    "ce",
    "crossentropy",
    "mse",
    "MSE",
    "mae",
    "MAE",
    "mape",
    "MAPE",
    "msle",
    "MSLE",
    "kld",
    "KLD",
    "bce",
    "BCE",
    "cosine",
    "cosine_similarity",
    "cosine_proximity",
    "logcosh",
    "log_cosh",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
    "hinge",
    "squared_hinge",
    "poisson",
    "AUC",
    "Precision",
    "Recall",
    "Accuracy",
    "MeanSquaredError",
    "RootMeanSquaredError",
    "auc",
    "precision",
    "recall",
    "rmse",
    "F1Score",
    "f1_score",
    "R2Score",
]


def over_batches(ctx, keras, name, kwargs, batches, weights):
    """The result after each batch; then after reset_state and the first batch again."""

    def run():
        metric = getattr(keras.metrics, name)(**kwargs)
        results = []
        for batch, weight in zip(batches, weights, strict=True):
            metric.update_state(*batch, **({} if weight is None else {"sample_weight": weight}))
            results.append(ctx.array(metric.result()))
        metric.reset_state()
        metric.update_state(*batches[0])
        return {"results": results, "after_reset": ctx.array(metric.result()), "metric_name": metric.name}

    return attempt(run)


def compiled_cases(ctx):
    """How a string given to compile is understood, told by the numbers and the names that evaluate
    returns."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=(12, 3)).astype("float32")
    eye = np.eye(4, dtype="float32")
    labels = rng.integers(0, 4, 12)
    bits = rng.integers(0, 2, 12)
    settings = {
        "softmax, sparse labels": (4, "softmax", "sparse_categorical_crossentropy", labels),
        "softmax, sparse column": (4, "softmax", "sparse_categorical_crossentropy", labels[:, None]),
        "softmax, one-hot labels": (4, "softmax", "categorical_crossentropy", eye[labels]),
        "sigmoid, column": (1, "sigmoid", "binary_crossentropy", bits[:, None].astype("float32")),
        "sigmoid, flat labels": (1, "sigmoid", "binary_crossentropy", bits.astype("float32")),
        "sigmoid, multilabel": (4, "sigmoid", "binary_crossentropy", eye[labels] + eye[(labels + 1) % 4]),
        "regression, 1": (1, "linear", "mse", rng.normal(size=(12, 1)).astype("float32")),
        "regression, 4": (4, "linear", "mean_absolute_error", rng.normal(size=(12, 4)).astype("float32")),
    }
    weight = rng.uniform(0.2, 2, 12).round(3).astype("float32")
    for title, (units, activation, loss, y) in settings.items():
        w = [rng.normal(size=(3, units)).astype("float32"), rng.normal(size=units).astype("float32")]
        lists = [["accuracy"], ["acc"], ["mse", "mae"], ["mean_squared_error"]]
        if "regression" not in title:
            lists += [["crossentropy"], ["ce"], ["accuracy", "crossentropy"]]
        for metrics in lists:
            for weighted in (False, True):
                if weighted and metrics != ["accuracy"]:
                    continue
                answers = {}
                for framework, keras in ctx.frameworks.items():

                    def run(keras=keras, weighted=weighted, metrics=metrics):
                        keras.backend.clear_session()
                        model = keras.Sequential(
                            [keras.Input((3,)), keras.layers.Dense(units, activation=activation)]
                        )
                        model.set_weights(w)
                        kind = {"weighted_metrics": metrics} if weighted else {"metrics": metrics}
                        model.compile(loss=loss, optimizer="sgd", run_eagerly=True, **kind)
                        more = {"sample_weight": weight} if weighted else {}
                        found = model.evaluate(x, y, batch_size=5, verbose=0, return_dict=True, **more)
                        return {"evaluate": {k: float(v) for k, v in found.items()}}

                    answers[framework] = attempt(run)
                yield {
                    "id": f"compile:{title}:{'+'.join(metrics)}{':weighted' if weighted else ''}",
                    "kind": "compile",
                    "units": units,
                    "activation": activation,
                    "loss": loss,
                    "metrics": metrics,
                    "weighted": weighted,
                    "x": x,
                    "y": y,
                    "sample_weight": weight if weighted else None,
                    "weights": w,
                    "batch_size": 5,
                    "answers": answers,
                }


def cases(ctx):
    data = inputs()
    rng = np.random.default_rng(7)
    for name, (names, options) in TABLE.items():
        for pair in names:
            batches = data[pair]
            sizes = [len(b[0]) for b in batches]
            weights = [rng.uniform(0.2, 2, n).round(3).astype("float32") for n in sizes]
            for kwargs in options:
                if kwargs.get("multi_label") and pair != "multilabel":
                    continue
                if kwargs.get("num_regressors") and pair != "regression_1":
                    continue
                if name == "MeanIoU" and (pair == "sparse") != ("sparse_y_pred" in kwargs):
                    continue
                takes_logits = name == "AUC" or "crossentropy" in name.lower()
                if takes_logits and kwargs.get("from_logits", False) != ("logits" in pair):
                    continue
                if ("top_k" in kwargs or "class_id" in kwargs) and pair != "onehot":
                    continue
                for label, chosen in (("", [None] * 3), (":weighted", weights)):
                    answers = {
                        framework: over_batches(ctx, keras, name, kwargs, batches, chosen)
                        for framework, keras in ctx.frameworks.items()
                        if hasattr(keras.metrics, name)
                    }
                    text = ",".join(f"{k}={v}" for k, v in kwargs.items())
                    yield {
                        "id": f"class:{name}({text}):{pair}{label}",
                        "kind": "class",
                        "name": name,
                        "kwargs": kwargs,
                        "batches": [list(b) for b in batches],
                        "sample_weights": chosen,
                        "answers": answers,
                    }
    for pair, names in FUNCTIONS.items():
        y_true, y_pred = data[pair][0]
        for name in names.split():
            answers = {}
            for framework, keras in ctx.frameworks.items():
                if hasattr(keras.metrics, name):

                    def run(keras=keras, name=name, y_true=y_true, y_pred=y_pred):
                        return {"value": ctx.array(getattr(keras.metrics, name)(y_true, y_pred))}

                    answers[framework] = attempt(run)
            yield {
                "id": f"function:{name}",
                "kind": "function",
                "name": name,
                "y_true": y_true,
                "y_pred": y_pred,
                "answers": answers,
            }
    for alias in ALIASES:
        answers = {}
        for framework, keras in ctx.frameworks.items():

            def run(keras=keras, alias=alias):
                return {"is_class": isinstance(keras.metrics.get(alias), keras.metrics.Metric)}

            answers[framework] = attempt(run)
        yield {"id": f"alias:{alias}", "kind": "alias", "name": alias, "answers": answers}
    for name, (_, options) in TABLE.items():
        answers = {}
        for framework, keras in ctx.frameworks.items():
            if hasattr(keras.metrics, name):
                answers[framework] = attempt(
                    lambda keras=keras, name=name, options=options: {
                        "config": {
                            k: list(v) if isinstance(v, list) else v
                            for k, v in getattr(keras.metrics, name)(**options[0]).get_config().items()
                            if k != "dtype" and (v is None or isinstance(v, (str, bool, int, float, list)))
                        }
                    }
                )
        yield {
            "id": f"config:{name}",
            "kind": "config",
            "name": name,
            "kwargs": options[0],
            "answers": answers,
        }
    yield from compiled_cases(ctx)


if __name__ == "__main__":
    common.main("metrics", cases)
