"""`Pipeline`: layers one after the other."""

from __future__ import annotations

from typing import Any

from unikeras.layers.layer import Layer

__all__ = ["Pipeline"]


class Pipeline(Layer):
    """Preprocessing layers, one after the other, as a layer (mirrors `keras.layers.Pipeline`).

    Args:
        layers: the layers; of dictionaries too, as those that change images take.
        name: the layer's name.

    Example:
        >>> import unikeras as tf
        >>> L = tf.keras.layers
        >>> L.Pipeline([L.CenterCrop(1, 1), L.Rescaling(0.5)])(tf.ones([1, 3, 3, 1])).numpy().ravel().tolist()
        [0.5]
    """

    def __init__(self, layers: Any, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        from unikeras.saving.serialize import deserialize_keras_object

        self.layers = [deserialize_keras_object(v) if isinstance(v, dict) else v for v in layers]

    def call(self, inputs: Any, training: bool = True) -> Any:
        for layer in self.layers:
            inputs = layer(inputs, training=training) if type(layer)._signature.training else layer(inputs)
        return inputs

    def get_config(self) -> dict[str, Any]:
        from unikeras.saving.serialize import serialize_keras_object

        return {"name": self.name, "layers": [serialize_keras_object(v) for v in self.layers]}
