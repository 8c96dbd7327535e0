"""Losses by name, by config and back."""

from __future__ import annotations

from typing import Any

from unikeras.losses import classification_losses, regression_losses
from unikeras.losses.circle import circle
from unikeras.losses.crossentropy import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    sparse_categorical_crossentropy,
)
from unikeras.losses.ctc import ctc
from unikeras.losses.hinge import categorical_hinge, hinge, squared_hinge
from unikeras.losses.loss import Loss, LossFunctionWrapper
from unikeras.losses.overlap import dice, tversky
from unikeras.losses.regression import (
    cosine_similarity,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
)
from unikeras.saving.legacy_format import reads_legacy_format, writes_legacy_format
from unikeras.saving.registry import custom_object_scope, get_registered_name, registered_name
from unikeras.utils.identify import resolve

__all__ = ["FUNCTIONS", "deserialize", "get", "serialize"]

# Every name a program may write; tf.keras 2 and Keras 3 together.
FUNCTIONS: dict[str, Any] = {
    f.__name__: f
    for f in (
        binary_crossentropy,
        binary_focal_crossentropy,
        categorical_crossentropy,
        categorical_focal_crossentropy,
        categorical_hinge,
        circle,
        cosine_similarity,
        ctc,
        dice,
        hinge,
        huber,
        kl_divergence,
        log_cosh,
        mean_absolute_error,
        mean_absolute_percentage_error,
        mean_squared_error,
        mean_squared_logarithmic_error,
        poisson,
        sparse_categorical_crossentropy,
        squared_hinge,
        tversky,
    )
}
for _function, _names in (
    (mean_squared_error, "mse MSE"),
    (mean_absolute_error, "mae MAE"),
    (mean_absolute_percentage_error, "mape MAPE"),
    (mean_squared_logarithmic_error, "msle MSLE"),
    (kl_divergence, "kld KLD kullback_leibler_divergence"),
    (binary_crossentropy, "bce BCE"),
    (log_cosh, "logcosh"),
    (huber, "huber_loss"),
):
    FUNCTIONS.update(dict.fromkeys(_names.split(), _function))
CLASSES: dict[str, Any] = {
    name: getattr(module, name)
    for module in (classification_losses, regression_losses)
    for name in module.__all__
}
CLASSES["LossFunctionWrapper"] = LossFunctionWrapper


def get(identifier: Any) -> Any:
    """The loss that `identifier` means (mirrors `keras.losses.get`).

    Args:
        identifier: a name ('mse', 'MeanSquaredError'), a config, a class, a function, a `Loss` or `None`.

    Returns:
        A function for a function's name, a `Loss` for a class's, what was given for objects.

    Raises:
        ValueError: an unknown name (with the close ones).

    Example:
        >>> from unikeras import losses
        >>> losses.get("mse").__name__, losses.get("Huber").name
        ('mean_squared_error', 'huber_loss')
    """
    if identifier is None:
        return None
    return resolve(identifier, {**CLASSES, **FUNCTIONS}, "loss")


@writes_legacy_format
def serialize(loss: Any) -> Any:
    """A config of a loss, or the name of a function (mirrors `keras.losses.serialize`).

    Raises:
        ValueError: it is neither a `Loss` nor a function.

    Example:
        >>> from unikeras import losses
        >>> losses.serialize(losses.MeanSquaredError())["class_name"]
        'MeanSquaredError'
    """
    if isinstance(loss, Loss):
        return config_of(loss, "keras.losses")
    if callable(loss):
        return get_registered_name(loss)
    raise ValueError(f"Cannot serialize {loss!r} as a loss: give a Loss or a function.")


def config_of(thing: Any, module: str) -> dict[str, Any]:
    """An object's class and config, as Keras 3 writes them."""
    kind = type(thing)
    own = kind.__module__.startswith("unikeras.")
    return {
        "module": module if own else kind.__module__,
        "class_name": kind.__name__,
        "config": thing.get_config(),
        "registered_name": None if own else registered_name(kind) or kind.__name__,
    }


@reads_legacy_format
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The loss of a config or name (mirrors `keras.losses.deserialize`).

    Raises:
        ValueError: an unknown name.

    Example:
        >>> from unikeras import losses
        >>> losses.deserialize(losses.serialize(losses.Huber(delta=2.0))).settings
        {'delta': 2.0}
    """
    with custom_object_scope(custom_objects or {}):
        return get(config)
