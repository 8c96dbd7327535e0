"""Configs as tf.keras 2 has them, for files that it opens: 'model.h5'."""

from __future__ import annotations

import inspect
from typing import Any

from unikeras.core import nest
from unikeras.core.strict import report
from unikeras.core.symbolic import is_symbolic
from unikeras.layers.layer import Layer
from unikeras.saving import keras2_ops
from unikeras.saving.names import class_names
from unikeras.saving.optimizer_state import is_of_before_2_11
from unikeras.saving.serialize import serialize_keras_object

__all__ = ["model_config", "training_config"]

# Settings that only Keras 3 has, and the values at which they say nothing. `...`: whatever the value.
_ONLY_KERAS_3: dict[str, Any] = {
    "quantization_config": None,
    "lora_rank": None,
    "lora_alpha": ...,
    "rms_scaling": False,
    "renorm": False,
    "renorm_clipping": None,
    "renorm_momentum": ...,
    "use_gate": False,
    "sliding_window": None,
    "flash_attention": ...,
    "input_axes": None,
    "output_axes": None,
    "optional": ...,
    "build_input_shape": ...,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
}
# Layers that tf.keras 2 does not have, or does not find in a file.
_ONLY_LATER = {
    "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D", "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D", "GroupQueryAttention", "MelSpectrogram", "RMSNormalization", "STFTSpectrogram",
    "ReversibleEmbedding", "SpectralNormalization", "WeightNormalization",
}  # fmt: skip
# ... and those of single classes, which others have too.
_WITHOUT_SEED = (
    "AdditiveAttention", "Attention", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "GRUCell", "LSTM", "LSTMCell",
    "MultiHeadAttention", "SimpleRNN", "SimpleRNNCell",
)  # fmt: skip
_CHANNELS_LAST = (
    "CenterCrop", "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "RandomRotation", "RandomTranslation",
    "RandomZoom", "ZeroPadding1D",
)  # fmt: skip
_ONLY_KERAS_3_IN: dict[str, dict[str, Any]] = {
    **{name: {"seed": ...} for name in _WITHOUT_SEED},
    **{name: {"data_format": "channels_last", "value_range": ...} for name in _CHANNELS_LAST},
    "IntegerLookup": {"oov_method": "floormod", "salt": None},
    "StringLookup": {"oov_method": "floormod", "salt": None},
    "Resizing": {
        "data_format": "channels_last",
        "pad_to_aspect_ratio": False,
        "fill_mode": "constant",
        "fill_value": 0.0,
        "antialias": False,
    },
    "Conv3DTranspose": {"dilation_rate": [1, 1, 1]},
}
_RENAMED_IN = {"LeakyReLU": {"negative_slope": "alpha"}}


def model_config(model: Any) -> dict[str, Any]:
    """A model's class and config in tf.keras 2's form.

    Args:
        model: a Sequential or functional model.

    Raises:
        NotImplementedError: a subclassed model, or something that tf.keras 2 does not have.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="d")])
        >>> model_config(model)["config"]["layers"][1]["config"]["kernel_initializer"]
        {'class_name': 'GlorotUniform', 'config': {'seed': None}}
    """
    from unikeras.models.sequential import Sequential

    if isinstance(model, Sequential) and type(model).__init__ is Sequential.__init__:
        return {"class_name": "Sequential", "config": _sequential(model)}
    if model._graph is None or isinstance(model, Sequential):
        raise NotImplementedError(
            f"The model {model.name!r} is a subclassed model: the HDF5 format (.h5) holds only Sequential and functional models, as in "
            "tf.keras. Save it as '.keras', or save its weights with save_weights()."
        )
    return {"class_name": _class_of(class_names(type(model))), "config": _functional(model)}


def _layer(layer: Any) -> dict[str, Any]:
    from unikeras.models.model import Model

    if isinstance(layer, Model):
        return model_config(layer)
    return _plain(serialize_keras_object(layer))


def _sequential(model: Any) -> dict[str, Any]:
    from unikeras.layers.core.input_layer import InputLayer

    stack = list(model._stack)
    if model._graph is not None and not isinstance(stack[0], InputLayer):
        stack.insert(0, model._graph.flat_inputs[0].node.operation)
    return {"name": model.name, "layers": [_layer(layer) for layer in stack]}


def _functional(model: Any) -> dict[str, Any]:
    from unikeras.models.order import places

    found = places(model._graph)
    history: dict[int, list[Any]] = {}
    for place in found:
        first = int(_is_nested(place.operation))  # a nested model counts its own making
        if place.input is not None:
            history[id(place.input)] = [place.name, 0, 0]
        for number, node in enumerate(place.nodes):
            for index, tensor in enumerate(nest.flatten(node.outputs)):
                history[id(tensor)] = [place.name, number + first, index]
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": [_place(place, history) for place in found],
        "input_layers": _ends(model._graph.inputs, history),
        "output_layers": _ends(model._graph.outputs, history),
    }


def _is_nested(operation: Any) -> bool:
    from unikeras.models.model import Model

    return isinstance(operation, Model) and operation._graph is not None


def _ends(structure: Any, history: dict[int, list[Any]]) -> Any:
    if is_symbolic(structure):
        return [history[id(structure)]]
    if isinstance(structure, dict):
        return {k: history[id(v)] if is_symbolic(v) else _ends(v, history) for k, v in structure.items()}
    return [history[id(v)] if is_symbolic(v) else _ends(v, history) for v in structure]


def _place(place: Any, history: dict[int, list[Any]]) -> dict[str, Any]:
    if place.operation is None:
        tensor = place.input
        config = {
            "batch_input_shape": list(tensor.shape), "dtype": tensor.dtype.name, "sparse": False, "ragged": False, "name": place.name,
        }  # fmt: skip
        return {"class_name": "InputLayer", "config": config, "name": place.name, "inbound_nodes": []}
    if place.is_layer:
        entry = _layer(place.operation)
        calls = [_call(place.operation, node, history) for node in place.nodes]
    else:
        entry, calls = _function(place, history)
    return {**entry, "name": place.name, "inbound_nodes": calls}


def _with_histories(value: Any, history: dict[int, list[Any]]) -> Any:
    if is_symbolic(value):
        return history[id(value)]
    if isinstance(value, dict):
        return {k: _with_histories(v, history) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and nest.is_nested(value):
        return [_with_histories(v, history) for v in value]
    plain = serialize_keras_object(value)
    if isinstance(plain, dict) and plain.get("class_name") in ("__numpy__", "__tensor__"):
        return plain["config"]["value"]
    return plain


def _call(layer: Layer, node: Any, history: dict[int, list[Any]]) -> Any:
    """One call: the first argument's tensors, with the other arguments beside each of them."""
    names = [n for n in inspect.signature(type(layer).call).parameters if n != "self"]
    others = {**dict(zip(names[1:], node.args[1:], strict=False)), **node.kwargs}
    first = node.args[0] if node.args else others.pop(names[0])
    kwargs = {k: _with_histories(v, history) for k, v in others.items() if v is not None}

    def entry(value: Any) -> Any:
        if is_symbolic(value):
            return [*history[id(value)], kwargs]
        if isinstance(value, dict):
            return {k: entry(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [entry(v) for v in value]
        return ["_CONSTANT_VALUE", -1, _with_histories(value, history), kwargs]

    return entry(first) if isinstance(first, (list, tuple, dict)) else [entry(first)]


# Ops.


def _function(place: Any, history: dict[int, list[Any]]) -> tuple[dict[str, Any], list[Any]]:
    """The entry of a call of an op, as a call of TensorFlow's function."""
    node, op = place.nodes[0], place.operation
    path, first, kwargs = keras2_ops.as_tensorflow(op, node)
    others = {
        k: _slices(v, history) if k == "slice_spec" else _with_histories(v, history)
        for k, v in kwargs.items()
    }
    if isinstance(first, (list, tuple)):
        call: Any = [
            [*history[id(t)], others]
            if is_symbolic(t)
            else ["_CONSTANT_VALUE", -1, _with_histories(t, history), others]
            for t in first
        ]
    elif is_symbolic(first):
        call = [*history[id(first)], others]
    else:
        call = ["_CONSTANT_VALUE", -1, _with_histories(first, history), others]
    kind = "SlicingOpLambda" if path == "__operators__.getitem" else "TFOpLambda"
    config = {"name": place.name, "trainable": True, "dtype": "float32", "function": path}
    return {"class_name": kind, "config": config}, [call]


def _slices(value: Any, history: dict[int, list[Any]]) -> Any:
    if isinstance(value, slice):
        return {k: _with_histories(getattr(value, k), history) for k in ("start", "stop", "step")}
    if value is ...:
        return "Ellipsis"
    if isinstance(value, list):
        return [_slices(v, history) for v in value]
    return _with_histories(value, history)


# Plain values.


def _class_of(names: dict[str, Any]) -> str:
    registered = names.get("registered_name")
    return registered if registered and ">" in registered else names["class_name"]


def _plain(value: Any, of: str = "") -> Any:
    """A value of Keras 3's configs as tf.keras 2 has it."""
    if isinstance(value, list | tuple):
        return [_plain(v, of) for v in value]
    if not isinstance(value, dict):
        return value
    name = value.get("class_name")
    if "config" not in value or not isinstance(name, str):
        return {k: _plain(v, of) for k, v in value.items()}
    config = value["config"]
    if name == "DTypePolicy":
        policy = config["name"]
        return {"class_name": "Policy", "config": {"name": policy}} if policy.startswith("mixed_") else policy
    if name == "function":
        return config
    if name in ("__numpy__", "__tensor__"):
        return config["value"]
    if name == "__lambda__":
        return [config["code"], config["defaults"], config["closure"]]
    if name.startswith("__"):
        raise NotImplementedError(f"A setting of kind {name} cannot be saved in tf.keras 2's form.")
    return {
        "class_name": _class_of(value),
        "config": _settings(name, config) if isinstance(config, dict) else config,
    }


def _settings(name: str, config: dict[str, Any]) -> dict[str, Any]:
    """The config of one object, without what only Keras 3 has."""
    if name in _ONLY_LATER:
        report(
            f"The file holds the layer {name} {config.get('name', '')!r}, which tf.keras 2 does not have: only unikeras opens it."
        )
    own = _ONLY_KERAS_3_IN.get(name, {})
    result: dict[str, Any] = {}
    for key, value in config.items():
        nothing = own[key] if key in own else _ONLY_KERAS_3.get(key, _KEPT)
        plain = _plain(value, name)
        if nothing is not _KEPT and (nothing is ... or plain == nothing):
            continue
        if (
            key in ("zero_output_for_mask", "synchronized") and not plain
        ):  # which tf.keras knows, but not all of its versions
            continue
        if nothing is not _KEPT:
            raise NotImplementedError(
                f"{name} {config.get('name', '')!r} has {key}={value!r}, which tf.keras 2 does not know; save the model as '.keras'."
            )
        result[_RENAMED_IN.get(name, {}).get(key, key)] = plain
    if (
        name == "MultiHeadAttention"
    ):  # tf.keras asks for the shapes it was built with; it finds them out itself
        result |= {"query_shape": None, "key_shape": None, "value_shape": None}
    if name in ("IntegerLookup", "StringLookup") and result.get("output_mode") == "int":
        result["dtype"] = "int64"
    if name == "InputLayer" and "batch_shape" in result:
        result["batch_input_shape"] = result.pop("batch_shape")
    if name == "Lambda":
        is_code = isinstance(result["function"], list)
        result |= {
            "function_type": "lambda" if is_code else "function",
            "module": "__main__",
            "output_shape_module": None,
        }
        result.setdefault("output_shape", None)
        result["output_shape_type"] = "raw"
    return result


_KEPT = object()


# Compile settings.


def training_config(model: Any) -> dict[str, Any] | None:
    """What `compile` was given, in tf.keras 2's form; `None` if the model was not compiled.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse", metrics=["mae"])
        >>> training_config(model)["loss"]["class_name"]
        'MeanSquaredError'
    """
    given = getattr(model, "_compile_arguments", None)
    optimizer = getattr(model, "optimizer", None)
    if not given or optimizer is None:
        return None
    return {
        "loss": _loss(given.get("loss")),
        "metrics": _plain(serialize_keras_object(given.get("metrics"))),
        "weighted_metrics": _plain(serialize_keras_object(given.get("weighted_metrics"))),
        "loss_weights": _plain(serialize_keras_object(given.get("loss_weights"))),
        "optimizer_config": _optimizer(optimizer),
    }


# What tf.keras's optimizers of before 2.11 do not have.
_ONLY_NEW = ("weight_decay", "use_ema", "ema_momentum", "ema_overwrite_frequency")


def _optimizer(optimizer: Any) -> dict[str, Any]:
    """An optimizer's entry; without 'Custom>' tf.keras takes it for one of before 2.11."""
    inner = getattr(optimizer, "inner_optimizer", None)
    if inner is not None:
        config = {
            "inner_optimizer": _optimizer(inner), "dynamic": optimizer.dynamic, "initial_scale": optimizer.initial_scale,
            "dynamic_growth_steps": optimizer.dynamic_growth_steps,
        }  # fmt: skip
        return {"class_name": "LossScaleOptimizerV3", "config": config}
    settings = _plain(serialize_keras_object(optimizer))
    name, config = settings["class_name"], settings["config"]
    if not is_of_before_2_11(optimizer):
        new = {**config, "jit_compile": False, "is_legacy_optimizer": False}
        return {"class_name": name if ">" in name else f"Custom>{name}", "config": new}
    asked = [key for key in ("weight_decay", "use_ema") if config.get(key)]
    if asked:
        raise NotImplementedError(
            f"The optimizer {optimizer.name!r} has {asked[0]} and `decay`, which no optimizer of tf.keras 2 has both; save the model as '.keras'."
        )
    old = {
        k: v
        for k, v in config.items()
        if k not in _ONLY_NEW and not (k.startswith(("clip", "global_clip")) and v is None)
    }
    if name == "Nadam":
        old["decay"] = old.pop("schedule_decay", 0.004)
    return {"class_name": name, "config": {"decay": 0.0, **old}}


def _loss(value: Any) -> Any:
    """Losses by class: Keras 3 does not read the names of functions in such files."""
    from unikeras import losses

    if isinstance(value, dict):
        return {k: _loss(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_loss(v) for v in value]
    if isinstance(value, str):
        found = losses.get(value)
        kind = _LOSS_CLASSES.get(getattr(found, "__name__", ""))
        if kind is not None:
            return {"class_name": kind, "config": {}}
    return _plain(serialize_keras_object(value))


_LOSS_CLASSES = {
    "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "kl_divergence": "KLDivergence",
    "poisson": "Poisson",
    "cosine_similarity": "CosineSimilarity",
    "hinge": "Hinge",
    "squared_hinge": "SquaredHinge",
    "categorical_hinge": "CategoricalHinge",
    "huber": "Huber",
    "log_cosh": "LogCosh",
}
