"""The variables of a layer: making, finding, reading, setting and saving them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from unikeras.core import deferred
from unikeras.core.dtypes import as_dtype
from unikeras.core.module import Module, _unique, structure_changed
from unikeras.core.shape import as_shape
from unikeras.core.state import thread
from unikeras.core.variable import Variable, init_scope
from unikeras.layers.policy import DTypePolicy, DTypePolicyMap

if TYPE_CHECKING:
    from unikeras.layers.layer import Layer

__all__ = ["LayerWeights"]


class LayerWeights(Module):
    """What `Layer` does with its variables."""

    # Given by `Layer`.
    built: bool
    dtype_policy: DTypePolicy
    _trainable: bool
    _flatten_layers: Callable[[], Iterator[Layer]]

    # Where the layer is.

    _names_inner = True  # whether its name comes first in the names of the variables of layers inside it

    def _located(self) -> str:
        """The names of the layers around this one and its own, "block/dense"; settled when it is first built or called."""
        path = self.__dict__.get("_path")
        if path is None:
            path = f"{thread.path}/{self.name}" if thread.path else self.name
            self.__dict__["_path"] = path
        return path if self._names_inner else thread.path

    @property
    def _policy(self) -> DTypePolicy:
        """The layer's policy; of a map of them, that for the layer's path."""
        policy = self.dtype_policy
        return policy[self.__dict__.get("_path") or self.name] if type(policy) is DTypePolicyMap else policy

    # Making them.

    def add_weight(self, *args: Any, **kwargs: Any) -> Variable:
        """Make a variable of the layer.

        Args:
            *args: in Keras 3's order (shape, initializer, dtype, trainable) or, beginning with a string, tf.keras 2's
                (name, shape, dtype, initializer, regularizer, trainable, constraint).
            **kwargs: the same by name: `name`, `shape` (ints), `initializer` (default: glorot_uniform, zeros for
                integers), `dtype`, `trainable`, `regularizer`, `constraint`; `aggregation`, `synchronization`,
                `overwrite_with_gradient`, `use_resource` are accepted; `autocast` (`experimental_autocast` in tf.keras 2):
                whether the layer's `call`, in mixed precision, reads it in the dtype it computes in.

        Returns:
            The `Variable`, named 'layer/name'; of a layer that another one builds or calls, 'outer/layer/name'.
        """
        old = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
        new = ("shape", "initializer", "dtype", "trainable", "autocast", "regularizer", "constraint")
        order = old if args and isinstance(args[0], str) else new
        given = {**dict(zip(order, args, strict=False)), **kwargs}
        unknown = set(given) - {
            *old,
            *new,
            "aggregation",
            "synchronization",
            "overwrite_with_gradient",
            "use_resource",
            "caching_device",
            "getter",
            "partitioner",
            "experimental_autocast",
            "layout",
        }
        if unknown:
            raise TypeError(f"add_weight of layer {self.name!r}: unknown arguments {sorted(unknown)}.")
        from unikeras import constraints, initializers, regularizers

        dtype = as_dtype(given.get("dtype") or self.variable_dtype)
        shape = given.get("shape")
        shape = () if shape is None else tuple(as_shape(shape))
        if None in shape:
            raise ValueError(
                f"add_weight of layer {self.name!r}: the shape {shape} has an unknown dimension."
            )
        initializer = given.get("initializer")
        if initializer is None:
            initializer = "glorot_uniform" if dtype.is_floating else "zeros"
        regularizer = given.get("regularizer")
        name = given.get("name") or "variable"
        trainable = given.get("trainable")
        made: Any = initializers.get(initializer)
        path = f"{self.__dict__.get('_path') or self.name}/{name}"
        with init_scope():
            variable = Variable(
                made(shape, dtype=dtype.name),
                trainable=True if trainable is None else trainable,
                name=path,
                path=path,
                dtype=dtype,
                autocast=given.get("autocast", given.get("experimental_autocast", True)),
                constraint=None if given.get("constraint") is None else constraints.get(given["constraint"]),
                regularizer=None if regularizer is None else regularizers.get(regularizer),
            )
        if not any(child is variable for _, child in self._children()):
            extra = self.__dict__.setdefault("_added_weights", [])
            extra.append(variable)
            structure_changed()
        if deferred.expected:
            deferred.arrived(self)
        return variable

    add_variable = add_weight

    # Finding them.

    def _own_weights(self) -> list[Variable]:
        """The layer's own variables (no seeds), trainable ones first; in the order they were made."""
        added = self.__dict__.get("_added_weights", [])
        held = [v for v in self._own_variables() if v._name != "seed_generator_state"]
        every = sorted(_unique([*added, *held]), key=lambda v: v.number)
        return [v for v in every if v.trainable] + [v for v in every if not v.trainable]

    @property
    def weights(self) -> list[Variable]:
        """All variables of the layer and its sublayers."""
        kept = self.__dict__.get("_weights_kept")
        from unikeras.core import module

        if kept is None or kept[0] != module._version:
            weights = _unique(v for layer in self._flatten_layers() for v in layer._own_weights())
            kept = (module._version, weights)
            object.__setattr__(self, "_weights_kept", kept)
        return list(kept[1])

    @property
    def variables(self) -> list[Variable]:
        """Same as `weights`."""
        return self.weights

    @property
    def trainable_weights(self) -> list[Variable]:
        """The variables that training changes."""
        from unikeras.core import module

        kept = self.__dict__.get("_trainable_kept")
        if kept is None or kept[0] != module._version:
            found = _unique(
                v
                for layer in self._flatten_layers()
                if layer._trainable
                for v in layer._own_weights()
                if v.trainable
            )
            kept = (module._version, found if self._trainable else [])
            object.__setattr__(self, "_trainable_kept", kept)
        return list(kept[1])

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The variables that training leaves to other rules."""
        trainable = {id(v) for v in self.trainable_weights}
        return [v for v in self.weights if id(v) not in trainable]

    @property
    def trainable_variables(self) -> list[Variable]:
        """Same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """`non_trainable_weights`, and the states of what draws random numbers, as in Keras 3."""
        weights = {id(v) for v in self.non_trainable_weights}
        return [
            v
            for layer in self._flatten_layers()
            for v in _unique([*layer._seed_states(), *layer._own_weights()])
            if id(v) in weights or v._name == "seed_generator_state"
        ]

    def _seed_states(self) -> list[Variable]:
        return [v for v in self._own_variables() if v._name == "seed_generator_state"]

    @property
    def trainable(self) -> bool:
        """Whether training changes the layer's variables; setting it sets it for all sublayers."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._flatten_layers():
            layer.__dict__["_trainable"] = bool(value)
        structure_changed()

    @property
    def dtype(self) -> str:
        """The dtype of the variables (a name)."""
        return self._policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the variables (a name)."""
        return self._policy.variable_dtype

    def count_params(self) -> int:
        """The number of scalars in all variables.

        Raises:
            ValueError: the layer is not built.
        """
        if not self.built and not self.weights:
            raise ValueError(
                f'You tried to call `count_params` on layer "{self.name}", but the layer isn\'t built. Call it on data, or `build(input_shape)`.'
            )
        return sum(int(np.prod(v.shape)) for v in self.weights)

    # Their values.

    def get_weights(self) -> list[np.ndarray]:
        """The values of `weights` as NumPy arrays."""
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Set the values of `weights`, in the order of `get_weights()`.

        Raises:
            ValueError: another number of arrays, or an array of another shape.
        """
        variables = self.weights
        weights = list(weights)
        if len(weights) != len(variables):
            hint = "" if self.built else " It is not built yet: call it on data first."
            raise ValueError(
                f'You called `set_weights(weights)` on layer "{self.name}" with a weight list of length {len(weights)}, '
                f"but the layer was expecting {len(variables)} weights.{hint}"
            )
        for variable, value in zip(variables, weights, strict=True):
            if tuple(np.shape(value)) != tuple(variable.shape):
                raise ValueError(
                    f'Layer "{self.name}": the weight {variable.name!r} has shape {tuple(variable.shape)}, '
                    f"but the given array has shape {tuple(np.shape(value))}."
                )
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(np.asarray(value))

    def _stored_weights(self) -> list[Variable]:
        """The variables that a file holds of the layer itself, in the file's order."""
        return self._own_weights()

    def _reset_lora(self) -> None:
        """What is to be done after the variables were loaded: nothing, but for layers with LoRA."""

    def save_own_variables(self, store: Any) -> None:
        """Put the layer's own variables into `store` under '0', '1' ..."""
        for index, variable in enumerate(self._stored_weights()):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Take the layer's own variables from `store`.

        Raises:
            ValueError: another number of arrays, or another shape.
        """
        own = self._stored_weights()
        if len(store.keys()) != len(own):
            if own == [] and not self.built:
                raise ValueError(
                    f"Layer '{self.name}' was never built and thus it doesn't have any variables. However the weights file lists "
                    f"{len(store.keys())} variables for this layer. Call the model on data (or build it) before loading."
                )
            raise ValueError(
                f"Layer '{self.name}' expected {len(own)} variables, but received {len(store.keys())} variables during loading."
            )
        for index, variable in enumerate(own):
            value = np.asarray(store[str(index)])
            if tuple(value.shape) != tuple(variable.shape):
                raise ValueError(
                    f"Layer '{self.name}': the variable {variable.name!r} has shape {tuple(variable.shape)}, but the file has {value.shape}."
                )
            variable.assign(value)
        self._reset_lora()
