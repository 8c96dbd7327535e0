"""`Layer`: the base of all layers and models."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core import nest
from unikeras.core.autograph import when_traced
from unikeras.core.composite import CompositeTensor
from unikeras.core.module import auto_name, to_snake_case
from unikeras.core.remat import RematScope, call_layer, current_scope
from unikeras.core.shape import TensorShape
from unikeras.core.state import thread
from unikeras.core.symbolic import Node, SymbolicTensor, infer, is_symbolic
from unikeras.core.tensor import RowMask, Tensor, is_tensor
from unikeras.core.variable import init_scope
from unikeras.layers.call import (
    OuterCall,
    Signature,
    as_tensors,
    autocast,
    carried_masks,
    inherit_training,
    mask_of,
    say_where,
    set_mask,
)
from unikeras.layers.config import LayerConfig, noting_shape
from unikeras.layers.input_spec import check_inputs
from unikeras.layers.legacy import LegacyLayer
from unikeras.layers.policy import get_policy
from unikeras.layers.shapes import symbols_of
from unikeras.layers.stateless import StatelessLayer
from unikeras.layers.weights import LayerWeights

__all__ = ["Layer"]


class Layer(StatelessLayer, LegacyLayer, LayerWeights, LayerConfig):
    """The base of layers: state made in `build`, a formula in `call` (mirrors `keras.layers.Layer`).

    Args:
        activity_regularizer: a regularizer of the output; its loss is divided by the batch size, as in tf.keras 2.
        trainable: whether its variables are trained.
        dtype: the dtype (or policy) of its computations and variables; the global policy if `None`.
        autocast: whether floating-point inputs are cast to that dtype.
        name: its name; from the class's name if `None`.
        **kwargs: `input_shape`, `batch_input_shape`, `input_dim`, `batch_size`: the input's shape, for a model's first
            layer; `weights`: initial weights.

    Raises:
        TypeError: an unknown keyword.

    Example:
        >>> from unikeras import keras
        >>> class Scale(keras.layers.Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")
        ...     def call(self, x):
        ...         return x * self.factor
        >>> Scale()([[1.0, 2.0]]).numpy().tolist()
        [[1.0, 2.0]]
    """

    _untracked = frozenset(
        {
            "_nodes",
            "_losses",
            "_loss_layers",
            "_weights_kept",
            "_trainable_kept",
            "_metrics_kept",
            "_functions",
            "_init_arguments",
            "history",
        }
    )
    _signature: Signature
    _remat: RematScope | None = None  # the scope it was made in

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = noting_shape(cls.__dict__["build"])  # type: ignore[method-assign]
        cls._signature = Signature(cls, cls.compute_mask is not Layer.compute_mask)

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if name is not None and not isinstance(name, str):
            raise ValueError(f"{type(self).__name__}: name must be a string, not {name!r}.")
        self._name = name or auto_name(to_snake_case(type(self).__name__))
        shape = kwargs.pop("batch_input_shape", kwargs.pop("batch_shape", None))
        batch_size = kwargs.pop("batch_size", None)
        if "input_dim" in kwargs:
            kwargs["input_shape"] = (kwargs.pop("input_dim"),)
        if "input_shape" in kwargs:
            inner = kwargs.pop("input_shape")
            shape = (batch_size, *((inner,) if isinstance(inner, int) else inner))
        self._batch_input_shape = None if shape is None else tuple(shape)
        initial = kwargs.pop("weights", None)
        self._dynamic = bool(kwargs.pop("dynamic", False))
        kwargs.pop("implementation", None)
        if kwargs:
            raise TypeError(
                f"{type(self).__name__}: unknown keyword argument{'s' if len(kwargs) > 1 else ''} "
                f"{', '.join(map(repr, kwargs))}; it takes {_accepted(type(self))}."
            )
        self.dtype_policy = get_policy(dtype)
        self.autocast = autocast
        self._trainable = bool(trainable)
        self.built = False
        self.supports_masking = False
        self.stateful = False
        self.input_spec: Any = None
        self._losses: list[Any] = []
        self._loss_layers: list[Layer] = []
        self._nodes: list[Node] = []
        self._initial_weights = initial
        if activity_regularizer is not None:
            from unikeras import regularizers

            activity_regularizer = regularizers.get(activity_regularizer)
        self.activity_regularizer = activity_regularizer
        if (scope := current_scope()) is not None:
            self._remat = scope

    @property
    def name(self) -> str:
        """The layer's name."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    @property
    def compute_dtype(self) -> str:
        """The dtype of inputs and results (a name)."""
        return self._policy.compute_dtype

    # The layers in it.

    def _flatten_layers(self) -> Iterator[Layer]:
        """This layer and all layers below it, each once, in the order they were made attributes."""
        seen: set[int] = set()
        stack: list[Layer] = [self]
        while stack:
            layer = stack.pop()
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            yield layer
            stack.extend(reversed(layer._sublayers()))

    def _sublayers(self) -> list[Layer]:
        return [child for _, child in self._children() if isinstance(child, Layer)]

    # Building.

    def build(self, input_shape: Any) -> None:
        """Make the variables, once the input's shape is known; subclasses override it."""
        self.built = True

    def _build_for(self, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Build from the shapes of the arguments."""

        def shape(value: Any) -> Any:
            if nest.is_nested(value):
                return nest.map_structure(
                    lambda t: TensorShape(t.shape) if hasattr(t, "shape") else None, value
                )
            return TensorShape(value.shape) if hasattr(value, "shape") else None

        with init_scope():
            names = signature.build_names
            if len(names) > 1:
                given = dict(zip(signature.names, args, strict=False)) | {
                    k: v for k, v in kwargs.items() if k in signature.names
                }
                shapes = {f"{k}_shape": shape(v) for k, v in given.items()}
                self.build(**{n: shapes[n] for n in names if n in shapes})
            else:
                self.build(shape(args[0]) if args else None)
            self.built = True
            if self._initial_weights is not None:
                self.set_weights(self._initial_weights)
                self._initial_weights = None

    # Calling.

    def call(self, inputs: Any) -> Any:
        """The formula; subclasses override it."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if "_losses" not in self.__dict__:
            raise RuntimeError(
                f"In layer {type(self).__name__!r}, you forgot to call `super().__init__()` as the first statement in `__init__()`."
            )
        outside = thread.path
        thread.path = self._located()
        try:
            return self._called(args, kwargs)
        finally:
            thread.path = outside

    def _called(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        signature = type(self)._signature
        if len(args) == 1 and not kwargs and type(args[0]) is Tensor:
            leaves: list[Any] = [args[0]]
            symbolic = False
        else:
            args, kwargs, leaves, symbolic = as_tensors(self, signature, args, kwargs)
            if any(isinstance(leaf, CompositeTensor) for leaf in leaves):
                from unikeras.layers.composite_inputs import call_on_composites

                done, result = call_on_composites(self, args, kwargs)
                if done:
                    return result
        policy = self._policy
        if self.autocast and leaves:
            args, kwargs = autocast(policy.compute_dtype, args, kwargs, leaves)
        if self.input_spec is not None and args:
            check_inputs(self.input_spec, args[0], self.name)
        if not self.built:
            self._build_for(signature, args, kwargs)
            if self.input_spec is not None and args:
                check_inputs(self.input_spec, args[0], self.name)
        if symbolic:
            return self.symbolic_call(*args, **kwargs)

        outer, outside = thread.call, thread.autocast
        training, kwargs = inherit_training(signature, args, kwargs, outer)
        mask = mask_of(args, kwargs)
        if isinstance(mask, RowMask):
            from unikeras.layers.composite_inputs import check_rows

            check_rows(self)
        if signature.mask and kwargs.get("mask") is None and mask is not None and len(args) < 2:
            kwargs = {**kwargs, "mask": mask}
        if signature.mask_names:
            kwargs = carried_masks(signature, args, kwargs)
        if outer is None:
            for layer in self._loss_layers:
                layer._losses.clear()
            self._loss_layers.clear()
        thread.call = OuterCall(self if outer is None else outer.layer, training)
        thread.autocast = policy.autocast
        try:
            if self._remat is None:
                outputs = when_traced(self.call)(*args, **kwargs)
            else:
                outputs = call_layer(self, self._remat, args, kwargs)
            if self.activity_regularizer is not None:
                for leaf in nest.flatten(outputs):
                    if is_tensor(leaf):
                        rows = ops.cast(ops.shape(leaf)[0], leaf.dtype) if leaf.shape else 1.0
                        self.add_loss(self.activity_regularizer(leaf) / rows)
        except Exception as error:
            say_where(error, self, args)
            raise
        finally:
            thread.call, thread.autocast = outer, outside
        if mask is not None or signature.makes_masks:
            set_mask(self, args, kwargs, mask, outputs)
        if isinstance(mask, RowMask):
            from unikeras.layers.composite_inputs import carry_rows

            carry_rows(self, mask, outputs)
        return outputs

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of the output: the input's where the layer supports masking, else none."""
        return previous_mask if self.supports_masking else None

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The output's shape for an input's shape, without computing anything."""

        def symbol(shape: Any) -> Any:
            return SymbolicTensor(shape, self.compute_dtype)

        def is_shape(value: Any) -> bool:
            return isinstance(value, (tuple, list)) and all(
                v is None or isinstance(v, (int, np.integer)) for v in value
            )

        def walk(value: Any) -> Any:
            if is_shape(value):
                return symbol(value)
            if isinstance(value, dict):
                return {k: walk(v) for k, v in value.items()}
            return [walk(v) for v in value]

        inputs = [walk(a) for a in args] + [walk(v) for v in kwargs.values()]
        if not self.built:
            self._build_for(type(self)._signature, tuple(inputs), {})
        outputs = infer(self, tuple(inputs), {})
        return nest.map_structure(lambda t: tuple(t.shape), outputs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Symbolic tensors like the outputs for symbolic inputs; a subclass may override it."""
        try:
            return infer(self, args, kwargs)
        except Exception:
            if type(self).compute_output_shape is Layer.compute_output_shape:
                raise
            # The formula cannot be evaluated abstractly, but the layer says what comes of it.
            shapes = self.compute_output_shape(nest.map_structure(lambda t: t.shape, args[0]))
            return symbols_of(shapes, self.compute_dtype)

    # Losses.

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Add to the training loss.

        Args:
            losses: a scalar tensor, a function without arguments that computes one, or a list of these. Tensors are given inside of
                `call` and count for that call; a function given elsewhere is called at every step; a functional model
                takes symbolic tensors too.
            inputs: accepted as tf.keras 2 does.
        """
        for loss in losses if isinstance(losses, (list, tuple)) else [losses]:
            if callable(loss) and not is_tensor(loss):
                if thread.call is None:
                    self._loss_functions = [*self.__dict__.get("_loss_functions", []), loss]
                    continue
                loss = loss()
            if is_symbolic(loss):
                self._add_symbolic_loss(loss)
                continue
            loss = loss if is_tensor(loss) else ops.constant(loss)
            self._take_loss(ops.mean(loss) if len(loss.shape) else loss)

    def _take_loss(self, loss: Any) -> None:
        divert = getattr(thread.scope, "divert_loss", None)
        if divert is not None:  # a value inside of a function that is rematerialised
            divert(self, loss)
            return
        if getattr(thread.scope, "collect_losses", False):
            thread.scope.add_loss(loss)  # type: ignore[union-attr]
        self._losses.append(loss)
        if thread.call is not None:
            thread.call.layer._loss_layers.append(self)

    def _add_symbolic_loss(self, loss: Any) -> None:
        raise ValueError(
            f"add_loss of the layer {self.name!r} was given a symbolic tensor; only a functional model takes one: "
            "model.add_loss(...). In a layer call self.add_loss inside of call()."
        )

    @property
    def losses(self) -> list[Any]:
        """The scalar losses added in the last call, and those of the weights' regularizers."""
        found = []
        for layer in self._flatten_layers():
            found.extend(layer._losses)
            found.extend(function() for function in layer.__dict__.get("_loss_functions", ()))
        for variable in self.trainable_weights:
            if variable.regularizer is not None:
                found.append(variable.regularizer(variable))
        return found

    # The graph.

    @property
    def _inbound(self) -> Node:
        if len(self._nodes) != 1:
            what = (
                "has not been called on symbolic tensors" if not self._nodes else "was called several times"
            )
            raise AttributeError(
                f'The layer "{self.name}" {what}, so it has no single input and output; use get_input_at(i), get_output_at(i).'
            )
        return self._nodes[0]

    @property
    def input(self) -> Any:
        """The symbolic input of the only call."""
        return _single(self._inbound.inputs)

    @property
    def output(self) -> Any:
        """The symbolic output of the only call."""
        return self._inbound.outputs

    @property
    def input_shape(self) -> Any:
        """The shape of the symbolic input of the only call."""
        return nest.map_structure(lambda t: tuple(t.shape), self.input)

    @property
    def output_shape(self) -> Any:
        """The shape of the symbolic output of the only call."""
        return nest.map_structure(lambda t: tuple(t.shape), self.output)

    def get_input_at(self, node_index: int) -> Any:
        """The symbolic input of a call."""
        return _single(self._nodes[node_index].inputs)

    def get_output_at(self, node_index: int) -> Any:
        """The symbolic output of a call."""
        return self._nodes[node_index].outputs

    def __repr__(self) -> str:
        built = f", built={self.built}" if "built" in self.__dict__ else ""
        return f"<{type(self).__name__} name={self.__dict__.get('_name')}{built}>"


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _accepted(cls: type) -> str:
    names = [n for n in inspect.signature(cls.__init__).parameters if n not in ("self", "kwargs", "args")]  # type: ignore[misc]
    return ", ".join(dict.fromkeys([*names, "name", "dtype", "trainable", "input_shape"]))


Layer._signature = Signature(Layer, makes_masks=False)
