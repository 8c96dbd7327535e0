"""How a `tf.function` tells calls apart: which arguments are tensors of the program, and what a trace depends on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core import nest
from unikeras.core.operators import Operators
from unikeras.core.spec import TensorSpec
from unikeras.core.staged import spec_of_parts
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor

__all__ = ["MOST_STRINGS", "Call", "by_position", "fit_all", "spec_of"]

MOST_STRINGS = 64  # that a trace is made for


class Call:
    """The arguments of a call, taken apart.

    Attributes:
        key: what a trace depends on: structure, shapes and dtypes of tensors, everything else by value or identity.
        dynamic: the tensors.
        symbolic: whether there are tensors without data among them.
        strings: how many strings the tensors hold: they are never parts of a program, so that a trace is for their values.
    """

    __slots__ = ("_args", "_kwargs", "_leaves", "_parts", "_places", "dynamic", "key", "strings", "symbolic")

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._args, self._kwargs = args, kwargs
        self.dynamic: list[Any] = []
        self.symbolic = False
        self.strings = 0
        self._parts: list[Any] = []  # for each leaf: None, or the spec and the number of its components
        self._places: list[bool] = []
        leaves: list[Any] = []
        key: list[Any] = []
        for leaf in (
            args if not kwargs and not any(map(nest.is_nested, args)) else nest.flatten((args, kwargs))
        ):
            spec = None if type(leaf) is Tensor else spec_of_parts(leaf)
            if spec is None:
                self._parts.append(None)
                self._add(leaf, leaves, key)
            else:
                components = list(spec._to_components(leaf))
                self._parts.append((spec, len(components)))
                key.append(repr(spec))
                for component in components:
                    self._add(component, leaves, key)
        self._leaves = leaves
        self.key = (_structure(args), _structure(kwargs) if kwargs else None, tuple(key))

    def _add(self, leaf: Any, leaves: list[Any], key: list[Any]) -> None:
        dynamic = False
        if type(leaf) is Tensor or isinstance(leaf, Tensor):
            array = leaf._array
            if array.__class__ is np.ndarray and array.dtype == object:
                self.strings += array.size
                key.append((array.shape, tuple(array.ravel()) if array.size <= MOST_STRINGS else None))
            else:
                dynamic = True
                key.append((array.shape, array.dtype))
        elif isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind not in "OSU":
            leaf = Tensor(as_array(leaf))
            dynamic = True
            key.append((leaf._array.shape, leaf._array.dtype))
        elif hasattr(type(leaf), "get_next"):  # an iterator: the next one of the same elements is as good
            key.append((type(leaf), repr(leaf.element_spec)))
        elif isinstance(leaf, Operators) or not _hashable(leaf):
            self.symbolic |= is_symbolic(leaf)
            key.append(id(leaf))
        else:
            key.append((type(leaf), leaf))
        if dynamic:
            self.dynamic.append(leaf)
        self._places.append(dynamic)
        leaves.append(leaf)

    def place_of(self, leaf: Any) -> int | None:
        """Where among the leaves an object is."""
        return next((i for i, own in enumerate(self._leaves) if own is leaf), None)

    def leaf(self, place: int) -> Any:
        """The leaf at a place."""
        return self._leaves[place]

    def with_tensors(self, tensors: list[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments, with other tensors in place of the dynamic ones."""
        given = iter(tensors)
        flat = iter([next(given) if d else leaf for d, leaf in zip(self._places, self._leaves, strict=True)])
        made = [
            next(flat) if part is None else part[0]._from_components([next(flat) for _ in range(part[1])])
            for part in self._parts
        ]
        return nest.pack_as((self._args, self._kwargs), made)


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _structure(value: Any) -> Any:
    if not nest.is_nested(value):
        return None
    if isinstance(value, dict):
        return tuple((k, _structure(value[k])) for k in sorted(value, key=str))
    return (type(value), *map(_structure, value))


def by_position(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], name: str
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, by position where they can be and with defaults, so that f(1), f(x=1) and f(1, default) are the same call.

    Raises:
        TypeError: they do not fit the function's parameters.
    """
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(
            f"{name}: {error}; {len(args)} arguments were given by position, and by keyword {sorted(kwargs)}."
        ) from None
    except ValueError:  # a builtin without a signature
        return args, kwargs
    bound.apply_defaults()
    return bound.args, bound.kwargs


def fit_all(specs: tuple[Any, ...], args: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    """The arguments as tensors that fit an input signature.

    Raises:
        TypeError: there are more or fewer, or one does not fit.
    """
    if len(args) != len(specs):
        raise TypeError(f"{name}: input_signature has {len(specs)} arguments, but {len(args)} were given.")
    return tuple(fit(spec, value, name) for spec, value in zip(specs, args, strict=True))


def fit(spec: Any, value: Any, name: str) -> Any:
    """`value` in the structure of `spec`, with tensors where that has a `TensorSpec`."""
    if isinstance(spec, dict) and isinstance(value, dict) and spec.keys() == value.keys():
        return {key: fit(spec[key], value[key], name) for key in spec}
    if nest.is_nested(spec):
        if not isinstance(value, type(spec)) or isinstance(value, dict) or len(value) != len(spec):
            raise TypeError(f"{name}: an argument does not fit input_signature {spec}: {value!r}.")
        return nest.pack_as(spec, [fit(s, v, name) for s, v in zip(spec, value, strict=True)])
    if not isinstance(spec, TensorSpec):
        if hasattr(spec, "is_compatible_with") and not spec.is_compatible_with(value):
            raise TypeError(f"{name}: expected {spec}, got {value!r}.")
        return value
    try:
        tensor = value if is_symbolic(value) else convert_to_tensor(value, spec.dtype)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}: an argument does not fit {spec}: {error}") from None
    if not spec.shape.is_compatible_with(tensor.shape):
        raise TypeError(f"{name}: expected {spec}, got a tensor of shape {tensor.shape}.")
    return tensor


def spec_of(leaf: Any) -> Any:
    """The spec of a tensor or array; other leaves are themselves."""
    if isinstance(leaf, (Tensor, np.ndarray, np.generic)):
        return TensorSpec.from_tensor(leaf if isinstance(leaf, Tensor) else Tensor(as_array(leaf)))
    spec = spec_of_parts(leaf)
    return leaf if spec is None else spec
