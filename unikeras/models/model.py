"""`Model`: layers that can be trained; also the functional model, given inputs and outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core import nest
from unikeras.core.shape import TensorShape
from unikeras.core.strict import report
from unikeras.core.symbolic import SymbolicTensor, is_symbolic
from unikeras.core.tensor import is_tensor
from unikeras.layers.layer import Layer
from unikeras.layers.shapes import as_shapes
from unikeras.models.copying import CopiedModel
from unikeras.models.endpoints import Endpoints
from unikeras.models.function import Function
from unikeras.models.graph import Graph
from unikeras.models.host_part import Hosted, host_part
from unikeras.models.stateless import StatelessModel
from unikeras.training.trainer import Trainer

__all__ = ["Functional", "Model"]


class Model(CopiedModel, StatelessModel, Trainer, Layer):
    """Layers that are trained together (mirrors `keras.Model`).

    Use it in one of two ways: `keras.Model(inputs, outputs)` with symbolic tensors (a functional model), or subclass
    it with layers made in `__init__` and used in `call`.

    Args:
        inputs: a symbolic tensor, or a list or dict of them.
        outputs: likewise.
        name: the model's name.
        **kwargs: `trainable`, `dtype` as for a layer.

    Example:
        >>> from unikeras import keras
        >>> x = keras.Input((4,))
        >>> model = keras.Model(x, keras.layers.Dense(2)(x))
        >>> model.output_shape, model.count_params()
        ((None, 2), 10)
    """

    _untracked = Layer._untracked | {"_graph", "_compiled", "_stepper", "_endpoints"}
    _graph: Graph | None = None
    _endpoints: Endpoints | None = None  # losses and metrics of symbolic tensors
    _names_inner = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        inputs = kwargs.pop("inputs", None)
        outputs = kwargs.pop("outputs", None)
        if args:
            inputs, args = args[0], args[1:]
        if args:
            outputs, args = args[0], args[1:]
        if args:
            kwargs["name"], args = args[0], args[1:]
        if (inputs is None) != (outputs is None):
            raise ValueError(
                "keras.Model takes both `inputs` and `outputs`, or neither (when you subclass it)."
            )
        super().__init__(**kwargs)
        self._init_trainer()
        if inputs is not None:
            if type(self) is Model:
                self.__class__ = Functional
            self._set_graph(Graph(inputs, outputs, self.name))

    def _set_graph(self, graph: Graph) -> None:
        self._graph = graph
        self._layers = list(graph.layers)
        self.autocast = False  # inputs come in the dtypes that the graph was made for
        self.built = True

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The outputs; subclasses override it."""
        if self._graph is None:
            raise NotImplementedError(
                f"Model {type(self).__name__} does not have a `call()` method implemented."
            )
        if isinstance(inputs, Hosted):
            part = host_part(self)[1]
            assert part is not None
            return part.outputs(inputs)
        flat = self._check_inputs(inputs)
        if mask is not None:
            for value, one in zip(flat, nest.flatten(mask), strict=False):
                if one is not None:
                    value._keras_mask = one
        if self._endpoints is not None:
            return self._endpoints.run(self, flat, training)
        return self._graph.run(flat, training)

    def _check_inputs(self, inputs: Any) -> list[Any]:
        """The inputs in the order of the graph's; whole numbers become fractions where the graph was made for those.

        Raises:
            ValueError: their number, names or shapes do not fit.
        """
        assert self._graph is not None
        flat = self._graph.fit_inputs(inputs, self.name)
        flat = [_as_column(s, v) for s, v in zip(self._graph.flat_inputs, flat, strict=True)]
        for symbol, value in zip(self._graph.flat_inputs, flat, strict=True):
            _check_input(symbol, value, self.name)
        return [_as_float(symbol, value) for symbol, value in zip(self._graph.flat_inputs, flat, strict=True)]

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The masks of the outputs are those their layers gave them."""
        return None

    def build(self, input_shape: Any) -> None:
        """Make the variables by calling the model on symbolic tensors of the given shape.

        Args:
            input_shape: a shape with the batch dimension, or a list or dict of shapes.

        Raises:
            ValueError: `call` cannot be evaluated with inputs of that shape.
        """
        if self._graph is not None:
            self.built = True
            return
        inputs = _symbols(as_shapes(input_shape), self.compute_dtype)
        from unikeras.core.symbolic import infer

        try:
            infer(lambda x: self.call(x), (inputs,), {})
        except NotImplementedError:
            raise
        except Exception as error:
            raise ValueError(
                f"Model {self.name!r} could not be built for the input shape {input_shape}: {error}. "
                "Call it on real data instead, for example model(x[:1])."
            ) from error
        self.built = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        if "_losses" not in self.__dict__:
            raise RuntimeError(
                f"In model {type(self).__name__!r}, you forgot to call `super().__init__()` as the first statement in `__init__()`."
            )
        if not self.built and type(self).build is Model.build:
            self.built = True  # its layers build themselves when they are called
            self.__dict__["_called_shape"] = _shapes_of(args[0]) if args else None
        result = super().__call__(*args, **kwargs)
        return result

    # Losses and metrics of symbolic tensors.

    def _add_symbolic_loss(self, loss: Any) -> None:
        self._add_endpoint(loss)

    def _add_endpoint(self, tensor: Any, metric_name: str | None = None) -> None:
        if self._graph is None:
            raise ValueError(
                f"The model {self.name!r} is not made of symbolic inputs and outputs, so it cannot take the symbolic tensor {tensor!r}. "
                "Call self.add_loss or self.add_metric inside of call()."
            )
        endpoints = self._endpoints or Endpoints(self._graph, self.name)
        self._endpoint_layers = endpoints.add(tensor, metric_name)
        self._endpoints = endpoints
        self._functions = {}  # steps made before do not have it

    def add_metric(
        self, value: Any, name: str | None = None, aggregation: str | None = None, **kwargs: Any
    ) -> None:
        """Report a tensor beside the metrics that `compile` was given (mirrors tf.keras 2).

        Args:
            value: as for a layer's `add_metric`; or a symbolic tensor made of a functional model's inputs and layers.
            name: the name to report it by.
            aggregation: accepted: 'mean' or `None`.
            **kwargs: `inputs` is accepted.

        Raises:
            ValueError: as a layer's `add_metric`; or the tensor does not depend on the model's inputs alone.

        Example:
            >>> from unikeras import keras
            >>> x = keras.Input((2,))
            >>> hidden = keras.layers.Dense(2, kernel_initializer="ones")(x)
            >>> model = keras.Model(x, keras.layers.Dense(1)(hidden))
            >>> model.add_metric(hidden, name="hidden")
            >>> model.compile("sgd", "mse")
            >>> model.evaluate([[1.0, 2.0]], [[0.0]], verbose=0, return_dict=True)["hidden"]
            3.0
        """
        if is_symbolic(value):
            if name is None or aggregation not in (None, "mean"):
                raise ValueError(f"add_metric of {self.name!r}: give a name; aggregation is 'mean' or None.")
            self._add_endpoint(value, name)
            self._added_metric(name)
            return
        super().add_metric(value, name, aggregation, **kwargs)

    # State.

    @property
    def stateful(self) -> bool:
        """Whether a layer keeps its state from batch to batch."""
        return any(layer.stateful for layer in self._flatten_layers() if layer is not self)

    @stateful.setter
    def stateful(self, value: bool) -> None:
        """Accepted: the layers decide."""

    def reset_states(self) -> None:
        """Let the stateful recurrent layers start over (mirrors tf.keras 2)."""
        for layer in self._flatten_layers():
            if layer is not self and layer.stateful and not isinstance(layer, Model):
                reset = getattr(layer, "reset_states", None) or getattr(layer, "reset_state", None)
                if reset is not None:
                    reset()

    reset_state = reset_states

    # Structure.

    @property
    def layers(self) -> list[Layer]:
        """The layers, in order."""
        return self._listed_layers()

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(
            "`Model.layers` is reserved and cannot be set; use another name, for example `self.my_layers`."
        )

    def _listed_layers(self) -> list[Layer]:
        return list(self._graph.layers) if self._graph is not None else self._sublayers()

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of a name or at an index.

        Raises:
            ValueError: there is none, or neither was given.
        """
        if index is not None and name is not None:
            raise ValueError("get_layer takes a name or an index, not both.")
        if index is not None:
            if index >= len(self.layers):
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has {len(self.layers)} layers."
                )
            return self.layers[index]
        if name is None:
            raise ValueError("Provide either a layer name or layer index at `get_layer`.")
        for layer in self.layers:
            if layer.name == name:
                return layer
        from unikeras.utils.identify import close_matches

        raise ValueError(
            f"No such layer: {name!r}. {close_matches(name, [layer.name for layer in self.layers])}"
        )

    @property
    def inputs(self) -> Any:
        """The symbolic inputs, a list."""
        return None if self._graph is None else list(self._graph.flat_inputs)

    @property
    def outputs(self) -> Any:
        """The symbolic outputs, a list."""
        return None if self._graph is None else list(self._graph.flat_outputs)

    @property
    def input(self) -> Any:
        """The symbolic input, or the structure of them."""
        if self._graph is None:
            raise AttributeError(
                f"The model {self.name!r} has no defined input: it is a subclassed model, or not built yet."
            )
        inputs = self._graph.inputs
        return inputs[0] if isinstance(inputs, (list, tuple)) and len(inputs) == 1 else inputs

    @property
    def output(self) -> Any:
        """The symbolic output, or the structure of them."""
        if self._graph is None:
            raise AttributeError(
                f"The model {self.name!r} has no defined output: it is a subclassed model, or not built yet."
            )
        outputs = self._graph.outputs
        return outputs[0] if isinstance(outputs, (list, tuple)) and len(outputs) == 1 else outputs

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [] if self._graph is None else [t.name for t in self._graph.flat_inputs]

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs: those of the layers that make them."""
        return [] if self._graph is None else output_names(self._graph)

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print the layers, their outputs' shapes and numbers of parameters as a table.

        Args:
            line_length: characters a line.
            positions: where the columns end: fractions of the line, or characters.
            print_fn: called with the text instead of `print`.
            expand_nested: whether layers of nested models are shown.
            show_trainable: whether a column tells which layers are trained.
            layer_range: two layer names; only the layers between are shown.
        """
        from unikeras.models.summary import print_summary

        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the model again."""
        if self._graph is not None:
            from unikeras.saving.functional import functional_config

            if self._endpoints is not None:
                report(
                    f"The losses and metrics that were added to {self.name!r} as symbolic tensors are not part of its configuration; "
                    "add them again to a model that is made of it."
                )
            return functional_config(self)
        return super().get_config()

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A model from `get_config()`'s result."""
        from unikeras.saving.functional import functional_from_config
        from unikeras.saving.registry import custom_object_scope

        with custom_object_scope(custom_objects or {}):
            if "input_layers" in config and "output_layers" in config:
                return functional_from_config(cls, config)
            return super().from_config(config)

    def save(self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any) -> None:
        """Save the model: architecture, weights, compile settings and optimizer state; see `keras.models.save_model`.

        Args:
            filepath: where to; ends with '.keras' or, for tf.keras 2's format, '.h5'.
            overwrite: whether an existing file may be replaced.
            zipped: `False`: write a folder ('.keras' only).
            **kwargs: `save_format`, `include_optimizer` as in tf.keras 2.
        """
        from unikeras.saving.api import save_model

        save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
        """Save the weights as `.weights.h5`, as `.h5` of tf.keras 2, or as a TensorFlow checkpoint; see `keras.saving.save_weights`."""
        from unikeras.saving.api import save_weights

        save_weights(self, filepath, overwrite=overwrite, **kwargs)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> Any:
        """Load weights saved by `save_weights`, or those in a whole model's file; see `keras.saving.load_weights`."""
        from unikeras.saving.api import load_weights

        return load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def to_json(self, **kwargs: Any) -> str:
        """The architecture as JSON, for `keras.models.model_from_json`."""
        from unikeras.saving.api import model_to_json

        return model_to_json(self, **kwargs)

    def to_yaml(self, **kwargs: Any) -> str:
        """Raises: tf.keras has removed it, since YAML may hold code.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(
            "Model.to_yaml() was removed from Keras, because YAML files may hold any code. Use to_json()."
        )

    def get_compile_config(self) -> dict[str, Any] | None:
        """What `compile_from_config` needs."""
        from unikeras.saving.compiled import compile_config

        return compile_config(self)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as a saved model was."""
        from unikeras.saving.compiled import compile_from_config

        compile_from_config(self, config)


class Functional(Model, Function):
    """A model of symbolic inputs and outputs; made by `keras.Model(inputs, outputs)`."""


def output_names(graph: Graph) -> list[str]:
    """Names of a graph's outputs; a layer that makes several counts."""
    names: list[str] = []
    for tensor in graph.flat_outputs:
        node = tensor.node
        operation = node.operation if node is not None else None
        name = str(getattr(operation, "name", None) or getattr(operation, "__name__", "output"))
        count = names.count(name)
        while name in names:
            count += 1
            name = f"{name.rsplit('_', 1)[0] if count > 1 else name}_{count}"
        names.append(name)
    return names


def _as_column(symbol: SymbolicTensor, value: Any) -> Any:
    """Values [samples] as [samples, 1] where the model takes one column, as both Kerases do."""
    if not is_tensor(value):
        return value
    missing = len(value.shape) == 1 and len(symbol.shape) == 2 and symbol.shape[-1] == 1
    return ops.expand_dims(value, -1) if missing else value


def _check_input(symbol: SymbolicTensor, value: Any, name: str) -> None:
    if value is None or not is_tensor(value):
        return
    if (value.dtype == "string") != (symbol.dtype == "string"):
        raise ValueError(
            f'Input "{symbol.name}" of model "{name}" takes values of dtype {symbol.dtype.name}, but {value.dtype.name} came.'
        )
    expected, given = symbol.shape, value.shape
    if len(expected) == len(given) and all(
        e is None or g is None or e == g for e, g in zip(expected, given, strict=True)
    ):
        return
    if len(given) == len(expected) and all(
        e is None or g is None or e == g for e, g in zip(expected[1:], given[1:], strict=True)
    ):
        raise ValueError(
            f'Model "{name}": the input {symbol.name!r} has the fixed batch size {expected[0]}, but a batch of {given[0]} came.'
        )
    raise ValueError(
        f'Input "{symbol.name}" of model "{name}" is incompatible with the model: expected shape={tuple(expected)}, found shape={tuple(given)}.'
        + _shape_hint(expected, given)
    )


def _shapes_of(inputs: Any) -> Any:
    """The shapes of a call's inputs; a list of numbers is one array."""
    if isinstance(inputs, list) and all(isinstance(v, (int, float)) for v in nest.flatten(inputs)):
        return TensorShape(np.shape(inputs))
    return nest.map_structure(lambda t: TensorShape(t.shape) if hasattr(t, "shape") else None, inputs)


def _as_float(symbol: SymbolicTensor, value: Any) -> Any:
    if is_tensor(value) and symbol.dtype.is_floating and value.dtype != symbol.dtype:
        mask = getattr(value, "_keras_mask", None)
        value = ops.cast(value, symbol.dtype)
        if mask is not None:
            value._keras_mask = mask
    return value


def _shape_hint(expected: TensorShape, given: TensorShape) -> str:
    if len(given) == len(expected) - 1 and all(
        e is None or g is None or e == g for e, g in zip(expected[1:], given, strict=True)
    ):
        return " Did you forget the batch dimension? For one sample x, pass x[None]."
    if len(given) == len(expected) - 1 and expected[-1] == 1:
        return " The data lacks the last dimension of 1: pass x[..., None]."
    if len(given) == len(expected) + 1 and given[-1] == 1:
        return " The data has one more dimension of 1: pass x[..., 0]."
    return ""


def _symbols(shapes: Any, dtype: str) -> Any:
    if isinstance(shapes, TensorShape):
        return SymbolicTensor(shapes, dtype)
    if isinstance(shapes, dict):
        return {k: _symbols(v, dtype) for k, v in shapes.items()}
    return type(shapes)(_symbols(v, dtype) for v in shapes)
