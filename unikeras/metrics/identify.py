"""Metrics by name, by config and back, and for the shapes of an output."""

from __future__ import annotations

from typing import Any

from unikeras.losses import identify as losses
from unikeras.losses.loss import Loss
from unikeras.metrics import accuracy_metrics, confusion, curves, errors, f_score, iou, loss_metrics, mean
from unikeras.metrics.accuracy import (
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from unikeras.metrics.correlation import concordance_correlation, cosine_similarity, pearson_correlation
from unikeras.metrics.mean import MeanMetricWrapper
from unikeras.metrics.metric import Metric
from unikeras.saving.legacy_format import reads_legacy_format, writes_legacy_format
from unikeras.saving.registry import custom_object_scope, get_registered_name, lookup_custom
from unikeras.utils.identify import resolve

__all__ = ["deserialize", "function_of", "get", "resolve_for", "serialize"]

CLASSES: dict[str, Any] = {
    name: thing
    for module in (accuracy_metrics, loss_metrics, mean, confusion, curves, errors, f_score, iou)
    for name in module.__all__
    if isinstance(thing := getattr(module, name), type)
}
# A function's name means the metric of it, as in Keras 3; tf.keras 2 shows the same numbers.
_OF_FUNCTION = {
    "accuracy": "Accuracy",
    "auc": "AUC",
    "precision": "Precision",
    "recall": "Recall",
    "f1_score": "F1Score",
    "fbeta_score": "FBetaScore",
    "r2_score": "R2Score",
    "rmse": "RootMeanSquaredError",
    "root_mean_squared_error": "RootMeanSquaredError",
    "mean_squared_error": "MeanSquaredError",
    "mse": "MeanSquaredError",
    "MSE": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mae": "MeanAbsoluteError",
    "MAE": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mape": "MeanAbsolutePercentageError",
    "MAPE": "MeanAbsolutePercentageError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "msle": "MeanSquaredLogarithmicError",
    "MSLE": "MeanSquaredLogarithmicError",
    "log_cosh": "LogCoshError",
    "logcosh": "LogCoshError",
    "poisson": "Poisson",
    "kl_divergence": "KLDivergence",
    "kullback_leibler_divergence": "KLDivergence",
    "kld": "KLDivergence",
    "KLD": "KLDivergence",
    "cosine_similarity": "CosineSimilarity",
    "cosine_proximity": "CosineSimilarity",
    "cosine": "CosineSimilarity",
    "hinge": "Hinge",
    "squared_hinge": "SquaredHinge",
    "categorical_hinge": "CategoricalHinge",
    "binary_crossentropy": "BinaryCrossentropy",
    "bce": "BinaryCrossentropy",
    "BCE": "BinaryCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "binary_accuracy": "BinaryAccuracy",
    "categorical_accuracy": "CategoricalAccuracy",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
    "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
    "concordance_correlation": "ConcordanceCorrelation",
    "pearson_correlation": "PearsonCorrelation",
}
FUNCTIONS: dict[str, Any] = {
    **losses.FUNCTIONS,
    **{
        f.__name__: f
        for f in (
            binary_accuracy,
            categorical_accuracy,
            sparse_categorical_accuracy,
            top_k_categorical_accuracy,
            sparse_top_k_categorical_accuracy,
            concordance_correlation,
            pearson_correlation,
            cosine_similarity,
        )
    },
}
_BY_SHAPE = {
    "accuracy": ("BinaryAccuracy", "SparseCategoricalAccuracy", "CategoricalAccuracy"),
    "crossentropy": ("BinaryCrossentropy", "SparseCategoricalCrossentropy", "CategoricalCrossentropy"),
}
_BY_SHAPE["acc"], _BY_SHAPE["ce"] = _BY_SHAPE["accuracy"], _BY_SHAPE["crossentropy"]


def _known() -> dict[str, Any]:
    named = {name: CLASSES[kind] for name, kind in _OF_FUNCTION.items()}
    return {**losses.FUNCTIONS, **CLASSES, **named}


def check_name(name: str) -> None:
    """Refuse a name that means no metric, without making one.

    Raises:
        ValueError: an unknown name (with the close ones).
    """
    if lookup_custom(name) is None and name not in _known():
        get(name)  # raises, naming the close ones


def get(identifier: Any) -> Any:
    """The metric that `identifier` means (mirrors `keras.metrics.get`).

    Args:
        identifier: a name ('mse', 'AUC', 'sparse_categorical_accuracy'), a config, a class, a
            function, a `Metric` or `None`.

    Returns:
        A `Metric`, or the function that was given or has that name.

    Raises:
        ValueError: an unknown name (with the close ones).

    Example:
        >>> from unikeras import metrics
        >>> metrics.get("mse")
        <MeanSquaredError name=mean_squared_error>
    """
    if identifier is None:
        return None
    return resolve(identifier, _known(), "metric")


@writes_legacy_format
def serialize(metric: Any) -> Any:
    """A config of a metric, or the name of a function (mirrors `keras.metrics.serialize`).

    Raises:
        ValueError: it is neither.

    Example:
        >>> from unikeras import metrics
        >>> metrics.serialize(metrics.AUC(name="area"))["class_name"]
        'AUC'
    """
    if isinstance(metric, Metric):
        return losses.config_of(metric, "keras.metrics")
    if callable(metric):
        return get_registered_name(metric)
    raise ValueError(f"Cannot serialize {metric!r} as a metric: give a Metric or a function.")


@reads_legacy_format
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The metric of a config or name (mirrors `keras.metrics.deserialize`).

    Raises:
        ValueError: an unknown name.

    Example:
        >>> from unikeras import metrics
        >>> metrics.deserialize(metrics.serialize(metrics.Mean(name="m")))
        <Mean name=m>
    """
    with custom_object_scope(custom_objects or {}):
        return get(config)


def function_of(value: Any) -> Any:
    """The function that a config's 'fn' means.

    Raises:
        ValueError: an unknown name.
    """
    if callable(value):
        return value
    name = value.get("config") if isinstance(value, dict) else value
    found = lookup_custom(str(name)) or FUNCTIONS.get(str(name))
    return found if found is not None else resolve(str(name), FUNCTIONS, "metric function")


def resolve_for(identifier: Any, y_true_shape: Any, y_pred_shape: Any) -> Metric:
    """The metric of an output that `compile(metrics=...)` means.

    'accuracy' ('acc') and 'crossentropy' ('ce') become the binary, sparse or categorical metric by the shapes, as in Keras;
    every metric is named as the user wrote it.

    Args:
        identifier: a name, config, class, function or `Metric`.
        y_true_shape: the labels' shape, `None` where unknown.
        y_pred_shape: the output's shape.

    Raises:
        ValueError: an unknown name, or something that is no metric.

    Example:
        >>> resolve_for("acc", (None,), (None, 10))
        <SparseCategoricalAccuracy name=acc>
    """
    if isinstance(identifier, str) and identifier in _BY_SHAPE and lookup_custom(identifier) is None:
        return CLASSES[_BY_SHAPE[identifier][_kind_of_labels(tuple(y_true_shape), tuple(y_pred_shape))]](
            name=identifier
        )
    if isinstance(identifier, Metric):
        return identifier
    found = get(identifier)
    if isinstance(found, Metric):
        if isinstance(identifier, str) and identifier in _OF_FUNCTION:
            found._name = identifier
        return found
    if isinstance(found, Loss):
        raise ValueError(f"{found!r} is a loss, not a metric; give its function or the metric of that name.")
    if callable(found):
        name = identifier if isinstance(identifier, str) else getattr(found, "__name__", type(found).__name__)
        return MeanMetricWrapper(found, name=name)
    raise ValueError(
        f"Cannot use {identifier!r} as a metric: give a name, a function, a Metric or its class."
    )


def _kind_of_labels(y_true: tuple[Any, ...], y_pred: tuple[Any, ...]) -> int:
    """0 for labels 0 and 1, 1 for class numbers, 2 for one-hot labels."""
    if len(y_pred) < 2 or y_pred[-1] == 1:
        return 0
    sparse = len(y_true) < len(y_pred) or y_true[-1] == 1
    return 1 if sparse else 2
