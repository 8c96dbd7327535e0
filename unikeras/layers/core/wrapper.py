"""`Wrapper`: base of the layers that hold another layer."""

from __future__ import annotations

from typing import Any

from unikeras.layers.layer import Layer

__all__ = ["Wrapper"]


class Wrapper(Layer):
    """Base of layers that change what another layer does (mirrors `keras.layers.Wrapper`).

    Args:
        layer: the layer inside.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: `layer` is not a layer.

    Example:
        >>> from unikeras import keras
        >>> class Twice(keras.layers.Wrapper):
        ...     def call(self, x):
        ...         return 2 * self.layer(x)
        >>> Twice(keras.layers.ReLU())([[-1.0, 3.0]]).numpy().tolist()
        [[0.0, 6.0]]
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(f"{type(self).__name__}: layer must be a keras.layers.Layer, not {layer!r}.")
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        if not self.layer.built:
            self.layer.build(input_shape)
            self.layer.built = True

    def get_config(self) -> dict[str, Any]:
        from unikeras.layers.recurrent.inner import inner_config

        return {**super().get_config(), "layer": inner_config(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A layer from `get_config()`'s result.

        Args:
            config: the config.
            custom_objects: name -> class or function, for those of your own that are not registered.
        """
        from unikeras.saving.serialize import deserialize_keras_object

        inner = config["layer"]
        if not isinstance(inner, Layer):
            inner = deserialize_keras_object(inner, custom_objects=custom_objects)
        return cls(inner, **{k: v for k, v in config.items() if k != "layer"})
