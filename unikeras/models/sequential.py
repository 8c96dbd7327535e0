"""`Sequential`: one layer after the other."""

from __future__ import annotations

from typing import Any

from unikeras.core.symbolic import is_symbolic
from unikeras.layers.core.input_layer import InputLayer
from unikeras.layers.layer import Layer
from unikeras.layers.shapes import as_shapes
from unikeras.models.graph import Graph
from unikeras.models.model import Model

__all__ = ["Sequential"]


class Sequential(Model):
    """A stack of layers (mirrors `keras.Sequential`).

    Args:
        layers: the layers in order; the first may be a `keras.Input`, or carry `input_shape`.
        trainable: whether the model is trained.
        name: its name.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.layers.Flatten(input_shape=(2, 2)), keras.layers.Dense(3)])
        >>> model.output_shape
        (None, 3)
    """

    def __init__(self, layers: Any = None, trainable: bool = True, name: str | None = None) -> None:
        super().__init__(trainable=trainable, name=name)
        self._stack: list[Layer] = []
        if layers:
            if not isinstance(layers, (list, tuple)):
                layers = [layers]
            for layer in layers:
                self._append(layer)
            self._maybe_rebuild()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top of the stack.

        Raises:
            TypeError: not a layer.
            ValueError: a second layer of the same name.
        """
        self._append(layer)
        if rebuild:
            self._maybe_rebuild()

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer off the stack."""
        if not self._stack:
            raise TypeError("There are no layers in the model.")
        layer = self._stack.pop()
        self.built, self._graph = False, None
        if rebuild:
            self._maybe_rebuild()
        return layer

    def _append(self, layer: Any) -> None:
        if is_symbolic(layer):
            node = layer.node
            if node is None or not isinstance(node.operation, InputLayer):
                raise ValueError(
                    "Sequential takes layers; of symbolic tensors only what keras.Input returns."
                )
            layer = node.operation
        if not isinstance(layer, Layer):
            if callable(layer) and not isinstance(layer, type):
                from unikeras.layers.core.lambda_layer import Lambda

                layer = Lambda(layer)
            else:
                hint = " Did you forget the parentheses?" if isinstance(layer, type) else ""
                raise TypeError(
                    f"Only instances of `keras.Layer` can be added to a Sequential model. Received: {layer!r} (of type {type(layer)}).{hint}"
                )
        if any(layer is known for known in self._stack) or layer.name in [
            known.name for known in self._stack
        ]:
            raise ValueError(
                f"All layers added to a Sequential model should have unique names. Name {layer.name!r} is already the name "
                "of a layer in this model. Update the `name` argument to pass a unique name."
            )
        if isinstance(layer, InputLayer) and self._stack:
            raise ValueError(
                f"The Input {layer.name!r} must be the first of the Sequential model {self.name!r}."
            )
        if not self._stack and not isinstance(layer, InputLayer):
            first = layer
            shape = layer._batch_input_shape
            dtype = "float32"
            if isinstance(layer, Model) and layer._graph is not None and len(layer._graph.flat_inputs) == 1:
                entry = layer._graph.flat_inputs[0]  # of strings, perhaps, or of whole numbers
                shape, dtype = tuple(entry.shape), entry.dtype.name
            while shape is None and isinstance(first, Sequential) and first._stack:
                first = first._stack[0]
                shape = first._batch_input_shape
            if shape is not None:
                self._stack.append(InputLayer(batch_shape=shape, dtype=getattr(layer, "_input_dtype", dtype)))
        self._stack.append(layer)

    def _maybe_rebuild(self) -> None:
        self.built, self._graph = False, None
        self._functions.clear()
        if self._stack and isinstance(self._stack[0], InputLayer) and len(self._stack) > 1:
            self._connect(self._stack[0])
        elif self._stack and isinstance(self._stack[0], InputLayer):
            self._graph = Graph(self._stack[0].output, self._stack[0].output, self.name)

    def _connect(self, entry: InputLayer) -> None:
        x = entry.output
        for layer in self._stack:
            if layer is not entry:
                x = layer(x)
        self._graph = Graph(entry.output, x, self.name)
        self.built = True

    def build(self, input_shape: Any = None) -> None:
        """Make the variables for inputs of a shape (with the batch dimension)."""
        if self._graph is not None and self.built:
            return
        if input_shape is None:
            raise ValueError(
                f"Sequential model {self.name!r} needs an input shape: give the first layer `input_shape`, start with keras.Input, or call it on data."
            )
        if not self._stack:
            raise ValueError(
                f"Sequential model {self.name!r} cannot be built because it has no layers. Call `model.add(layer)`."
            )
        shape = as_shapes(input_shape)
        if isinstance(shape, (list, dict)):
            raise ValueError(f"Sequential model {self.name!r} takes one input, not {input_shape}.")
        shape = (None, *shape[1:]) if len(shape) else shape
        entry = InputLayer(batch_shape=shape, dtype=self.__dict__.get("_entry_dtype") or self.variable_dtype)
        self._connect(entry)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The layers one after the other."""
        if self._graph is not None:
            return super().call(inputs, training, mask)
        if not self._stack:
            raise ValueError(f"Sequential model {self.name!r} has no layers. Call `model.add(layer)`.")
        x = inputs
        for layer in self._stack:
            if not isinstance(layer, InputLayer):
                x = layer(x)
        return x

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        if not self.built and self._stack and not hasattr(inputs, "keys"):
            import numpy as np

            from unikeras.core.tensor import is_tensor

            given = inputs if is_tensor(inputs) or hasattr(inputs, "shape") else np.asarray(inputs)
            strings = (is_tensor(given) and given.dtype == "string") or getattr(
                given.dtype, "kind", ""
            ) in tuple("SUO")
            self._entry_dtype = "string" if strings else None
            self.build((None, *given.shape[1:]))
        return super().__call__(inputs, *args, **kwargs)

    def predict_classes(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> Any:
        """The most probable classes (mirrors tf.keras before 2.6): whole numbers [samples].

        Args:
            x: inputs, as for `predict`.
            batch_size: samples a batch.
            verbose: as for `predict`.

        Returns:
            The place of the largest output; of a single output whether it is above 0.5, int32 [samples, 1].
        """
        probabilities = self.predict(x, batch_size=batch_size, verbose=verbose)
        if probabilities.shape[-1] > 1:
            return probabilities.argmax(axis=-1)
        return (probabilities > 0.5).astype("int32")

    def predict_proba(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> Any:
        """`predict` under its older name (mirrors tf.keras before 2.6)."""
        return self.predict(x, batch_size=batch_size, verbose=verbose)

    def _listed_layers(self) -> list[Layer]:
        return [layer for layer in self._stack if not isinstance(layer, InputLayer)]

    @property
    def output_names(self) -> list[str]:
        """The name of the last layer."""
        return [self._stack[-1].name] if self._stack else []

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the model again."""
        from unikeras.saving.functional import sequential_config

        return sequential_config(self)

    @classmethod
    def from_config(cls, config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
        """A model from `get_config()`'s result."""
        from unikeras.saving.functional import sequential_from_config
        from unikeras.saving.registry import custom_object_scope

        with custom_object_scope(custom_objects or {}):
            return sequential_from_config(cls, config)
