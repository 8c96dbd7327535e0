"""What `compile` was given, as a config and back."""

from __future__ import annotations

from typing import Any

from unikeras.optimizers import legacy
from unikeras.saving.errors import ModelFileError, UnsafeError
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object

__all__ = ["compile_config", "compile_from_config", "compile_from_training_config"]

# The arguments of `compile` that ask for nothing here, or that other versions do not take.
_LEFT_OUT = (
    "auto_scale_loss",
    "sample_weight_mode",
    "target_tensors",
    "distribute",
    "experimental_run_tf_function",
)


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
        given = {key: value for key, value in config.items() if key not in _LEFT_OUT}
        roles = {"loss": _loss, "metrics": _metric, "weighted_metrics": _metric, "optimizer": _optimizer}
        arguments = {
            key: deserialize_keras_object(roles.get(key, _same)(value)) for key, value in given.items()
        }
        model.compile(**{k: v for k, v in arguments.items() if v is not None or k in ("loss", "optimizer")})
    except UnsafeError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelFileError(
            f"Model {model.name!r} cannot be compiled as it was when it was saved: {error} Load it with compile=False, and call compile() yourself."
        ) from error
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and model.built and hasattr(optimizer, "build"):
        optimizer.build(model.trainable_variables)


def compile_from_training_config(model: Any, config: dict[str, Any]) -> None:
    """Compile the model as the `training_config` of an HDF5 file says.

    Args:
        model: the model.
        config: with 'optimizer_config', 'loss', 'metrics', 'weighted_metrics', 'loss_weights'.

    Raises:
        ModelFileError: an unknown loss, metric or optimizer.
        UnsafeError: a lambda in safe mode.
    """
    names = list(model.output_names) if len(getattr(model, "output_names", [])) > 1 else []
    given = {key: value for key, value in config.items() if key != "optimizer_config"}
    given["optimizer"] = config.get("optimizer_config")
    for key in ("metrics", "weighted_metrics"):
        if isinstance(given.get(key), list) and names:
            given[key] = _unprefixed(given[key], names)
    compile_from_config(model, given)


def _same(value: Any) -> Any:
    return value


def _optimizer(value: Any) -> Any:
    """An optimizer's config with its module; tf.keras 2 registers its new optimizers as 'Custom>Adam', the old ones as 'Adam'."""
    if not isinstance(value, dict) or "class_name" not in value or "config" not in value:
        return value
    config, given = value["config"], str(value["class_name"])
    name = given.removeprefix("Custom>").replace("LossScaleOptimizerV3", "LossScaleOptimizer")
    module = value.get("module")
    if isinstance(config, dict):
        if module is None:
            old = (
                name == given and not {"use_ema", "inner_optimizer"} & set(config) and name in legacy.__all__
            )
            module = "keras.optimizers.legacy" if old else "keras.optimizers"
        config = {k: v for k, v in config.items() if k not in ("is_legacy_optimizer", "jit_compile")}
        if name == "Nadam" and "decay" in config:  # the decay of the momentum, not of the learning rate
            config["schedule_decay"] = config.pop("decay")
            module = "keras.optimizers.legacy"
        if isinstance(config.get("inner_optimizer"), dict):
            config["inner_optimizer"] = _optimizer(config["inner_optimizer"])
    return {**value, "module": module or "keras.optimizers", "class_name": name, "config": config}


def _loss(value: Any) -> Any:
    """Losses with their module, so that they are told from metrics of the same name."""
    if isinstance(value, dict) and "class_name" in value and "config" in value:
        if value["class_name"] == "function" or str(value["class_name"]).startswith("__"):
            return value
        config = value["config"]
        if isinstance(config, dict):
            config = {
                k: v for k, v in config.items() if k != "fn" or value["class_name"] == "LossFunctionWrapper"
            }
        return {**value, "module": value.get("module") or "keras.losses", "config": config}
    if isinstance(value, dict):
        return {k: _loss(v) for k, v in value.items()}
    return [_loss(v) for v in value] if isinstance(value, (list, tuple)) else value


def _metric(value: Any) -> Any:
    if isinstance(value, dict) and "class_name" in value and "config" in value:
        if value["class_name"] == "function" or str(value["class_name"]).startswith("__"):
            return value
        return {**value, "module": value.get("module") or "keras.metrics"}
    if isinstance(value, dict):
        return {k: _metric(v) for k, v in value.items()}
    return [_metric(v) for v in value] if isinstance(value, (list, tuple)) else value


def _unprefixed(metrics: list[Any], names: list[str]) -> list[Any]:
    """Metrics of several outputs without the output's name before theirs, which `compile` puts there again."""
    result: list[Any] = []
    for position, entry in enumerate(metrics):
        if isinstance(entry, list):
            prefix = names[position] if position < len(names) else ""
            result.append([_renamed(metric, f"{prefix}_") for metric in entry])
        else:
            result.append(entry)
    return result


def _renamed(metric: Any, prefix: str) -> Any:
    if not isinstance(metric, dict) or not isinstance(metric.get("config"), dict):
        return metric
    name = metric["config"].get("name")
    if not isinstance(name, str):
        return metric
    return {**metric, "config": {**metric["config"], "name": name.removeprefix(prefix)}}
