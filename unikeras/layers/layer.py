"""`Layer`: the base of all layers and models."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core import nest
from unikeras.core.dtypes import as_dtype
from unikeras.core.module import Module, _unique, auto_name, structure_changed, to_snake_case
from unikeras.core.shape import TensorShape, as_shape
from unikeras.core.state import thread
from unikeras.core.symbolic import Node, SymbolicTensor, infer, is_symbolic, without_sizes
from unikeras.core.tensor import Tensor, as_array, is_tensor
from unikeras.core.variable import Variable, init_scope
from unikeras.layers.input_spec import check_inputs
from unikeras.layers.policy import get_policy

__all__ = ["Layer"]


class _Call:
    """The outermost layer call under way: the training flag inner layers inherit, and who added losses."""

    __slots__ = ("layer", "training")

    def __init__(self, layer: Layer, training: Any) -> None:
        self.layer = layer
        self.training = training


class _Signature:
    """What a class's `call` and `build` accept."""

    def __init__(self, cls: type) -> None:
        parameters = inspect.signature(cls.call).parameters  # type: ignore[attr-defined]
        self.names = [p for p in parameters if p != "self"]
        self.any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        self.training = "training" in parameters
        self.mask = "mask" in parameters
        self.tensor_names = [
            n for n in self.names if n not in ("training", "mask") and not n.endswith("_mask")
        ]
        self.training_place = self.names.index("training") if self.training else -1
        build = inspect.signature(cls.build).parameters  # type: ignore[attr-defined]
        self.build_names = [
            n for n, p in build.items() if n != "self" and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        ]
        self.makes_masks = cls.compute_mask is not Layer.compute_mask  # type: ignore[attr-defined]


class Layer(Module):
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
    _signature: _Signature

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        layer = super().__new__(cls)
        layer.__dict__["_init_arguments"] = (args, kwargs)
        return layer

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _marking_built(cls.__dict__["build"])  # type: ignore[method-assign]
        cls._signature = _Signature(cls)

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
        kwargs.pop("dynamic", None)
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

    # State.

    def build(self, input_shape: Any) -> None:
        """Make the variables, once the input's shape is known; subclasses override it."""
        self.built = True

    def add_weight(self, *args: Any, **kwargs: Any) -> Variable:
        """Make a variable of the layer.

        Args:
            *args: in Keras 3's order (shape, initializer, dtype, trainable) or, beginning with a string, tf.keras 2's
                (name, shape, dtype, initializer, regularizer, trainable, constraint).
            **kwargs: the same by name: `name`, `shape` (ints), `initializer` (default: glorot_uniform, zeros for
                integers), `dtype`, `trainable`, `regularizer`, `constraint`; `aggregation`, `synchronization`,
                `autocast`, `overwrite_with_gradient`, `use_resource` are accepted.

        Returns:
            The `Variable`, named 'layer/name'.
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
        with init_scope():
            variable = Variable(
                made(shape, dtype=dtype.name),
                trainable=True if trainable is None else trainable,
                name=f"{self.name}/{name}",
                path=f"{self.name}/{name}",
                dtype=dtype,
                constraint=None if given.get("constraint") is None else constraints.get(given["constraint"]),
                regularizer=None if regularizer is None else regularizers.get(regularizer),
            )
        if not any(child is variable for _, child in self._children()):
            extra = self.__dict__.setdefault("_added_weights", [])
            extra.append(variable)
            structure_changed()
        return variable

    add_variable = add_weight

    def _own_weights(self) -> list[Variable]:
        """The layer's own variables (no seeds), trainable ones first; in the order they were made."""
        added = self.__dict__.get("_added_weights", [])
        held = [v for v in self._own_variables() if v._name != "seed_generator_state"]
        every = sorted(_unique([*added, *held]), key=lambda v: v.number)
        return [v for v in every if v.trainable] + [v for v in every if not v.trainable]

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
        """Same as `non_trainable_weights`."""
        return self.non_trainable_weights

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
        return self.dtype_policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the variables (a name)."""
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype of inputs and results (a name)."""
        return self.dtype_policy.compute_dtype

    @property
    def name(self) -> str:
        """The layer's name."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

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

    # Calling.

    def call(self, inputs: Any) -> Any:
        """The formula; subclasses override it."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if "_losses" not in self.__dict__:
            raise RuntimeError(
                f"In layer {type(self).__name__!r}, you forgot to call `super().__init__()` as the first statement in `__init__()`."
            )
        signature = type(self)._signature
        if len(args) == 1 and not kwargs and type(args[0]) is Tensor:
            leaves: list[Any] = [args[0]]
            symbolic = False
        else:
            args, kwargs, leaves, symbolic = self._tensors(signature, args, kwargs)
        if self.autocast and leaves:
            args, kwargs = self._autocast(args, kwargs, leaves)
        if self.input_spec is not None and args:
            check_inputs(self.input_spec, args[0], self.name)
        if not self.built:
            self._build_for(signature, args, kwargs)
            if self.input_spec is not None and args:
                check_inputs(self.input_spec, args[0], self.name)
        if symbolic:
            return self._call_symbolically(args, kwargs)

        outer = thread.call
        training = kwargs.get("training")
        if training is None and outer is not None:
            training = outer.training
        if signature.training:
            if len(args) > signature.training_place:
                training = args[signature.training_place]
            elif training is not None:
                kwargs = {**kwargs, "training": training}
            elif "training" in kwargs:
                kwargs = {k: v for k, v in kwargs.items() if k != "training"}
        elif "training" in kwargs and not signature.any_keyword:
            kwargs = {k: v for k, v in kwargs.items() if k != "training"}
        mask = None
        first = args[0] if args else next(iter(kwargs.values()), None)
        if type(first) is Tensor:
            mask = getattr(first, "_keras_mask", None)
        elif nest.is_nested(first):
            masks = [getattr(leaf, "_keras_mask", None) for leaf in nest.flatten(first)]
            if any(m is not None for m in masks):
                mask = nest.pack_as(first, masks)
        if signature.mask and kwargs.get("mask") is None and mask is not None and len(args) < 2:
            kwargs = {**kwargs, "mask": mask}
        if outer is None:
            for layer in self._loss_layers:
                layer._losses.clear()
            self._loss_layers.clear()
        thread.call = _Call(self if outer is None else outer.layer, training)
        try:
            outputs = self.call(*args, **kwargs)
            if self.activity_regularizer is not None:
                for leaf in nest.flatten(outputs):
                    if is_tensor(leaf):
                        rows = ops.cast(ops.shape(leaf)[0], leaf.dtype) if leaf.shape else 1.0
                        self.add_loss(self.activity_regularizer(leaf) / rows)
        except Exception as error:
            _say_where(error, self, args)
            raise
        finally:
            thread.call = outer
        if mask is not None or signature.makes_masks:
            self._set_mask(args, kwargs, mask, outputs)
        return outputs

    def _tensors(
        self, signature: _Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any], list[Any], bool]:
        """Arrays and numbers among the inputs as tensors."""
        if not args and kwargs and signature.tensor_names and signature.tensor_names[0] in kwargs:
            args = (kwargs[signature.tensor_names[0]],)
            kwargs = {k: v for k, v in kwargs.items() if k != signature.tensor_names[0]}
        if not args:
            if not kwargs and signature.tensor_names:
                raise TypeError(
                    f"Layer {self.name!r} ({type(self).__name__}) was called without inputs; call() takes {', '.join(signature.names)}."
                )
            return args, kwargs, [], False

        def convert(leaf: Any) -> Any:
            if isinstance(leaf, np.ndarray) or hasattr(leaf, "to_numpy"):
                return Tensor(as_array(leaf)) if str(getattr(leaf, "dtype", None)) != "object" else leaf
            return leaf

        first = args[0]
        if nest.is_nested(first):
            if isinstance(first, (list, tuple)) and not any(
                is_tensor(v) or isinstance(v, np.ndarray) or hasattr(v, "to_numpy")
                for v in nest.flatten(first)
            ):
                plain = nest.flatten(first)
                if plain and all(isinstance(v, (int, float, bool, np.generic)) for v in plain):
                    first = Tensor(as_array(first))
            first = nest.map_structure(convert, first) if nest.is_nested(first) else first
        elif isinstance(first, (int, float, np.generic)) and not isinstance(first, bool):
            first = Tensor(as_array(first))
        else:
            first = convert(first)
        args = (first, *(nest.map_structure(convert, a) if a is not None else None for a in args[1:]))
        kwargs = {k: nest.map_structure(convert, v) for k, v in kwargs.items()}
        leaves = [leaf for leaf in nest.flatten((args, kwargs)) if is_tensor(leaf)]
        return args, kwargs, leaves, any(is_symbolic(leaf) for leaf in leaves)

    def _autocast(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], leaves: list[Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        wanted = as_dtype(self.compute_dtype)
        if all(
            not leaf.dtype.is_floating or leaf.dtype is wanted or isinstance(leaf, Variable)
            for leaf in leaves
        ):
            return args, kwargs

        def cast(leaf: Any) -> Any:
            if (
                is_tensor(leaf)
                and not isinstance(leaf, Variable)
                and leaf.dtype.is_floating
                and leaf.dtype is not wanted
            ):
                result = ops.cast(leaf, wanted)
                mask = getattr(leaf, "_keras_mask", None)
                if mask is not None:
                    result._keras_mask = mask
                return result
            return leaf

        return nest.map_structure(cast, (args, kwargs))

    def _call_symbolically(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            outputs = infer(self, args, kwargs)
        except Exception:
            if type(self).compute_output_shape is Layer.compute_output_shape:
                raise
            # The formula cannot be evaluated abstractly, but the layer says what comes of it.
            shapes = self.compute_output_shape(nest.map_structure(lambda t: t.shape, args[0]))
            outputs = _from_shapes(shapes, self.compute_dtype)
        Node(self, args, kwargs, outputs)
        return outputs

    def _set_mask(self, args: tuple[Any, ...], kwargs: dict[str, Any], mask: Any, outputs: Any) -> None:
        made = self.compute_mask(args[0] if args else None, kwargs.get("mask", mask))
        if made is None:
            return
        flat = nest.flatten(outputs)
        masks = nest.flatten(made) if nest.is_nested(made) else [made] * len(flat)
        for tensor, one in zip(flat, masks, strict=False):
            if one is not None and isinstance(tensor, Tensor):
                tensor._keras_mask = one

    def _build_for(self, signature: _Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
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
        """Symbolic tensors like the outputs for symbolic inputs."""
        return infer(self, args, kwargs)

    # Losses.

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Add to the training loss; called from `call`.

        Args:
            losses: a scalar tensor, or a list of them.
            inputs: accepted as tf.keras 2 does.
        """
        call = thread.call
        for loss in losses if isinstance(losses, (list, tuple)) else [losses]:
            if callable(loss) and not is_tensor(loss):
                loss = loss()
            if is_symbolic(loss):
                raise NotImplementedError(
                    f"add_loss of {self.name!r} with a symbolic tensor is not available: call self.add_loss inside the call() of a Layer."
                )
            self._losses.append(ops.mean(loss) if len(loss.shape) else loss) if is_tensor(
                loss
            ) else self._losses.append(ops.constant(loss))
        if call is not None:
            call.layer._loss_layers.append(self)

    @property
    def losses(self) -> list[Any]:
        """The scalar losses added in the last call, and those of the weights' regularizers."""
        found = []
        for layer in self._flatten_layers():
            found.extend(layer._losses)
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

    # Configs.

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the layer again.

        Raises:
            NotImplementedError: a subclass whose constructor takes more than plain values must override it.
        """
        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable}
        from unikeras.saving.serialize import serialize_policy

        config["dtype"] = serialize_policy(self.dtype_policy)
        if self.activity_regularizer is not None:
            from unikeras import regularizers

            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        if type(self).__module__.startswith("unikeras."):
            return config
        return {**config, **self._arguments_config(set(config))}

    def _arguments_config(self, known: set[str]) -> dict[str, Any]:
        """A user's layer without its own get_config: the constructor's arguments, if they are plain values."""
        if type(self).get_config is not Layer.get_config and not getattr(
            type(self).get_config, "_automatic", False
        ):
            return {}
        parameters = inspect.signature(type(self).__init__).parameters
        args, kwargs = self.__dict__["_init_arguments"]
        names = [n for n, p in parameters.items() if n != "self" and p.kind is p.POSITIONAL_OR_KEYWORD]
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        given = {k: v for k, v in given.items() if k not in known}
        for key, value in given.items():
            if not all(v is None or isinstance(v, (str, int, float, bool)) for v in nest.flatten(value)):
                raise NotImplementedError(
                    f"Layer {type(self).__name__} was created with the argument {key}={value!r}, which cannot be saved as it is. "
                    "Override get_config() to return a plain-value config (and from_config() to read it)."
                )
        return given

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer from `get_config()`'s result.

        Raises:
            TypeError: the constructor does not take these arguments; override `from_config`.
        """
        try:
            return cls(**config)
        except TypeError as error:
            raise TypeError(f"Cannot make a {cls.__name__} from its config {config!r}: {error}") from error

    def get_build_config(self) -> dict[str, Any] | None:
        """What `build_from_config` needs: the shape the layer was built with."""
        shape = self.__dict__.get("_build_shape")
        return None if shape is None else {"input_shape": nest.map_structure(lambda d: d, _plain(shape))}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build with a saved shape."""
        shape = config.get("input_shape")
        if shape is not None and not self.built:
            with init_scope():
                self.build(_shapes(shape))
                self.built = True

    def save_own_variables(self, store: Any) -> None:
        """Put the layer's own variables into `store` under '0', '1' ..."""
        for index, variable in enumerate(self._own_weights()):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Take the layer's own variables from `store`.

        Raises:
            ValueError: another number of arrays, or another shape.
        """
        own = self._own_weights()
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

    def __repr__(self) -> str:
        built = f", built={self.built}" if "built" in self.__dict__ else ""
        return f"<{type(self).__name__} name={self.__dict__.get('_name')}{built}>"


def _marking_built(build: Callable[..., Any]) -> Callable[..., Any]:
    """`build` that notes that, and with what shape, the layer was built."""
    import functools

    @functools.wraps(build)
    def marked(self: Layer, *args: Any, **kwargs: Any) -> Any:
        if args:
            shape = args[0]
            args = (_shapes(shape), *args[1:])
            self.__dict__.setdefault("_build_shape", args[0])
        elif kwargs:
            self.__dict__.setdefault("_build_shape", next(iter(kwargs.values())))
        result = build(self, *args, **kwargs)
        self.built = True
        return result

    return marked


def _say_where(error: Exception, layer: Layer, args: tuple[Any, ...]) -> None:
    """Note on an error in which layer's call it came up: the innermost."""
    if any(note.startswith("In the call of layer") for note in getattr(error, "__notes__", ())):
        return
    shapes = ", ".join(str(tuple(leaf.shape)) for leaf in nest.flatten(args) if is_tensor(leaf))
    if thread.symbolic:
        shapes = without_sizes(shapes)
    error.add_note(
        f"In the call of layer {layer.name!r} ({type(layer).__name__}) with inputs of shape {shapes or 'unknown'}."
    )


def _shapes(value: Any) -> Any:
    """Tuples and lists of numbers as shapes, in any structure."""
    if value is None or isinstance(value, TensorShape):
        return value
    if isinstance(value, dict):
        return {k: _shapes(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        if all(v is None or isinstance(v, (int, np.integer)) for v in value):
            return TensorShape(value)
        return (
            type(value)(_shapes(v) for v in value)
            if type(value) in (list, tuple)
            else [_shapes(v) for v in value]
        )
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, TensorShape):
        return list(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value


def _from_shapes(shapes: Any, dtype: str) -> Any:
    shapes = _shapes(shapes)
    if isinstance(shapes, TensorShape):
        return SymbolicTensor(shapes, dtype)
    if isinstance(shapes, dict):
        return {k: _from_shapes(v, dtype) for k, v in shapes.items()}
    return [_from_shapes(v, dtype) for v in shapes]


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _accepted(cls: type) -> str:
    names = [n for n in inspect.signature(cls.__init__).parameters if n not in ("self", "kwargs", "args")]  # type: ignore[misc]
    return ", ".join(dict.fromkeys([*names, "name", "dtype", "trainable", "input_shape"]))


Layer._signature = _Signature(Layer)
