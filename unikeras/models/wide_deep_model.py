"""`WideDeepModel`: a linear and a deep model side by side."""

from __future__ import annotations

from typing import Any

from unikeras import activations, optimizers
from unikeras.layers.layer import Layer
from unikeras.models.model import Model
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object

__all__ = ["WideDeepModel"]


class WideDeepModel(Model):
    """activation(linear_model(x) + dnn_model(x)) (mirrors `tf.keras.experimental.WideDeepModel`; Cheng et al., 2016).

    Called with two inputs, a list or tuple, the first is for the linear model and the second for the deep one. `compile` takes two
    optimizers likewise.

    Args:
        linear_model: a model; it remembers.
        dnn_model: a model of the same number of outputs; it generalises.
        activation: a function or its name; linear if `None`.
        **kwargs: as for a model.

    Example:
        >>> from unikeras import keras
        >>> deep = keras.Sequential([keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
        >>> model = keras.experimental.WideDeepModel(keras.experimental.LinearModel(), deep)
        >>> model.compile(["ftrl", "adam"], "mse")
        >>> model([keras.ops.ones((2, 3)), keras.ops.ones((2, 5))]).shape
        TensorShape([2, 1])
    """

    keras_names = {"module": "keras.experimental", "class_name": "WideDeepModel", "registered_name": None}

    def __init__(self, linear_model: Any, dnn_model: Any, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.linear_model = linear_model
        self.dnn_model = dnn_model
        self.activation = activations.get(activation)

    def compile(self, optimizer: Any = "rmsprop", *args: Any, **kwargs: Any) -> None:
        """As `keras.Model.compile`; a list of two optimizers is for the linear and the deep model.

        Raises:
            ValueError: a list of another number of optimizers.
        """
        if isinstance(optimizer, (list, tuple)):
            if len(optimizer) != 2:
                raise ValueError(
                    f"WideDeepModel.compile: give one optimizer, or two: for the linear and the deep model; got {len(optimizer)}."
                )
            models = (self.linear_model, self.dnn_model)
            optimizer = optimizers.MultiOptimizer(
                [(optimizers.get(one), model) for one, model in zip(optimizer, models, strict=True)]
            )
        super().compile(optimizer, *args, **kwargs)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The outputs."""
        wide, deep = inputs if isinstance(inputs, (list, tuple)) and len(inputs) == 2 else (inputs, inputs)
        return self.activation(self.linear_model(wide) + self.dnn_model(deep, training=training))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the model again."""
        return {
            **Layer.get_config(self),
            "linear_model": serialize_keras_object(self.linear_model),
            "dnn_model": serialize_keras_object(self.dnn_model),
            "activation": activations.serialize(self.activation),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A model from `get_config()`'s result."""
        parts = {
            k: deserialize_keras_object(config[k], custom_objects) for k in ("linear_model", "dnn_model")
        }
        return cls(**{**config, **parts})
