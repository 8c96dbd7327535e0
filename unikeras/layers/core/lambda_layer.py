"""`Lambda`: any function as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from unikeras.core.autograph import when_traced
from unikeras.layers.layer import Layer

__all__ = ["Lambda"]


class Lambda(Layer):
    """A function as a layer (mirrors `keras.layers.Lambda`).

    Variables that the function uses are not the layer's: they are neither trained nor saved with it. Write a
    `Layer` for those.

    Args:
        function: a function of a tensor (or a structure of them); it gets `mask` and `training` if it has such
            parameters.
        output_shape: a sample's shape, or a function of the input's shape; only needed where the shape cannot be
            found by calling the function without data.
        mask: the mask of the result, or a function (inputs, mask) that gives it.
        arguments: more keyword arguments of the function.
        **kwargs: as for `Layer`.

    Raises:
        TypeError: not a function.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Lambda(lambda x: x**2)(tf.constant([2.0, 3.0])).numpy().tolist()
        [4.0, 9.0]
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise TypeError(f"Lambda: function must be callable, not {function!r}.")
        self.function = function
        self._output_shape = output_shape
        self.mask = mask
        self.supports_masking = mask is not None
        self.arguments = dict(arguments or {})
        parameters = inspect.signature(function).parameters
        self._takes = [
            name for name in ("mask", "training") if name in parameters and name not in self.arguments
        ]

    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        given = {"mask": mask, "training": training}
        known = {name: given[name] for name in self._takes}
        return when_traced(self.function)(inputs, **{**self.arguments, **known})

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    def compute_output_shape(self, input_shape: Any) -> Any:
        if self._output_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self._output_shape):
            return tuple(self._output_shape(input_shape))
        first = input_shape[0] if not isinstance(input_shape[0], (list, tuple)) else input_shape[0][0]
        return (first, *self._output_shape)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs; of a lambda, its byte code, with a warning."""
        from unikeras.saving.serialize import serialize_keras_object

        config = {**super().get_config(), "function": serialize_keras_object(self.function)}
        for name, value in (("output_shape", self._output_shape), ("mask", self.mask)):
            if value is not None:
                config[name] = serialize_keras_object(value)
        return {**config, "arguments": serialize_keras_object(self.arguments)}

    @classmethod
    def from_config(
        cls,
        config: dict[str, Any],
        custom_objects: dict[str, Any] | None = None,
        safe_mode: bool | None = None,
    ) -> Lambda:
        """A layer from `get_config()`'s result.

        Args:
            config: the config.
            custom_objects: name -> function, for functions that are not registered.
            safe_mode: whether to refuse lambdas, whose code could do anything; `None` for the thread's setting: yes,
                unless `keras.config.enable_unsafe_deserialization()` was called.

        Raises:
            ValueError: a lambda in safe mode, or a function that is not known.
        """
        from unikeras.saving.serialize import deserialize_keras_object

        read: dict[str, Any] = {
            name: deserialize_keras_object(config[name], custom_objects=custom_objects, safe_mode=safe_mode)
            for name in ("function", "output_shape", "mask", "arguments")
            if name in config
        }
        return super().from_config({**config, **read})
