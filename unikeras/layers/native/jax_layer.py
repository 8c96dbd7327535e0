"""`JaxLayer`, `FlaxLayer`: functions and modules written for JAX, as layers."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import engine, ops
from unikeras.core import nest
from unikeras.core.native import call_native
from unikeras.core.random import SeedGenerator
from unikeras.core.tensor import as_array, is_tensor
from unikeras.layers.layer import Layer
from unikeras.layers.shapes import as_shapes
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object

__all__ = ["FlaxLayer", "JaxLayer"]

_CALL = ("params", "state", "rng", "inputs", "training")
_INIT = ("rng", "inputs", "training")


class JaxLayer(Layer):
    """A function written with JAX as a layer (mirrors `keras.layers.JaxLayer`); on the engine `jax`.

    Args:
        call_fn: the function; by their names it takes `inputs` and any of `params`, `state`, `rng` (two words, as `jax.random`
            takes them) and `training`. It returns the outputs, or (outputs, new state) if it takes `state`.
        init_fn: makes what is trained: takes `rng`, `inputs` (ones of their shape) and perhaps `training`, by their names, and returns
            params, or (params, state) if `call_fn` takes a state.
        params: what is trained, instead of `init_fn`: any structure of arrays that JAX knows.
        state: what is kept from call to call, likewise.
        seed: the seed of `rng`; a random one if `None`.
        native_serialization_platforms: accepted.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: arguments of other names, or nothing to start from.
        EngineError: another engine.

    Example:
        >>> from unikeras import keras
        >>> def scaled(params, inputs):
        ...     return inputs * params["by"]
        >>> layer = keras.layers.JaxLayer(scaled, params={"by": 3.0})
    """

    _rebuild_params: Callable[[Any], Any]
    _rebuild_state: Callable[[Any], Any]
    _untracked = Layer._untracked | {"_rebuild_params", "_rebuild_state", "_given"}

    def __init__(
        self,
        call_fn: Callable[..., Any],
        init_fn: Callable[..., Any] | None = None,
        params: Any = None,
        state: Any = None,
        seed: int | None = None,
        native_serialization_platforms: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.call_fn = call_fn
        self.init_fn = init_fn
        self.native_serialization_platforms = native_serialization_platforms
        self._takes = _names_of(call_fn, _CALL, ("inputs",), "call_fn")
        if init_fn is None and params is None and state is None and {"params", "state"} & set(self._takes):
            raise ValueError("JaxLayer: give `init_fn`, or `params` (and `state`): call_fn takes them.")
        self._given = (params, state)
        self.seed_generator = SeedGenerator(seed)
        self._params: list[Any] = []
        self._state: list[Any] = []
        if init_fn is None:
            self._make(params, state)

    def _init_names(self) -> list[str]:
        assert self.init_fn is not None
        return _names_of(self.init_fn, _INIT, ("rng", "inputs"), "init_fn")

    def build(self, input_shape: Any) -> None:
        """Make what is trained."""
        if self.init_fn is None:
            return

        def ones(shape: Any) -> Any:
            return as_array(ops.ones([d or 1 for d in shape], self.compute_dtype))

        shapes = as_shapes(input_shape)
        many = isinstance(shapes, (list, dict))
        values = {
            "rng": as_array(self.seed_generator.next()),
            "inputs": nest.map_structure(ones, shapes) if many else ones(shapes),
            "training": True,
        }
        made = self.init_fn(**{name: values[name] for name in self._init_names()})
        params, state = made if "state" in self._takes else (made, None)
        self._make(params, state)

    def _make(self, params: Any, state: Any) -> None:
        F = engine.current()
        for kind, structure in (("params", params), ("state", state)):
            leaves, rebuild = F.tree_of(structure)
            arrays = [self._as_variable(leaf) for leaf in leaves]
            variables = [
                self.add_weight(
                    name=f"{kind}_{i}",
                    shape=array.shape,
                    dtype=array.dtype.name,
                    initializer=lambda shape, dtype=None, array=array: array,
                    trainable=kind == "params" and array.dtype.kind not in "iub",
                )
                for i, array in enumerate(arrays)
            ]
            self.__dict__[f"_rebuild_{kind}"] = rebuild
            setattr(self, f"_{kind}", variables)

    def _as_variable(self, leaf: Any) -> np.ndarray:
        """A leaf as it is kept: JAX's own fractions may be of double precision here, where elsewhere they are not."""
        array = np.asarray(leaf)
        return array.astype(self.variable_dtype) if array.dtype == np.float64 else array

    def call(self, inputs: Any, training: Any = False) -> Any:
        """What the function returns."""
        F = engine.current()
        leaves = nest.flatten(inputs)
        tensors = [i for i, leaf in enumerate(leaves) if is_tensor(leaf)]
        params, state = len(self._params), len(self._state)
        rng = [self.seed_generator.next()] if "rng" in self._takes else []
        structure: list[Any] = []

        def function(*arrays: Any) -> list[Any]:
            flat = list(leaves)
            for place, array in zip(tensors, arrays[params + state + len(rng) :], strict=True):
                flat[place] = array
            values = {
                "params": self._rebuild_params(arrays[:params]),
                "state": self._rebuild_state(arrays[params : params + state]),
                "rng": arrays[params + state] if rng else None,
                "inputs": nest.pack_as(inputs, flat),
                "training": bool(training),
            }
            made = self.call_fn(**{name: values[name] for name in self._takes})
            outputs, after = made if "state" in self._takes else (made, None)
            (flat_outputs, rebuild), (flat_state, _) = F.tree_of(outputs), F.tree_of(after)
            structure[:] = [len(flat_outputs), rebuild]
            return [*flat_outputs, *flat_state]

        made = call_native(function, [*self._params, *self._state, *rng, *(leaves[i] for i in tensors)])
        count, rebuild = structure
        for variable, value in zip(self._state, made[count:], strict=True):
            variable.assign(value)
        outputs = [ops.cast(t, self.compute_dtype) if t.dtype == "float64" else t for t in made[:count]]
        return rebuild(outputs)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs: the functions, which must be registered to be found again."""
        return {
            **super().get_config(),
            "call_fn": serialize_keras_object(self.call_fn),
            "init_fn": serialize_keras_object(self.init_fn),
            "native_serialization_platforms": self.native_serialization_platforms,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer from `get_config()`'s result.

        Raises:
            ValueError: the layer was made of params instead of an `init_fn`, and these are not part of the config.
        """
        functions = {k: deserialize_keras_object(config[k]) for k in ("call_fn", "init_fn")}
        return cls(**{**config, **functions})


def _names_of(
    function: Callable[..., Any], known: tuple[str, ...], needed: tuple[str, ...], what: str
) -> list[str]:
    names = list(inspect.signature(function).parameters)
    missing = [name for name in needed if name not in names]
    if missing:
        raise ValueError(f"JaxLayer: {what} must have the argument {missing[0]!r}; it has {names}.")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(
            f"JaxLayer: {what} has the argument {unknown[0]!r}; arguments may be {', '.join(known)}."
        )
    return names


class FlaxLayer(JaxLayer):
    """A module of Flax as a layer (mirrors `keras.layers.FlaxLayer`); on the engine `jax`, and needs the package `flax`.

    Args:
        module: a `flax.linen.Module`.
        method: what is called instead of its `__call__`: a method or its name.
        variables: what `module.init` returned; made when the layer is built if `None`.
        **kwargs: as for `JaxLayer`.

    Raises:
        ImportError: flax is not installed.
        TypeError: not a module.
    """

    def __init__(self, module: Any, method: Any = None, variables: Any = None, **kwargs: Any) -> None:
        if importlib.util.find_spec("flax") is None:
            raise ImportError("FlaxLayer needs the package flax: pip install flax.")
        if not (hasattr(module, "init") and hasattr(module, "apply")):
            raise TypeError(f"FlaxLayer: expected a flax.linen.Module, got {module!r}.")
        self.__dict__["module"], self.__dict__["method"] = module, method
        called = getattr(type(module), method) if isinstance(method, str) else method or type(module).__call__
        flag = [
            n for n in ("training", "train", "deterministic") if n in inspect.signature(called).parameters
        ]

        def options(training: bool) -> dict[str, Any]:
            return {name: not training if name == "deterministic" else bool(training) for name in flag}

        def split(held: Any) -> tuple[Any, Any]:
            held = dict(held)
            return {"params": held.pop("params", {})}, held

        def init(rng: Any, inputs: Any, training: bool) -> Any:
            return split(
                module.init({"params": rng, "dropout": rng}, inputs, method=method, **options(training))
            )

        def call(params: Any, state: Any, rng: Any, inputs: Any, training: bool) -> Any:
            mutable = list(state) if training and state else False
            made = module.apply(
                {**params, **state},
                inputs,
                rngs={"dropout": rng},
                method=method,
                mutable=mutable,
                **options(training),
            )
            return (made[0], {**state, **made[1]}) if mutable else (made, state)

        params, state = (None, None) if variables is None else split(variables)
        super().__init__(call, None if variables is not None else init, params, state, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Raises: a module of Flax is not written to a config.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(f"FlaxLayer {self.name!r} cannot be saved as a model; save its weights.")
