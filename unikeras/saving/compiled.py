"""What `compile` was given, as a config and back."""

from __future__ import annotations

from typing import Any

from unikeras.saving.errors import ModelFileError, UnsafeError
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object

__all__ = ["compile_config", "compile_from_config"]


def compile_config(model: Any) -> dict[str, Any]:
    """The arguments of the model's `compile` as plain values; empty if it was not compiled.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> model.get_compile_config()["loss"]
        'mse'
    """
    given = getattr(model, "_compile_arguments", None)
    if not given:
        return {}
    return {key: serialize_keras_object(value) for key, value in given.items()}


def compile_from_config(model: Any, config: dict[str, Any]) -> None:
    """Compile the model as `config` says, and make the optimizer's variables if the model has its own.

    Args:
        model: the model.
        config: what `compile_config` (or Keras) wrote.

    Raises:
        ModelFileError: an unknown loss, metric or optimizer.
        UnsafeError: a lambda in safe mode.
    """
    if not config:
        return
    try:
        arguments = {key: deserialize_keras_object(value) for key, value in config.items()}
        arguments.pop("auto_scale_loss", None)
        model.compile(**arguments)
    except UnsafeError:
        raise
    except (ValueError, TypeError, KeyError) as error:
        raise ModelFileError(
            f"Model {model.name!r} cannot be compiled as it was when it was saved: {error} Load it with compile=False, and call compile() yourself."
        ) from error
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and model.built and hasattr(optimizer, "build"):
        optimizer.build(model.trainable_variables)
